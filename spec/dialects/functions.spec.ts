/** The functions that SQLite connections register answer as PostgreSQL does: each example is asked of both. */

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DatabaseCore } from "../../src/database/database.js";
import { DatabaseCore as Core } from "../../src/database/database.js";
import { sqliteAggregates as aggregate, sqliteFunctions as f } from "../../src/dialects/sqlite/function-names.js";
import { open as openPostgres } from "../../src/dialects/postgres/index.js";
import { open as openSqlite } from "../../src/dialects/sqlite/index.js";
import { types } from "../../src/sql/types.js";
import { type FreshDatabase, makeDatabase } from "../support/fresh.js";
import { query, who } from "../support/drivers.js";

let sqlite: DatabaseCore;
let postgres: DatabaseCore;
let made: FreshDatabase;
beforeAll(async () => {
  made = await makeDatabase("postgres");
  sqlite = new Core(await openSqlite("sqlite::memory:"));
  postgres = new Core(await openPostgres(made.url));
});
afterAll(async () => {
  await Promise.all([sqlite.close(0), postgres.close(0)]);
  await made.remove();
});

const one = async (core: DatabaseCore, expression: string, values: readonly unknown[]): Promise<unknown> =>
  (await core.run(query(core, `SELECT ${expression}`, values, [types.text]), who())).rows[0]?.[0];

/** Both as text; PostgreSQL's true and false are 1 and 0. */
async function same(ours: string, theirs: string, given: readonly unknown[]): Promise<void> {
  const [left, right] = [await one(sqlite, ours, given), await one(postgres, `(${theirs})::text`, given)];
  const plain = (value: unknown): unknown => {
    if (value === null) return null;
    const text = `${value as string | number}`;
    return text === "true" ? "1" : text === "false" ? "0" : text.replace(/\.0$/, "");
  };
  expect(plain(left), `${ours} of ${JSON.stringify(given)}`).toBe(plain(right));
}

const decimal = fc.tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.integer({ min: 0, max: 12 })).map(([units, scale]) => {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
});

describe("decimals", () => {
  it.each([
    [f.decimalAdd, "?::numeric + ?::numeric"],
    [f.decimalSubtract, "?::numeric - ?::numeric"],
    [f.decimalMultiply, "?::numeric * ?::numeric"],
    [f.decimalDivide, "?::numeric / nullif(?::numeric, 0)"],
    [f.decimalModulo, "?::numeric % nullif(?::numeric, 0)"],
    [f.decimalGreatest, "greatest(?::numeric, ?::numeric)"],
    [f.decimalLeast, "least(?::numeric, ?::numeric)"],
    [f.decimalCompare, "sign(?::numeric - ?::numeric)"],
  ])("%s", async (name, theirs) => {
    await fc.assert(
      fc.asyncProperty(decimal, decimal, (a, b) => same(`${name}(?, ?)`, theirs, [a, b])),
      { numRuns: 100 },
    );
    for (const pair of [
      ["0", "0"],
      ["1", "3"],
      ["10000", "3"],
      ["1", "30000"],
      ["0.0001", "7"],
      ["9999", "9999"],
      ["1.0", "1"],
      ["-7.5", "2"],
    ])
      await same(`${name}(?, ?)`, theirs, pair);
  });

  it.each([
    [f.decimalNegate, "-(?::numeric)"],
    [f.decimalAbs, "abs(?::numeric)"],
    [f.decimalCeil, "ceil(?::numeric)"],
    [f.decimalFloor, "floor(?::numeric)"],
    [f.decimalSign, "sign(?::numeric)"],
    [f.decimal, "?::numeric"],
  ])("%s", async (name, theirs) => {
    await fc.assert(
      fc.asyncProperty(decimal, (a) => same(`${name}(?)`, theirs, [a])),
      { numRuns: 60 },
    );
    for (const value of ["0", "-0.00", "0.5", "-0.5", "1e3", "-1.0"]) await same(`${name}(?)`, theirs, [value]);
  });

  it("round half away from zero", async () => {
    for (const value of ["2.5", "-2.5", "1.005", "15", "-15", "0.049"])
      for (const places of [-1, 0, 1, 2, 5]) await same(`${f.decimalRound}(?, ?)`, "round(?::numeric, ?::integer)", [value, places]);
    expect(await one(sqlite, `${f.round}(2.675, 2)`, [])).toBe(2.68);
    expect(await one(sqlite, `${f.round}(1234.5, -2)`, [])).toBe(1200);
  });

  it("sort by their keys as numbers do", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(decimal, { minLength: 2, maxLength: 30 }), async (list) => {
        const sorted = (core: DatabaseCore, text: string): Promise<unknown[]> =>
          core.run(query(core, text, [JSON.stringify(list)], [types.text]), who()).then(({ rows }) => rows.flat());
        const ours = await sorted(sqlite, `SELECT value FROM json_each(?) ORDER BY ${f.decimalKey}(value), value`);
        const theirs = await sorted(
          postgres,
          `SELECT value FROM json_array_elements_text(?::json) AS value ORDER BY value::numeric, value COLLATE "C"`,
        );
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 40 },
    );
    expect(await one(sqlite, `${f.decimalKey}('1.0') = ${f.decimalKey}(1) AND ${f.decimalKey}('-0') = ${f.decimalKey}(0.0)`, [])).toBe(1);
  });
});

describe("aggregates", () => {
  it.each([
    [aggregate.decimalSum, "sum(value::numeric)"],
    [aggregate.decimalAvg, "avg(value::numeric)"],
    [aggregate.decimalMin, "min(value::numeric)"],
    [aggregate.decimalMax, "max(value::numeric)"],
  ])("%s, also over windows", async (name, theirs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(decimal), { maxLength: 12 }), async (list) => {
        const frame = " OVER (ORDER BY key ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)";
        const rowsOf = (core: DatabaseCore, text: string): Promise<unknown[][]> =>
          core.run(query(core, text, [JSON.stringify(list)], [types.text]), who()).then(({ rows }) => rows);
        const theirSource = "FROM json_array_elements_text(?::json) WITH ORDINALITY AS x(value, key)";
        expect(await rowsOf(sqlite, `SELECT ${name}(value) FROM json_each(?)`)).toEqual(
          await rowsOf(postgres, `SELECT (${theirs})::text ${theirSource}`),
        );
        const numbers = async (rows: Promise<unknown[][]>): Promise<unknown[]> =>
          (await rows).map(([cell]) => (cell === null ? null : Number(cell)));
        expect(await numbers(rowsOf(sqlite, `SELECT ${name}(value)${frame} FROM json_each(?)`))).toEqual(
          await numbers(rowsOf(postgres, `SELECT (${theirs}${frame})::text ${theirSource}`)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [aggregate.stddev, "stddev_pop"],
    [aggregate.stddevSample, "stddev_samp"],
    [aggregate.variance, "var_pop"],
    [aggregate.varianceSample, "var_samp"],
  ])("%s", async (name, theirs) => {
    for (const list of [[], [5], [1, 2, 4, 8], [1e9 + 0.25, 1e9 + 0.5, 1e9 + 0.75], [0.1, 0.1], [-3, null, 7]]) {
      const [ours, other] = await Promise.all([
        sqlite.run(query(sqlite, `SELECT ${name}(value) FROM json_each(?)`, [JSON.stringify(list)], [types.text]), who()),
        postgres.run(
          query(
            postgres,
            `SELECT ${theirs}(value::numeric)::text FROM json_array_elements_text(?::json) AS value`,
            [JSON.stringify(list)],
            [types.text],
          ),
          who(),
        ),
      ]);
      const expected = other.rows[0]?.[0];
      if (expected === null) expect(ours.rows[0]?.[0]).toBeNull();
      else expect(ours.rows[0]?.[0]).toBeCloseTo(Number(expected), 10);
    }
  });
});

const zones = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo"];
const instants = fc
  .date({ min: new Date("1975-01-01T00:00:00Z"), max: new Date("2035-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
/** Around the hours at which the clocks change. */
const corners = [
  "2024-03-10T06:59:59.999Z",
  "2024-03-10T07:00:00.000Z",
  "2024-11-03T05:30:00.000Z",
  "2024-11-03T06:30:00.000Z",
  "2024-03-31T00:59:59.000Z",
  "2024-10-27T00:30:00.000Z",
  "2018-11-04T03:00:00.000Z",
  "2018-11-04T02:59:00.000Z",
  "2024-12-30T12:00:00.000Z",
  "2021-01-03T23:30:00.000Z",
];
const iso = (expression: string): string => `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

describe("dates", () => {
  const parts = {
    year: "year",
    isoYear: "isoyear",
    quarter: "quarter",
    month: "month",
    week: "week",
    day: "day",
    isoWeekday: "isodow",
    dayOfYear: "doy",
    hour: "hour",
    minute: "minute",
  } as const;
  it.each(Object.entries(parts))("extract %s", async (ours, theirs) => {
    const ask = (at: string, zone: string): Promise<void> =>
      same(`${f.extract}('${ours}', ?, ?)`, `extract(${theirs} FROM ?::timestamptz AT TIME ZONE ?)`, [at, zone]);
    await fc.assert(fc.asyncProperty(instants, fc.constantFrom(...zones), ask), { numRuns: 60 });
    for (const at of corners) for (const zone of zones) await ask(at, zone);
  });

  it("extract weekday, second and epoch", async () => {
    for (const at of corners) {
      await same(`${f.extract}('weekday', ?, 'UTC')`, "extract(dow FROM ?::timestamptz AT TIME ZONE 'UTC') + 1", [at]);
      await same(`${f.extract}('second', ?, 'UTC')`, "floor(extract(second FROM ?::timestamptz))", [at]);
      expect(await one(sqlite, `${f.extract}('epoch', ?, 'UTC')`, [at])).toBe(Date.parse(at) / 1000);
    }
    expect(await one(sqlite, `${f.extract}('hour', '10:20:30.5', 'Asia/Kolkata')`, [])).toBe(10);
    expect(await one(sqlite, `${f.extract}('day', '2024-02-29', 'America/New_York')`, [])).toBe(29);
  });

  it.each(["year", "quarter", "month", "week", "day", "hour", "minute", "second"])("trunc to the %s", async (unit) => {
    const ask = async (at: string, zone: string): Promise<void> => {
      await same(`${f.trunc}('${unit}', ?, ?)`, iso(`date_trunc('${unit}', ?::timestamptz, ?)`), [at, zone]);
      await same(`${f.truncDate}('${unit}', ?, ?)`, `date_trunc('${unit}', ?::timestamptz AT TIME ZONE ?)::date`, [at, zone]);
    };
    await fc.assert(fc.asyncProperty(instants, fc.constantFrom(...zones), ask), { numRuns: 40 });
    for (const at of corners) for (const zone of zones) await ask(at, zone);
  });

  it("have days, times and sums", async () => {
    for (const at of corners) {
      for (const zone of zones) {
        await same(`${f.dateOf}(?, ?)`, "(?::timestamptz AT TIME ZONE ?)::date", [at, zone]);
        await same(`${f.timeOf}(?, ?)`, "(?::timestamptz AT TIME ZONE ?)::time", [at, zone]);
      }
      await same(`${f.addDuration}(?, 90061001)`, iso("(?::timestamptz + interval '90061001 ms')"), [at]);
      expect(await one(sqlite, `${f.subtractInstants}(?, '2020-01-01T00:00:00.000Z')`, [at])).toBe(
        Date.parse(at) - Date.parse("2020-01-01"),
      );
    }
    expect(await one(sqlite, `${f.truncTime}('minute', '10:20:30.5')`, [])).toBe("10:20:00");
    expect(await one(sqlite, `${f.addDurationToDate}('2024-02-28', 86400000)`, [])).toBe("2024-02-29");
    expect(await one(sqlite, `${f.timestamp}('2024-02-28 10:00:00.123456')`, [])).toBe("2024-02-28T10:00:00.123Z");
    await expect(one(sqlite, `${f.trunc}('decade', '2024-02-28', 'UTC')`, [])).rejects.toThrow(/expected a unit out of year/);
  });
});

describe("text", () => {
  it.each([
    [`${f.upper}(?)`, 'upper(? COLLATE "en-x-icu")', ["ärger ǆ istanbul ß"]],
    [`${f.reverse}(?)`, "reverse(?)", ["añ😀b"]],
    [`${f.lpad}(?, 5)`, "lpad(?, 5)", ["😀b"]],
    [`${f.lpad}(?, 2, 'x')`, "lpad(?, 2, 'x')", ["😀bc"]],
    [`${f.rpad}(?, 7, 'xy')`, "rpad(?, 7, 'xy')", ["😀b"]],
    [`${f.lpad}(?, 7, '')`, "lpad(?, 7, '')", ["a"]],
    [`${f.repeat}(?, 3)`, "repeat(?, 3)", ["ab"]],
    [`${f.repeat}(?, -3)`, "repeat(?, -3)", ["ab"]],
    [`${f.md5}(?)`, "md5(?)", ["ä😀"]],
    [`${f.sha256}(?)`, "encode(sha256(convert_to(?, 'UTF8')), 'hex')", ["ä😀"]],
    [`${f.upper}(NULL)`, "NULL", []],
  ])("%s", (ours, theirs, given) => same(ours, theirs, given));

  it.each([
    ["abc", "b"],
    ["abc", "^b"],
    ["abc", "c$"],
    ["a\nb", "a.b"],
    ["a\nb", "^b"],
    ["foo bar", "\\mbar\\M"],
    ["foobar", "\\ybar"],
    ["ab1", "^[[:alpha:]]+[[:digit:]]$"],
    ["ABC", "(?i)abc"],
    ["ABC", "abc"],
    ["a-b", "a\\-b"],
    ["aXb", "a[^[:lower:]]b"],
    ["", "^$"],
    ["äöü", "^\\w+$"],
    ["äöü-x", "[\\w]+\\W\\mx"],
    ["über", "\\yber"],
    ["a]b", "[]]"],
    ["a]b", "^[^]]+$"],
    ["a[b", "a[[]b"],
    ["2024-01-02", "^\\d{4}-\\d\\d-\\d\\d$"],
  ])("%j matches %s as PostgreSQL says", async (text, pattern) => {
    await same(`${f.regex}(?, ?)`, "? ~ ?", [text, pattern]);
    await same(`${f.iregex}(?, ?)`, "? ~* ?", [text.toUpperCase(), pattern]);
  });
});

describe("documents", () => {
  it.each([
    ['{"a":1,"b":[1,2,{"c":null}]}', '{"a":1}'],
    ['{"a":1}', '{"a":1.0}'],
    ["[1,2,3]", "[3,1]"],
    ["[1,[2,3]]", "[[3]]"],
    ["[1,[2,3]]", "[2]"],
    ['["foo","bar"]', '"bar"'],
    ['"bar"', '["bar"]'],
    ['{"a":{"b":1}}', '{"a":{}}'],
    ['{"a":[1]}', '{"a":1}'],
    ['{"a":null}', '{"a":null}'],
    ["{}", "{}"],
    ["[]", "[]"],
    ["[[]]", "[]"],
    ["1", "1"],
    ['{"a":1}', "[]"],
    ['[{"a":1}]', '[{"a":1}]'],
    ["[1,2]", "{}"],
  ])("%s @> %s", (a, b) => same(`${f.jsonContains}(?, ?)`, "?::jsonb @> ?::jsonb", [a, b]));

  it.each([
    ['{"a":null}', "a"],
    ['{"a":1}', "b"],
    ['["a","b"]', "b"],
    ['"a"', "a"],
    ["[1]", "1"],
    ["{}", "__proto__"],
    ["{}", "toString"],
  ])("%s has key %s", (json, key) => same(`${f.jsonHasKey}(?, ?)`, "jsonb_exists(?::jsonb, ?)", [json, key]));

  it.each([
    ['{"a":{"b":[10,"x",true,null,{"c":1},1.50,1e21]}}', '$."a"."b"[0]', "{a,b,0}"],
    ['{"a":{"b":[10,"x",true]}}', '$."a"."b"[1]', "{a,b,1}"],
    ['{"a":[true]}', '$."a"[0]', "{a,0}"],
    ['{"a":[null]}', '$."a"[0]', "{a,0}"],
    ['{"a":{"c":1}}', '$."a"', "{a}"],
    ['{"a":1e21}', '$."a"', "{a}"],
    ['{"a":0.5}', '$."a"', "{a}"],
    ['{"a":[1,2,3]}', '$."a"[#-1]', "{a,-1}"],
    ['{"a\\"b":1}', '$."a\\"b"', '{"a\\"b"}'],
    ['{"a":1}', '$."x"."y"', "{x,y}"],
    ['{"":5}', '$.""', '{""}'],
  ])("the text of %s at %s", async (json, path, theirs) => {
    const [ours, right] = [
      await one(sqlite, `${f.jsonText}(?, ?)`, [json, path]),
      await one(postgres, "?::jsonb #>> ?::text[]", [json, theirs]),
    ];
    const compact = (value: unknown): unknown => (typeof value === "string" ? value.replaceAll(" ", "") : value);
    expect(compact(ours)).toBe(compact(right));
  });

  it("are equal by their canonical text exactly when jsonb is", async () => {
    const documents = [
      '{"a":1,"b":2}',
      '{"b":2.0,"a":1e0}',
      "[1,2]",
      "[2,1]",
      '{"a":{"d":1,"c":[]}}',
      '{"a":{"c":[],"d":1}}',
      '"1"',
      "1",
      "null",
      "true",
    ];
    for (const a of documents)
      for (const b of documents) await same(`${f.jsonCanonical}(?) = ${f.jsonCanonical}(?)`, "?::jsonb = ?::jsonb", [a, b]);
  });

  it("and arrays overlap and contain", async () => {
    const lists = [[], [1], [1, 2], [2, 3], [1, null], [null]];
    for (const a of lists) {
      for (const b of lists) {
        const literal = (list: readonly (number | null)[]): string => `ARRAY[${list.map((one) => one ?? "NULL").join(",")}]::integer[]`;
        expect(
          Boolean(await one(sqlite, `${f.arrayOverlaps}(?, ?)`, [JSON.stringify(a), JSON.stringify(b)])),
          `${JSON.stringify(a)} && ${JSON.stringify(b)}`,
        ).toBe((await one(postgres, `${literal(a)} && ${literal(b)}`, [])) === "t");
        expect(
          Boolean(await one(sqlite, `${f.arrayContains}(?, ?)`, [JSON.stringify(a), JSON.stringify(b)])),
          `${JSON.stringify(a)} @> ${JSON.stringify(b)}`,
        ).toBe((await one(postgres, `${literal(a)} @> ${literal(b)}`, [])) === "t");
      }
    }
    expect(await one(sqlite, `${f.jsonJoin}('["a",null,"b"]', ', ')`, [])).toBe("a, b");
    expect(await one(sqlite, `${f.jsonJoin}('[]', ', ')`, [])).toBeNull();
  });

  it("greatest and least go by code point", async () => {
    expect(await one(sqlite, `${f.greatest}(?, ?)`, ["😀", "\uffee"])).toBe("😀");
    expect(await one(sqlite, `${f.least}(?, NULL, ?)`, [5, 3])).toBe(3);
    expect(await one(sqlite, `${f.greatest}(NULL, NULL)`, [])).toBeNull();
  });
});
