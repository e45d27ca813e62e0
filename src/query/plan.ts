/** Plans of QuerySets as data: statements and the shape of their rows. */

import type { Select, Compound, Update, Delete } from "../sql/nodes.js";
import type { ColumnType } from "../sql/types.js";
import type { FieldMeta, ModelMeta, RelationMeta, ToOneMeta, ReverseOneMeta } from "../metadata/model-meta.js";
import type { FetchMode } from "./fetch-mode.js";
import type { QueryState } from "./state.js";

/** Columns of one model inside a row: the cells from `offset` on are `fields`, in order. */
export interface EntityShape {
  readonly meta: ModelMeta;
  readonly offset: number;
  /** All fields in the model's order (then this is `meta.fields` itself), or fewer with only() or defer(); always includes the key. */
  readonly fields: readonly FieldMeta[];
  /** To-one relations selected by join; the target is missing if all its key cells are null. */
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

/** A value of a row: the output at `from`, or an object of several from there on, by the names in `key`. */
export interface ValueColumn {
  readonly name: string;
  readonly from: number;
  readonly key: readonly string[] | null;
}
export type RowShape =
  | { readonly kind: "instances"; readonly entity: EntityShape; readonly annotations: readonly NamedOutput[] }
  /** Plain values; `mode` is the form of each row, `columns` are its values if one of them is a composite key. */
  | {
      readonly kind: "values";
      readonly mode: "object" | "list" | "flat";
      readonly outputs: readonly NamedOutput[];
      readonly columns: readonly ValueColumn[] | null;
    };

/** A relation to load after the rows, and the relations to load from its rows. */
export interface PrefetchNode {
  readonly relation: RelationMeta;
  /** The custom QuerySet's state, or null for the target's default one. */
  readonly state: QueryState | null;
  readonly toAttr: string | null;
  readonly children: readonly PrefetchNode[];
}

/** Which pending changes could affect the result; autoflush checks only these. */
export interface ReadSet {
  /** Tables read: pending inserts, deletes and link changes of them are flushed. */
  readonly models: ReadonlySet<ModelMeta>;
  /** Columns that conditions, orders, groups and plain outputs read. */
  readonly fields: ReadonlySet<FieldMeta>;
  /** The statement contains raw SQL, so everything is flushed. */
  readonly everything: boolean;
}

export interface SelectPlan {
  readonly meta: ModelMeta;
  readonly statement: Select | Compound;
  readonly shape: RowShape;
  readonly prefetch: readonly PrefetchNode[];
  readonly reads: ReadSet;
  /** Known to have no rows (an empty `in`, none()), so nothing is sent. */
  readonly empty: boolean;
  readonly locks: boolean;
  /** null uses the session's mode. */
  readonly fetchMode: FetchMode | null;
  /**
   * The plan selects rows by exactly these values of the complete primary key. Such reads never flush.
   */
  readonly byKey: boolean;
  /** Rows are read in reverse order and reversed afterwards (`last`). */
  readonly reversed: boolean;
  /** Extra cells requested for each row: `select` then returns pairs `[row, cells]`. Null if none are requested. */
  readonly cells: readonly NamedOutput[] | null;
  /** Optional database features that the statement uses. */
  readonly needs: readonly ("distinctOn" | "fullTextSearch")[];
  /** The query's values by slot if the statement is shared with other queries; null if it contains its own values. */
  readonly values: readonly unknown[] | null;
  /** The planned state; reading in chunks plans it again for each chunk. */
  readonly state: QueryState;
}

/** `QuerySet.update`: `changed` are the fields set, `statement` has no RETURNING yet (the session adds it when it tracks rows of the model). */
export interface UpdatePlan {
  readonly meta: ModelMeta;
  readonly statement: Update;
  readonly changed: readonly FieldMeta[];
  /** The subset of `changed` that every update sets (`onUpdate`), in the order of their slots, which follow the caller's. */
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
  /** The planned state, for deletes that the session must carry out row by row. */
  readonly state: QueryState;
}
