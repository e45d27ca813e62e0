/** Conditions by two-valued logic: a comparison that NULL leaves open does not hold, and NOT, AND, OR and XOR work on that. */

import type { Kind } from "../schema.js";
import type { Condition, Operand, Path, Test } from "../program.js";
import { JsonValue, valueOf, type Value } from "../values.js";
import type { Json } from "../program.js";
import type { Row } from "../world.js";
import { datePart } from "./calendar.js";
import { evaluate, type Env } from "./expression.js";
import { lookup } from "./lookups.js";
import { evaluateSet } from "./set.js";
import { crossesCollection, isAnnotation, relationsAlong, resolved } from "./source.js";

/** Collections that a condition follows as joined rows; under NOT each test asks for itself instead. */
export const followConditions = (env: Env, condition: Condition, negated: boolean): void => {
  switch (condition.is) {
    case "where":
      for (const test of condition.tests) followTest(env, test, negated);
      return;
    case "comparison":
      return followTest(env, condition.test, negated);
    case "joined":
      for (const part of condition.parts) followConditions(env, part, negated);
      return;
    case "not":
      return followConditions(env, condition.part, env.joined !== true);
    case "exists":
      return;
  }
};
const followTest = (env: Env, { path }: Test, negated: boolean): void => {
  const { source, call } = env;
  if (isAnnotation(source.model, path)) return;
  const { hops } = resolved(source.model, path);
  if (!(negated && crossesCollection(source.model, hops))) source.follow(hops, call);
};

/** null: an empty Q, which is neutral. */
export const holds = (env: Env, condition: Condition, negated = false): boolean | null => {
  switch (condition.is) {
    case "where":
      return condition.tests.length === 0 ? null : condition.tests.every((test) => testHolds(env, test, negated));
    case "comparison":
      return testHolds(env, condition.test, negated);
    case "joined": {
      const answers = condition.parts.map((part) => holds(env, part, negated)).filter((answer) => answer !== null);
      if (answers.length === 0) return null;
      if (condition.operator === "and") return answers.every((answer) => answer);
      if (condition.operator === "or") return answers.some((answer) => answer);
      return answers.filter((answer) => answer).length % 2 === 1;
    }
    case "not": {
      const answer = holds(env, condition.part, env.joined !== true);
      return answer === null ? null : !answer;
    }
    case "exists":
      return evaluateSet(env.source.world, condition.set, env).rows.length > 0;
  }
};

const testHolds = (env: Env, test: Test, negated: boolean): boolean => {
  const { source, tuple, call } = env;
  if (isAnnotation(source.model, test.path)) return compared(env, test, withKeys(tuple.values.get(test.path.name) ?? null, test.path));
  const { hops, column } = resolved(source.model, test.path);
  if (negated && crossesCollection(source.model, hops))
    return rowsBehind(env, hops).some((row) => onRow(env, test, row, column, isCollectionLast(env, hops)));
  return onRow(env, test, source.reach(tuple, hops, call), column, isCollectionLast(env, hops));
};
/** "A post that is not called x" needs a post, though a post without an editor has no editor called x. */
const isCollectionLast = ({ source }: Env, hops: readonly string[]): boolean => crossesCollection(source.model, hops);
const onRow = (env: Env, test: Test, row: Row | null, column: string, needsRow: boolean): boolean => {
  if (row === null && needsRow && test.lookup === "ne") return false;
  return compared(env, test, withKeys(row?.value(column) ?? null, test.path));
};

/** Every row at the end of the hops, or null where a way leads nowhere. */
const rowsBehind = ({ source, tuple }: Env, hops: readonly string[]): readonly (Row | null)[] => {
  let rows: readonly (Row | null)[] = [tuple.root];
  for (const relation of relationsAlong(source.model, hops))
    rows = rows.flatMap((row): readonly (Row | null)[] => {
      const related = row === null ? [] : source.world.related(row, relation);
      return related.length === 0 ? [null] : related;
    });
  return rows;
};

/** What stands at keys of a JSON value; JSON's null reads as NULL. */
export const withKeys = (value: Value, { keys = [] }: Path): Value => {
  if (keys.length === 0 || value === null) return value;
  let at: Json | undefined = value instanceof JsonValue ? value.json : undefined;
  for (const key of keys)
    at = typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as { [key: string]: Json })[key] : undefined;
  if (at === undefined || at === null) return null;
  return typeof at === "object" ? new JsonValue(at) : at;
};

const compared = (env: Env, test: Test, value: Value): boolean => {
  const { kind } = test;
  const left = test.part === null ? value : test.part === "length" ? lengthOf(value) : datePart(test.part, kind, value);
  const { lookup: name, operand } = test;
  switch (name) {
    case "isnull":
      return (left === null) === (operand.is === "literal" && operand.value === true);
    case "in":
      return valuesOf(env, operand, kind).some((one) => lookup("exact", left, one) === true);
    case "range": {
      const [from, to] = valuesOf(env, operand, kind);
      return lookup("gte", left, from ?? null) === true && lookup("lte", left, to ?? null) === true;
    }
    case "ne":
      return !equals(env, left, operand, kind);
    case "exact":
      return equals(env, left, operand, kind);
    default:
      return lookup(name, left, one(env, operand, test.part === null ? kind : "integer")) === true;
  }
};
const lengthOf = (value: Value): Value => (value === null ? null : Array.from(String(value)).length);
/** NULL given as a value asks for NULL; NULL that was computed equals nothing. */
const equals = (env: Env, left: Value, operand: Operand, kind: Kind): boolean =>
  operand.is === "literal" && operand.value === null ? left === null : lookup("exact", left, one(env, operand, kind)) === true;
const one = (env: Env, operand: Operand, kind: Kind): Value => {
  switch (operand.is) {
    case "literal":
      return typeof operand.value === "string" && kind !== "decimal" ? operand.value : valueOf(kind, operand.value);
    case "expression":
      return evaluate(env, operand.expr);
    case "set":
      return valuesOf(env, operand, kind)[0] ?? null;
    case "list":
      throw new Error("one value is expected");
  }
};
const valuesOf = (env: Env, operand: Operand, kind: Kind): readonly Value[] => {
  if (operand.is === "list") return operand.values.map((value) => valueOf(kind, value));
  if (operand.is === "set") return evaluateSet(env.source.world, operand.set, env).rows.map((row) => row.outputs[0]?.value ?? null);
  return [one(env, operand, kind)];
};
