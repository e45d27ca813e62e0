/** The work of a flush as data: rows to insert, update and delete, links to add and remove. */

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
  /** For an UPDATE, the fields to write, without those that the session maintains (version, updatedAt). */
  readonly fields: readonly FieldMeta[];
  /** Whether this UPDATE soft-deletes the row. */
  readonly softDeletes: boolean;
  /** References that this INSERT or UPDATE omits because the plan writes them later. */
  postponed: readonly FieldMeta[];
}

/** Rows of one table and kind that can be written together. */
export interface Step {
  readonly meta: ModelMeta;
  readonly kind: StepKind;
  readonly rows: RowWork[];
  /** The fields concerned in each row; unused for insert, update and delete. */
  readonly fields: (readonly FieldMeta[])[];
}
/** "clearReference" sets a foreign key to null early, "temporaryValue" frees a unique value, "setReference" writes a foreign key that an INSERT or UPDATE postponed, "lock" takes the locks of rows that are written later. */
export type StepKind = "insert" | "update" | "delete" | "clearReference" | "temporaryValue" | "setReference" | "lock";

/** The links that one collection gains and loses. */
export interface LinkWork {
  readonly collection: CollectionState;
  readonly relation: ManyToManyMeta;
  readonly owner: object;
  /** Instances, or keys if the collection was given keys. */
  readonly added: readonly unknown[];
  readonly removed: readonly unknown[];
  /** Whether all existing links are removed first. */
  readonly cleared: boolean;
}

/** The pending changes of a collection when the flush began. */
export interface CollectionMark {
  readonly collection: CollectionState;
  readonly changes: CollectionChanges;
  /** Whether the owner was new. */
  readonly ofNew: boolean;
}

/** Deletes the rows of `relation.owner` that refer to one of these keys, or sets their reference to null or its default. */
export interface BulkOnDelete {
  readonly relation: ToOneMeta;
  readonly keys: readonly unknown[];
}

/** Assigns the rows with these keys to the owner, or removes them from it. */
export interface KeyReassignment {
  readonly relation: ToManyMeta;
  readonly owner: object;
  readonly keys: readonly unknown[];
  readonly joins: boolean;
}

/** Null means everything; otherwise only these objects and what they depend on. */
export type Subset = ReadonlySet<object> | null;

/** Changed rows with the fields in which each differs from its snapshot. */
export type Changed = Map<object, readonly FieldMeta[]>;

/** Everything that the pending work entails, found before anything is collected or sent. */
export interface Expansion {
  /** The requested objects and those that must be written first; null means everything. */
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

/** One is created per written row, so rarely set properties stay on the prototype until they are assigned. */
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
/** An UPDATE that soft-deletes a row. */
export const softDeleteOf = (object: object, state: InstanceState, fields: readonly FieldMeta[]): RowWork =>
  Object.assign(new Row("update", object, state, fields), { softDeletes: true } satisfies Partial<RowWork>);
export const deleteOf = (object: object, state: InstanceState): RowWork => new Row("delete", object, state, NONE);

/** Names of the written fields, as signals report them. */
export const writtenNames = (work: RowWork): ReadonlySet<string> => new Set(work.fields.map((field) => field.name));

/** Rows with the same shape are updated by one statement: the same columns, and the same of them set by expressions. */
export const shapeOf = (fields: readonly FieldMeta[], expressions: ReadonlyMap<FieldMeta, unknown> | null): string => {
  let shape = "";
  for (const field of fields) shape += `,${field.position}`;
  if (expressions === null) return shape;
  const positions = [...expressions.keys()].map(({ position }) => position).sort((a, b) => a - b);
  return `${shape} expressions ${positions.join()}`;
};
