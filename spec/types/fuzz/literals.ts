/** Values as code: of a kind of column, and of another one. */

import type { Choices } from "../../query/fuzz/choices.js";
import type { Column, Kind } from "./shapes.js";

const fixed: Readonly<Record<Exclude<Kind, "enum">, string>> = {
  text: '"a1"',
  varchar: '"a1"',
  integer: "1",
  smallint: "1",
  bigint: "1n",
  real: "1.5",
  double: "1.5",
  decimal: '"1.50"',
  boolean: "true",
  uuid: '"018f0000-0000-7000-8000-000000000001"',
  timestamp: 'new Date("2024-02-29T10:30:00Z")',
  date: '"2024-02-29"',
  time: '"10:30:00"',
  duration: "1000",
  json: "{ size: 1 }",
  bytes: "new Uint8Array([1])",
  array: '["a"]',
  custom: "null",
  unknown: "null",
};
/** A value that the column takes. */
export const literal = (column: Pick<Column, "kind" | "words">): string =>
  column.kind === "enum" ? JSON.stringify(column.words[0]) : fixed[column.kind];

const texts: ReadonlySet<Kind> = new Set(["text", "varchar", "decimal", "uuid", "date", "time", "enum"]);
export const isText = (kind: Kind): boolean => texts.has(kind);
const others = ["1", "1n", "true", "new Date(0)", '["a"]', "[1]"] as const;
/**
 * A value of any type. A text only where any text will do, since types do not tell a day from a name; null only for a column that may hold it,
 * since the run time compares any column with null. JSON may hold anything.
 */
export const anyLiteral = (c: Choices, column: Column): string => (column.kind === "json" ? literal(column) : other(c, column));
const other = (c: Choices, { kind, nullable }: Column): string =>
  c.pick([...others, ...(kind === "text" || kind === "varchar" || !isText(kind) ? ['"x"'] : []), ...(nullable ? ["null"] : [])]);
