/** What each type of field can hold, and what is said of anything else. */

import { describe, expect, it } from "vitest";
import { Json, t } from "../../src/metadata/fields.js";
import { definitionOf, type FieldDefinition } from "../../src/metadata/definition.js";
import { validateValue } from "../../src/metadata/values.js";

const check = (builder: unknown, value: unknown): string | null => validateValue(definitionOf(builder) as FieldDefinition, value);
const day = new Date("2024-02-29T12:00:00.000Z");

describe("a field can hold", () => {
  it.each<[unknown, unknown]>([
    [t.text(), ""],
    [t.text(), "👍 ok"],
    [t.text().nullable(), null],
    [t.varchar(2), "👍👍"],
    [t.enum(["a"]), "a"],
    [t.uuid(), "0190F3C6-0000-7000-8000-000000000000"],
    [t.smallint(), -32768],
    [t.integer(), 2147483647],
    [t.id(), Number.MAX_SAFE_INTEGER],
    [t.bigint(), -9223372036854775808n],
    [t.real(), 1.5],
    [t.double(), -1e300],
    [t.decimal(5, 2), "-999.99"],
    [t.decimal(5, 2), "1.500"],
    [t.decimal(5, 2), "0"],
    [t.boolean(), false],
    [t.timestamp(), day],
    [t.date(), "2024-02-29"],
    [t.time(), "23:59:59.999"],
    [t.time(), "10:00"],
    [t.duration(), 0],
    [t.bytes(), new Uint8Array()],
    [t.bytes(), Buffer.from("x")],
    [t.array(t.integer()), [1, 2]],
    [t.array(t.text().nullable()), ["a", null]],
    [t.array(t.array(t.integer())), [[1], [2]]],
    [t.json(), { a: [1, "x", null, true, { b: undefined }] }],
    [t.json(), "x"],
    [t.json(), 0],
    [t.json(), false],
    [t.json(), Json.null],
    [t.json(), []],
    [t.custom({ sql: "point", encode: String, decode: String }), { any: 1 }],
    [t.version(), 3],
  ])("%# (%o)", (builder, value) => expect(check(builder, value)).toBeNull());
});

describe("a field refuses", () => {
  it.each<[string, unknown, unknown, string]>([
    ["null", t.text(), null, "expected a string, got null"],
    ["undefined", t.text().nullable(), undefined, "expected a string, got undefined"],
    ["a number for a text", t.text(), 3, "expected a string, got the number 3"],
    ["NUL", t.text(), "a\0b", 'expected text without NUL characters and lone surrogates, got the string "a\\u0000b"'],
    ["half a pair", t.text(), "a\ud800", "expected text without NUL characters and lone surrogates"],
    ["a text too long", t.varchar(2), "abc", 'expected at most 2 characters, got the string "abc"'],
    ["a word of no enum", t.enum(["a", "b"]), "c", `expected one of "a", "b", got the string "c"`],
    ["a text that is no uuid", t.uuid(), "x", 'expected a uuid, got the string "x"'],
    ["a smallint beyond", t.smallint(), 32768, "expected an integer from -32768 to 32767, got the number 32768"],
    [
      "an integer beyond 32 bits",
      t.integer(),
      2147483648,
      "expected an integer of 32 bits (t.bigint() holds more), got the number 2147483648",
    ],
    ["a fraction", t.integer(), 1.5, "expected an integer in the safe range, got the number 1.5"],
    ["NaN", t.integer(), NaN, "expected an integer in the safe range, got the number NaN"],
    ["an unsafe id", t.id(), 2 ** 53, "expected an integer in the safe range, got the number 9007199254740992"],
    ["a bigint for an integer", t.integer(), 3n, "expected an integer in the safe range, got the bigint 3"],
    ["a number for a bigint", t.bigint(), 3, "expected a bigint, got the number 3"],
    ["a bigint beyond 64 bits", t.bigint(), 2n ** 63n, "expected a bigint of 64 bits"],
    ["Infinity", t.double(), Infinity, "expected a finite number, got the number Infinity"],
    ["more than 32 bits of float", t.real(), 1e39, "expected a number that 32 bits can hold"],
    [
      "a decimal as a number",
      t.decimal(5, 2),
      1.5,
      "expected a decimal number as a string, with at most 3 digits before the point, got the number 1.5",
    ],
    ["too many digits", t.decimal(5, 2), "1000", "with at most 3 digits before the point"],
    [
      "too many decimals",
      t.decimal(5, 2),
      "1.555",
      'expected a decimal number as a string, with at most 2 decimals, got the string "1.555"',
    ],
    ["a decimal NaN", t.decimal(5, 2), "NaN", "expected a decimal number as a string"],
    ["a decimal with a plus", t.decimal(5, 2), "+1", `expected a decimal number as "12.50"`],
    ["an empty decimal", t.decimal(5, 2), "", "expected a decimal number as a string"],
    ["a truth as a number", t.boolean(), 1, "expected true or false, got the number 1"],
    ["an instant as text", t.timestamp(), "2024-01-01", 'expected a Date, got the string "2024-01-01"'],
    ["an invalid Date", t.timestamp(), new Date(NaN), "got an invalid Date"],
    ["a year beyond", t.timestamp(), new Date(Date.UTC(10000, 0, 1)), "expected a Date in the years 1 to 9999"],
    ["a day that does not exist", t.date(), "2023-02-29", 'expected a day as "YYYY-MM-DD", got the string "2023-02-29"'],
    ["a Date for a day", t.date(), day, 'expected a day as "YYYY-MM-DD", got the Date 2024-02-29T12:00:00.000Z'],
    ["an hour that does not exist", t.time(), "24:00:00", 'expected a time as "HH:MM:SS"'],
    ["microseconds", t.time(), "10:00:00.123456", 'expected a time as "HH:MM:SS"'],
    ["half a millisecond", t.duration(), 0.5, "expected a whole number of milliseconds"],
    ["bytes as text", t.bytes(), "x", 'expected a Uint8Array, got the string "x"'],
    ["no array", t.array(t.text()), "x", 'expected an array, got the string "x"'],
    ["a wrong element", t.array(t.integer()), [1, "2"], 'expected an integer in the safe range, got the string "2" at [1]'],
    ["a hole", t.array(t.integer()), [1, null], "expected an integer in the safe range, got null at [1]"],
    ["ragged arrays", t.array(t.array(t.integer())), [[1], [1, 2]], "expected inner arrays of one length"],
    ["undefined in JSON", t.json(), [undefined], "expected values that JSON can hold in its arrays, got undefined"],
    ["a Date in JSON", t.json(), { at: day }, "expected values that JSON can hold, got the Date"],
    ["NaN in JSON", t.json(), { a: { b: NaN } }, "expected finite numbers in JSON, got the number NaN"],
    ["a bigint in JSON", t.json(), [1n], "expected a value that JSON can hold, got an array of 1"],
    ["a function in JSON", t.json(), { a: () => 1 }, "expected values that JSON can hold, got the function a"],
    ["a Map in JSON", t.json(), new Map(), "expected values that JSON can hold, got an instance of Map"],
    ["NUL in JSON", t.json(), { a: "\0" }, "expected JSON without NUL characters"],
    ["null in JSON that cannot be NULL", t.json(), null, "got null"],
    [
      "undefined of a custom type",
      t.custom({ sql: "point", encode: String, decode: String }),
      undefined,
      "expected a value, got undefined",
    ],
  ])("%s", (_, builder, value, message) => expect(check(builder, value)).toContain(message));
  it("a circle in JSON", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(check(t.json(), circle)).toContain("expected a value that JSON can hold");
  });
});
