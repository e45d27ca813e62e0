/** Constraints and indexes of a migration. Omitted names default to those of models. */

import { knownOptions, nonEmptyText, refuseArgument } from "../metadata/argument.js";
import type {
  CheckItem,
  DatabaseTexts,
  ForeignKeyItem,
  ForeignKeyOptions,
  IndexItem,
  IndexOptions,
  IndexPartItem,
  IndexPartOptions,
  PrimaryKeyItem,
  TableOptions,
  TableOptionsItem,
  UniqueItem,
  UniqueOptions,
} from "./contracts.js";

const names = (place: string, given: string | readonly string[]): readonly string[] => {
  const list = typeof given === "string" ? [given] : given;
  if (!Array.isArray(list) || list.length === 0) return refuseArgument(place, "the name of a column, or a list of them", given);
  return Object.freeze(list.map((name) => nonEmptyText(place, name, "a column's name")));
};

/**
 * The primary key, if it cannot be declared on the columns.
 * @example addTable("members", { group_id: t.key(), user_id: t.key() }, primaryKey(["user_id", "group_id"]))
 */
export const primaryKey = (columns: string | readonly string[], options: { readonly name?: string | undefined } = {}): PrimaryKeyItem =>
  Object.freeze({
    kind: "primaryKey",
    columns: names("primaryKey()", columns),
    name: knownOptions("primaryKey()", options, ["name"]).name ?? null,
  });

/**
 * A unique constraint over these columns.
 * @example addConstraint("posts", unique(["author_id", "slug"]))   // ALTER TABLE "posts" ADD CONSTRAINT … UNIQUE (…)
 */
export const unique = (columns: string | readonly string[], options: UniqueOptions = {}): UniqueItem =>
  Object.freeze({
    kind: "unique",
    columns: names("unique()", columns),
    options: knownOptions("unique()", options, ["name", "include", "nullsNotDistinct", "deferrable"]),
  });

/**
 * A CHECK constraint.
 * @example addConstraint("posts", check("posts_views_check", sql`views >= 0`))
 */
export const check = (name: string, condition: DatabaseTexts, options: { readonly valid?: boolean | undefined } = {}): CheckItem =>
  Object.freeze({
    kind: "check",
    name: nonEmptyText("check()", name, "the constraint's name"),
    condition,
    valid: knownOptions("check()", options, ["valid"]).valid ?? true,
  });

/**
 * A foreign key to another table: `foreignKey("author_id", "authors.id")`, or with several columns `foreignKey(["a", "b"], "others", ["a",
 * "b"])`.
 * @example addConstraint("posts", foreignKey("author_id", "authors.id", { onDelete: "cascade" }))
 */
export function foreignKey(column: string, target: string, options?: ForeignKeyOptions): ForeignKeyItem;
export function foreignKey(
  columns: readonly string[],
  table: string,
  referenced: readonly string[],
  options?: ForeignKeyOptions,
): ForeignKeyItem;
export function foreignKey(
  columns: string | readonly string[],
  target: string,
  third?: readonly string[] | ForeignKeyOptions,
  fourth?: ForeignKeyOptions,
): ForeignKeyItem {
  const place = "foreignKey()";
  const listed = Array.isArray(third) ? (third as readonly string[]) : null;
  const options = listed === null ? ((third as ForeignKeyOptions | undefined) ?? {}) : (fourth ?? {});
  const dot = nonEmptyText(place, target, 'the target as "authors.id"').lastIndexOf(".");
  if (listed === null && dot < 1) return refuseArgument(place, 'the target as "authors.id"', target);
  return Object.freeze({
    kind: "foreignKey",
    columns: names(place, columns),
    references: listed === null ? target.slice(0, dot) : target,
    referencedColumns: listed === null ? Object.freeze([target.slice(dot + 1)]) : names(place, listed),
    options: knownOptions(place, options, ["name", "onDelete", "onUpdate", "deferrable", "valid"]),
  });
}

/**
 * One part of an index that is more than a column in ascending order.
 * @example index(["author_id", part("created_at", { descending: true }), part(sql`lower(title)`)])
 */
export const part = (of: string | DatabaseTexts, options: IndexPartOptions = {}): IndexPartItem =>
  Object.freeze({ kind: "part", of, ...knownOptions("part()", options, ["descending", "nulls", "collation", "operatorClass"]) });

/**
 * An index over columns or expressions.
 * @example addIndex("posts", index(["author_id"], { where: sql`deleted_at IS NULL` }))   // CREATE INDEX … ON "posts" ("author_id") WHERE …
 */
export const index = (parts: string | readonly (string | IndexPartItem)[], options: IndexOptions = {}): IndexItem => {
  const list = typeof parts === "string" ? [parts] : parts;
  if (!Array.isArray(list) || list.length === 0)
    return refuseArgument("index()", "a column's name, or a list of columns and part(…)s", parts);
  return Object.freeze({
    kind: "index",
    parts: Object.freeze((list as readonly (string | IndexPartItem)[]).map((one) => (typeof one === "string" ? part(one) : one))),
    options: knownOptions("index()", options, ["name", "unique", "where", "method", "include", "nullsNotDistinct"]),
  });
};

/** The table's comment, and SQL after the closing parenthesis of CREATE TABLE: `tableOptions({ words: { sqlite: "STRICT" } })`. */
export const tableOptions = (options: TableOptions): TableOptionsItem =>
  Object.freeze({ kind: "tableOptions", options: knownOptions("tableOptions()", options, ["comment", "words"]) });
