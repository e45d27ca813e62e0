/** Finds and replaces names in SQL without touching strings, comments or functions of the same name. */

import type { SqlTexts } from "flash-db/internal";

const token =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[\s\S]/g;

const named = (piece: string): string | null =>
  piece.startsWith('"') ? piece.slice(1, -1).replaceAll('""', '"') : /^[A-Za-z_\u0080-\uffff]/.test(piece) ? piece.toLowerCase() : null;

/** A word before a parenthesis is a function. */
const calls = (text: string, end: number): boolean => /^\s*\(/.test(text.slice(end, end + 20));

/** Whether the SQL mentions this column. */
export const mentions = (texts: SqlTexts, column: string): boolean =>
  Object.values(texts).some((text) => replaceName(text, column, null) !== text);

/** The SQL with the column renamed. */
export const renamedIn = (texts: SqlTexts, from: string, to: string): SqlTexts =>
  Object.fromEntries(Object.entries(texts).map(([dialect, text]) => [dialect, replaceName(text, from, to)]));

const replaceName = (text: string, from: string, to: string | null): string =>
  text.replace(token, (piece: string, ...rest: unknown[]) => {
    const offset = rest.find((value) => typeof value === "number") ?? 0;
    if (named(piece) !== from || (!piece.startsWith('"') && calls(text, offset + piece.length))) return piece;
    if (to === null) return "";
    return piece.startsWith('"') || !/^[a-z_][a-z0-9_]*$/.test(to) ? `"${to.replaceAll('"', '""')}"` : to;
  });
