/** Plans kept by shape, for all sessions: a query like an earlier one is neither resolved nor compiled again, only its values are bound. */

import { registrySerial } from "../../metadata/registrations.js";
import type { ModelMeta } from "../../metadata/model-meta.js";
import type { Expr, Statement } from "../../sql/nodes.js";
import { mapExprs, walkExpr } from "../../sql/visit.js";
import { Recent } from "../../support/recent.js";
import type { PlanContext } from "../resolve/scope.js";
import { freshContext } from "./select.js";
import { Shape } from "./shape-text.js";

interface Plan {
  readonly statement: Statement;
  readonly values: readonly unknown[] | null;
}
/** A kind of question about `A`: how its shape is written, and how it is planned. */
export interface Question<A, P extends Plan> {
  readonly meta: (asked: A) => ModelMeta;
  readonly write: (out: Shape, asked: A) => void;
  readonly plan: (asked: A, context: PlanContext) => P;
  /** The plan of an earlier question of the same shape, for this one. */
  readonly again: (plan: P, asked: A, values: readonly unknown[]) => P;
}

const PLANS_KEPT = 500;

/** Of one model. A model defined later may be a subtype whose rows the plans do not know yet, so they are made anew. */
interface Kept {
  readonly plans: Recent<string, Plan | "alone">;
  serial: number;
}
const kept = new WeakMap<ModelMeta, Kept>();
const plansOf = (meta: ModelMeta): Kept["plans"] => {
  const serial = registrySerial();
  let own = kept.get(meta);
  if (own === undefined) kept.set(meta, (own = { plans: new Recent(PLANS_KEPT), serial }));
  if (own.serial !== serial) {
    own.plans.clear();
    own.serial = serial;
  }
  return own.plans;
};

export const ask = <A, P extends Plan>(question: Question<A, P>, asked: A): P => {
  const shape = new Shape();
  question.write(shape, asked);
  if (!shape.known) return question.plan(asked, freshContext());
  const plans = plansOf(question.meta(asked));
  const known = plans.get(shape.key);
  if (known === "alone") return question.plan(asked, freshContext());
  if (known !== undefined) return question.again(known as P, asked, shape.values);
  return firstOf(question, asked, plans);
};

const firstOf = <A, P extends Plan>(question: Question<A, P>, asked: A, plans: Kept["plans"]): P => {
  const owners: object[] = [];
  const shape = new Shape(owners);
  question.write(shape, asked);
  const { key, values } = shape;
  const places = new Map(owners.map((owner, slot) => [owner, slot] as const));
  const context = freshContext({ owners: places, values });
  const plan = question.plan(asked, context);
  const shared = !context.baked && bindsAll(plan.statement, values);
  // The same part of a state in two places has one slot of its two: that is said of this query, not of its shape.
  if (shared || places.size === owners.length) plans.set(key, shared ? plan : "alone");
  return shared ? question.again(plan, asked, values) : question.plan(asked, freshContext());
};

/** A value that is not bound would not be checked either; true, false and no elements at all are part of the shape. */
const bindsAll = (statement: Statement, values: readonly unknown[]): boolean => {
  const bound = new Set<number>();
  const note = (expr: Expr): void => {
    if (expr.kind === "param" && expr.slot !== undefined) bound.add(expr.slot);
  };
  walk(statement, note);
  return values.every((value, slot) => typeof value === "boolean" || (Array.isArray(value) && value.length === 0) || bound.has(slot));
};

const walk = (statement: Statement, visit: (expr: Expr) => void): void => {
  switch (statement.kind) {
    case "select":
    case "compound":
      mapExprs(statement, (expr) => {
        visit(expr);
        return undefined;
      });
      break;
    case "update":
      for (const { value } of statement.set) walkExpr(value, visit);
      if (statement.where !== null) walkExpr(statement.where, visit);
      break;
    case "delete":
      if (statement.where !== null) walkExpr(statement.where, visit);
      break;
    case "insert":
    case "updateRows":
    case "raw":
  }
};
