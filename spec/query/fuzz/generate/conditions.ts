/** Random conditions: objects, Q, comparisons of columns, whatever a filter takes. */

import { literalOf } from "../literals.js";
import type { Condition, Literal, Operand, Path, Test } from "../program.js";
import { fieldOf, type Kind } from "../schema.js";
import { expressionOf } from "./expressions.js";
import { columnFrom, type Ground } from "./ground.js";
import { questionOf, valuesSetOf } from "./sets.js";

const ordered = ["exact", "ne", "gt", "gte", "lt", "lte", "in", "isnull", "range"];
const texts = [...ordered, "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iexact", "regex", "iregex"];
const lookups: { readonly [K in Kind]: readonly string[] } = {
  integer: ordered,
  bigint: ordered,
  decimal: ordered,
  double: ordered,
  text: texts,
  boolean: ["exact", "ne", "in", "isnull"],
  date: ordered,
  timestamp: ordered,
  time: ordered,
  enum: ["exact", "ne", "in", "isnull"],
  json: ["isnull", "contains", "haskey"],
};
const calendar = ["year", "month", "day", "quarter", "week", "weekday", "isoWeekday", "isoYear"];
const parts: { readonly [K in Kind]?: readonly string[] } = {
  date: calendar,
  timestamp: [...calendar, "hour", "minute", "second", "date"],
};
const partValues = [1, 2, 4, 7, 12, 23, 29, 52, 53, 1999, 2023, 2024];
const patterns = ["a", "^a", "b$", "^$", "[ab]+", "A|z"];
const jsonKeys: readonly { readonly keys: readonly string[]; readonly kind: Kind }[] = [
  { keys: ["size"], kind: "double" },
  { keys: ["name"], kind: "text" },
  { keys: ["deep", "on"], kind: "boolean" },
];

interface Left {
  readonly path: Path;
  readonly kind: Kind;
}
const left = (ground: Ground): Left => {
  const { choices, annotations, model } = ground;
  if (annotations.length > 0 && choices.chance(50)) {
    const { name, kind } = choices.pick(annotations);
    return { path: { hops: [], name }, kind };
  }
  const reached = columnFrom(ground, () => true);
  if (reached === null && annotations.length > 0) {
    const { name, kind } = choices.pick(annotations);
    return { path: { hops: [], name }, kind };
  }
  if (reached === null) return own(ground, model.key[0] as string, fieldOf(model, "pk")?.kind ?? "integer");
  const { path, field } = reached;
  if (field.kind !== "json" || choices.chance(30)) return { path, kind: field.kind };
  const { keys, kind } = choices.pick(jsonKeys);
  return { path: { ...path, keys }, kind };
};
const own = ({ prefix }: Ground, name: string, kind: Kind): Left => ({ path: { hops: prefix, name }, kind });

const testOf = (ground: Ground): Test => {
  const { choices } = ground;
  const { path, kind } = left(ground);
  const inJson = (path.keys ?? []).length > 0;
  const partsHere = inJson ? undefined : parts[kind];
  if (partsHere !== undefined && choices.chance(25)) {
    const part = choices.pick(partsHere);
    const compared: Kind = part === "date" ? "date" : "integer";
    return {
      path,
      kind,
      part,
      lookup: choices.pick(["exact", "gt", "lte", "ne", "gte", "lt"]),
      operand: { is: "literal", value: part === "date" ? literalOf(choices, compared) : choices.pick(partValues) },
    };
  }
  const lookup = choices.pick(lookups[kind]);
  return { path, kind, part: null, lookup, operand: operandOf(ground, kind, lookup, inJson) };
};

const operandOf = (ground: Ground, kind: Kind, lookup: string, inJson: boolean): Operand => {
  const { choices } = ground;
  const value = (): Literal => literalOf(choices, kind);
  switch (lookup) {
    case "isnull":
      return { is: "literal", value: choices.chance(50) };
    case "in":
      if (!inJson && ground.depth < 2 && choices.chance(20)) return { is: "set", set: valuesSetOf(ground, kind) };
      return { is: "list", values: choices.list(3, 70, value) };
    case "range":
      return { is: "list", values: [value(), value()] };
    case "regex":
    case "iregex":
      return { is: "literal", value: choices.pick(patterns) };
    case "haskey":
      return { is: "literal", value: choices.pick(["size", "name", "deep"]) };
    case "contains":
      if (kind === "json")
        return { is: "literal", value: choices.pick([{ json: { size: 1 } }, { json: { deep: { on: true } } }, { json: {} }]) };
      return { is: "literal", value: value() };
    default:
      if ((lookup === "exact" || lookup === "ne") && choices.chance(12)) return { is: "literal", value: null };
      if (!inJson && choices.chance(20)) return { is: "expression", expr: expressionOf({ ...ground, many: false }, kind, 1) };
      return { is: "literal", value: value() };
  }
};

const objectOf = (ground: Ground): Condition => {
  const tests: Test[] = [];
  for (const test of ground.choices.some(3, 25, () => testOf(ground)))
    // A name stands once in an object.
    if (!tests.some((other) => nameOf(other) === nameOf(test))) tests.push(test);
  return { is: "where", tests };
};
const nameOf = ({ path, part, lookup }: Test): string => JSON.stringify([path, part, lookup]);

export const conditionOf = (ground: Ground, depth = 3): Condition => {
  const { choices } = ground;
  return choices.part((): Condition => {
    const kind =
      depth === 0
        ? "where"
        : choices.kind({
            where: 10,
            joined: 4,
            not: 2,
            empty: 1,
            exists: ground.depth < 2 ? 1 : 0,
            comparison: ground.only === null ? 1 : 0,
          });
    switch (kind) {
      case "where":
        return objectOf(ground);
      case "comparison": {
        const test = testOf({ ...ground, many: false, annotations: [] });
        const plain =
          fieldOf(ground.model, test.path.name) !== undefined &&
          test.path.hops.length === 0 &&
          (test.path.keys ?? []).length === 0 &&
          test.part === null &&
          comparisons.has(test.lookup);
        return plain ? { is: "comparison", model: ground.model.name, test } : { is: "where", tests: [test] };
      }
      case "empty":
        return { is: "where", tests: [] };
      case "joined":
        return {
          is: "joined",
          operator: choices.pick(["and", "or", "xor"]),
          parts: choices.some(4, 60, () => conditionOf(ground, depth - 1)),
          grown: choices.chance(25),
        };
      case "not":
        return { is: "not", part: conditionOf(ground, depth - 1) };
      case "exists":
        return { is: "exists", set: questionOf(ground) };
    }
  });
};
const comparisons = new Set(["exact", "ne", "gt", "gte", "lt", "lte", "in"]);
