/** Which objects a set has: contains(), inBulk(), and that filter() and exclude() make up the whole. */

import { expectSame } from "../mismatch.js";
import type { Condition, SetProgram } from "../program.js";
import { evaluateSet } from "../reference/set.js";
import { shapeOf } from "../schema.js";
import { combining, has, keysOf, keyText, query, type Check } from "./case.js";

export const contains: Check = async (one) => {
  if (one.expected.undetermined || has(one, "values", ...combining)) return;
  const all = (await query({ model: one.set.model, steps: shapeOf(one.set.model).softDelete ? [{ do: "withDeleted" }] : [] }).fetch(
    one.db,
  )) as object[];
  const keys = keysOf(one, one.expected);
  for (const object of all.slice(0, 3))
    expectSame(`contains() of ${keyText(one, object)}`, keys.includes(keyText(one, object)), await query(one.set).contains(one.db, object));
};
export const bulk: Check = async (one) => {
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

/** Neutral: filter() and exclude() leave all rows. */
const isEmpty = (condition: Condition): boolean => {
  switch (condition.is) {
    case "where":
      return condition.tests.length === 0;
    case "joined":
      return condition.parts.every(isEmpty);
    case "not":
      return isEmpty(condition.part);
    case "comparison":
    case "exists":
      return false;
  }
};
/** XOR does as well: with one operand true it asks that the other does not hold. */
const negates = (condition: Condition): boolean =>
  condition.is === "not" || (condition.is === "joined" && (condition.operator === "xor" || condition.parts.some(negates)));

export const complement: Check = async (one) => {
  const at = one.set.steps.findLastIndex((step) => step.do === "filter" || step.do === "exclude");
  const step = one.set.steps[at];
  if (has(one, "values", "distinct", ...combining) || step === undefined || (step.do !== "filter" && step.do !== "exclude")) return;
  const before = one.set.steps.slice(0, at);
  const keys = async (steps: SetProgram["steps"]): Promise<string[]> =>
    [...new Set(((await query({ ...one.set, steps }).fetch(one.db)) as object[]).map((row) => keyText(one, row)))].sort();
  const all = await keys(before);
  const inside = await keys([...before, step]);
  const outside = await keys([...before, { ...step, do: step.do === "filter" ? "exclude" : "filter" }]);
  if (step.conditions.every(isEmpty)) return;
  const both = inside.filter((key) => outside.includes(key));
  // A collection that was followed before gives several rows for one object: some may be inside and some outside.
  const multiplied = evaluateSet(one.world, { ...one.set, steps: before }).rows.length !== all.length;
  // Beside a joined row NOT speaks of that row in filter(), while exclude() asks for each condition by itself.
  if (!multiplied && !step.conditions.some(negates)) expectSame("rows both in filter() and in exclude()", "", both.join(" "));
  expectSame("filter() and exclude() together", all.join(" "), [...new Set([...inside, ...outside])].sort().join(" "));
};
