/** State shared while one statement is planned: aliases in use, tables and columns read, value slots, and the resolver functions that call each other. */

import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import type { Compound, Expr, OrderNode, Select } from "../../../sql/nodes.js";
import type { ColumnType } from "../../../sql/types.js";
import type { Node, OrderTerm, QueryState } from "../../state.js";

/** An expression of the SQL tree. */
export interface Resolved {
  readonly expr: Expr;
  /** Whether the value can be NULL. */
  readonly nullable: boolean;
}

/** The position of a condition in its tree, which determines how NULL and to-many relations are treated. */
export interface ConditionContext {
  /** Under an odd number of NOTs: NULL has to become false, so that NOT makes it true. */
  readonly negated: boolean;
  /** Under any NOT: to-many relations become EXISTS sub-queries. */
  readonly branch: boolean;
  /** The result itself is visible (annotations, Case, xor): NULL has to become false. */
  readonly exact: boolean;
  /** Whether this is part of a value rather than a row filter: joins keep their kind, and to-many paths read the joined rows. */
  readonly value: boolean;
  /** To-many joins that this condition may share; null means all. */
  readonly reuse: Set<string> | null;
}
export const filterContext: ConditionContext = { negated: false, branch: false, exact: false, value: false, reuse: null };
export const valueContext: ConditionContext = { ...filterContext, value: true };

/** A condition, and the joins whose row it needs in order to be true. */
export interface ResolvedCondition {
  readonly expr: Expr;
  readonly needs: ReadonlySet<string>;
}

/** A planned sub-query. */
export interface InnerQuery {
  readonly query: Select | Compound;
  /** Known to have no rows, without running it. */
  readonly empty: boolean;
  readonly outputs: readonly { readonly type: ColumnType; readonly nullable: boolean }[];
}

/** The use of a sub-query: its single value, EXISTS, or IN. `members` is IN without NULLs. */
export type InnerPurpose = "value" | "exists" | "rows" | "members";

/** Resolver functions that call each other, passed along to avoid circular imports. `S` is the scope. */
export interface ResolverOf<S> {
  value(scope: S, node: Node, conditionContext: ConditionContext, expected: ColumnType | null): Resolved;
  condition(scope: S, node: Node, conditionContext: ConditionContext): ResolvedCondition;
  order(scope: S, term: OrderTerm, conditionContext: ConditionContext): OrderNode;
  inner(scope: S, state: QueryState, purpose: InnerPurpose): InnerQuery;
}

/** The caller's values by slot, and the slot of each part of the state that holds one. */
export interface Slots {
  readonly owners: ReadonlyMap<object, number>;
  readonly values: readonly unknown[];
}
/** The slot of a value; undefined if the value was replaced since it was given. */
export const slotOf = (slots: Slots | null, owner: object, value: unknown): number | undefined => {
  const slot = slots?.owners.get(owner);
  return slot !== undefined && slots?.values[slot] === value ? slot : undefined;
};

export interface ContextOf<S> {
  readonly resolver: ResolverOf<S>;
  readonly aliases: Set<string>;
  readonly models: Set<ModelMeta>;
  readonly fields: Set<FieldMeta>;
  /** Slots of the caller's values, when the plan may be cached. */
  readonly slots: Slots | null;
  /** Database features that the statement needs. */
  readonly needs: Set<"distinctOn" | "fullTextSearch">;
  raw: boolean;
  /** Whether some part of the statement locks rows. */
  locks: boolean;
  /** The statement contains one of the caller's values, so the plan must not be shared. */
  notShareable: boolean;
}

export const newContext = <S>(resolver: ResolverOf<S>, slots: Slots | null = null): ContextOf<S> => ({
  resolver,
  aliases: new Set(),
  models: new Set(),
  fields: new Set(),
  slots,
  needs: new Set(),
  raw: false,
  locks: false,
  notShareable: false,
});
