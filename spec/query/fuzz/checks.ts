/** What is asked of a set of objects beside its rows: each terminal against the reference, and sets against each other. */

import type { Session } from "flash-db";
import type { Ground } from "./ground.js";
import { compile } from "./ground.js";
import { expectRows, expectSame, Mismatch } from "./mismatch.js";
import { setText } from "./print.js";
import type { SetProgram } from "./program.js";
import { evaluateSet, textOf, type Result, type ResultRow } from "./reference/set.js";
import { shapeOf } from "./schema.js";
import { arithmetic, canonical, compare, type Value } from "./values.js";
import type { Row, World } from "./world.js";

export interface Page {
  readonly items: readonly object[];
  readonly endCursor: string | null;
  readonly startCursor: string | null;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}
export interface Queryable {
  fetch(db: Session): Promise<unknown[]>;
  count(db: Session): Promise<number>;
  exists(db: Session): Promise<boolean>;
  first(db: Session): Promise<unknown>;
  last(db: Session): Promise<unknown>;
  contains(db: Session, object: object): Promise<boolean>;
  inBulk(db: Session, keys?: readonly unknown[]): Promise<Map<unknown, unknown>>;
  iterate(db: Session, options: { readonly chunkSize: number }): AsyncIterable<unknown>;
  paginate(db: Session, request: object): Promise<Page>;
  update(db: Session, values: object, options?: object): Promise<number>;
  delete(db: Session, options?: object): Promise<number>;
}
export interface Case {
  readonly ground: Ground;
  readonly world: World;
  readonly db: Session;
  readonly set: SetProgram;
  readonly expected: Result;
}
type Check = (one: Case) => Promise<void>;

export const query = (set: SetProgram): Queryable => compile(setText(set)) as Queryable;
/** A row that came back, as the reference writes it. */
const textFrom = ({ expected }: Case, row: unknown): string =>
  textOf(
    expected.columns.map(({ name, kind }, index) => ({
      name,
      kind,
      value: Array.isArray(row)
        ? row[index]
        : typeof row === "object" && row !== null && !(row instanceof Date)
          ? (row as Record<string, unknown>)[name]
          : row,
    })),
  );
const keyText = ({ set }: Case, row: ResultRow | object): string =>
  shapeOf(set.model)
    .key.map((name) => canonical("text", "root" in row ? row.root.value(name) : (row as Record<string, unknown>)[name]))
    .join();
const keysOf = (one: Case, { rows }: Pick<Result, "rows">): string[] => [...new Set(rows.map((row) => keyText(one, row)))].sort();
const has = ({ set }: Case, ...steps: readonly string[]): boolean => set.steps.some((step) => steps.includes(step.do));
const combining = ["union", "unionAll", "intersection", "difference"] as const;
const isMultiplied = (one: Case): boolean => keysOf(one, one.expected).length !== one.expected.rows.length;

const rows: Check = async (one) => {
  const got = await query(one.set).fetch(one.db);
  if (one.expected.undetermined) return expectSame("fetch()", one.expected.rows.length, got.length);
  expectRows(
    "fetch()",
    one.expected,
    got.map((row) => textFrom(one, row)),
  );
};
const count: Check = async (one) => expectSame("count()", one.expected.rows.length, await query(one.set).count(one.db));
const exists: Check = async (one) => expectSame("exists()", one.expected.rows.length > 0, await query(one.set).exists(one.db));

/** With the key behind the order, where there is one. */
const totalOf = ({ set, world }: Case): Result => evaluateSet(world, set, null, { total: true });
const atEnd =
  (which: "first" | "last"): Check =>
  async (one) => {
    const total = totalOf(one);
    const ends = which === "first" ? total.rows.slice(0, 2) : total.rows.slice(-2);
    if (total.undetermined || (ends.length === 2 && total.ties(ends[0] as ResultRow, ends[1] as ResultRow))) return;
    const found = await query(one.set)[which](one.db);
    const wanted = which === "first" ? total.rows[0] : total.rows.at(-1);
    expectSame(`${which}()`, wanted?.text ?? "null", found === null && wanted === undefined ? "null" : textFrom(one, found));
  };

const iterated: Check = async (one) => {
  if (one.expected.undetermined) return;
  const got: string[] = [];
  for await (const row of query(one.set).iterate(one.db, { chunkSize: 2 })) got.push(textFrom(one, row));
  expectRows("iterate()", one.expected, got);
};

const pages =
  (forward: boolean): Check =>
  async (one) => {
    if (has(one, "slice", "values", ...combining) || isMultiplied(one)) return;
    const total = totalOf(one);
    if (total.rows.some((row, index) => index > 0 && total.ties(total.rows[index - 1] as ResultRow, row))) return;
    const got: string[] = [];
    let cursor: string | null = null;
    for (let number = 0; number <= total.rows.length; number++) {
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
    expectRows(forward ? "paginate({ first: 2, after })" : "paginate({ last: 2, before })", total, got);
  };

const contains: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", ...combining)) return;
  const all = (await query({ model: one.set.model, steps: shapeOf(one.set.model).softDelete ? [{ do: "withDeleted" }] : [] }).fetch(
    one.db,
  )) as object[];
  const keys = keysOf(one, one.expected);
  for (const object of all.slice(0, 3))
    expectSame(`contains() of ${keyText(one, object)}`, keys.includes(keyText(one, object)), await query(one.set).contains(one.db, object));
};
const bulk: Check = async (one) => {
  if (one.expected.undetermined || has(one, "slice", "distinct", "values", ...combining) || shapeOf(one.set.model).key.length > 1) return;
  const keys = one.world.stored(shapeOf(one.set.model)).map((row) => row.value(shapeOf(one.set.model).key[0] as string));
  const found = await query(one.set).inBulk(one.db, keys);
  expectSame(
    "inBulk()",
    keysOf(one, one.expected).join(" "),
    [...found.values()]
      .map((row) => keyText(one, row as object))
      .sort()
      .join(" "),
  );
};

const complement: Check = async (one) => {
  const at = one.set.steps.findLastIndex((step) => step.do === "filter" || step.do === "exclude");
  const step = one.set.steps[at];
  if (has(one, "values", "distinct", ...combining) || step === undefined || (step.do !== "filter" && step.do !== "exclude")) return;
  const before = one.set.steps.slice(0, at);
  const keys = async (steps: SetProgram["steps"]): Promise<string[]> =>
    [...new Set(((await query({ ...one.set, steps }).fetch(one.db)) as object[]).map((row) => keyText(one, row)))].sort();
  const all = await keys(before);
  const inside = await keys([...before, step]);
  const outside = await keys([...before, { ...step, do: step.do === "filter" ? "exclude" : "filter" }]);
  if (step.conditions.every((condition) => condition.is === "where" && condition.tests.length === 0)) return;
  const both = inside.filter((key) => outside.includes(key));
  // A collection that was followed before gives several rows for one object: some may be inside and some outside.
  const multiplied = evaluateSet(one.world, { ...one.set, steps: before }).rows.length !== all.length;
  if (!multiplied) expectSame("rows both in filter() and in exclude()", "", both.join(" "));
  expectSame("filter() and exclude() together", all.join(" "), [...new Set([...inside, ...outside])].sort().join(" "));
};

const again: Check = async (one) => {
  await rows(one);
  await rows(one);
};

/** Exactly the rows of the set are written; the transaction is rolled back. */
const updated: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", ...combining)) return;
  const mark = "updated by the fuzzer";
  const column = shapeOf(one.set.model).fields.find(
    (field) =>
      field.kind === "text" && !shapeOf(one.set.model).key.includes(field.name) && field.name !== "kind" && !field.name.endsWith("Id"),
  );
  if (column === undefined) return;
  await using db = one.ground.database.session({ onUncommitted: "ignore" });
  const number = await query(one.set).update(db, { [column.name]: mark }, { all: true });
  const keys = keysOf(one, one.expected);
  expectSame("update()", keys.length, number);
  const steps: SetProgram["steps"] = shapeOf(one.set.model).softDelete ? [{ do: "withDeleted" }] : [];
  const all = (await query({ model: one.set.model, steps }).fetch(db)) as Record<string, unknown>[];
  const written = all
    .filter((row) => row[column.name] === mark)
    .map((row) => keyText(one, row))
    .sort();
  expectSame("rows that update() has changed", keys.join(" "), written.join(" "));
  await db.rollback();
};
const deleted: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", ...combining)) return;
  await using db = one.ground.database.session({ onUncommitted: "ignore" });
  const keys = keysOf(one, one.expected);
  const plain: SetProgram["steps"] = [];
  const before = (await query({ model: one.set.model, steps: plain }).fetch(db)) as object[];
  const texts = before.map((row) => keyText(one, row));
  expectSame("delete()", keys.length, await query(one.set).delete(db, { all: true }));
  const left = ((await query({ model: one.set.model, steps: plain }).fetch(db)) as object[]).map((row) => keyText(one, row)).sort();
  expectSame(
    "rows that delete() has left",
    texts
      .filter((key) => !keys.includes(key))
      .sort()
      .join(" "),
    left.join(" "),
  );
  await db.rollback();
};

const totals: Check = async (one) => {
  if (one.expected.undetermined) return;
  const rows = one.expected.rows;
  const numbers = has(one, "values")
    ? []
    : shapeOf(one.set.model).fields.filter(({ kind }) => ["integer", "decimal", "bigint"].includes(kind));
  const wanted = numbers.map((field) => {
    const values = rows.map(({ root }) => root.value(field.name)).filter((value) => value !== null);
    const sum = values.reduce<Value>((total, value) => (total === null ? value : arithmetic(field.kind, "add", total, value)), null);
    const least = values.reduce<Value>((best, value) => (best === null || compare(value, best) < 0 ? value : best), null);
    return { field, sum, least };
  });
  const asked = ['rows: Count("*")', ...numbers.map(({ name }) => `sum_${name}: Sum("${name}"), least_${name}: Min("${name}")`)].join(", ");
  const got = (await (compile(`(db) => ${setText(one.set)}.aggregate(db, { ${asked} })`) as Asking)(one.db)) as Record<string, unknown>;
  expectSame('aggregate(Count("*"))', rows.length, got["rows"]);
  for (const { field, sum, least } of wanted) {
    expectSame(`aggregate(Sum("${field.name}"))`, canonical(field.kind, sum), canonical(field.kind, got[`sum_${field.name}`]));
    expectSame(`aggregate(Min("${field.name}"))`, canonical(field.kind, least), canonical(field.kind, got[`least_${field.name}`]));
  }
};
type Asking = (db: Session) => Promise<unknown>;

const locked: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", "distinct", "annotate", "alias", ...combining)) return;
  await using db = one.ground.database.session({ onUncommitted: "ignore" });
  const got = await query({ ...one.set, steps: [...one.set.steps, { do: "selectForUpdate" }] }).fetch(db);
  expectRows(
    "fetch() with locks",
    one.expected,
    got.map((row) => textFrom(one, row)),
  );
  await db.rollback();
};

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
const joined: Check = async (one) => {
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
const prefetched: Check = async (one) => {
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

export const checks = {
  count,
  exists,
  first: atEnd("first"),
  last: atEnd("last"),
  iterated,
  pages: pages(true),
  "pages backwards": pages(false),
  contains,
  bulk,
  complement,
  again,
  updated,
  deleted,
  totals,
  locked,
  joined,
  prefetched,
} as const satisfies Record<string, Check>;
export type CheckName = keyof typeof checks;
export const checkNames = Object.keys(checks) as CheckName[];
export const checkRows = rows;
