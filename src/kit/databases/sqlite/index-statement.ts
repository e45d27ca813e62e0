/** Reads a stored CREATE INDEX. */

import type { IndexPart, IndexPicture, SqlTexts } from "flash-db/internal";
import { TokenReader } from "./tokens.js";

/** `columns`: names of the table's columns, which a part may be. */
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

const partOf = (reader: TokenReader, columns: ReadonlySet<string>, texts: (text: string) => SqlTexts): IndexPart => {
  const first = reader.peek();
  let text = "";
  if (reader.sees("(")) text = reader.parenthesised();
  let last = first;
  while (text === "" || !reader.done) {
    if (reader.done || reader.sees("COLLATE") || reader.sees("ASC") || reader.sees("DESC")) break;
    last = reader.next();
  }
  const column = first !== undefined && first === last && first.kind !== "string" && columns.has(first.text) ? first.text : null;
  if (first !== undefined && last !== undefined && (text === "" || last !== first)) text = reader.slice(first, last);
  const collation = reader.takes("COLLATE") ? reader.next().text : null;
  const descending = reader.takes("DESC");
  return { column, expression: column === null ? texts(text) : null, descending, nulls: null, collation, operatorClass: null };
};
