/** What is mapped, as resolved data: every room below `model/` speaks of models through these. */

import type { ColumnType } from "../sql/types.js";
import type { Expr } from "../sql/nodes.js";

export type OnDelete = "cascade" | "protect" | "restrict" | "setNull" | "setDefault" | "nothing";
/** A model class; its instances are plain objects to the lower rooms. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a constructor of unknown parameters can only be written so
export type ModelClass<I = object> = abstract new (...args: any[]) => I;

/** One column. The key of a foreign key (`authorId`) is a field like any other, with `relation` naming the relation it stores. */
export interface FieldMeta {
  /** The property: `createdAt`, `authorId`. */
  readonly name: string;
  readonly column: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
  /** The database counts it up (`id`, `bigid`). */
  readonly identity: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  /** A value or a function, applied at `new`. */
  readonly default: { readonly value: unknown } | { readonly make: () => unknown } | null;
  /** Called on each UPDATE that changes something else (and by nothing else); for `updatedAt` also at INSERT, through `onInsert`. */
  readonly onUpdate: (() => unknown) | null;
  /** Called at INSERT when no value was given (`createdAt`, `updatedAt`, uuid v7 keys). */
  readonly onInsert: (() => unknown) | null;
  readonly dbDefault: Expr | null;
  readonly generated: Expr | null;
  readonly version: boolean;
  readonly softDelete: boolean;
  /** false: `set()` and `fullClean()` leave it alone. */
  readonly editable: boolean;
  /** What is written for others leaves it out: JSON, plain objects, the console. */
  readonly hidden: boolean;
  readonly collate: string | null;
  /** The column's former name, for the next migration. */
  readonly renamedFrom: string | null;
  /** What the database keeps beside the column for people, where it keeps such. */
  readonly comment: string | null;
  /** Standard Schema validators, in the order given. */
  readonly checks: readonly StandardSchemaLike[];
  /** The to-one relation whose key this is, by name. */
  readonly relation: string | null;
  /** Place in `ModelMeta.fields`, and of its cell in a snapshot. */
  readonly position: number;
}
export interface StandardSchemaLike {
  readonly "~standard": { readonly version: 1; readonly vendor: string; readonly validate: (value: unknown) => unknown };
}

interface RelationBase {
  readonly name: string;
  /** The model that has this relation. */
  readonly owner: ModelMeta;
  /** The model it leads to. */
  readonly target: ModelMeta;
  /** The relation of `target` that leads back, if it was declared. */
  readonly inverse: RelationMeta | null;
}
/** `author`: this table holds the key in `field`, which refers to `targetField` of the target. */
export interface ToOneMeta extends RelationBase {
  readonly kind: "toOne";
  readonly field: FieldMeta;
  readonly targetField: FieldMeta;
  readonly nullable: boolean;
  /** A one-to-one: the key is unique. */
  readonly unique: boolean;
  /** "setDefault": the key becomes the default of `field`. */
  readonly onDelete: OnDelete;
  /** "database": written into the constraint; "session": dependants are found and handled by statements. */
  readonly onDeleteBy: "database" | "session";
  readonly onUpdate: "cascade" | null;
  /** When the constraint is checked, unless the transaction says otherwise; null: with each statement, always. */
  readonly deferrable: "immediate" | "deferred" | null;
}
/** `posts`: the target's `via` relation points here. */
export interface ToManyMeta extends RelationBase {
  readonly kind: "toMany";
  readonly via: ToOneMeta;
  readonly orphans: "keep" | "delete";
}
/** `profile`: like to-many, but at most one. */
export interface ReverseOneMeta extends RelationBase {
  readonly kind: "reverseOne";
  readonly via: ToOneMeta;
  readonly orphans: "keep" | "delete";
}
/** `tags`: through link rows; `near` is the link's key to the owner, `far` its key to the target. */
export interface ManyToManyMeta extends RelationBase {
  readonly kind: "manyToMany";
  /** The link model; for an automatic table a made one, with `near` and `far` as its composite key. */
  readonly through: ModelMeta;
  readonly near: ToOneMeta;
  readonly far: ToOneMeta;
  readonly automatic: boolean;
  readonly symmetrical: boolean;
}
/** `about`: one of several targets, stored as a type name and a key (`aboutType`, `aboutId`). `target` is the first of them. */
export interface AnyOfMeta extends RelationBase {
  readonly kind: "anyOf";
  readonly targets: ReadonlyMap<string, ModelMeta>;
  readonly typeField: FieldMeta;
  readonly keyField: FieldMeta;
  readonly nullable: boolean;
  readonly onDelete: OnDelete;
}
export type RelationMeta = ToOneMeta | ToManyMeta | ReverseOneMeta | ManyToManyMeta | AnyOfMeta;

export interface IndexMeta {
  readonly name: string;
  readonly fields: readonly { readonly field: FieldMeta; readonly descending: boolean }[];
  readonly unique: boolean;
  readonly where: Expr | null;
  /** How PostgreSQL stores it: "btree", "gin" … */
  readonly method: string;
}
/** `condition` of a check is a where object (`{ title__ne: "" }`), made into an expression by whoever writes the DDL. */
export type ConstraintMeta =
  | { readonly kind: "unique"; readonly name: string; readonly fields: readonly FieldMeta[]; readonly deferrable: ToOneMeta["deferrable"] }
  | { readonly kind: "check"; readonly name: string; readonly condition: object };

/** A model, resolved: relations know their targets, names are checked. Made once per class by `metadataOf`. */
export interface ModelMeta {
  /** The class's name, for messages; until the class has been seen, one made of the table's. */
  readonly name: string;
  readonly table: string;
  readonly schema: string | null;
  /** The table's former name, for the next migration. */
  readonly renamedFrom: string | null;
  readonly comment: string | null;
  /** The user's class; until it has been seen, the one that `model()` made. The only thing here that may change, with `name`. */
  readonly ctor: ModelClass;
  /** All columns, in declaration order (an automatic `id` first; the key of a relation at the relation's place). */
  readonly fields: readonly FieldMeta[];
  readonly fieldsByName: ReadonlyMap<string, FieldMeta>;
  readonly relations: ReadonlyMap<string, RelationMeta>;
  /** One or several fields. */
  readonly primaryKey: readonly FieldMeta[];
  /** Default ordering as given: `["name", "-createdAt"]`. */
  readonly ordering: readonly string[];
  readonly indexes: readonly IndexMeta[];
  readonly constraints: readonly ConstraintMeta[];
  readonly versionField: FieldMeta | null;
  readonly softDeleteField: FieldMeta | null;
  /** Single-table inheritance: the field that tells the class of a row, and the class for each of its values (this model's own included). */
  readonly subtypes: {
    readonly field: FieldMeta;
    readonly name: string;
    readonly base: ModelMeta;
    readonly byName: ReadonlyMap<string, ModelMeta>;
    /** They were listed, and the base has a name of its own: a row with another one is a mistake, not a row of the base. */
    readonly complete: boolean;
  } | null;
  /** Relations of other models (or this one) whose key points at this model: who depends on its rows. Known models only. */
  readonly dependants: () => readonly ToOneMeta[];
  /** The same for `anyOf` relations, which no constraint of the database keeps. */
  readonly anyOfDependants: () => readonly AnyOfMeta[];
}

/** The key of a row: the value itself, or for a composite key an object by property name. */
export type PrimaryKey = unknown;
