/** What a flush has to do, as data: rows to be inserted, updated and deleted, links to be made and undone. */

import type { FieldMeta, ManyToManyMeta, ModelMeta, ToManyMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import type { CollectionChanges, CollectionState, InstanceState } from "../../../loading/index.js";
import type { DeletionIndex } from "./deletions.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";

export type RowKind = "insert" | "update" | "delete";

export interface RowWork {
  readonly kind: RowKind;
  readonly object: object;
  readonly state: InstanceState;
  readonly meta: ModelMeta;
  /** UPDATE: the fields whose values are written, without those that the session keeps (version, updatedAt). */
  readonly fields: readonly FieldMeta[];
  /** An UPDATE that stands for a deletion: the row stays, marked. */
  readonly softDeletes: boolean;
  /** References that this INSERT or UPDATE leaves for later: the plan finds them. */
  postponed: readonly FieldMeta[];
}

/** Rows of one table and kind that may be written together. */
export interface Step {
  readonly meta: ModelMeta;
  readonly kind: StepKind;
  readonly rows: RowWork[];
  /** The fields concerned in each row, for all kinds but insert, update and delete. */
  readonly fields: (readonly FieldMeta[])[];
}
/** "clearReference" sets a foreign key to null early, "temporaryValue" frees a unique value, "setReference" writes a foreign key that an INSERT or UPDATE postponed. */
export type StepKind = "insert" | "update" | "delete" | "clearReference" | "temporaryValue" | "setReference";

/** The links that one collection gains and loses. */
export interface LinkWork {
  readonly collection: CollectionState;
  readonly relation: ManyToManyMeta;
  readonly owner: object;
  /** Instances, or keys where a collection was given keys. */
  readonly added: readonly unknown[];
  readonly removed: readonly unknown[];
  /** All links go before the added ones come. */
  readonly cleared: boolean;
}

/** What stood in a collection when the flush looked. */
export interface CollectionMark {
  readonly collection: CollectionState;
  readonly changes: CollectionChanges;
  /** Its owner had no row. */
  readonly ofNew: boolean;
}

/** Rows of `relation.owner` that refer to one of these keys go, or their reference becomes null or its default. */
export interface BulkOnDelete {
  readonly relation: ToOneMeta;
  readonly keys: readonly unknown[];
}

/** Rows of the relation's target, by their keys, that come to belong to the owner, or to nobody if it had them. */
export interface KeyReassignment {
  readonly relation: ToManyMeta;
  readonly owner: object;
  readonly keys: readonly unknown[];
  readonly joins: boolean;
}

/** Null: everything; else only these objects and what they depend on. */
export type Subset = ReadonlySet<object> | null;

/** Changed rows with the fields in which each differs. */
export type Changed = Map<object, readonly FieldMeta[]>;

/** What the pending work leads to, found before anything is collected or sent. */
export interface Expansion {
  /** The objects asked for with those that must be written first; null: everything. */
  readonly wanted: Subset;
  readonly changed: Changed;
  readonly deletions: DeletionIndex;
  readonly bulkActions: readonly BulkOnDelete[];
  readonly reassignments: readonly KeyReassignment[];
}

export interface Work {
  readonly rows: readonly RowWork[];
  readonly links: readonly LinkWork[];
  readonly collections: readonly CollectionMark[];
  readonly bulkActions: readonly BulkOnDelete[];
  readonly reassignments: readonly KeyReassignment[];
}

export const stepOf = (meta: ModelMeta, kind: StepKind): Step => ({ meta, kind, rows: [], fields: [] });
keepHiddenClass(stepOf(null as never, "insert"));

const NONE: readonly FieldMeta[] = [];

/** There is one for every row that is written: what is rarely set stands on the prototype until it is. */
class Row implements RowWork {
  readonly kind: RowKind;
  readonly object: object;
  readonly state: InstanceState;
  readonly fields: readonly FieldMeta[];
  declare readonly softDeletes: boolean;
  declare postponed: readonly FieldMeta[];
  constructor(kind: RowKind, object: object, state: InstanceState, fields: readonly FieldMeta[]) {
    this.kind = kind;
    this.object = object;
    this.state = state;
    this.fields = fields;
  }
  get meta(): ModelMeta {
    return this.state.meta;
  }
}
Object.assign(Row.prototype, { softDeletes: false, postponed: NONE } satisfies Partial<RowWork>);

keepHiddenClass(new Row("insert", {}, null as never, NONE));

export const insertOf = (object: object, state: InstanceState): RowWork => new Row("insert", object, state, state.meta.fields);
export const updateOf = (object: object, state: InstanceState, fields: readonly FieldMeta[]): RowWork =>
  new Row("update", object, state, fields);
/** An UPDATE that marks a row as deleted. */
export const softDeleteOf = (object: object, state: InstanceState, fields: readonly FieldMeta[]): RowWork =>
  Object.assign(new Row("update", object, state, fields), { softDeletes: true } satisfies Partial<RowWork>);
export const deleteOf = (object: object, state: InstanceState): RowWork => new Row("delete", object, state, NONE);

/** Names of the columns that a save writes, as signals tell them. */
export const writtenNames = (work: RowWork): ReadonlySet<string> => new Set(work.fields.map((field) => field.name));
