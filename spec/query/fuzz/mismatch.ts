/** An answer that is not the reference's. */

import type { Result } from "./reference/set.js";

export class Mismatch extends Error {}

export const expectSame = (what: string, expected: unknown, got: unknown): void => {
  if (expected !== got) throw new Mismatch(`${what}: expected ${String(expected)}, got ${String(got)}`);
};

/** Equal rows in an equal order; those that the order does not tell apart may change places. */
export const expectRows = (what: string, { rows, ties }: Pick<Result, "rows" | "ties">, got: readonly string[]): void => {
  const settled: string[] = [];
  const found: string[] = [];
  for (let from = 0; from < rows.length;) {
    let to = from + 1;
    while (to < rows.length && ties(rows[from] as Result["rows"][number], rows[to] as Result["rows"][number])) to++;
    settled.push(
      ...rows
        .slice(from, to)
        .map(({ text }) => text)
        .sort(),
    );
    found.push(...got.slice(from, to).sort());
    from = to;
  }
  found.push(...got.slice(rows.length));
  if (settled.length === found.length && settled.every((text, index) => text === found[index])) return;
  throw new Mismatch(`${what}:\n  expected${listed(settled)}\n  got${listed(found)}`);
};
const listed = (texts: readonly string[]): string => (texts.length === 0 ? " no rows" : texts.map((text) => `\n    ${text}`).join(""));
