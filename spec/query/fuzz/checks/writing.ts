/** Exactly the rows of a set are written and locked; each transaction is rolled back. */

import { compile } from "../ground.js";
import { expectRows, expectSame } from "../mismatch.js";
import { setText } from "../print.js";
import type { SetProgram } from "../program.js";
import type { ResultRow } from "../reference/set.js";
import { shapeOf } from "../schema.js";
import { combining, has, keysOf, keyText, query, textFrom, type Case, type Check, type Queryable } from "./case.js";

/** Values, combinations and DISTINCT ON are refused. */
const isWritable = (one: Case): boolean =>
  !one.expected.undetermined &&
  !has(one, "values", ...combining) &&
  !one.set.steps.some((step) => step.do === "distinct" && step.on.length > 0);

export const updated: Check = async (one) => {
  if (!isWritable(one)) return;
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
/** Each row once, from what it held before, however many rows of a collection stand beside it. */
export const computed: Check = async (one) => {
  const column = shapeOf(one.set.model).fields.find(({ name, kind }) => kind === "integer" && numbers.has(name));
  if (!isWritable(one) || column === undefined) return;
  const { name } = column;
  await using db = one.ground.database.session({ onUncommitted: "ignore" });
  const right = compile(`F("${name}").mul(2).add(1)`) as object;
  await query(one.set).update(db, { [name]: right }, { all: true });
  const keys = keysOf(one, one.expected);
  const steps: SetProgram["steps"] = shapeOf(one.set.model).softDelete ? [{ do: "withDeleted" }] : [];
  const all = (await query({ model: one.set.model, steps }).fetch(db)) as Record<string, unknown>[];
  for (const row of one.world.stored(shapeOf(one.set.model))) {
    const key = keyText(one, { ...one.expected.rows[0], root: row } as ResultRow);
    const before = row.value(name) as number | null;
    const now = all.find((other) => keyText(one, other) === key)?.[name];
    expectSame(`${name} of ${key} after update()`, before === null || !keys.includes(key) ? before : before * 2 + 1, now);
  }
  await db.rollback();
};
const numbers: ReadonlySet<string> = new Set(["age", "pages", "rank", "stars", "seconds", "number"]);

export const deleted: Check = async (one) => {
  if (!isWritable(one)) return;
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
  if (shapeOf(one.set.model).softDelete) {
    const marked = await query({ model: one.set.model, steps: [{ do: "withDeleted" }] }).count(db);
    expectSame("rows that delete() has marked or left", one.world.stored(shapeOf(one.set.model)).length, marked);
  }
  await db.rollback();
};

export const locked: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", "distinct", "annotate", "alias", ...combining)) return;
  await using db = one.ground.database.session({ onUncommitted: "ignore" });
  const got = await query({ ...one.set, steps: [...one.set.steps, { do: "selectForUpdate" }] }).fetch(db);
  expectRows(
    "fetch() with locks",
    one.expected,
    got.map((row) => textFrom(one, row)),
  );
  // The lock is kept in a sub-select, in update() and in delete().
  const steps: SetProgram["steps"] = [...one.set.steps, { do: "selectForUpdate" }];
  const keys = keysOf(one, one.expected);
  if (shapeOf(one.set.model).key.length === 1 && !has(one, "selectRelated")) {
    const path = shapeOf(one.set.model).key[0] as string;
    const everything = shapeOf(one.set.model).softDelete ? ".withDeleted()" : "";
    const among = compile(`${one.set.model}.objects${everything}.filter({ ${path}__in: ${setText({ ...one.set, steps })} })`) as Queryable;
    expectSame("rows in a locked sub-select", keys.length, (await among.fetch(db)).length);
  }
  if (isWritable(one)) expectSame("delete() of a locked set", keys.length, await query({ ...one.set, steps }).delete(db, { all: true }));
  await db.rollback();
};
