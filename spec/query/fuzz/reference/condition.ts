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
  if (isAnnotation(source.model, test.path)) return compared(env, test, tuple.values.get(test.path.name) ?? null);
  const { hops, column } = resolved(source.model, test.path);
  const last = relationsAlong(source.model, hops).findLastIndex((relation) => relation.many);
  if (negated && last >= 0) return placesBehind(env, hops, last).some((place) => onRow(env, test, place, column));
  const member = last < 0 ? true : source.reach(tuple, hops.slice(0, last + 1), call) !== null;
  return onRow(env, test, { row: source.reach(tuple, hops, call), member }, column);
};
/** The end of a path, and whether the last collection on the way had a row. */
interface Place {
  readonly row: Row | null;
  readonly member: boolean;
}
/** "A post that is not called x" needs a post, though a post without an editor has no editor called x. */
const onRow = (env: Env, test: Test, { row, member }: Place, column: string): boolean => {
  if (!member && test.lookup === "ne") return false;
  return compared(env, test, row?.value(column) ?? null);
};

/** Every end of the hops, without a row where a way leads nowhere. The first collection is the row that this filter() has joined, if it has. */
const placesBehind = ({ source, tuple, call }: Env, hops: readonly string[], last: number): readonly Place[] => {
  const relations = relationsAlong(source.model, hops);
  const first = relations.findIndex((relation) => relation.many);
  const before = hops.slice(0, first + 1);
  const known = call !== null && source.isFollowed(before, call);
  const start: Place = known ? { row: source.reach(tuple, before, call), member: true } : { row: tuple.root, member: true };
  let places: readonly Place[] = [known && last === first ? { ...start, member: start.row !== null } : start];
  for (const [index, relation] of relations.entries()) {
    if (known && index <= first) continue;
    places = places.flatMap(({ row, member }): readonly Place[] => {
      const related = row === null ? [] : source.world.related(row, relation);
      if (related.length === 0) return [{ row: null, member: index === last ? false : member }];
      return related.map((one) => ({ row: one, member: index === last ? true : member }));
    });
  }
  return places;
};

const atKeys = (value: Value, { keys = [] }: Path): Json | undefined => {
  let at: Json | undefined = value instanceof JsonValue ? value.json : undefined;
  for (const key of keys)
    at = typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as { [key: string]: Json })[key] : undefined;
  return at;
};
/** What stands at keys of a JSON value; as a value, JSON's null is null. */
export const withKeys = (value: Value, path: Path): Value => {
  if (path.keys === undefined || path.keys.length === 0 || value === null) return value;
  const at = atKeys(value, path);
  if (at === undefined || at === null) return null;
  return typeof at === "object" ? new JsonValue(at) : at;
};
/** A key whose value is JSON's null is there: only a missing one is NULL. */
const isJsonNull = (value: Value, path: Path): boolean => path.keys !== undefined && path.keys.length > 0 && atKeys(value, path) === null;

const compared = (env: Env, test: Test, stored: Value): boolean => {
  const { kind } = test;
  const value = withKeys(stored, test.path);
  const isNull = (tested: Value): boolean => tested === null && !(test.part === null && isJsonNull(stored, test.path));
  const left = test.part === null ? value : test.part === "length" ? lengthOf(value) : datePart(test.part, kind, value);
  const { lookup: name, operand } = test;
  switch (name) {
    case "isnull":
      return isNull(left) === (operand.is === "literal" && operand.value === true);
    case "in":
      return valuesOf(env, operand, kind).some((one) => lookup("exact", left, one) === true);
    case "range": {
      const [from, to] = valuesOf(env, operand, kind);
      return lookup("gte", left, from ?? null) === true && lookup("lte", left, to ?? null) === true;
    }
    case "ne":
      if (operand.is === "literal" && operand.value === null) return !isNull(left);
      return !equals(env, left, operand, kind);
    case "exact":
      if (operand.is === "literal" && operand.value === null) return isNull(left);
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
