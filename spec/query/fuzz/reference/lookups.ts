/** What a lookup says of two values: true, false, or null where NULL leaves it open. */

import { JsonValue, compare, type Value } from "../values.js";
import type { Json } from "../program.js";

type Truth = boolean | null;
type Test = (left: Value, right: Value) => boolean;
const fold = (value: Value): string => String(value).toLowerCase();

const tests: Readonly<Record<string, Test>> = {
  exact: (left, right) => compare(left, right) === 0,
  gt: (left, right) => compare(left, right) > 0,
  gte: (left, right) => compare(left, right) >= 0,
  lt: (left, right) => compare(left, right) < 0,
  lte: (left, right) => compare(left, right) <= 0,
  iexact: (left, right) => fold(left) === fold(right),
  contains: (left, right) =>
    left instanceof JsonValue && right instanceof JsonValue ? holds(left.json, right.json) : String(left).includes(String(right)),
  icontains: (left, right) => fold(left).includes(fold(right)),
  startswith: (left, right) => String(left).startsWith(String(right)),
  istartswith: (left, right) => fold(left).startsWith(fold(right)),
  endswith: (left, right) => String(left).endsWith(String(right)),
  iendswith: (left, right) => fold(left).endsWith(fold(right)),
  regex: (left, right) => new RegExp(String(right), "u").test(String(left)),
  iregex: (left, right) => new RegExp(String(right), "iu").test(String(left)),
  haskey: (left, right) => left instanceof JsonValue && isObject(left.json) && Object.hasOwn(left.json, String(right)),
};
const isObject = (json: Json): json is { readonly [key: string]: Json } =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** Contained as PostgreSQL's `@>` says. */
const holds = (whole: Json, part: Json): boolean => {
  if (isObject(whole) && isObject(part))
    return Object.entries(part).every(([key, value]) => Object.hasOwn(whole, key) && holds(whole[key] as Json, value));
  if (Array.isArray(whole) && Array.isArray(part)) return part.every((one: Json) => whole.some((other: Json) => holds(other, one)));
  return whole === part;
};

export const lookup = (name: string, left: Value, right: Value): Truth => {
  const test = tests[name];
  if (test === undefined) throw new Error(`no lookup ${name}`);
  return left === null || right === null ? null : test(left, right);
};
