/** PostgreSQL's text form of arrays, `{1,NULL,"a \"b\""}`: written and read. */

import { InvalidValue } from "../../errors.js";
import { describe } from "../../support/describe.js";

/** Elements are encoded cells; texts that are array literals themselves are nested when `nested` is set. */
export function arrayLiteral(cells: readonly unknown[], nested = false): string {
  let text = "{";
  for (let at = 0; at < cells.length; at++) {
    if (at > 0) text += ",";
    text += element(cells[at], nested);
  }
  return `${text}}`;
}

/** Tested first: most texts need no escaping, and `replace` takes five times as long. */
const SPECIAL = /["\\]/;

function element(cell: unknown, nested: boolean): string {
  if (cell === null || cell === undefined) return "NULL";
  if (typeof cell === "string") return nested ? cell : SPECIAL.test(cell) ? `"${cell.replace(/["\\]/g, "\\$&")}"` : `"${cell}"`;
  if (cell instanceof Uint8Array) return `"\\\\x${Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex")}"`;
  return scalarText(cell);
}

/** Numbers, bigints and booleans in PostgreSQL's syntax; codecs produce nothing else. */
export function scalarText(cell: unknown): string {
  if (typeof cell === "number" || typeof cell === "bigint" || typeof cell === "boolean") return String(cell);
  throw new InvalidValue(`expected a value that a codec made, got ${describe(cell)}`);
}

export type ArrayText = readonly (string | null | ArrayText)[];

/** Parses the elements as texts. Bounds before the braces (`[2:3]={…}`) are ignored. */
export function parseArray(text: string): ArrayText {
  let at = text.startsWith("[") ? text.indexOf("=") + 1 : 0;
  const list = (): ArrayText => {
    const elements: (string | null | ArrayText)[] = [];
    at++;
    while (at < text.length) {
      const char = text[at];
      if (char === "}") {
        at++;
        return elements;
      }
      if (char === ",") at++;
      else if (char === "{") elements.push(list());
      else if (char === '"') elements.push(quoted());
      else elements.push(bare());
    }
    throw new InvalidValue(`expected an array in the database, got ${JSON.stringify(text)}`);
  };
  const quoted = (): string => {
    const start = ++at;
    let escapes = false;
    while (at < text.length && text[at] !== '"') {
      if (text[at] === "\\") {
        escapes = true;
        at++;
      }
      at++;
    }
    const found = text.slice(start, at++);
    return escapes ? found.replace(/\\(.)/gs, "$1") : found;
  };
  const bare = (): string | null => {
    const start = at;
    while (at < text.length && text[at] !== "," && text[at] !== "}") at++;
    const found = text.slice(start, at);
    return found === "NULL" ? null : found;
  };
  if (text[at] !== "{") throw new InvalidValue(`expected an array in the database, got ${JSON.stringify(text)}`);
  return list();
}
