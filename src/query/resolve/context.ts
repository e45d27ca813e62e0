/** What one statement's planning shares: aliases taken, tables and columns read, slots of values, and the parts that resolve each other. */

import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import type { Compound, Expr, OrderNode, Select } from "../../sql/nodes.js";
import type { ColumnType } from "../../sql/types.js";
import type { Node, OrderTerm, QueryState } from "../state.js";

/** An expression in its place in a statement. */
export interface Resolved {
  readonly expr: Expr;
  /** Can be NULL. */
  readonly nullable: boolean;
}

/** How a condition stands in its tree. */
export interface Stance {
  /** Under an odd number of NOTs: NULL must count as false. */
  readonly negated: boolean;
  /** Under any NOT: to-many relations are asked by EXISTS. */
  readonly branch: boolean;
  /** NULL must count as false either way: the answer itself is seen. */
  readonly exact: boolean;
  /** The answer is part of a value, not a filter of rows: joins stay as they are, and to-many relations are the rows joined. */
  readonly value: boolean;
  /** Joins over to-many relations that may be shared; null: any. */
  readonly reuse: Set<string> | null;
}
export const plainStance: Stance = { negated: false, branch: false, exact: false, value: false, reuse: null };
export const valueStance: Stance = { ...plainStance, value: true };

/** A condition and the joins without whose row it cannot hold. */
export interface Answer {
  readonly expr: Expr;
  readonly needs: ReadonlySet<string>;
}

/** A query inside a query. */
export interface InnerQuery {
  readonly query: Select | Compound;
  /** No rows, known beforehand. */
  readonly empty: boolean;
  readonly outputs: readonly { readonly type: ColumnType; readonly nullable: boolean }[];
}

/** What an inner query is made for: its one value, the mere existence of rows, membership; `members` leaves NULLs out of it. */
export type InnerPurpose = "value" | "exists" | "rows" | "members";

/** The parts of planning that call each other, so that their files need not. `S` is the scope, which knows its context. */
export interface ResolverOf<S> {
  value(scope: S, node: Node, stance: Stance, expected: ColumnType | null): Resolved;
  condition(scope: S, node: Node, stance: Stance): Answer;
  order(scope: S, term: OrderTerm, stance: Stance): OrderNode;
  inner(scope: S, state: QueryState, purpose: InnerPurpose): InnerQuery;
}

/** The caller's values by place, and the parts of the state that hold them. */
export interface Slots {
  readonly owners: ReadonlyMap<object, number>;
  readonly values: readonly unknown[];
}
/** The place of a value; undefined where it is not the very value that was given. */
export const slotOf = (slots: Slots | null, owner: object, value: unknown): number | undefined => {
  const slot = slots?.owners.get(owner);
  return slot !== undefined && slots?.values[slot] === value ? slot : undefined;
};

export interface ContextOf<S> {
  readonly resolver: ResolverOf<S>;
  readonly aliases: Set<string>;
  readonly models: Set<ModelMeta>;
  readonly fields: Set<FieldMeta>;
  /** Where the caller's values stand, when other queries of the same shape shall share the statement. */
  readonly slots: Slots | null;
  /** What the statement needs of the database beyond plain SQL. */
  readonly needs: Set<"distinctOn" | "fullTextSearch">;
  raw: boolean;
  /** A value of the caller's is part of the statement itself: no other query can share it. */
  baked: boolean;
}

export const newContext = <S>(resolver: ResolverOf<S>, slots: Slots | null = null): ContextOf<S> => ({
  resolver,
  aliases: new Set(),
  models: new Set(),
  fields: new Set(),
  slots,
  needs: new Set(),
  raw: false,
  baked: false,
});
