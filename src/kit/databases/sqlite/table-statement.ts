/** Parses a stored CREATE TABLE: names of constraints, SQL of checks and defaults, which no pragma returns. */

import type {
  CheckPicture,
  Deferrable,
  ForeignKeyAction,
  ForeignKeyPicture,
  PrimaryKeyPicture,
  SqlTexts,
  UniquePicture,
} from "flash-db/internal";
import { type Token, TokenReader } from "./tokens.js";

export interface StatedColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly autoIncrement: boolean;
  readonly default: string | null;
  readonly generated: { readonly text: string; readonly stored: boolean } | null;
  readonly collation: string | null;
}
export interface StatedTable {
  readonly columns: readonly StatedColumn[];
  readonly primaryKey: PrimaryKeyPicture | null;
  readonly uniques: readonly UniquePicture[];
  readonly checks: readonly CheckPicture[];
  readonly foreignKeys: readonly ForeignKeyPicture[];
  /** `STRICT`, `WITHOUT ROWID`; null for neither. */
  readonly options: string | null;
}

type Texts = (text: string) => SqlTexts;
interface Found {
  primaryKey: PrimaryKeyPicture | null;
  readonly uniques: UniquePicture[];
  readonly checks: CheckPicture[];
  readonly foreignKeys: ForeignKeyPicture[];
}

export const readTableStatement = (sql: string, texts: Texts): StatedTable => {
  const reader = new TokenReader(sql);
  while (!reader.sees("(")) reader.next();
  const found: Found = { primaryKey: null, uniques: [], checks: [], foreignKeys: [] };
  const columns: StatedColumn[] = [];
  for (const part of reader.list()) {
    if (["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].some((word) => part.sees(word))) tableConstraints(part, found, texts);
    else columns.push(columnOf(part, found, texts));
  }
  const options = reader.rest().replaceAll(/\s+/g, " ").toUpperCase();
  return { columns, ...found, options: options === "" ? null : options };
};

const STARTS = ["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"];

const columnOf = (reader: TokenReader, found: Found, texts: Texts): StatedColumn => {
  const name = reader.next().text;
  const type = typeText(reader);
  let column: StatedColumn = {
    name,
    type,
    nullable: true,
    autoIncrement: false,
    default: null,
    generated: null,
    collation: null,
  };
  while (!reader.done) column = columnConstraint(reader, column, found, texts);
  return column;
};

/** Everything before the first constraint. */
const typeText = (reader: TokenReader): string => {
  const first = reader.peek();
  let last: Token | null = null;
  while (!reader.done && !STARTS.some((word) => reader.sees(word))) {
    last = reader.next();
    if (last.kind === "mark" && last.text === "(") while (!(last.kind === "mark" && last.text === ")")) last = reader.next();
  }
  return first === undefined || last === null ? "" : reader.slice(first, last);
};

const constraintName = (reader: TokenReader): string | null => (reader.takes("CONSTRAINT") ? reader.next().text : null);

const columnConstraint = (reader: TokenReader, column: StatedColumn, found: Found, texts: Texts): StatedColumn => {
  const name = constraintName(reader);
  if (reader.takes("PRIMARY", "KEY")) {
    if (!reader.takes("ASC")) reader.takes("DESC");
    onConflict(reader);
    found.primaryKey = { name, columns: [column.name] };
    return reader.takes("AUTOINCREMENT") ? { ...column, autoIncrement: true } : column;
  }
  if (reader.takes("NOT", "NULL")) {
    onConflict(reader);
    return { ...column, nullable: false };
  }
  if (reader.takes("NULL")) return column;
  if (reader.takes("UNIQUE")) {
    onConflict(reader);
    found.uniques.push(uniqueOf(name, [column.name]));
    return column;
  }
  if (reader.takes("CHECK")) {
    found.checks.push(checkOf(name, reader.parenthesised(), texts));
    return column;
  }
  if (reader.takes("DEFAULT")) return { ...column, default: defaultText(reader) };
  if (reader.takes("COLLATE")) return { ...column, collation: reader.next().text };
  if (reader.sees("REFERENCES")) {
    found.foreignKeys.push(referenceOf(reader, name, [column.name]));
    return column;
  }
  reader.takes("GENERATED", "ALWAYS");
  if (reader.takes("AS")) {
    const text = reader.parenthesised();
    const stored = reader.takes("STORED");
    if (!stored) reader.takes("VIRTUAL");
    return { ...column, generated: { text, stored } };
  }
  reader.next();
  return column;
};

/** Removes the parentheses of an expression; a literal may have a sign. */
const defaultText = (reader: TokenReader): string => {
  if (reader.sees("(")) return reader.parenthesised();
  const first = reader.next();
  return first.text === "-" || first.text === "+" ? reader.slice(first, reader.next()) : reader.slice(first, first);
};

const onConflict = (reader: TokenReader): void => {
  if (reader.takes("ON", "CONFLICT")) reader.next();
};

const columnNames = (reader: TokenReader): readonly string[] => reader.list().map((part) => part.next().text);

const tableConstraints = (reader: TokenReader, found: Found, texts: Texts): void => {
  while (!reader.done) {
    const name = constraintName(reader);
    if (reader.takes("PRIMARY", "KEY")) {
      found.primaryKey = { name, columns: columnNames(reader) };
      onConflict(reader);
    } else if (reader.takes("UNIQUE")) {
      found.uniques.push(uniqueOf(name, columnNames(reader)));
      onConflict(reader);
    } else if (reader.takes("CHECK")) found.checks.push(checkOf(name, reader.parenthesised(), texts));
    else if (reader.takes("FOREIGN", "KEY")) found.foreignKeys.push(referenceOf(reader, name, columnNames(reader)));
    else reader.next();
  }
};

const uniqueOf = (name: string | null, columns: readonly string[]): UniquePicture => ({
  name: name ?? "",
  columns,
  include: [],
  nullsNotDistinct: false,
  deferrable: null,
});

const checkOf = (name: string | null, text: string, texts: Texts): CheckPicture => ({
  name: name ?? "",
  column: null,
  condition: texts(text),
  valid: true,
});

const referenceOf = (reader: TokenReader, name: string | null, columns: readonly string[]): ForeignKeyPicture => {
  reader.takes("REFERENCES");
  const table = reader.next().text;
  const referencedColumns = reader.sees("(") ? columnNames(reader) : [];
  let onDelete: ForeignKeyAction = "nothing";
  let onUpdate: ForeignKeyAction = "nothing";
  let deferrable: Deferrable = null;
  for (;;) {
    if (reader.takes("ON", "DELETE")) onDelete = actionOf(reader);
    else if (reader.takes("ON", "UPDATE")) onUpdate = actionOf(reader);
    else if (reader.takes("MATCH")) reader.next();
    else if (reader.takes("NOT", "DEFERRABLE")) deferrable = initially(reader, null);
    else if (reader.takes("DEFERRABLE")) deferrable = initially(reader, "immediate");
    else break;
  }
  return {
    name: name ?? "",
    columns,
    references: { schema: null, name: table },
    referencedColumns,
    onDelete,
    onUpdate,
    deferrable,
    valid: true,
  };
};

const initially = (reader: TokenReader, otherwise: Deferrable): Deferrable => {
  if (!reader.takes("INITIALLY")) return otherwise;
  return reader.next().text.toUpperCase() === "DEFERRED" && otherwise !== null ? "deferred" : otherwise;
};

const actionOf = (reader: TokenReader): ForeignKeyAction => {
  if (reader.takes("CASCADE")) return "cascade";
  if (reader.takes("RESTRICT")) return "restrict";
  if (reader.takes("SET", "NULL")) return "setNull";
  if (reader.takes("SET", "DEFAULT")) return "setDefault";
  reader.takes("NO", "ACTION");
  return "nothing";
};
