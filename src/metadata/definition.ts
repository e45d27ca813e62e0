/** What a model declares, as frozen data: the builders' chains make it, the registry resolves it into `ModelMeta`. */

import type { Expr } from "../sql/nodes.js";
import type { ColumnType } from "../sql/types.js";
import type { FieldMeta, OnDelete, StandardSchemaLike } from "./model-meta.js";

/** A column, not yet named. */
export interface FieldDefinition {
  readonly kind: "field";
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly primaryKey: boolean;
  readonly identity: boolean;
  /** null: the property's name in snake_case. */
  readonly column: string | null;
  readonly default: FieldMeta["default"];
  /** The default as it was given, where that is a value: what the check looks at. */
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
  /** The column's former name, which a migration keeps the values of. */
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

/** `hasMany` and `hasOne`: the other side of a reference. */
export interface ReverseDefinition {
  readonly kind: "reverse";
  readonly builder: "hasMany" | "hasOne";
  readonly target: () => unknown;
  readonly via: string;
  /** null: not said, which keeps them. */
  readonly orphans: "keep" | "delete" | null;
}

/** `manyToMany`: through a link table. */
export interface LinkDefinition {
  readonly kind: "link";
  readonly builder: "manyToMany";
  readonly target: () => unknown;
  readonly reverse: string | null;
  readonly through: (() => unknown) | null;
  /** The through model's references, near and far, where they cannot be told from the targets. */
  readonly throughFields: readonly [near: string, far: string] | null;
  readonly table: string | null;
  readonly columns: readonly [near: string, far: string] | null;
  /** null: not said; a model linked with itself, without a reverse, is symmetrical. */
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

/** What every builder is: the carrier of a definition. Recognised by a private member, so that no plain data can pass for one. */
export class Declared<D extends Definition = Definition> {
  readonly #definition: D;
  constructor(definition: D) {
    this.#definition = Object.freeze(definition);
  }
  static definitionOf(value: unknown): Definition | null {
    return typeof value === "object" && value !== null && #definition in value ? value.#definition : null;
  }
  /** A frozen copy with some things changed. */
  protected changed(changes: Partial<D>): D {
    return { ...this.#definition, ...changes };
  }
}

/** The definition that a builder carries, or null for anything else. */
export const definitionOf = (value: unknown): Definition | null => Declared.definitionOf(value);
