/** What a QuerySet turns into before anything runs: statements and the shape of their rows, as data. */

import type { Select, Compound, Update, Delete } from "../sql/nodes.js";
import type { ColumnType } from "../sql/types.js";
import type { FieldMeta, ModelMeta, RelationMeta, ToOneMeta, ReverseOneMeta } from "../metadata/model-meta.js";
import type { FetchMode } from "./fetch-mode.js";
import type { QueryState } from "./state.js";

/** Columns of one model inside a row: the cells from `offset` on are `fields`, in order. */
export interface EntityShape {
  readonly meta: ModelMeta;
  readonly offset: number;
  /** All of the model's fields in their order (then it is `meta.fields` itself), or fewer with only()/defer(): the key is always among them. */
  readonly fields: readonly FieldMeta[];
  /** To-one relations selected by join; their target is absent where all its key cells are null. */
  readonly joined: readonly JoinedShape[];
}
export interface JoinedShape {
  readonly relation: ToOneMeta | ReverseOneMeta;
  readonly entity: EntityShape;
}
export interface NamedOutput {
  readonly name: string;
  readonly type: ColumnType;
  readonly offset: number;
}

export type RowShape =
  | { readonly kind: "instances"; readonly entity: EntityShape; readonly annotations: readonly NamedOutput[] }
  /** Plain values; `mode` says what a row becomes. */
  | { readonly kind: "values"; readonly mode: "object" | "list" | "flat"; readonly outputs: readonly NamedOutput[] };

/** One relation to be prefetched after the rows are there, and what follows from its rows. */
export interface PrefetchNode {
  readonly relation: RelationMeta;
  /** The custom QuerySet's state, or null for the target's default one. */
  readonly state: QueryState | null;
  readonly toAttr: string | null;
  readonly children: readonly PrefetchNode[];
}

/** Which pending changes could alter the answer: autoflush compares only these. */
export interface ReadSet {
  /** Tables read: pending inserts, deletes and link changes of them are flushed. */
  readonly models: ReadonlySet<ModelMeta>;
  /** Columns that conditions, orders, groups and plain outputs read. */
  readonly fields: ReadonlySet<FieldMeta>;
  /** Raw SQL is in it: everything is flushed. */
  readonly everything: boolean;
}

export interface SelectPlan {
  readonly meta: ModelMeta;
  readonly statement: Select | Compound;
  readonly shape: RowShape;
  readonly prefetch: readonly PrefetchNode[];
  readonly reads: ReadSet;
  /** Decided without asking: no rows (an empty `in`, none()). Nothing is sent. */
  readonly empty: boolean;
  readonly locks: boolean;
  /** null: the session's. */
  readonly fetchMode: FetchMode | null;
  /**
   * By-key reads never flush. When set, this plan selects rows by exactly these values of the whole primary key.
   */
  readonly byKey: boolean;
  /** Rows come in reverse and are turned round after reading (`last`). */
  readonly reversed: boolean;
  /** Cells that whoever asked wants beside each row: with any, `select` gives pairs `[row, cells]`. */
  readonly cells: readonly NamedOutput[];
  /** What the statement asks of the database beyond plain SQL. */
  readonly needs: readonly ("distinctOn" | "fullTextSearch")[];
  /** The query's values by slot, when the statement is shared with others of its shape; null: the statement's own. */
  readonly values: readonly unknown[] | null;
  /** What was planned: reading in chunks plans it again for each. */
  readonly state: QueryState;
}

/** `QuerySet.update`: `changed` are the fields set, `statement` has no RETURNING yet (the session adds it when it tracks rows of the model). */
export interface UpdatePlan {
  readonly meta: ModelMeta;
  readonly statement: Update;
  readonly changed: readonly FieldMeta[];
  /** Among them: those that every update gives a new value (`onUpdate`), in the order of their slots, which come after the caller's. */
  readonly kept: readonly FieldMeta[];
  readonly reads: ReadSet;
  readonly empty: boolean;
  /** As in `SelectPlan`. */
  readonly values: readonly unknown[] | null;
}
export interface DeletePlan {
  readonly meta: ModelMeta;
  readonly statement: Delete;
  readonly reads: ReadSet;
  readonly empty: boolean;
  /** As in `SelectPlan`. */
  readonly values: readonly unknown[] | null;
  /** For deletes that the session must carry out row by row. */
  readonly state: QueryState;
}
