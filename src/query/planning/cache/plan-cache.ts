/** The plan cache, shared by all sessions: a query that differs from an earlier one only in its values reuses that plan. */

import { registrySerial } from "../../../metadata/registrations.js";
import type { ModelMeta } from "../../../metadata/model-meta.js";
import type { Expr, Statement } from "../../../sql/nodes.js";
import { mapExprs, walkExpr } from "../../../sql/visit.js";
import { Recent } from "../../../support/recent.js";
import type { PlanContext } from "../../resolve/scope/scope.js";
import { freshContext } from "../requests/rows.js";
import { PlanKey } from "./plan-key.js";

interface Plan {
  readonly statement: Statement;
  readonly values: readonly unknown[] | null;
}
/** How one kind of request (rows, count, update …) is keyed, planned, and rebound to new values. `A` is what the caller asks for. */
export interface PlanRequest<A, P extends Plan> {
  readonly meta: (asked: A) => ModelMeta;
  readonly write: (out: PlanKey, asked: A) => void;
  readonly plan: (asked: A, context: PlanContext) => P;
  /** An earlier plan with the same key, rebound to the values of this request. */
  readonly rebindPlan: (plan: P, asked: A, values: readonly unknown[]) => P;
}

const PLANS_KEPT = 500;

/** Plans of one model. They are dropped when another model is defined, which may be a subtype whose rows they would miss. */
interface Kept {
  readonly plans: Recent<string, Plan | "notShareable">;
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

export const cachedPlan = <A, P extends Plan>(request: PlanRequest<A, P>, asked: A): P => {
  const key = new PlanKey();
  request.write(key, asked);
  if (!key.known) return request.plan(asked, freshContext());
  const plans = plansOf(request.meta(asked));
  const known = plans.get(key.text);
  if (known === "notShareable") return request.plan(asked, freshContext());
  if (known !== undefined) return request.rebindPlan(known as P, asked, key.values);
  return planAndKeep(request, asked, plans);
};

const planAndKeep = <A, P extends Plan>(request: PlanRequest<A, P>, asked: A, plans: Kept["plans"]): P => {
  const owners: object[] = [];
  const key = new PlanKey(owners);
  request.write(key, asked);
  const { text, values } = key;
  const slots = new Map(owners.map((owner, slot) => [owner, slot] as const));
  const context = freshContext({ owners: slots, values });
  const plan = request.plan(asked, context);
  const shared = !context.notShareable && bindsAll(plan.statement, values);
  // One part of a state used in two places has only one of its two slots. That concerns this query alone, not every query with this key.
  if (shared || slots.size === owners.length) plans.set(text, shared ? plan : "notShareable");
  return shared ? request.rebindPlan(plan, asked, values) : request.plan(asked, freshContext());
};

/** Every value must be bound, since an unbound one would not be checked; `true`, `false` and an empty list are part of the key instead. */
const bindsAll = (statement: Statement, values: readonly unknown[]): boolean => {
  const bound = new Set<number>();
  const collectSlot = (expr: Expr): void => {
    if (expr.kind === "param" && expr.slot !== undefined) bound.add(expr.slot);
  };
  walk(statement, collectSlot);
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
