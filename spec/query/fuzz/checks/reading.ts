/** The rows of a set, by every terminal that reads them. */

import { expectRows, expectSame, Mismatch } from "../mismatch.js";
import { evaluateSet, textOf, type Result, type ResultRow } from "../reference/set.js";
import { shapeOf } from "../schema.js";
import { canonical } from "../values.js";
import { combining, has, keyText, query, textFrom, type Case, type Check, type Page } from "./case.js";

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

/** To the end in pages of one size, and from there back in pages of another. */
export const returning: Check = async (one) => {
  if (one.expected.undetermined || has(one, "slice", ...combining)) return;
  const { length } = one.expected.rows;
  const [there, back] = [(length % 3) + 1, (length % 2) + 1];
  const page = (request: object): Promise<Page> => query(one.set).paginate(one.db, request);
  let last = await page({ first: there });
  const got = [...last.items];
  for (let number = 0; number < length && last.hasNext; number++) {
    last = await page({ first: there, after: last.endCursor });
    got.push(...last.items);
  }
  const texts = got.map((row) => textFrom(one, row));
  expectRows(`paginate({ first: ${there}, after })`, one.expected, [...texts]);
  let { startCursor, hasPrevious } = last;
  const before: string[] = [];
  for (let number = 0; number < length && hasPrevious; number++) {
    const previous = await page({ last: back, before: startCursor });
    before.unshift(...previous.items.map((row) => textFrom(one, row)));
    ({ startCursor, hasPrevious } = previous);
  }
  expectSame(
    `paginate({ last: ${back}, before }) from the last page`,
    texts.slice(0, length - last.items.length).join("\n"),
    before.join("\n"),
  );
};

/** A half of the columns: the others are not loaded, and nothing else changes. */
export const partly: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", "distinct", ...combining)) return;
  const { fields, key } = shapeOf(one.set.model);
  const isAsked = (name: string, index: number): boolean => key.includes(name) || index % 2 === one.expected.rows.length % 2;
  const names = fields.flatMap(({ name }, index) => (isAsked(name, index) ? [name] : []));
  const kept = (name: string): boolean => names.includes(name) || !fields.some((field) => field.name === name);
  const columns = one.expected.columns.filter(({ name }) => kept(name));
  const rows = one.expected.rows.map((row) => ({ ...row, text: textOf(row.outputs.filter(({ name }) => kept(name))) }));
  // A session of its own: this one has loaded the whole rows.
  await using db = one.ground.database.session();
  const got = (await query({ ...one.set, steps: [...one.set.steps, { do: "only", names }] }).fetch(db)) as object[];
  const partial: Case = { ...one, expected: { ...one.expected, columns, rows } };
  expectRows(
    `fetch() with only(${names.join(", ")})`,
    { rows, ties: one.expected.ties },
    got.map((row) => textFrom(partial, row)),
  );
  // The kind of a row decides its class.
  const loaded = got.flatMap((row) => Object.keys(row).filter((name) => !kept(name) && name !== "kind"));
  expectSame("columns that only() has left out", "", [...new Set(loaded)].join(" "));
};

/** Each row is of the class that its kind says, with the columns of that class. */
export const subtypes: Check = async (one) => {
  const { name, subtype } = shapeOf(one.set.model);
  if ((name !== "Item" && subtype === null) || one.expected.undetermined || has(one, "values", "distinct", ...combining)) return;
  const got = (await query(one.set).fetch(one.db)) as object[];
  for (const row of got) {
    const stored = one.world.rows.find((other) => isItem(other.model) && other.value("id") === (row as { readonly id: number }).id);
    if (stored === undefined) throw new Mismatch(`a row that is not stored: ${keyText(one, row)}`);
    expectSame(`the class of ${keyText(one, row)}`, stored.model, row.constructor.name);
    for (const field of shapeOf(stored.model).fields)
      expectSame(
        `${field.name} of ${stored.model} ${keyText(one, row)}`,
        canonical(field.kind, stored.value(field.name)),
        canonical(field.kind, (row as Record<string, unknown>)[field.name]),
      );
  }
};
const isItem = (model: string): boolean => model === "Item" || shapeOf(model).subtype?.of === "Item";

export const again: Check = async (one) => {
  await rows(one);
  await rows(one);
};
