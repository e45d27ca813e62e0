/** Values go into a column and come back the same, on every database, through real tables. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatabaseCore } from "../../src/database/database.js";
import { codecFor as postgresCodec } from "../../src/dialects/postgres/codecs.js";
import { codecFor as sqliteCodec } from "../../src/dialects/sqlite/codecs.js";
import { type ColumnType, types } from "../../src/sql/types.js";
import { InvalidValue } from "../../src/errors.js";
import { real } from "../../src/sql/values.js";
import { jsonNull } from "../../src/support/json-null.js";
import { eachCore, query, run, who } from "../support/drivers.js";

const text = fc
  .string({ unit: "binary" })
  .map((value) => value.replaceAll("\0", ""))
  .filter((value) => !/\p{Surrogate}/u.test(value));
const decimalText = (whole: number, scale: number): fc.Arbitrary<string> =>
  fc.tuple(fc.bigInt(0n, 10n ** BigInt(whole) - 1n), fc.bigInt(0n, 10n ** BigInt(scale) - 1n), fc.boolean()).map(([a, b, negative]) => {
    const zero = a === 0n && b === 0n;
    return `${negative && !zero ? "-" : ""}${a}.${String(b).padStart(scale, "0")}`;
  });
const instant = fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true });
const day = instant.map((date) => date.toISOString().slice(0, 10));
const clock = fc.integer({ min: 0, max: 86_399_999 }).map((ms) =>
  new Date(ms)
    .toISOString()
    .slice(11, 23)
    .replace(/\.000$|(?<=\.\d+)0+$/, ""),
);
const plainNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const single = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => real(value));
const json = fc
  .jsonValue({ stringUnit: "grapheme" })
  .filter((value) => value !== null)
  .map((value) => JSON.parse(JSON.stringify(value).replace(/\\u0000/g, "")) as unknown);
const bytes = fc.uint8Array({ maxLength: 40 });

const cases: readonly (readonly [string, ColumnType, fc.Arbitrary<unknown>])[] = [
  ["text", types.text, text],
  ["varchar", types.varchar(300), text],
  ["smallint", types.smallint, fc.integer({ min: -32768, max: 32767 })],
  ["integer", types.integer, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
  ["bigint", types.bigint, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)],
  ["real", types.real, single],
  ["double", types.double, plainNumber],
  ["decimal", types.decimal(20, 4), decimalText(16, 4)],
  ["decimal without limits", types.decimal(), decimalText(40, 30)],
  ["boolean", types.boolean, fc.boolean()],
  ["uuid", types.uuid, fc.uuid()],
  ["timestamp", types.timestamp, instant],
  ["date", types.date, day],
  ["time", types.time, clock],
  ["duration", types.duration, fc.integer({ min: -(10 ** 13), max: 10 ** 13 })],
  ["json", types.json, json],
  ["bytes", types.bytes, bytes],
  ["enum", types.enum(["a", 'b"c', "d'e", "f,\\g"]), fc.constantFrom("a", 'b"c', "d'e", "f,\\g")],
  ["array of text", types.array(types.text), fc.array(fc.option(text))],
  ["array of bigint", types.array(types.bigint), fc.array(fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)))],
  ["array of decimal", types.array(types.decimal(20, 4)), fc.array(decimalText(16, 4))],
  ["array of boolean", types.array(types.boolean), fc.array(fc.boolean())],
  ["array of timestamp", types.array(types.timestamp), fc.array(instant)],
  ["array of bytes", types.array(types.bytes), fc.array(bytes)],
  ["array of json", types.array(types.json), fc.array(json)],
  [
    "matrix",
    types.array(types.array(types.integer)),
    fc.constantFrom(
      [
        [1, 2],
        [3, 4],
      ],
      [[5]],
      [],
    ),
  ],
];

async function tableOf(core: DatabaseCore, type: ColumnType): Promise<(values: readonly unknown[]) => Promise<unknown[]>> {
  const { schema } = core.dialect;
  const checks = schema
    .typeChecks(type, "x")
    .map((check) => ` CHECK (${check})`)
    .join("");
  await run(core, `CREATE TABLE t (n integer, x ${schema.typeName(type)}${checks})`);
  const codec = core.dialect.codec(type);
  return async (values) => {
    await run(core, "DELETE FROM t");
    for (const [at, value] of values.entries()) await run(core, "INSERT INTO t (n, x) VALUES (?, ?)", [at, codec.encode(value)]);
    const { rows } = await core.run(query(core, "SELECT x FROM t ORDER BY n", [], [type]), who());
    return rows.map(([cell]) => (codec.decode === undefined ? cell : codec.decode(cell)));
  };
}

eachCore("a value comes back as it went in", (open) => {
  it.each(cases)(
    "%s",
    async (_, type, values) => {
      const core = await open();
      const roundTrip = await tableOf(core, type);
      await fc.assert(
        fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 20 }), async (given) => {
          expect(await roundTrip(given)).toEqual(given);
        }),
        { numRuns: 25 },
      );
    },
    60_000,
  );

  it("in its canonical form", async () => {
    const core = await open();
    const readBack = async (type: ColumnType, value: unknown): Promise<unknown> => {
      await run(core, "DROP TABLE IF EXISTS t");
      return (await (await tableOf(core, type))([value]))[0];
    };
    const money = types.decimal(20, 4);
    expect(await readBack(money, "0")).toBe("0.0000");
    expect(await readBack(money, "-0.00004")).toBe("0.0000");
    expect(await readBack(money, "1.00005")).toBe("1.0001");
    expect(await readBack(money, "-1.00005")).toBe("-1.0001");
    expect(await readBack(money, "+12e2")).toBe("1200.0000");
    expect(await readBack(types.decimal(3, 0), "7.5")).toBe("8");
    expect(await readBack(types.time, "09:30")).toBe("09:30:00");
    expect(await readBack(types.time, "09:30:00.500")).toBe("09:30:00.5");
    expect(await readBack(types.uuid, "6F9619FF-8B86-D011-B42D-00CF4FC964FF")).toBe("6f9619ff-8b86-d011-b42d-00cf4fc964ff");
    expect(await readBack(types.double, -0)).toBe(0);
    expect(await readBack(types.real, 0.1)).toBe(0.1);
    expect(await readBack(types.real, 0.123456789)).toBe(0.12345679);
    expect(await readBack(types.json, jsonNull)).toBe(jsonNull);
    for (const written of ["10.5", "null", "true", "", '"']) expect(await readBack(types.json, written)).toBe(written);
    expect(await readBack(types.json, { at: [1.5, null, { nested: "“" }] })).toEqual({ at: [1.5, null, { nested: "“" }] });
    expect(Object.getPrototypeOf(await readBack(types.bytes, Buffer.from("abc")))).toBe(Uint8Array.prototype);
  });
});

describe.each([
  { name: "sqlite", codecFor: sqliteCodec },
  { name: "postgres", codecFor: postgresCodec },
])("a value that a column cannot hold ($name)", ({ codecFor }) => {
  it.each<[ColumnType, unknown, RegExp]>([
    [types.text, undefined, /expected a string, got undefined/],
    [types.text, 5, /expected a string, got the number 5/],
    [types.text, "a\0b", /without NUL/],
    [types.text, "\ud83d", /lone surrogates/],
    [types.varchar(2), "😀😀😀", /at most 2 characters/],
    [types.integer, 2 ** 53, /safe range, got the number 9007199254740992/],
    [types.integer, 1.5, /integer/],
    [types.integer, "5", /got the string "5"/],
    [types.smallint, 40_000, /-32768 to 32767/],
    [types.bigint, 1, /expected a bigint, got the number 1/],
    [types.bigint, 2n ** 63n, /64 bits/],
    [types.double, NaN, /finite number, got the number NaN/],
    [types.real, Infinity, /finite/],
    [types.real, 1e300, /32 bits/],
    [types.decimal(5, 2), "1000", /at most 3 digits before the point/],
    [types.decimal(5, 2), "999.995", /at most 3 digits/],
    [types.decimal(), "NaN", /decimal number/],
    [types.decimal(), 1.5, /as a string, got the number 1.5/],
    [types.boolean, 1, /true or false/],
    [types.uuid, "nonsense", /uuid/],
    [types.timestamp, new Date(NaN), /got an invalid Date/],
    [types.timestamp, "2024-01-01", /expected a Date/],
    [types.timestamp, new Date(-1e15), /years 1 to 9999/],
    [types.date, "2023-02-29", /YYYY-MM-DD/],
    [types.date, "0000-01-01", /YYYY-MM-DD/],
    [types.date, new Date(), /YYYY-MM-DD/],
    [types.time, "25:00", /HH:MM:SS/],
    [types.time, "10:00:00.1234", /three decimals/],
    [types.duration, 1.5, /whole number of milliseconds/],
    [types.json, undefined, /JSON/],
    [types.json, { a: [NaN] }, /finite numbers in JSON/],
    [types.json, [undefined], /arrays, got undefined/],
    [types.json, { a: 1n }, /JSON can hold, got a plain object/],
    [types.json, { a: "\0" }, /NUL/],
    [types.json, ["\udead"], /lone surrogates/],
    [types.bytes, "abc", /Uint8Array/],
    [types.enum(["a", "b"]), "c", /one of "a", "b", got the string "c"/],
    [types.array(types.integer), 5, /an array, got the number 5/],
    [types.array(types.integer), [1, "2"], /integer.*got the string "2"/],
    [types.array(types.integer), [undefined], /got undefined/],
    [types.unknown, {}, /got a plain object/],
  ])("%j refuses %s", (type, value, message) => {
    const { encode } = codecFor(type);
    expect(() => encode(value)).toThrow(InvalidValue);
    expect(() => encode(value)).toThrow(message);
  });

  it("may look like one, and is not", () => {
    expect(() => codecFor(types.json).encode("\\u0000")).not.toThrow();
    expect(() => codecFor(types.json).encode({ "\\ud800": "null" })).not.toThrow();
    expect(() => codecFor(types.json).encode({ when: new Date(0), nothing: null, missing: undefined })).not.toThrow();
    expect(() => codecFor(types.varchar(2)).encode("😀😀")).not.toThrow();
    expect(() => codecFor(types.decimal(5, 2)).encode("999.994")).not.toThrow();
  });
});
