/** Exactly the rows of a set are written and locked; each transaction is rolled back. */

import { expectRows, expectSame } from "../mismatch.js";
import type { SetProgram } from "../program.js";
import { shapeOf } from "../schema.js";
import { combining, has, keysOf, keyText, query, textFrom, type Case, type Check } from "./case.js";

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
  await db.rollback();
};
