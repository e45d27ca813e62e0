/** Prints the parts of migration files as TypeScript: SQL, columns, constraints and indexes. */

import {
  type CheckPicture,
  type ColumnPicture,
  type DataType,
  foreignKeyName,
  type ForeignKeyPicture,
  indexName,
  type IndexPart,
  type IndexPicture,
  type SqlTexts,
  type TableName,
  type TablePicture,
  uniqueName,
  type UniquePicture,
} from "flash-db/internal";
import type { Constraint, Printer } from "./contracts.js";
import { tableText } from "./pictures.js";

export const text = (value: string): string => JSON.stringify(value);
export const tableWord = (name: TableName): string => text(tableText(name));
export const list = (values: readonly string[]): string => `[${values.map(text).join(", ")}]`;

/** `{ a: 1, b: 2 }` from the given parts; null without any. */
export const options = (parts: readonly (string | null)[]): string | null => {
  const given = parts.filter((part) => part !== null);
  return given.length === 0 ? null : `{ ${given.join(", ")} }`;
};
export const call = (name: string, parts: readonly (string | null)[]): string =>
  `${name}(${parts.filter((part) => part !== null).join(", ")})`;

const template = (sql: string, printer: Printer): string =>
  `${printer.use("sql")}\`${sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;

/** An expression: a single template if all databases have the same SQL. */
export const sqlWord = (texts: SqlTexts, printer: Printer): string => {
  const shown = printer.dialects.flatMap((dialect) => (texts[dialect] === undefined ? [] : [[dialect, texts[dialect]] as const]));
  const [first] = shown;
  if (first !== undefined && shown.length === printer.dialects.length && shown.every(([, one]) => one === first[1]))
    return template(first[1], printer);
  return `{ ${shown.map(([dialect, one]) => `${dialect}: ${template(one, printer)}`).join(", ")} }`;
};

const property = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name));

/** `t.text()`, without traits. */
export const typeWord = (type: DataType, printer: Printer): string => {
  const t = printer.use("t");
  switch (type.kind) {
    case "text":
    case "smallint":
    case "bigint":
    case "real":
    case "double":
    case "boolean":
    case "uuid":
    case "timestamp":
    case "date":
    case "time":
    case "duration":
    case "json":
    case "bytes":
      return `${t}.${type.kind}()`;
    case "integer":
      return type.wide === true ? `${t}.key()` : `${t}.integer()`;
    case "varchar":
      return `${t}.varchar(${type.length})`;
    case "decimal":
      return type.precision === null ? `${t}.native("numeric")` : `${t}.decimal(${type.precision}, ${type.scale ?? 0})`;
    case "enum":
      return `${t}.enum(${list(type.values)})`;
    case "array":
      return `${t}.array(${typeWord(type.of, printer)})`;
    case "custom":
      return `${t}.native(${text(type.sql)})`;
    case "unknown":
      return `${t}.native("text")`;
  }
};

const isCounted = (column: ColumnPicture, key: boolean): "id" | "bigid" | null => {
  if (!key || column.identity !== "byDefault") return null;
  if (column.type.kind === "integer" && column.type.wide === true) return "id";
  return column.type.kind === "bigint" ? "bigid" : null;
};

const sameEverywhere = (texts: SqlTexts, printer: Printer): boolean => !sqlWord(texts, printer).startsWith("{");

/** The constraints of a column that the chain can express. */
export interface ColumnTraits {
  readonly key: boolean;
  /** The type declares the key itself: `t.id()`. */
  readonly loneKey: boolean;
  readonly unique: boolean;
  readonly index: boolean;
}
export const noTraits: ColumnTraits = { key: false, loneKey: false, unique: false, index: false };

export const columnWord = (column: ColumnPicture, traits: ColumnTraits, printer: Printer): string => {
  const counted = isCounted(column, traits.key && traits.loneKey);
  const inChain = column.default !== null && sameEverywhere(column.default, printer);
  const generated = column.generated;
  const generatedInChain = generated !== null && generated.stored && sameEverywhere(generated.expression, printer);
  const chain = [
    counted === null ? typeWord(column.type, printer) : `${printer.use("t")}.${counted}()`,
    ...(counted === null && traits.key ? [".primaryKey()"] : []),
    ...(column.nullable ? [".nullable()"] : []),
    ...(column.collation === null ? [] : [`.collate(${text(column.collation)})`]),
    ...(column.default !== null && inChain ? [`.dbDefault(${sqlWord(column.default, printer)})`] : []),
    ...(generatedInChain ? [`.generated(${sqlWord(generated.expression, printer)})`] : []),
    ...(traits.unique ? [".unique()"] : []),
    ...(traits.index ? [".index()"] : []),
  ].join("");
  const rest = options([
    column.default !== null && !inChain ? `default: ${sqlWord(column.default, printer)}` : null,
    generated !== null && !generatedInChain ? `generated: ${sqlWord(generated.expression, printer)}` : null,
    generated !== null && !generatedInChain && !generated.stored ? "stored: false" : null,
    column.identity !== null && counted === null ? `identity: ${text(column.identity)}` : null,
    column.comment === null ? null : `comment: ${text(column.comment)}`,
  ]);
  return rest === null ? chain : call(printer.use("column"), [chain, rest]);
};

const named = (name: string | null, usual: string | null): string | null =>
  name === null || name === usual ? null : `name: ${text(name)}`;
const given = (key: string, value: string | null, usual: string | null): string | null =>
  value === usual || value === null ? null : `${key}: ${text(value)}`;

export const uniqueWord = (table: TableName, unique: UniquePicture, printer: Printer): string =>
  call(printer.use("unique"), [
    list(unique.columns),
    options([
      named(unique.name, uniqueName(table.name, unique.columns)),
      unique.include.length === 0 ? null : `include: ${list(unique.include)}`,
      unique.nullsNotDistinct ? "nullsNotDistinct: true" : null,
      given("deferrable", unique.deferrable, null),
    ]),
  ]);

export const checkWord = (check: CheckPicture, printer: Printer): string =>
  call(printer.use("check"), [text(check.name), sqlWord(check.condition, printer), check.valid ? null : "{ valid: false }"]);

export const foreignKeyWord = (table: TableName, key: ForeignKeyPicture, printer: Printer): string => {
  const [column] = key.columns;
  const [referenced] = key.referencedColumns;
  const single = key.columns.length === 1 && column !== undefined && referenced !== undefined;
  return call(printer.use("foreignKey"), [
    ...(single
      ? [text(column), text(`${tableText(key.references)}.${referenced}`)]
      : [list(key.columns), tableWord(key.references), list(key.referencedColumns)]),
    options([
      named(key.name, single ? foreignKeyName(table.name, column) : null),
      given("onDelete", key.onDelete, "nothing"),
      given("onUpdate", key.onUpdate, "nothing"),
      given("deferrable", key.deferrable, null),
      key.valid ? null : "valid: false",
    ]),
  ]);
};

const partWord = (part: IndexPart, printer: Printer): string => {
  const rest = options([
    part.descending ? "descending: true" : null,
    given("nulls", part.nulls, null),
    given("collation", part.collation, null),
    given("operatorClass", part.operatorClass, null),
  ]);
  if (part.column !== null && rest === null) return text(part.column);
  return call(printer.use("part"), [part.column === null ? sqlWord(part.expression ?? {}, printer) : text(part.column), rest]);
};

/** Names of the columns of an index that consists of columns only. */
export const plainColumns = (index: IndexPicture): readonly string[] | null => {
  const names = index.parts.map((part) => part.column);
  return names.every((name) => name !== null) ? names : null;
};

export const indexWord = (table: TableName, index: IndexPicture, printer: Printer): string => {
  const columns = plainColumns(index);
  return call(printer.use("index"), [
    `[${index.parts.map((part) => partWord(part, printer)).join(", ")}]`,
    options([
      named(index.name, columns === null ? null : indexName(table.name, columns)),
      index.unique ? "unique: true" : null,
      index.where === null ? null : `where: ${sqlWord(index.where, printer)}`,
      given("method", index.method, "btree"),
      index.include.length === 0 ? null : `include: ${list(index.include)}`,
      index.nullsNotDistinct ? "nullsNotDistinct: true" : null,
    ]),
  ]);
};

export const constraintWord = (table: TableName, constraint: Constraint, printer: Printer): string => {
  switch (constraint.kind) {
    case "primaryKey":
      return call(printer.use("primaryKey"), [list(constraint.columns), options([named(constraint.name, null)])]);
    case "unique":
      return uniqueWord(table, constraint, printer);
    case "check":
      return checkWord(constraint, printer);
    case "foreignKey":
      return foreignKeyWord(table, constraint, printer);
  }
};

/** The columns of a table, one per line. */
export const columnsWord = (table: TablePicture, traits: (column: ColumnPicture) => ColumnTraits, printer: Printer): string =>
  `{\n${table.columns.map((column) => `    ${property(column.name)}: ${columnWord(column, traits(column), printer)},\n`).join("")}  }`;
