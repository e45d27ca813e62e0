/** Constructors of the schema operations of a migration. */

import { knownOptions, nonEmptyText, refuseArgument } from "../metadata/argument.js";
import { columnItem, fieldOf } from "./columns.js";
import type {
  ColumnChanges,
  ColumnField,
  ColumnItem,
  ConstraintItem,
  FillOption,
  IndexItem,
  ItemOf,
  SequenceOptions,
  TableItem,
  TableOptions,
} from "./contracts.js";

const tableText = (place: string, name: string): string => nonEmptyText(place, name, "the table's name");
const columnText = (place: string, name: string): string => nonEmptyText(place, name, "the column's name");
const nameText = (place: string, name: string): string => nonEmptyText(place, name, "a name");

/**
 * Creates a table; `"auth.users"` includes a schema.
 * @example addTable("books", { id: t.id(), title: t.text().unique(), author_id: t.key() }, foreignKey("author_id", "authors.id"))
 */
export const addTable = (
  table: string,
  columns: Readonly<Record<string, ColumnField | ColumnItem>>,
  ...items: readonly TableItem[]
): ItemOf<"addTable"> => {
  if (typeof columns !== "object" || columns === null || Object.keys(columns).length === 0)
    return refuseArgument("addTable()", "the columns by name, { id: t.id(), … }", columns);
  return Object.freeze({
    kind: "addTable",
    table: tableText("addTable()", table),
    columns: Object.freeze(
      Object.fromEntries(Object.entries(columns).map(([name, given]) => [name, columnItem(`addTable("${table}"), column ${name}`, given)])),
    ),
    items: Object.freeze(items),
  });
};

/** Drops a table and its rows. */
export const dropTable = (table: string): ItemOf<"dropTable"> =>
  Object.freeze({ kind: "dropTable", table: tableText("dropTable()", table) });

/** Renames a table and keeps its rows. */
export const renameTable = (from: string, to: string): ItemOf<"renameTable"> =>
  Object.freeze({ kind: "renameTable", from: tableText("renameTable()", from), to: tableText("renameTable()", to) });

/** Changes a table's comment, or the SQL after the closing parenthesis of its CREATE TABLE. */
export const alterTable = (table: string, options: TableOptions): ItemOf<"alterTable"> =>
  Object.freeze({
    kind: "alterTable",
    table: tableText("alterTable()", table),
    options: knownOptions("alterTable()", options, ["comment", "words"]),
  });

/**
 * Adds a column; `fill` is the value for existing rows.
 * @example addColumn("users", "age", t.integer(), { fill: 0 })
 */
export const addColumn = (table: string, name: string, type: ColumnField | ColumnItem, options: FillOption = {}): ItemOf<"addColumn"> =>
  Object.freeze({
    kind: "addColumn",
    table: tableText("addColumn()", table),
    name: columnText("addColumn()", name),
    column: columnItem(`addColumn("${table}", "${name}")`, type),
    fill: knownOptions("addColumn()", options, ["fill"]).fill ?? null,
  });

/** Drops a column and its values. */
export const dropColumn = (table: string, name: string): ItemOf<"dropColumn"> =>
  Object.freeze({ kind: "dropColumn", table: tableText("dropColumn()", table), name: columnText("dropColumn()", name) });

/** Renames a column and keeps its values. */
export const renameColumn = (table: string, from: string, to: string): ItemOf<"renameColumn"> =>
  Object.freeze({
    kind: "renameColumn",
    table: tableText("renameColumn()", table),
    from: columnText("renameColumn()", from),
    to: columnText("renameColumn()", to),
  });

/**
 * Changes a column; omitted properties are not changed.
 * @example alterColumn("users", "name", { type: t.varchar(80), nullable: false, fill: "" })
 */
export const alterColumn = (table: string, name: string, changes: ColumnChanges): ItemOf<"alterColumn"> => {
  const place = `alterColumn("${table}", "${name}")`;
  const { type, ...others } = knownOptions<ColumnChanges>(place, changes, [
    "type",
    "nullable",
    "default",
    "generated",
    "stored",
    "identity",
    "collation",
    "comment",
    "using",
    "fill",
  ]);
  return Object.freeze({
    kind: "alterColumn",
    table: tableText("alterColumn()", table),
    name: columnText("alterColumn()", name),
    type: type === undefined ? null : fieldOf(place, type),
    changes: Object.freeze(others),
  });
};

/** Adds a constraint: `addConstraint("posts", unique(["author_id", "slug"]))`. */
export const addConstraint = (table: string, item: ConstraintItem): ItemOf<"addConstraint"> =>
  Object.freeze({ kind: "addConstraint", table: tableText("addConstraint()", table), item });

/** Drops a constraint by name; an unnamed primary key by `"primary key"`. */
export const dropConstraint = (table: string, name: string): ItemOf<"dropConstraint"> =>
  Object.freeze({ kind: "dropConstraint", table: tableText("dropConstraint()", table), name: nameText("dropConstraint()", name) });

/** Renames a constraint. */
export const renameConstraint = (table: string, from: string, to: string): ItemOf<"renameConstraint"> =>
  Object.freeze({
    kind: "renameConstraint",
    table: tableText("renameConstraint()", table),
    from: nameText("renameConstraint()", from),
    to: nameText("renameConstraint()", to),
  });

/** Adds an index: `addIndex("posts", index(["author_id"]))`. */
export const addIndex = (table: string, item: IndexItem): ItemOf<"addIndex"> =>
  Object.freeze({ kind: "addIndex", table: tableText("addIndex()", table), item });

/** Drops an index by name. */
export const dropIndex = (table: string, name: string): ItemOf<"dropIndex"> =>
  Object.freeze({ kind: "dropIndex", table: tableText("dropIndex()", table), name: nameText("dropIndex()", name) });

/** Renames an index. */
export const renameIndex = (table: string, from: string, to: string): ItemOf<"renameIndex"> =>
  Object.freeze({
    kind: "renameIndex",
    table: tableText("renameIndex()", table),
    from: nameText("renameIndex()", from),
    to: nameText("renameIndex()", to),
  });

/** Creates a native enum type with these values. */
export const addEnum = (name: string, values: readonly string[]): ItemOf<"addEnum"> =>
  Object.freeze({ kind: "addEnum", name: nameText("addEnum()", name), values: Object.freeze([...values]) });

/** Drops a native enum type. */
export const dropEnum = (name: string): ItemOf<"dropEnum"> => Object.freeze({ kind: "dropEnum", name: nameText("dropEnum()", name) });

/** Changes the values of a native enum type; `renamed` maps old values to new names. */
export const alterEnum = (
  name: string,
  values: readonly string[],
  options: { readonly renamed?: Readonly<Record<string, string>> | undefined } = {},
): ItemOf<"alterEnum"> =>
  Object.freeze({
    kind: "alterEnum",
    name: nameText("alterEnum()", name),
    values: Object.freeze([...values]),
    renamed: Object.freeze({ ...knownOptions("alterEnum()", options, ["renamed"]).renamed }),
  });

/** Creates a sequence that does not belong to a column. */
export const addSequence = (name: string, options: SequenceOptions = {}): ItemOf<"addSequence"> => {
  const { type, ...others } = knownOptions<SequenceOptions>("addSequence()", options, [
    "type",
    "start",
    "increment",
    "minimum",
    "maximum",
    "cycle",
    "ownedBy",
  ]);
  return Object.freeze({
    kind: "addSequence",
    name: nameText("addSequence()", name),
    type: type === undefined ? null : fieldOf("addSequence()", type),
    options: Object.freeze(others),
  });
};

/** Drops a sequence. */
export const dropSequence = (name: string): ItemOf<"dropSequence"> =>
  Object.freeze({ kind: "dropSequence", name: nameText("dropSequence()", name) });
