/** The names that a model may use, and the names of tables, columns and constraints. */

import type { TableName } from "../sql/nodes.js";
import { shortName, snakeCase } from "../support/naming.js";

/** Members of every instance or model class, which a field of this name would hide, or be hidden by. */
export const reservedNames: ReadonlySet<string> = new Set([
  // instances
  "pk",
  "isPersisted",
  "save",
  "delete",
  "hardDelete",
  "restore",
  "clean",
  "fullClean",
  "refresh",
  "load",
  "set",
  "toJSON",
  "toObject",
  // model classes
  "objects",
  "c",
  "on",
  "subtype",
  "DoesNotExist",
  "MultipleObjectsReturned",
  // every object; with `then`, `await` would call it
  "then",
  "constructor",
  "prototype",
  "toString",
  "toLocaleString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
]);

/** The name of the property that holds a relation's key: `author` → `authorId`. */
export const keyName = (relation: string): string => `${relation}Id`;

export const columnName = (property: string): string => snakeCase(property);

const named = (table: string, columns: readonly string[], suffix: string): string => shortName([table, ...columns, suffix].join("_"));
export const uniqueName = (table: string, columns: readonly string[]): string => named(table, columns, "key");
export const indexName = (table: string, columns: readonly string[]): string => named(table, columns, "idx");
export const foreignKeyName = (table: string, column: string): string => named(table, [column], "fkey");
export const typeCheckName = (table: string, column: string, number: number): string =>
  named(table, [column], number === 0 ? "check" : `check${number}`);

/** Parses `"users"`, or `"auth.users"` with a schema. */
export const tableName = (text: string): TableName => {
  const dot = text.indexOf(".");
  return dot === -1 ? { schema: null, name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) };
};
