/** Reads a SQLite database into a picture, from the statements that it stores. */

import {
  type CheckPicture,
  type ColumnPicture,
  type DataType,
  inOrder,
  type SchemaPicture,
  type SqlTexts,
  type TablePicture,
  type UnmanagedObject,
} from "flash-db/internal";
import type { DatabaseSession } from "../session.js";
import { readIndexStatement } from "./index-statement.js";
import { readTableStatement, type StatedColumn } from "./table-statement.js";
import { typeOfName } from "./types.js";

interface Stored {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

const OURS = `name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

export const readSqlite = async (session: DatabaseSession): Promise<SchemaPicture> => {
  const rows = await session.rows(`SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND ${OURS} ORDER BY name`);
  return pictureOfStored(
    rows.map(([type, name, table, sql]) => ({ type: String(type), name: String(name), table: String(table), sql: String(sql) })),
    (text) => ({ [session.dialect.name]: text }),
  );
};

const pictureOfStored = (stored: readonly Stored[], texts: (text: string) => SqlTexts): SchemaPicture => {
  const virtual = (one: Stored): boolean => /^\s*CREATE\s+VIRTUAL\b/i.test(one.sql);
  const tables = stored
    .filter((one) => one.type === "table" && !virtual(one))
    .map((one): TablePicture => {
      const stated = readTableStatement(one.sql, texts);
      const names = new Set(stated.columns.map((column) => column.name));
      return {
        name: { schema: null, name: one.name },
        columns: stated.columns.map((column) => columnOf(column, stated.checks, texts)),
        primaryKey: stated.primaryKey,
        uniques: stated.uniques,
        checks: stated.checks,
        indexes: stored
          .filter((index) => index.type === "index" && index.table === one.name)
          .map((index) => readIndexStatement(index.sql, names, texts)),
        foreignKeys: stated.foreignKeys,
        comment: null,
        options: stated.options === null ? null : texts(stated.options),
      };
    });
  const unmanaged = stored
    .filter((one) => one.type === "view" || one.type === "trigger" || virtual(one))
    .map((one): UnmanagedObject => ({
      kind: one.type === "table" ? "virtual table" : one.type,
      name: { schema: null, name: one.name },
      table: one.type === "trigger" ? { schema: null, name: one.table } : null,
      definition: one.sql,
    }));
  return { tables: inOrder(withTargets(tables)), enums: [], sequences: [], unmanaged };
};

const columnOf = (column: StatedColumn, checks: readonly CheckPicture[], texts: (text: string) => SqlTexts): ColumnPicture => ({
  name: column.name,
  type: enumType(column, checks, texts) ?? typeOfName(column.type),
  nullable: column.nullable && !column.autoIncrement,
  identity: column.autoIncrement ? "byDefault" : null,
  default: column.default === null ? null : texts(column.default),
  generated: column.generated === null ? null : { expression: texts(column.generated.text), stored: column.generated.stored },
  collation: column.collation,
  comment: null,
});

/** The members of an enum are in its check. */
const enumType = (column: StatedColumn, checks: readonly CheckPicture[], texts: (text: string) => SqlTexts): DataType | null => {
  if (column.type !== "ENUM_TEXT") return null;
  const [name = ""] = Object.keys(texts(""));
  const beginning = `"${column.name.replaceAll('"', '""')}" IN (`;
  const list = checks.map((check) => check.condition[name] ?? "").find((text) => text.startsWith(beginning) && text.endsWith(")"));
  if (list === undefined) return null;
  const values = [...list.slice(beginning.length, -1).matchAll(/'((?:[^']|'')*)'/g)].map(([, value = ""]) => value.replaceAll("''", "'"));
  return { kind: "enum", values };
};

/** A reference without columns refers to the primary key. */
const withTargets = (tables: readonly TablePicture[]): readonly TablePicture[] =>
  tables.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys.map((key) =>
      key.referencedColumns.length > 0
        ? key
        : { ...key, referencedColumns: tables.find((other) => other.name.name === key.references.name)?.primaryKey?.columns ?? [] },
    ),
  }));
