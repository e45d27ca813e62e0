/** The rows of a set, by every terminal that reads them. */

import { expectRows, expectSame } from "../mismatch.js";
import { evaluateSet, type Result, type ResultRow } from "../reference/set.js";
import { combining, has, query, textFrom, type Case, type Check, type Page } from "./case.js";

export const rows: Check = async (one) => {
  const got = await query(one.set).fetch(one.db);
  if (one.expected.undetermined) return expectSame("fetch()", one.expected.rows.length, got.length);
  expectRows(
    "fetch()",
    one.expected,
    got.map((row) => textFrom(one, row)),
  );
};
export const count: Check = async (one) => expectSame("count()", one.expected.rows.length, await query(one.set).count(one.db));
export const exists: Check = async (one) => expectSame("exists()", one.expected.rows.length > 0, await query(one.set).exists(one.db));

/** With the key behind the order, where there is one. */
const totalOf = ({ set, world }: Case): Result => evaluateSet(world, set, null, { total: true });
export const atEnd =
  (which: "first" | "last"): Check =>
  async (one) => {
    const total = totalOf(one);
    const ends = which === "first" ? total.rows.slice(0, 2) : total.rows.slice(-2);
    if (total.undetermined || (ends.length === 2 && total.ties(ends[0] as ResultRow, ends[1] as ResultRow))) return;
    const found = await query(one.set)[which](one.db);
    const wanted = which === "first" ? total.rows[0] : total.rows.at(-1);
    expectSame(`${which}()`, wanted?.text ?? "null", found === null && wanted === undefined ? "null" : textFrom(one, found));
  };

export const iterated: Check = async (one) => {
  if (one.expected.undetermined) return;
  const got: string[] = [];
  for await (const row of query(one.set).iterate(one.db, { chunkSize: 2 })) got.push(textFrom(one, row));
  expectRows("iterate()", one.expected, got);
};

export const pages =
  (forward: boolean): Check =>
  async (one) => {
    if (one.expected.undetermined || has(one, "slice", ...combining)) return;
    const got: string[] = [];
    let cursor: string | null = null;
    for (let number = 0; number <= one.expected.rows.length; number++) {
      const request: object = forward
        ? { first: 2, ...(cursor === null ? {} : { after: cursor }) }
        : { last: 2, ...(cursor === null ? {} : { before: cursor }) };
      const page: Page = await query(one.set).paginate(one.db, request);
      const texts = page.items.map((row) => textFrom(one, row));
      if (forward) got.push(...texts);
      else got.unshift(...texts);
      cursor = forward ? page.endCursor : page.startCursor;
      if (!(forward ? page.hasNext : page.hasPrevious)) break;
    }
    expectRows(forward ? "paginate({ first: 2, after })" : "paginate({ last: 2, before })", one.expected, got);
  };

export const again: Check = async (one) => {
  await rows(one);
  await rows(one);
};
