/** Related rows that are loaded along with a set: by joins and by queries of their own. */

import { compile } from "../ground.js";
import { expectRows, expectSame, Mismatch } from "../mismatch.js";
import { setText } from "../print.js";
import type { SetProgram } from "../program.js";
import type { ResultRow } from "../reference/set.js";
import { shapeOf } from "../schema.js";
import { canonical, compare } from "../values.js";
import type { Row } from "../world.js";
import { combining, has, keyText, query, textFrom, type Asking, type Case, type Check } from "./case.js";

/** The key of a row that was loaded along, or null. */
const loadedKey = (row: object, name: string, target: string): string => {
  const loaded = (row as Record<string, unknown>)[name] as Record<string, unknown> | null;
  return loaded === null ? "null" : canonical("text", loaded[shapeOf(target).key[0] as string]);
};
const rootOf = (one: Case, row: object): Row => {
  const found = one.world
    .stored(shapeOf(one.set.model))
    .find((stored) => keyText(one, row) === keyText(one, { ...one.expected.rows[0], root: stored } as ResultRow));
  if (found === undefined) throw new Mismatch(`a row that is not stored: ${keyText(one, row)}`);
  return found;
};
export const joined: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", "distinct", ...combining)) return;
  const relations = shapeOf(one.set.model).relations.filter(({ many }) => !many);
  if (relations.length === 0) return;
  const steps: SetProgram["steps"] = [...one.set.steps, { do: "selectRelated", paths: relations.map(({ name }) => name) }];
  const got = (await query({ ...one.set, steps }).fetch(one.db)) as object[];
  expectRows(
    "fetch() with selectRelated()",
    one.expected,
    got.map((row) => textFrom(one, row)),
  );
  for (const row of got)
    for (const relation of relations) {
      const target = one.world.related(rootOf(one, row), relation)[0];
      const wanted = target === undefined ? "null" : canonical("text", target.value(shapeOf(relation.target).key[0] as string));
      expectSame(`selectRelated("${relation.name}") of ${keyText(one, row)}`, wanted, loadedKey(row, relation.name, relation.target));
    }
};

/** Each parent's collection as a query of its own would give it. */
export const prefetched: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", ...combining)) return;
  const relations = shapeOf(one.set.model).relations.filter(({ many }) => many);
  if (relations.length === 0) return;
  const slice = one.expected.rows.length % 3;
  const cut = slice === 0 ? "" : `.slice(${slice - 1}, ${slice + 1})`;
  const texts = relations.map(
    ({ name, target }) =>
      `new Prefetch("${name}", ${target}.objects.orderBy(${shapeOf(target)
        .key.map((key) => `"-${key}"`)
        .join(", ")})${cut})`,
  );
  const got = (await (compile(`(db) => ${setText(one.set)}.prefetchRelated(${texts.join(", ")}).fetch(db)`) as Asking)(one.db)) as object[];
  expectRows(
    "fetch() with prefetchRelated()",
    one.expected,
    got.map((row) => textFrom(one, row)),
  );
  for (const row of got)
    for (const relation of relations) {
      const target = shapeOf(relation.target);
      const keysText = (values: (name: string) => unknown): string => target.key.map((name) => canonical("text", values(name))).join();
      const all = one.world.related(rootOf(one, row), relation).toSorted((left, right) => {
        for (const name of target.key) {
          const order = compare(right.value(name), left.value(name));
          if (order !== 0) return order;
        }
        return 0;
      });
      const wanted = (slice === 0 ? all : all.slice(slice - 1, slice + 1)).map((item) => keysText((name) => item.value(name)));
      const items = [...((row as Record<string, unknown>)[relation.name] as Iterable<Record<string, unknown>>)];
      expectSame(
        `prefetch of ${relation.name} of ${keyText(one, row)}`,
        wanted.join(" "),
        items.map((item) => keysText((name) => item[name])).join(" "),
      );
    }
};
