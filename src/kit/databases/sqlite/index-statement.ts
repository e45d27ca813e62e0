/** Parses a stored CREATE INDEX. */

import type { IndexPart, IndexPicture, SqlTexts } from "flash-db/internal";
import { type Token, TokenReader } from "./tokens.js";

/** `columns`: names of the table's columns, to distinguish columns from expressions. */
export const readIndexStatement = (sql: string, columns: ReadonlySet<string>, texts: (text: string) => SqlTexts): IndexPicture => {
  const reader = new TokenReader(sql);
  reader.takes("CREATE");
  const unique = reader.takes("UNIQUE");
  reader.takes("INDEX");
  reader.takes("IF", "NOT", "EXISTS");
  const name = reader.next().text;
  while (!reader.sees("(")) reader.next();
  const parts = reader.list().map((part) => partOf(part, columns, texts));
  const where = reader.takes("WHERE") ? reader.rest() : null;
  return {
    name,
    method: "btree",
    parts,
    include: [],
    unique,
    nullsNotDistinct: false,
    where: where === null ? null : texts(where),
    valid: true,
  };
};

const ENDS = ["COLLATE", "ASC", "DESC"];

const partOf = (reader: TokenReader, columns: ReadonlySet<string>, texts: (text: string) => SqlTexts): IndexPart => {
  const first = reader.peek();
  const inner = reader.sees("(") ? reader.parenthesised() : null;
  let last: Token | undefined;
  while (!reader.done && !ENDS.some((word) => reader.sees(word))) last = reader.next();
  const column = inner === null && first !== undefined && last === first && columns.has(first.text) ? first.text : null;
  const whole = first === undefined || last === undefined ? "" : reader.slice(first, last);
  const collation = reader.takes("COLLATE") ? reader.next().text : null;
  return {
    column,
    expression: column === null ? texts(inner !== null && last === undefined ? inner : whole) : null,
    descending: reader.takes("DESC"),
    nulls: null,
    collation,
    operatorClass: null,
  };
};
