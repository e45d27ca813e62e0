/** A model's declarations as frozen data: builders create it, the registry resolves it to `ModelMeta`. */

import type { Expr } from "../sql/nodes.js";
import type { ColumnType } from "../sql/types.js";
import type { FieldMeta, OnDelete, StandardSchemaLike } from "./model-meta.js";

/** A column without a name. */
export interface FieldDefinition {
  readonly kind: "field";
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly primaryKey: boolean;
  readonly identity: boolean;
  /** null uses the property's name in snake_case. */
  readonly column: string | null;
  readonly default: FieldMeta["default"];
  /** The default as given, if it is a value; used for validation. */
  readonly givenDefault: { readonly value: unknown } | null;
  readonly onInsert: (() => unknown) | null;
  readonly onUpdate: (() => unknown) | null;
  readonly dbDefault: Expr | null;
  readonly generated: Expr | null;
  readonly version: boolean;
  readonly softDelete: boolean;
  readonly editable: boolean;
  readonly hidden: boolean;
  readonly collate: string | null;
  /** The column's former name; a migration renames the column and keeps its values. */
  readonly renamedFrom: string | null;
  readonly comment: string | null;
  readonly checks: readonly StandardSchemaLike[];
}

/** `foreignKey` and `oneToOne`: a relation with a key column. */
export interface ReferenceDefinition {
  readonly kind: "reference";
  readonly builder: "foreignKey" | "oneToOne";
  readonly target: () => unknown;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly column: string | null;
  readonly default: { readonly value: unknown } | null;
  readonly onDelete: OnDelete;
  readonly onDeleteBy: "database" | "session";
  readonly onUpdate: "cascade" | null;
  readonly deferrable: "immediate" | "deferred" | null;
  readonly renamedFrom: string | null;
  readonly comment: string | null;
  readonly reverse: string | null;
}

/** `hasMany` and `hasOne`: the reverse side of a reference. */
export interface ReverseDefinition {
  readonly kind: "reverse";
  readonly builder: "hasMany" | "hasOne";
  readonly target: () => unknown;
  readonly via: string;
  /** null if not specified, which means "keep". */
  readonly orphans: "keep" | "delete" | null;
}

/** `manyToMany`: through a link table. */
export interface LinkDefinition {
  readonly kind: "link";
  readonly builder: "manyToMany";
  readonly target: () => unknown;
  readonly reverse: string | null;
  readonly through: (() => unknown) | null;
  /** The through model's references, near and far, if they do not follow from the targets. */
  readonly throughFields: readonly [near: string, far: string] | null;
  readonly table: string | null;
  readonly columns: readonly [near: string, far: string] | null;
  /** null if not specified: a relation of a model with itself is then symmetrical unless it has a reverse. */
  readonly symmetrical: boolean | null;
}

/** `anyOf`: a type name and a key. */
export interface AnyOfDefinition {
  readonly kind: "anyOf";
  readonly builder: "anyOf";
  readonly targets: Readonly<Record<string, () => unknown>>;
  readonly nullable: boolean;
  readonly onDelete: OnDelete;
}

export type RelationDefinition = ReferenceDefinition | ReverseDefinition | LinkDefinition | AnyOfDefinition;
export type Definition = FieldDefinition | RelationDefinition;
export type DefinitionOf<K extends Definition["kind"]> = Extract<Definition, { kind: K }>;

/** Base of all builders: holds a definition. Recognized by a private member, so that plain data is never accepted. */
export class Declared<D extends Definition = Definition> {
  readonly #definition: D;
  constructor(definition: D) {
    this.#definition = Object.freeze(definition);
  }
  static definitionOf(value: unknown): Definition | null {
    return typeof value === "object" && value !== null && #definition in value ? value.#definition : null;
  }
  /** A copy of the definition with some changes. */
  protected changed(changes: Partial<D>): D {
    return { ...this.#definition, ...changes };
  }
}

/** The definition of a builder, or null for any other value. */
export const definitionOf = (value: unknown): Definition | null => Declared.definitionOf(value);
