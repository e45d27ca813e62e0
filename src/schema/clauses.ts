/** Clauses of DDL, one function per kind of object in a picture. */

import type { Dialect } from "../database/contracts.js";
import type { TableName } from "../sql/nodes.js";
import type {
  CheckPicture,
  ColumnPicture,
  Deferrable,
  ForeignKeyAction,
  ForeignKeyPicture,
  IndexPart,
  IndexPicture,
  PrimaryKeyPicture,
  SqlTexts,
  TablePicture,
  UniquePicture,
} from "./picture.js";

/** A name with its schema, if the database has schemas. */
export const qualified = ({ schema, name }: TableName, dialect: Dialect): string =>
  schema !== null && dialect.features.schemas ? `${dialect.quote(schema)}.${dialect.quote(name)}` : dialect.quote(name);

export const columnList = (columns: readonly string[], dialect: Dialect): string =>
  `(${columns.map((column) => dialect.quote(column)).join(", ")})`;

/** The SQL of this database; undefined if it does not support the object. */
const textOf = (texts: SqlTexts | null, dialect: Dialect): string | undefined => texts?.[dialect.name];

/**
 * The column in CREATE TABLE or after ADD COLUMN. With `key`, it is an identity column and the whole primary key, which is declared here
 * too.
 */
export const columnClause = (column: ColumnPicture, dialect: Dialect, key = false): string => {
  const name = dialect.quote(column.name);
  if (column.identity !== null) return `${name} ${dialect.schema.identity(column.type, column.identity, key)}`;
  const collation = collationOf(column, dialect);
  const value = textOf(column.default, dialect);
  const generated = textOf(column.generated?.expression ?? null, dialect);
  return [
    `${name} ${dialect.schema.typeName(column.type)}`,
    ...(collation === null ? [] : [`COLLATE ${collation}`]),
    ...(value === undefined ? [] : [`DEFAULT (${value})`]),
    ...(generated === undefined ? [] : [`GENERATED ALWAYS AS (${generated}) ${column.generated?.stored === false ? "VIRTUAL" : "STORED"}`]),
    ...(column.nullable ? [] : ["NOT NULL"]),
  ]
    .join(" ")
    .trimEnd();
};

/** The collation after COLLATE, or null for none. */
export const collationOf = ({ type, collation }: Pick<ColumnPicture, "type" | "collation">, dialect: Dialect): string | null =>
  collation === null ? dialect.schema.defaultCollation(type) : dialect.quote(collation);

/** The identity column that is the whole primary key, if any; its definition then declares the key. */
export const countedKey = ({ columns, primaryKey }: TablePicture): ColumnPicture | null => {
  if (primaryKey?.name !== null || primaryKey.columns.length !== 1) return null;
  return columns.find((column) => column.identity !== null && column.name === primaryKey.columns[0]) ?? null;
};

const named = (name: string | null, text: string, dialect: Dialect): string =>
  name === null || name === "" ? text : `CONSTRAINT ${dialect.quote(name)} ${text}`;

const including = (columns: readonly string[], dialect: Dialect): string =>
  columns.length === 0 ? "" : ` INCLUDE ${columnList(columns, dialect)}`;

const deferring = (deferrable: Deferrable): string =>
  deferrable === null ? "" : ` DEFERRABLE INITIALLY ${deferrable === "deferred" ? "DEFERRED" : "IMMEDIATE"}`;

const notValid = (valid: boolean): string => (valid ? "" : " NOT VALID");

export const primaryKeyClause = ({ name, columns }: PrimaryKeyPicture, dialect: Dialect): string =>
  named(name, `PRIMARY KEY ${columnList(columns, dialect)}`, dialect);

/** A unique constraint without features that the database lacks. */
export const plainUnique = (unique: UniquePicture, dialect: Dialect): UniquePicture =>
  dialect.schema.richIndexes ? unique : { ...unique, include: [], nullsNotDistinct: false, deferrable: null };

/** An index without features that the database lacks. */
export const plainIndex = (index: IndexPicture, dialect: Dialect): IndexPicture =>
  dialect.schema.richIndexes
    ? index
    : {
        ...index,
        method: "btree",
        include: [],
        nullsNotDistinct: false,
        parts: index.parts.map((part) => ({ ...part, nulls: null, operatorClass: null })),
      };

export const uniqueClause = (given: UniquePicture, dialect: Dialect): string => {
  const unique = plainUnique(given, dialect);
  return named(
    unique.name,
    `UNIQUE${unique.nullsNotDistinct ? " NULLS NOT DISTINCT" : ""} ${columnList(unique.columns, dialect)}${including(unique.include, dialect)}${deferring(unique.deferrable)}`,
    dialect,
  );
};

/** Returns null if this database lacks the check. */
export const checkClause = ({ name, condition, valid }: CheckPicture, dialect: Dialect): string | null => {
  const text = textOf(condition, dialect);
  return text === undefined ? null : named(name, `CHECK (${text})${notValid(valid)}`, dialect);
};

const actions: { readonly [K in ForeignKeyAction]: string | null } = {
  cascade: "CASCADE",
  setNull: "SET NULL",
  setDefault: "SET DEFAULT",
  restrict: "RESTRICT",
  nothing: null,
};
const acting = (event: "DELETE" | "UPDATE", action: ForeignKeyAction): string =>
  actions[action] === null ? "" : ` ON ${event} ${actions[action]}`;

export const foreignKeyClause = (key: ForeignKeyPicture, dialect: Dialect): string =>
  named(
    key.name,
    [
      `FOREIGN KEY ${columnList(key.columns, dialect)} REFERENCES ${qualified(key.references, dialect)} ${columnList(key.referencedColumns, dialect)}`,
      acting("DELETE", key.onDelete),
      acting("UPDATE", key.onUpdate),
      deferring(key.deferrable),
      notValid(key.valid),
    ].join(""),
    dialect,
  );

const indexPart = (part: IndexPart, dialect: Dialect): string =>
  [
    part.column === null ? `(${textOf(part.expression, dialect) ?? ""})` : dialect.quote(part.column),
    ...(part.collation === null ? [] : [`COLLATE ${dialect.quote(part.collation)}`]),
    ...(part.operatorClass === null ? [] : [part.operatorClass]),
    ...(part.descending ? ["DESC"] : []),
    ...(part.nulls === null ? [] : [`NULLS ${part.nulls.toUpperCase()}`]),
  ].join(" ");

/** CREATE INDEX; with `concurrently`, without blocking writes. */
export const indexStatement = (table: TableName, given: IndexPicture, dialect: Dialect, concurrently = false): string => {
  const index = plainIndex(given, dialect);
  const where = textOf(index.where, dialect);
  return [
    `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${concurrently ? "CONCURRENTLY " : ""}${dialect.quote(index.name)} ON ${qualified(table, dialect)} `,
    index.method === "btree" ? "" : `USING ${dialect.quote(index.method)} `,
    `(${index.parts.map((part) => indexPart(part, dialect)).join(", ")})`,
    including(index.include, dialect),
    index.nullsNotDistinct ? " NULLS NOT DISTINCT" : "",
    where === undefined ? "" : ` WHERE ${where}`,
  ].join("");
};
