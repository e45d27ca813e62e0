/** Columns of migrations: the `t` of models with a few additional types, and `column()` for options beyond the chain. */

import { ConfigurationError } from "../errors.js";
import { knownOptions, nonEmptyText, refuseArgument } from "../metadata/argument.js";
import { type Definition, definitionOf, type FieldDefinition } from "../metadata/definition.js";
import { field } from "../metadata/field-builder.js";
import { t as modelTypes } from "../metadata/fields.js";
import type { Field, FieldTypes } from "../metadata/typing/fields.js";
import { types } from "../sql/types.js";
import type { ColumnField, ColumnItem, ColumnOptions } from "./contracts.js";

/** The field types of migrations: those of models, and types that models express differently. */
export interface MigrationTypes extends FieldTypes {
  /** A number that refers to the `t.id()` of another table. */
  key(): Field<number>;
  /** A native database type by its name: `t.native("inet")`. */
  native<T = unknown>(name: string): Field<T>;
}

const asIs = (value: unknown): unknown => value;

/**
 * The field types, as in models.
 * @namespace
 * @example addColumn("users", "age", t.integer().nullable())   // ALTER TABLE "users" ADD "age" integer
 */
export const t: MigrationTypes = Object.freeze({
  ...modelTypes,
  key: () => field({ type: types.wideInteger }),
  native: (name: string) =>
    field({ type: { kind: "custom", sql: nonEmptyText("t.native()", name, "the type's name"), encode: asIs, decode: asIs } }),
}) as unknown as MigrationTypes;

/** The definition of `t.text()`; throws for anything else. */
export const fieldOf = (place: string, given: unknown): FieldDefinition => {
  const definition: Definition | null = definitionOf(given);
  if (definition?.kind === "field") return definition;
  if (definition !== null)
    throw new ConfigurationError(
      `${place}: expected a column, as in t.text(), got ${definition.builder}(); write the key's column and a foreignKey() beside it`,
    );
  return refuseArgument(place, "a column, as in t.text()", given);
};

/**
 * A column with options that the chain after `t` does not have.
 * @example addColumn("users", "joined", column(t.timestamp(), { default: { postgres: sql`now()`, sqlite: sql`CURRENT_TIMESTAMP` } }))
 */
export const column = (type: ColumnField, options: ColumnOptions = {}): ColumnItem =>
  Object.freeze({
    kind: "column",
    field: fieldOf("column()", type),
    options: knownOptions("column()", options, ["default", "generated", "stored", "identity", "comment"]),
  });

/** Normalizes a column given in either form. */
export const columnItem = (place: string, given: ColumnField | ColumnItem): ColumnItem =>
  isColumnItem(given) ? given : Object.freeze({ kind: "column", field: fieldOf(place, given), options: {} });

const isColumnItem = (given: ColumnField | ColumnItem): given is ColumnItem =>
  typeof given === "object" && given !== null && definitionOf(given) === null && (given as { kind?: unknown }).kind === "column";
