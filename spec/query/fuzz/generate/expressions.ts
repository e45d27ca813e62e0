/** Random expressions of a wanted kind. */

import { literalOf, zones } from "../literals.js";
import type { Expr, Option } from "../program.js";
import type { Kind } from "../schema.js";
import { conditionOf } from "./conditions.js";
import { columnFrom, type Ground } from "./ground.js";
import { oneValueOf } from "./sets.js";

type Maker = (ground: Ground, depth: number) => Expr;
const of = (ground: Ground, kind: Kind, depth: number): Expr => expressionOf(ground, kind, depth - 1);

const column = (ground: Ground, kind: Kind): Expr => {
  const { choices, annotations } = ground;
  const named = annotations.filter((one) => one.kind === kind);
  if (named.length > 0 && choices.chance(40)) return { is: "path", kind, path: { hops: [], name: choices.pick(named).name } };
  if (ground.outer !== null && choices.chance(25)) {
    const around = ground.outer.annotations.filter((one) => one.kind === kind);
    if (around.length > 0 && choices.chance(50))
      return { is: "outer", kind, path: { hops: [], name: choices.pick(around).name }, depth: 1 };
    const outer = columnFrom({ ...ground.outer, many: false }, (field) => field.kind === kind, 1);
    if (outer !== null) return { is: "outer", kind, path: outer.path, depth: 1 };
  }
  const reached = columnFrom(ground, (field) => field.kind === kind);
  return reached === null ? value(ground, kind) : { is: "path", kind, path: reached.path };
};
const value = ({ choices }: Ground, kind: Kind): Expr => ({ is: "value", kind, value: literalOf(choices, kind) });

const call = (kind: Kind, name: string, args: readonly Expr[], options: readonly Option[] = []): Expr => ({
  is: "call",
  kind,
  name,
  args,
  options,
});
const zoned = ({ choices }: Ground, ...options: readonly string[]): readonly Option[] =>
  choices.chance(50) ? [...options, { zone: choices.pick(zones) }] : options;
const choice =
  (kind: Kind): Maker =>
  (ground, depth) => {
    const { choices } = ground;
    const name = choices.pick(kind === "boolean" || kind === "enum" || kind === "json" ? ["Coalesce"] : ["Coalesce", "Greatest", "Least"]);
    return call(kind, name, [column(ground, kind), of(ground, kind, depth)]);
  };
const cases =
  (kind: Kind): Maker =>
  (ground, depth) => ({
    is: "case",
    kind,
    whens: ground.choices.some(2, 40, () => ({ when: conditionOf({ ...ground, many: false }, 1), then: of(ground, kind, depth) })),
    otherwise: ground.choices.chance(60) ? of(ground, kind, depth) : null,
  });
const nullIf =
  (kind: Kind): Maker =>
  (ground, depth) =>
    call(kind, "NullIf", [column(ground, kind), of(ground, kind, depth)]);
const onText =
  (name: string, ...options: readonly (readonly (string | number)[])[]): Maker =>
  (ground, depth) =>
    call(
      "text",
      name,
      [of(ground, "text", depth)],
      options.map((list) => ground.choices.pick(list)),
    );
const arithmetic =
  (kind: Kind, operators: readonly ("add" | "sub" | "mul")[]): Maker =>
  (ground, depth) => ({
    is: "arithmetic",
    kind,
    operator: ground.choices.pick(operators),
    left: column(ground, kind),
    right: of(ground, kind, depth),
  });
const all = ["add", "sub", "mul"] as const;
const division: Maker = (ground) => ({
  is: "arithmetic",
  kind: "double",
  operator: "div",
  left: column(ground, "integer"),
  right: { is: "value", kind: "integer", value: ground.choices.pick([2, 4]) },
});
const subquery =
  (kind: Kind): Maker =>
  (ground) =>
    ground.depth < 2 ? { is: "subquery", kind, set: oneValueOf(ground, kind) } : value(ground, kind);
const common = (kind: Kind): Maker[] => [choice(kind), cases(kind), subquery(kind)];

const makers: { readonly [K in Kind]: readonly Maker[] } = {
  integer: [
    ...common("integer"),
    nullIf("integer"),
    arithmetic("integer", all),
    (ground, depth) => call("integer", "Length", [of(ground, "text", depth)]),
    (ground, depth) => call("integer", "Abs", [of(ground, "integer", depth)]),
    (ground, depth) =>
      call(
        "integer",
        "Extract",
        [of(ground, "timestamp", depth)],
        zoned(ground, ground.choices.pick(["year", "month", "week", "hour", "day", "isoWeekday", "minute"])),
      ),
    (ground) => call("integer", "Extract", [column(ground, "date")], [ground.choices.pick(["year", "isoWeekday", "quarter", "isoYear"])]),
  ],
  bigint: [...common("bigint"), arithmetic("bigint", ["add", "sub"])],
  decimal: [...common("decimal"), arithmetic("decimal", all), (ground, depth) => call("decimal", "Abs", [of(ground, "decimal", depth)])],
  double: [...common("double"), arithmetic("double", all), division],
  text: [
    ...common("text"),
    nullIf("text"),
    onText("Lower"),
    onText("Upper"),
    onText("Trim"),
    onText("Reverse"),
    onText("Substr", [1, 2], [1, 2]),
    onText("Replace", ["a", "%"], ["", "x"]),
    onText("Left", [1, 2]),
    onText("Right", [1, 2]),
    (ground, depth) => call("text", "Concat", [column(ground, "text"), of(ground, "text", depth)]),
  ],
  boolean: [
    ...common("boolean"),
    (ground) => ({
      is: "condition",
      kind: "boolean",
      condition: { is: "joined", operator: "and", parts: [conditionOf({ ...ground, many: false }, 1)], grown: false },
    }),
  ],
  date: [...common("date"), (ground, depth) => call("date", "TruncDate", [of(ground, "timestamp", depth)], zoned(ground))],
  timestamp: [
    ...common("timestamp"),
    (ground, depth) =>
      call(
        "timestamp",
        "Trunc",
        [of(ground, "timestamp", depth)],
        zoned(ground, ground.choices.pick(["day", "month", "year", "hour", "week", "quarter", "minute"])),
      ),
  ],
  time: [...common("time")],
  enum: [...common("enum")],
  json: [],
};

/** An instant as the clocks of a zone show it. */
export const zonedOf = (ground: Ground): Expr => {
  const { choices } = ground;
  const zone: Option = { zone: choices.pick(zones) };
  const moment = column(ground, "timestamp");
  switch (choices.pick(["Extract", "Trunc", "TruncDate"] as const)) {
    case "Extract":
      return call("integer", "Extract", [moment], [choices.pick(["hour", "day", "week", "month", "year", "isoWeekday", "minute"]), zone]);
    case "Trunc":
      return call("timestamp", "Trunc", [moment], [choices.pick(["day", "hour", "week", "month", "quarter", "year", "minute"]), zone]);
    case "TruncDate":
      return call("date", "TruncDate", [moment], [zone]);
  }
};

export const expressionOf = (ground: Ground, kind: Kind, depth: number): Expr =>
  ground.choices.part(() => {
    const list = makers[kind];
    if (depth > 0 && list.length > 0 && ground.choices.chance(45)) return ground.choices.pick(list)(ground, depth);
    return ground.choices.chance(60) ? column(ground, kind) : value(ground, kind);
  });
