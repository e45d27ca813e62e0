/** Compiled expressions run for real: both databases give the same answers. */

import { describe, expect, it } from "vitest";
import * as e from "../../src/sql/factories/index.js";
import type { AggregateName, BinaryOperator, DatePart, Expr, FunctionName, MatchNode, TruncUnit } from "../../src/sql/nodes.js";
import { type ColumnType, types } from "../../src/sql/types.js";
import { eachCore } from "../support/drivers.js";
import { answer, c, forAll, idsBy, idsWhere, seed } from "./tracks.js";

const four = (value: unknown): unknown[] => [value, value, value, value];
const p = (value: unknown, type: ColumnType): Expr => e.param(value, type);
const text = (value: string): Expr => p(value, types.text);
const int = (value: number): Expr => p(value, types.integer);
const dec = (value: string): Expr => p(value, types.decimal());
const f = (name: FunctionName, type: ColumnType, ...args: Expr[]): Expr => e.fn(name, args, type);
const cmp = (left: Expr, operator: "=" | "<>" | "<" | "<=" | ">" | ">=", right: Expr): Expr => e.compare(left, operator, right);
const like = (mode: MatchNode["mode"], operand: Expr, pattern: Expr, insensitive = false): Expr =>
  e.match(mode, operand, pattern, { insensitive });
const op = (left: Expr, operator: BinaryOperator, right: Expr, type: ColumnType): Expr => e.binary(left, operator, right, type);
// oxlint-disable-next-line unicorn/no-thenable -- CASE WHEN … THEN …
const either = (condition: Expr, then: Expr, otherwise: Expr): Expr => e.caseWhen([{ when: condition, then }], otherwise, then.type);
const when = (text: string): Expr => p(new Date(text), types.timestamp);

/** Ids for which a condition holds. */
const conditions: readonly (readonly [title: string, where: Expr, ids: readonly number[]])[] = [
  ["contains is case-sensitive", like("contains", c("name"), text("z")), [2]],
  ["icontains folds by Unicode", like("contains", c("name"), text("äNN"), true), [1]],
  ["icontains folds ß to SS", like("contains", c("code"), text("STRASSE"), true), [2]],
  ["% is literal", like("contains", c("name"), text("%")), [1]],
  ["_ is literal", like("contains", c("name"), text("_")), [3]],
  ["\\ is literal", like("contains", c("code"), text("\\")), [3]],
  ["_ is literal when case does not matter", like("endswith", c("name"), text("O_"), true), [3]],
  ["startswith", like("startswith", c("name"), text("z")), [2]],
  ["istartswith", like("startswith", c("name"), text("z"), true), [2, 3]],
  ["endswith", like("endswith", c("name"), text("100%")), [1]],
  ["endswith something longer", like("endswith", c("code"), text("aaa_b")), []],
  ["endswith nothing", like("endswith", c("name"), text("")), [1, 2, 3]],
  ["startswith nothing", like("startswith", c("name"), text("")), [1, 2, 3]],
  ["contains nothing", like("contains", c("name"), text("")), [1, 2, 3]],
  ["contains a column", like("contains", f("concat", types.text, c("code"), text("%"), c("code")), c("code")), [1, 2, 3]],
  ["startswith a column", like("startswith", text("a_bc"), c("code")), [1]],
  ["endswith a column", like("endswith", text("-x\\y"), c("code")), [3]],
  ["icontains a column", like("contains", text("ÄNNCHEN 100%!"), c("name"), true), [1]],
  ["iexact", like("exact", c("name"), text("ZEBRA"), true), [2]],
  ["exact", like("exact", c("name"), text("ZEBRA")), []],
  ["regex", like("regex", c("name"), text("^[zZ].*a$")), [2]],
  ["iregex", like("regex", c("name"), text("ÄNN.*\\d+"), true), [1]],
  ["text compares by code point", cmp(c("name"), ">", text("a")), [1, 2]],
  ["text between", e.between(c("name"), text("Z"), text("a")), [3]],
  ["decimals compare by value", cmp(c("price"), ">", dec("9.5")), [1]],
  ["decimals are equal by value", cmp(c("price"), "=", dec("9.25")), [2]],
  ["decimals with more digits than the column equal none", cmp(c("price"), "=", dec("9.2504")), []],
  ["decimals with more digits are not rounded", cmp(c("price"), "<", dec("9.2504")), [2, 3]],
  ["decimals between", e.between(c("price"), dec("-100"), dec("9.25")), [2, 3]],
  ["decimal in a list", e.inArray(c("price"), e.param(["10.5", "-100", "1.23456"], types.decimal())), [1, 3]],
  ["computed decimal in a list", e.inArray(op(c("price"), "+", dec("1"), types.decimal()), e.param(["11.50", "1"], types.decimal())), [1]],
  ["bigints beyond doubles", cmp(c("big"), "=", p(9007199254740993n, types.bigint)), [1]],
  ["bigint in a list", e.inArray(c("big"), e.param([9007199254740993n, -1n, 9007199254740992n], types.bigint)), [1, 2]],
  ["integers larger than the column are just larger", cmp(c("small"), "<", int(3_000_000_000)), [1, 2, 3]],
  ["integers in a list, larger ones too", e.inArray(c("small"), e.param([7, 0, 3_000_000_000], types.integer)), [1, 3]],
  ["text in a list", e.inArray(c("code"), e.param(["a_b", "x\\y", 'q"'], types.text)), [1, 3]],
  ["varchar in a list is not cut", e.inArray(c("code"), e.param(["a_b"], types.varchar(20))), [1]],
  ["uuid in a list", e.inArray(c("key"), e.param(["00000000-0000-4000-8000-000000000002"], types.uuid)), [2]],
  ["instants in a list", e.inArray(c("at"), e.param([new Date("2023-12-31T22:30:00.000Z")], types.timestamp)), [2]],
  ["bytes in a list", e.inArray(c("blob"), e.param([new Uint8Array([0, 255, 39]), new Uint8Array([1])], types.bytes)), [1]],
  ["booleans in a list", e.inArray(c("active"), e.param([false], types.boolean)), [2]],
  ["doubles in a list", e.inArray(c("ratio"), e.param([0.1, 2.5], types.double)), [1, 3]],
  ["json in a list", e.inArray(c("data"), e.param([[1, 2, 3], "x"], types.json)), [3]],
  ["durations in a list", e.inArray(c("span"), e.param([-1500], types.duration)), [2]],
  ["an empty list", e.inArray(c("id"), e.param([], types.integer)), []],
  ["bytes are equal", cmp(c("blob"), "=", p(new Uint8Array([0, 255, 39]), types.bytes)), [1]],
  ["json is equal by value", cmp(c("data"), "=", p({ list: [], n: "five", theme: null }, types.json)), [2]],
  ["instants compare", cmp(c("at"), ">=", when("2024-02-29T23:30:15.250Z")), [1, 3]],
  ["days compare with instants", cmp(c("day"), "=", when("2024-03-31T00:00:00.000Z")), [3]],
  ["instants compare with days", cmp(c("at"), ">", p("2024-02-29", types.date)), [1, 3]],
  ["durations compare", cmp(c("span"), "<", p(0, types.duration)), [2]],
  ["booleans", cmp(c("active"), "=", e.literal(true)), [1, 3]],
  ["a boolean by itself", c("active"), [1, 3]],
  ["not", e.not(c("active")), [2]],
  ["is null", e.isNull(c("name")), [4]],
  [
    "rows in rows",
    e.inRows(
      [c("id"), c("small")],
      [
        [int(1), int(7)],
        [int(2), int(7)],
      ],
    ),
    [1],
  ],
  [
    "rows of texts in rows",
    e.inRows(
      [c("code"), c("name"), c("big")],
      [
        [text("a_b"), text("Ännchen 100%"), p(9007199254740993n, types.bigint)],
        [text('"'), text("zebra"), p(-1n, types.bigint)],
      ],
    ),
    [1],
  ],
  [
    "rows of other types in rows",
    e.inRows(
      [c("price"), c("active"), c("at")],
      [
        [p("10.5", types.decimal(12, 3)), p(true, types.boolean), when("2024-02-29T23:30:15.250Z")],
        [dec("1"), p(true, types.boolean), when("2024-02-29T23:30:15.250Z")],
      ],
    ),
    [1],
  ],
  [
    "computed rows in rows",
    e.inRows(
      [c("id"), c("small")],
      [
        [op(int(1), "+", int(1), types.integer), int(-7)],
        [int(9), int(9)],
      ],
    ),
    [2],
  ],
  ["one row in rows", e.inRows([c("id"), c("small")], [[int(2), int(-7)]]), [2]],
  ["in a query", e.inQuery([c("id")], idsWhere(c("active"))), [1, 3]],
  ["in a limited query", e.inQuery([c("id")], { ...idsWhere(c("active")), limit: int(1) }), [1]],
  ["exists", e.exists(idsWhere(e.alwaysFalse)), []],
  ["not exists", e.exists(idsWhere(e.alwaysFalse), { negated: true }), [1, 2, 3, 4]],
  ["json text", cmp(e.jsonPath(c("data"), ["theme"], types.text), "=", text("dark")), [1]],
  ["json number", cmp(e.jsonPath(c("data"), ["n"], types.integer), ">", int(4)), [1]],
  ["json boolean", e.jsonPath(c("data"), ["on"], types.boolean), [1]],
  ["json key with dots and quotes", cmp(e.jsonPath(c("data"), ["a.b", 'c"d'], types.text), "=", text("odd")), [1]],
  ["json position", cmp(e.jsonPath(c("data"), [2], types.integer), "=", int(3)), [3]],
  ["json position from the end", cmp(e.jsonPath(c("data"), [-1], types.integer), "=", int(3)), [3]],
  ["json value", cmp(e.jsonPath(c("data"), ["list"]), "=", p([], types.json)), [2]],
  ["a key of digits is a position in an array too", e.isNotNull(e.jsonPath(c("data"), ["0"])), [3]],
  ["hostile json keys find nothing", e.isNotNull(e.jsonPath(c("data"), ["'); DROP TABLE tracks; --"])), []],
  ["json has key", f("jsonHasKey", types.boolean, c("data"), text("theme")), [1, 2]],
  ["json contains", f("jsonContains", types.boolean, c("data"), p({ n: 5 }, types.json)), [1]],
  ["arrays overlap", f("arrayOverlaps", types.boolean, c("tags"), p(["sql", "x"], types.array(types.text))), [1, 3]],
  ["arrays contain", f("arrayContains", types.boolean, c("marks"), p([1, 3], types.array(types.integer))), [1]],
  ["array length", cmp(f("arrayLength", types.integer, c("tags")), "=", int(0)), [2]],
  ["is distinct", f("isDistinct", types.boolean, c("small"), int(7)), [2, 3, 4]],
  ["is distinct decimals", f("isDistinct", types.boolean, c("price"), dec("10.5")), [2, 3, 4]],
  ["fragments stand in brackets", e.and(e.fragment(["id = ", " OR id = ", ""], [int(1), int(2)]), c("active")), [1]],
  ["enum", cmp(c("mood"), "=", p("good", types.enum(["good", "bad"]))), [1]],
];

/** The value for each of the four rows. */
const values: readonly (readonly [title: string, expr: Expr, values: readonly unknown[]])[] = [
  ["lower", f("lower", types.text, c("name")), ["ännchen 100%", "zebra", "zoo_", null]],
  ["upper", f("upper", types.text, c("code")), ["A_B", "STRASSE", "X\\Y", null]],
  ["length", f("length", types.integer, c("code")), [3, 6, 3, null]],
  ["concat skips nulls", f("concat", types.text, c("name"), text("-"), c("small")), ["Ännchen 100%-7", "zebra--7", "Zoo_-0", "-"]],
  ["substr", f("substr", types.text, c("name"), int(2), int(3)), ["nnc", "ebr", "oo_", null]],
  ["left", f("left", types.text, c("name"), int(2)), ["Än", "ze", "Zo", null]],
  ["right", f("right", types.text, c("code"), int(4)), ["a_b", "raße", "x\\y", null]],
  ["right of nothing", f("right", types.text, c("code"), int(0)), ["", "", "", null]],
  ["reverse", f("reverse", types.text, c("code")), ["b_a", "eßartS", "y\\x", null]],
  ["lpad", f("lpad", types.text, c("code"), int(5), text("*")), ["**a_b", "Straß", "**x\\y", null]],
  ["rpad", f("rpad", types.text, c("code"), int(5)), ["a_b  ", "Straß", "x\\y  ", null]],
  ["repeat", f("repeat", types.text, c("code"), int(2)), ["a_ba_b", "StraßeStraße", "x\\yx\\y", null]],
  ["strpos", f("strpos", types.integer, c("name"), text("e")), [6, 2, 0, null]],
  ["replace", f("replace", types.text, c("code"), text("_"), text("%")), ["a%b", "Straße", "x\\y", null]],
  ["trim", f("trim", types.text, text("  x ")), ["x", "x", "x", "x"]],
  ["chr", f("chr", types.text, int(196)), ["Ä", "Ä", "Ä", "Ä"]],
  ["ord", f("ord", types.integer, c("name")), [196, 122, 90, null]],
  ["md5", f("md5", types.text, text("a")), four("0cc175b9c0f1b6a831c399e269772661")],
  ["sha256", f("sha256", types.text, text("")), four("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")],
  ["abs", f("abs", types.integer, c("small")), [7, 7, 0, null]],
  ["abs of decimals", f("abs", types.decimal(12, 3), c("price")), ["10.500", "9.250", "100.000", null]],
  ["round half away from zero", f("round", types.double, c("ratio")), [3, -3, 0, null]],
  ["round decimals", f("round", types.decimal(12, 1), c("price"), int(1)), ["10.5", "9.3", "-100.0", null]],
  ["round to places", f("round", types.double, p(1.005, types.double), int(2)), [1.01, 1.01, 1.01, 1.01]],
  ["ceil", f("ceil", types.double, c("ratio")), [3, -2, 1, null]],
  ["floor of decimals", f("floor", types.decimal(12, 0), c("price")), ["10", "9", "-100", null]],
  ["mod", f("mod", types.integer, c("small"), int(4)), [3, -3, 0, null]],
  ["power", f("power", types.double, c("small"), int(2)), [49, 49, 0, null]],
  ["log of a base", f("log", types.double, int(2), int(8)), [3, 3, 3, 3]],
  ["sign", f("sign", types.integer, c("small")), [1, -1, 0, null]],
  ["sign of decimals", f("sign", types.integer, c("price")), [1, 1, -1, null]],
  ["integer division cuts", op(c("small"), "/", int(2), types.integer), [3, -3, 0, null]],
  ["remainder", op(c("small"), "%", int(4), types.integer), [3, -3, 0, null]],
  ["remainder of floats", op(c("ratio"), "%", p(2, types.double), types.double), [0.5, -0.5, 0.1, null]],
  ["bits", op(c("small"), "#", int(5), types.integer), [2, -4, 5, null]],
  ["shift", op(c("small"), "<<", int(2), types.integer), [28, -28, 0, null]],
  [
    "decimal arithmetic is exact",
    op(op(c("price"), "*", dec("0.1"), types.decimal()), "+", dec("0.2"), types.decimal(12, 3)),
    ["1.250", "1.125", "-9.800", null],
  ],
  ["decimal times integer", op(c("price"), "*", c("small"), types.decimal(12, 3)), ["73.500", "-64.750", "0.000", null]],
  ["decimal division", op(dec("1"), "/", dec("3"), types.decimal()), four("0.33333333333333333333")],
  ["decimal and float", op(c("price"), "*", c("ratio"), types.double), [26.25, -23.125, -10, null]],
  ["negated", e.negate(c("price")), ["-10.500", "-9.250", "100.000", null]],
  ["coalesce", f("coalesce", types.text, c("name"), text("none")), ["Ännchen 100%", "zebra", "Zoo_", "none"]],
  ["greatest skips nulls", f("greatest", types.integer, c("small"), int(1)), [7, 1, 1, 1]],
  ["greatest text by code point", f("greatest", types.text, c("name"), text("a")), ["Ännchen 100%", "zebra", "a", "a"]],
  ["least decimals", f("least", types.decimal(12, 3), c("price"), dec("9.5")), ["9.500", "9.250", "-100.000", "9.500"]],
  ["nullif", f("nullif", types.integer, c("small"), int(7)), [null, -7, 0, null]],
  ["nullif decimals", f("nullif", types.decimal(12, 3), c("price"), dec("10.5")), [null, "9.250", "-100.000", null]],
  ["array element", f("arrayGet", types.integer, c("marks"), int(0)), [3, null, 3, null]],
  ["json array length", f("jsonArrayLength", types.integer, c("data")), [null, null, 3, null]],
  ["json null is not NULL", e.isNull(e.jsonPath(c("data"), ["theme"])), [false, false, true, true]],
  ["json text of a number", e.jsonPath(c("data"), ["n"], types.text), ["5", "five", null, null]],
  ["json text of a boolean", e.jsonPath(c("data"), ["on"], types.text), ["true", null, null, null]],
  ["json null as text", e.jsonPath(c("data"), ["theme"], types.text), ["dark", null, null, null]],
  ["json inner value", e.jsonPath(c("data"), ["list", 1]), ["two", null, null, null]],
  ["case", either(c("active"), text("yes"), text("no")), ["yes", "no", "yes", "no"]],
  ["cast to text", e.cast(c("small"), types.text), ["7", "-7", "0", null]],
  ["cast a boolean to text", e.cast(c("active"), types.text), ["true", "false", "true", null]],
  [
    "cast an instant to text",
    e.cast(c("at"), types.text),
    ["2024-02-29T23:30:15.250Z", "2023-12-31T22:30:00.000Z", "2024-03-31T01:00:00.000Z", null],
  ],
  ["cast rounds", e.cast(c("ratio"), types.integer), [3, -3, 0, null]],
  ["cast decimals to integers", e.cast(c("price"), types.integer), [11, 9, -100, null]],
  ["cast to decimal", e.cast(c("ratio"), types.decimal(12, 2)), ["2.50", "-2.50", "0.10", null]],
  ["cast to double", e.cast(c("price"), types.double), [10.5, 9.25, -100, null]],
  ["cast to date", e.cast(c("at"), types.date), ["2024-02-29", "2023-12-31", "2024-03-31", null]],
  ["cast numbers to boolean", e.cast(c("small"), types.boolean), [true, true, false, null]],
  ["cast text to integer", e.cast(text("42"), types.integer), [42, 42, 42, 42]],
  ["cast to json", e.cast(c("small"), types.json), [7, -7, 0, null]],
  ["day in a zone", f("dateOf", types.date, c("at"), text("Europe/Berlin")), ["2024-03-01", "2023-12-31", "2024-03-31", null]],
  ["time in a zone", f("timeOf", types.time, c("at"), text("Asia/Kolkata")), ["05:00:15.25", "04:00:00", "06:30:00", null]],
  ["day in UTC", f("dateOf", types.date, c("at")), ["2024-02-29", "2023-12-31", "2024-03-31", null]],
  [
    "an instant plus a duration",
    op(c("at"), "+", p(86_400_000, types.duration), types.timestamp),
    ["2024-03-01T23:30:15.250Z", "2024-01-01T22:30:00.000Z", "2024-04-01T01:00:00.000Z", null].map(instant),
  ],
  [
    "an instant minus a duration",
    op(c("at"), "-", p(250, types.duration), types.timestamp),
    ["2024-02-29T23:30:15.000Z", "2023-12-31T22:29:59.750Z", "2024-03-31T00:59:59.750Z", null].map(instant),
  ],
  ["instants apart", op(c("at"), "-", when("2024-02-29T23:30:15.000Z"), types.duration), [250, -5_187_615_000, 2_597_385_000, null]],
  ["days apart", op(c("day"), "-", p("2024-02-28", types.date), types.duration), [86_400_000, -5_097_600_000, 2_764_800_000, null]],
  ["a day plus a duration", op(c("day"), "+", p(86_400_000, types.duration), types.date), ["2024-03-01", "2024-01-01", "2024-04-01", null]],
  ["durations add", op(c("span"), "+", p(1500, types.duration), types.duration), [90_062_501, 0, null, null]],
  ["durations multiply", op(c("span"), "*", int(2), types.duration), [180_122_002, -3000, null, null]],
];
function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

const parts: Readonly<Record<DatePart, readonly [utc: readonly number[], tokyo: readonly number[]]>> = {
  year: [
    [2024, 2023, 2024],
    [2024, 2024, 2024],
  ],
  isoYear: [
    [2024, 2023, 2024],
    [2024, 2024, 2024],
  ],
  quarter: [
    [1, 4, 1],
    [1, 1, 1],
  ],
  month: [
    [2, 12, 3],
    [3, 1, 3],
  ],
  week: [
    [9, 52, 13],
    [9, 1, 13],
  ],
  day: [
    [29, 31, 31],
    [1, 1, 31],
  ],
  weekday: [
    [5, 1, 1],
    [6, 2, 1],
  ],
  isoWeekday: [
    [4, 7, 7],
    [5, 1, 7],
  ],
  dayOfYear: [
    [60, 365, 91],
    [61, 1, 91],
  ],
  hour: [
    [23, 22, 1],
    [8, 7, 10],
  ],
  minute: [
    [30, 30, 0],
    [30, 30, 0],
  ],
  second: [
    [15, 0, 0],
    [15, 0, 0],
  ],
  epoch: [
    [1709249415.25, 1704061800, 1711846800],
    [1709249415.25, 1704061800, 1711846800],
  ],
};
/** First instants of the units in UTC and in Berlin, of the first row. */
const cuts: Readonly<Record<TruncUnit, readonly [utc: string, berlin: string]>> = {
  year: ["2024-01-01T00:00:00.000Z", "2023-12-31T23:00:00.000Z"],
  quarter: ["2024-01-01T00:00:00.000Z", "2023-12-31T23:00:00.000Z"],
  month: ["2024-02-01T00:00:00.000Z", "2024-02-29T23:00:00.000Z"],
  week: ["2024-02-26T00:00:00.000Z", "2024-02-25T23:00:00.000Z"],
  day: ["2024-02-29T00:00:00.000Z", "2024-02-29T23:00:00.000Z"],
  hour: ["2024-02-29T23:00:00.000Z", "2024-02-29T23:00:00.000Z"],
  minute: ["2024-02-29T23:30:00.000Z", "2024-02-29T23:30:00.000Z"],
  second: ["2024-02-29T23:30:15.000Z", "2024-02-29T23:30:15.000Z"],
};

const agg = (name: AggregateName, type: ColumnType, args: readonly Expr[], facts: Parameters<typeof e.aggregate>[3] = {}): Expr =>
  e.aggregate(name, args, type, facts);
const aggregates: readonly (readonly [title: string, expr: Expr, value: unknown])[] = [
  ["count rows", agg("count", types.integer, []), 4],
  ["count values", agg("count", types.integer, [c("name")]), 3],
  ["count with a filter", agg("count", types.integer, [], { filter: c("active") }), 2],
  ["count distinct", agg("count", types.integer, [c("active")], { distinct: true }), 2],
  [
    "count distinct decimals",
    agg("count", types.integer, [op(c("price"), "*", either(cmp(c("id"), "=", int(1)), dec("2"), dec("2.0")), types.decimal())], {
      distinct: true,
    }),
    3,
  ],
  [
    "count distinct json",
    agg("count", types.integer, [either(cmp(c("id"), "=", int(1)), p({ a: 1, b: 2 }, types.json), p({ b: 2, a: 1 }, types.json))], {
      distinct: true,
    }),
    1,
  ],
  ["sum integers", agg("sum", types.integer, [c("small")]), 0],
  ["sum bigints", agg("sum", types.bigint, [c("big")]), 9007199254740992n],
  ["sum decimals", agg("sum", types.decimal(12, 3), [c("price")]), "-80.250"],
  ["sum durations", agg("sum", types.duration, [c("span")]), 90_059_501],
  ["sum nothing", agg("sum", types.integer, [c("small")], { filter: e.alwaysFalse }), null],
  ["average integers", agg("avg", types.double, [c("id")]), 2.5],
  ["average decimals", agg("avg", types.decimal(12, 3), [c("price")]), "-26.750"],
  ["average durations", agg("avg", types.duration, [c("span")]), 45_029_751],
  ["min text by code point", agg("min", types.text, [c("name")]), "Zoo_"],
  ["max text by code point", agg("max", types.text, [c("name")]), "Ännchen 100%"],
  ["max decimals", agg("max", types.decimal(12, 3), [c("price")]), "10.500"],
  ["min decimals", agg("min", types.decimal(12, 3), [c("price")]), "-100.000"],
  ["max of booleans", agg("max", types.boolean, [c("active")]), true],
  ["min of booleans", agg("min", types.boolean, [c("active")]), false],
  ["max of uuids", agg("max", types.uuid, [c("key")]), "00000000-0000-4000-8000-000000000002"],
  ["all true", agg("boolAnd", types.boolean, [c("active")]), false],
  ["any true", agg("boolOr", types.boolean, [c("active")]), true],
  ["deviation", agg("stddev", types.double, [c("id")]), Math.sqrt(1.25)],
  ["sample variance", agg("varianceSample", types.double, [c("id")]), 5 / 3],
  ["variance of one", agg("varianceSample", types.double, [c("id")], { filter: cmp(c("id"), "=", int(1)) }), null],
  ["deviation of decimals", agg("stddev", types.double, [c("price")], { filter: cmp(c("id"), "<", int(3)) }), 0.625],
  ["joined text", agg("stringAgg", types.text, [c("name"), text("; ")], { orderBy: [e.order(c("name"))] }), "Zoo_; zebra; Ännchen 100%"],
  ["joined distinct text", agg("stringAgg", types.text, [f("left", types.text, c("code"), int(0)), text("|")], { distinct: true }), ""],
  [
    "joined distinct text in order",
    agg("stringAgg", types.text, [c("code"), text("|")], { distinct: true, orderBy: [e.order(c("code"), "desc")] }),
    "x\\y|a_b|Straße",
  ],
  ["joined nothing", agg("stringAgg", types.text, [c("code"), text("|")], { distinct: true, filter: e.alwaysFalse }), null],
  [
    "array of integers",
    agg("arrayAgg", types.array(types.integer), [c("small")], { orderBy: [e.order(c("id"), "desc")] }),
    [null, 0, -7, 7],
  ],
  [
    "array of bigints",
    agg("arrayAgg", types.array(types.bigint), [c("big")], { filter: e.isNotNull(c("big")), orderBy: [e.order(c("id"))] }),
    [9007199254740993n, -1n, 0n],
  ],
  [
    "array of booleans",
    agg("arrayAgg", types.array(types.boolean), [c("active")], { orderBy: [e.order(c("id"))] }),
    [true, false, true, null],
  ],
  [
    "array of instants",
    agg("arrayAgg", types.array(types.timestamp), [c("at")], { filter: cmp(c("id"), "=", int(2)) }),
    [new Date("2023-12-31T22:30:00.000Z")],
  ],
  [
    "array of bytes",
    agg("arrayAgg", types.array(types.bytes), [c("blob")], { filter: cmp(c("id"), "=", int(1)) }),
    [new Uint8Array([0, 255, 39])],
  ],
  ["array of nothing", agg("arrayAgg", types.array(types.integer), [c("small")], { filter: e.alwaysFalse }), null],
  ["json of booleans", agg("jsonAgg", types.json, [c("active")], { orderBy: [e.order(c("id"))] }), [true, false, true, null]],
  [
    "json of bigints is text",
    agg("jsonAgg", types.json, [c("big")], { orderBy: [e.order(c("id"))] }),
    ["9007199254740993", "-1", "0", null],
  ],
  ["json of instants", agg("jsonAgg", types.json, [c("at")], { filter: cmp(c("id"), "=", int(1)) }), ["2024-02-29T23:30:15.250Z"]],
  ["json of json", agg("jsonAgg", types.json, [c("data")], { filter: cmp(c("id"), "=", int(3)) }), [[1, 2, 3]]],
  ["json of decimals is text", agg("jsonAgg", types.json, [c("price")], { filter: cmp(c("id"), "=", int(1)) }), ["10.500"]],
];

eachCore(
  "compiled expressions",
  (open) => {
    it("give the answers that are written here", async () => {
      const core = await open();
      await seed(core);
      const wrong: unknown[] = [];
      const check = async (title: string, got: () => Promise<unknown>, expected: unknown): Promise<void> => {
        let found: unknown;
        try {
          found = await got();
          expect(found).toEqual(expected);
        } catch (error) {
          wrong.push({ title, expected, found: found ?? String(error) });
        }
      };
      for (const [title, where, ids] of conditions) await check(title, async () => (await answer(core, idsWhere(where))).flat(), ids);
      for (const [title, expr, expected] of values) await check(title, async () => (await answer(core, forAll(expr))).flat(), expected);
      for (const [part, [utc, tokyo]] of Object.entries(parts) as [DatePart, readonly [number[], number[]]][]) {
        await check(`${part} in UTC`, async () => (await answer(core, forAll(e.extract(part, c("at"))))).flat(), [...utc, null]);
        await check(`${part} in Tokyo`, async () => (await answer(core, forAll(e.extract(part, c("at"), "Asia/Tokyo")))).flat(), [
          ...tokyo,
          null,
        ]);
      }
      for (const [unit, [utc, berlin]] of Object.entries(cuts) as [TruncUnit, readonly [string, string]][]) {
        await check(`${unit} cut in UTC`, async () => (await answer(core, forAll(e.trunc(unit, c("at")))))[0], [new Date(utc)]);
        await check(`${unit} cut in Berlin`, async () => (await answer(core, forAll(e.trunc(unit, c("at"), "Europe/Berlin"))))[0], [
          new Date(berlin),
        ]);
        await check(
          `${unit} of an instant as a day`,
          async () => (await answer(core, forAll(e.trunc(unit, c("at"), null, types.date))))[0],
          [utc.slice(0, 10)],
        );
        await check(`${unit} of a day`, async () => (await answer(core, forAll(e.trunc(unit, c("day")))))[0], [utc.slice(0, 10)]);
      }
      for (const [title, expr, expected] of aggregates) {
        const close = typeof expected === "number" && !Number.isInteger(expected) ? (expect.closeTo(expected, 10) as unknown) : expected;
        await check(
          title,
          async () =>
            (
              await answer(
                core,
                e.select({ outputs: [e.output(expr, "value")], from: { kind: "table", table: e.table("tracks"), alias: "tracks" } }),
              )
            )[0],
          [close],
        );
      }
      for (const [title, order, ids] of [
        ["text by code point, nulls last", [e.order(c("name"))], [3, 2, 1, 4]],
        ["descending, nulls first", [e.order(c("name"), "desc")], [4, 1, 2, 3]],
        ["nulls where asked for", [e.order(c("name"), "asc", "first")], [4, 3, 2, 1]],
        ["nulls last, descending", [e.order(c("price"), "desc", "last")], [1, 2, 3, 4]],
        ["decimals by value", [e.order(c("price"))], [3, 2, 1, 4]],
        ["instants", [e.order(c("at"))], [2, 1, 3, 4]],
      ] as const)
        await check(title, async () => (await answer(core, idsBy(...order))).flat(), ids);
      expect(wrong).toEqual([]);
    });
  },
  ["sqlite", "postgres"],
);

describe("the list of answers", () => {
  it("speaks of every part and unit", () => {
    expect([Object.keys(parts).length, Object.keys(cuts).length]).toEqual([13, 8]);
  });
});
