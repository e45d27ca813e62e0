/** The text and parameters that statements compile to, side by side. */

import { describe, expect, it } from "vitest";
import { compile as compilePostgres } from "../../src/dialects/postgres/compile.js";
import { compile as compileSqlite } from "../../src/dialects/sqlite/compile.js";
import { InvalidValue } from "../../src/errors.js";
import { rebind } from "../../src/sql/compile/compiled.js";
import * as e from "../../src/sql/factories/index.js";
import type { Expr, Statement } from "../../src/sql/nodes.js";
import { fragmentOf, sql, SqlFragment } from "../../src/sql/template.js";
import { types } from "../../src/sql/types.js";

const users = e.table("users");
const id = e.column("u", "id", types.integer, { notNull: true });
const name = e.column("u", "name", types.text);
const price = e.column("u", "price", types.decimal(10, 2));
const data = e.column("u", "data", types.json);
const at = e.column("u", "at", types.timestamp);
const int = (value: number): Expr => e.param(value, types.integer);
const text = (value: string): Expr => e.param(value, types.text);
const where = (condition: Expr): Statement => e.select({ outputs: [e.output(id)], from: e.fromTable(users, "u"), where: condition });
const START = 'SELECT "u"."id" FROM "users" AS "u" WHERE ';

const columns = [
  { name: "name", type: types.text },
  { name: "tags", type: types.array(types.text) },
];

interface Written {
  readonly sqlite: string;
  readonly postgres: string;
  readonly values?: readonly unknown[];
  readonly sqliteValues?: readonly unknown[];
  readonly postgresValues?: readonly unknown[];
}
const table: readonly (readonly [title: string, statement: Statement, written: Written])[] = [
  [
    "comparing",
    where(e.compare(id, ">=", int(5))),
    { sqlite: `${START}"u"."id" >= ?`, postgres: `${START}"u"."id" >= $1::bigint`, values: [5] },
  ],
  [
    "and, or, not",
    where(e.and(e.equals(id, int(1)), e.or(e.isNull(name), e.not(e.equals(name, text("x")))))),
    {
      sqlite: `${START}("u"."id" = ?) AND (("u"."name" IS NULL) OR (NOT ("u"."name" = ?)))`,
      postgres: `${START}("u"."id" = $1::bigint) AND (("u"."name" IS NULL) OR (NOT ("u"."name" = $2)))`,
      values: [1, "x"],
    },
  ],
  [
    "a list",
    where(e.inArray(id, e.param([1, 2], types.integer))),
    {
      sqlite: `${START}"u"."id" IN (SELECT value FROM json_each(?))`,
      postgres: `${START}"u"."id" = ANY($1::bigint[])`,
      sqliteValues: ["[1,2]"],
      postgresValues: ["{1,2}"],
    },
  ],
  [
    "contains",
    where(e.match("contains", name, text("50%_\\"))),
    {
      sqlite: `${START}instr("u"."name", ?) > 0`,
      postgres: `${START}"u"."name" LIKE $1::text ESCAPE '\\'`,
      sqliteValues: ["50%_\\"],
      postgresValues: ["%50\\%\\_\\\\%"],
    },
  ],
  [
    "text order",
    where(e.compare(name, "<", text("m"))),
    { sqlite: `${START}"u"."name" < ?`, postgres: `${START}"u"."name" COLLATE "C" < $1`, values: ["m"] },
  ],
  [
    "a column with its own collation",
    where(e.compare(e.column("u", "name", types.text, { collate: "de-x-icu" }), "<", text("m"))),
    {
      sqlite: `${START}"u"."name" < ?`,
      postgres: `${START}"u"."name" < $1`,
      values: ["m"],
    },
  ],
  [
    "a decimal of the column",
    where(e.equals(price, e.param("1.5", types.decimal(10, 2)))),
    { sqlite: `${START}"u"."price" = ?`, postgres: `${START}"u"."price" = $1`, sqliteValues: ["1.50"], postgresValues: ["1.5"] },
  ],
  [
    "more than a decimal",
    where(e.compare(price, ">", e.param("1.555", types.decimal(10, 2)))),
    {
      sqlite: `${START}flash_decimal_compare("u"."price", ?) > 0`,
      postgres: `${START}"u"."price" > $1`,
      values: ["1.555"],
    },
  ],
  [
    "a JSON path",
    where(e.equals(e.jsonPath(data, ['k"ey', 0], types.text), text("v"))),
    {
      sqlite: `${START}flash_json_text("u"."data", ?) = ?`,
      postgres: `${START}("u"."data" -> $1::text ->> $2::integer) = $3`,
      sqliteValues: ['$."k\\"ey"[0]', "v"],
      postgresValues: ['k"ey', 0, "v"],
    },
  ],
  [
    "a year",
    where(e.equals(e.extract("year", at), int(2024))),
    {
      sqlite: `${START}CAST(strftime('%Y', "u"."at") AS INTEGER) = ?`,
      postgres: `${START}CAST(EXTRACT(YEAR FROM "u"."at" AT TIME ZONE 'UTC') AS integer) = $1::bigint`,
      values: [2024],
    },
  ],
  [
    "a fragment",
    where(fragmentOf(sql`${new SqlFragment(e.fragment(["", ""], [id]))} % ${2} = 0`)),
    { sqlite: `${START}"u"."id" % CAST(? AS INTEGER) = 0`, postgres: `${START}"u"."id" % $1::bigint = 0`, values: [2] },
  ],
  [
    "order",
    e.select({
      outputs: [e.output(id)],
      from: e.fromTable(users, "u"),
      orderBy: [e.order(name, "desc"), e.order(price), e.order(id)],
      limit: int(3),
      offset: int(1),
    }),
    {
      sqlite:
        'SELECT "u"."id" FROM "users" AS "u" ORDER BY "u"."name" DESC NULLS FIRST, flash_decimal_key("u"."price") ASC NULLS LAST, "u"."id" ASC LIMIT ? OFFSET ?',
      postgres:
        'SELECT "u"."id" FROM "users" AS "u" ORDER BY "u"."name" COLLATE "C" DESC, "u"."price" ASC, "u"."id" ASC LIMIT $1 OFFSET $2',
      values: [3, 1],
    },
  ],
  [
    "an offset alone",
    e.select({ outputs: [e.output(id)], from: e.fromTable(users, "u"), offset: e.literal(2) }),
    { sqlite: 'SELECT "u"."id" FROM "users" AS "u" LIMIT -1 OFFSET 2', postgres: 'SELECT "u"."id" FROM "users" AS "u" OFFSET 2' },
  ],
  [
    "a lock",
    e.select({ outputs: [e.output(id)], from: e.fromTable(users, "u"), lock: e.lock("update", { noWait: true, of: ["u"] }) }),
    {
      sqlite: 'SELECT "u"."id" FROM "users" AS "u"',
      postgres: 'SELECT "u"."id" FROM "users" AS "u" FOR UPDATE OF "u" NOWAIT',
    },
  ],
  [
    "one row",
    e.insert({ into: users, columns, rows: [["Ada", ["x"]]], returning: [e.output(e.column("users", "id", types.integer))] }),
    {
      sqlite: 'INSERT INTO "users" ("name", "tags") VALUES (?, ?) RETURNING "id"',
      postgres: 'INSERT INTO "users" ("name", "tags") VALUES ($1, $2) RETURNING "users"."id"',
      sqliteValues: ["Ada", '["x"]'],
      postgresValues: ["Ada", '{"x"}'],
    },
  ],
  [
    "many rows",
    e.insert({
      into: users,
      columns,
      rows: [
        ["Ada", ["x"]],
        [null, []],
      ],
    }),
    {
      sqlite: 'INSERT INTO "users" ("name", "tags") VALUES (?, ?), (?, ?)',
      sqliteValues: ["Ada", '["x"]', null, "[]"],
      postgres:
        'INSERT INTO "users" ("name", "tags") SELECT flash_rows.c0, flash_rows.c1::text[] FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS flash_rows (c0, c1, place) ORDER BY flash_rows.place',
      postgresValues: ['{"Ada",NULL}', '{"{\\"x\\"}","{}"}'],
    },
  ],
  [
    "many updates",
    e.updateRows({
      table: users,
      keys: [{ name: "id", type: types.integer }],
      set: [columns[0] as { name: string; type: typeof types.text }],
      rows: [
        [1, "a"],
        [2, "b"],
      ],
    }),
    {
      sqlite:
        'WITH flash_rows ("c0", "c1") AS (VALUES (?, ?), (?, ?)) UPDATE "users" SET "name" = flash_rows.c1 FROM flash_rows WHERE "users"."id" = flash_rows.c0',
      sqliteValues: [1, "a", 2, "b"],
      postgres:
        'UPDATE "users" SET "name" = flash_rows.c1 FROM unnest($1::integer[], $2::text[]) AS flash_rows (c0, c1) WHERE "users"."id" = flash_rows.c0',
      postgresValues: ["{1,2}", '{"a","b"}'],
    },
  ],
  [
    "an upsert",
    e.insert({
      into: users,
      columns: [{ name: "id", type: types.integer }],
      rows: [[1]],
      onConflict: { columns: ["id"], where: null, action: [{ column: "n", value: e.excluded("n", types.integer) }] },
    }),
    {
      sqlite: 'INSERT INTO "users" ("id") VALUES (?) ON CONFLICT ("id") DO UPDATE SET "n" = EXCLUDED."n"',
      postgres: 'INSERT INTO "users" ("id") VALUES ($1) ON CONFLICT ("id") DO UPDATE SET "n" = EXCLUDED."n"',
      values: [1],
    },
  ],
  [
    "a table in a schema",
    e.remove({ from: e.table("users", "crm"), where: e.equals(e.column("users", "id", types.integer), int(1)) }),
    {
      sqlite: 'DELETE FROM "crm"."users" AS "users" WHERE "users"."id" = ?',
      postgres: 'DELETE FROM "crm"."users" AS "users" WHERE "users"."id" = $1::bigint',
      values: [1],
    },
  ],
  [
    "two texts of one value",
    e.select({
      outputs: [e.output(e.trunc("day", at, "Asia/Tokyo"))],
      from: e.fromTable(users, "u"),
      groupBy: [e.trunc("day", at, "Asia/Tokyo")],
    }),
    {
      sqlite: `SELECT flash_trunc('day', "u"."at", ?) FROM "users" AS "u" GROUP BY flash_trunc('day', "u"."at", ?)`,
      sqliteValues: ["Asia/Tokyo", "Asia/Tokyo"],
      postgres: `SELECT DATE_TRUNC('day', "u"."at", $1::text) FROM "users" AS "u" GROUP BY DATE_TRUNC('day', "u"."at", $1::text)`,
      postgresValues: ["Asia/Tokyo"],
    },
  ],
];
describe("compiled text", () => {
  it.each(table)("of %s", (_title, statement, written) => {
    const [sqlite, postgres] = [compileSqlite(statement), compilePostgres(statement)];
    expect([sqlite.text, postgres.text]).toEqual([written.sqlite, written.postgres]);
    expect(sqlite.values).toEqual(written.sqliteValues ?? written.values ?? []);
    expect(postgres.values).toEqual(written.postgresValues ?? written.values ?? []);
  });

  it("quotes whatever a name contains", () => {
    const hostile = 'x" FROM secrets; --';
    const statement = e.select({
      outputs: [e.output(e.column(hostile, hostile, types.text), `${hostile}2`)],
      from: e.fromTable(e.table(hostile, hostile), "a"),
    });
    const quoted = '"x"" FROM secrets; --"';
    for (const compile of [compileSqlite, compilePostgres]) {
      expect(compile(statement).text).toBe(`SELECT ${quoted}.${quoted} AS "x"" FROM secrets; --2" FROM ${quoted}.${quoted} AS "a"`);
    }
  });

  it("refuses words that are none of SQL's", () => {
    const hostile = "year' FROM x) --" as "year";
    for (const compile of [compileSqlite, compilePostgres]) {
      expect(() => compile(where(e.extract(hostile, at)))).toThrow(/part to extract/);
      expect(() => compile(where(e.trunc(hostile, at)))).toThrow(/unit to cut to/);
      const frame = { unit: "rows", start: { preceding: "1) --" as unknown as number }, end: null } as const;
      expect(() => compile(where(e.window(e.windowFunction("rank", [], types.integer), { frame })))).toThrow(/bound of a window frame/);
      expect(() => compile(where(e.unresolved({})))).toThrow(/without names of model fields/);
    }
  });

  it("compiles a query once", () => {
    const query = where(e.equals(id, int(1)));
    expect(compilePostgres(query)).toBe(compilePostgres(query));
  });
});

describe("rebind", () => {
  const query = where(
    e.and(
      e.match("startswith", name, e.param("a", types.text, { slot: 0 })),
      e.inArray(id, e.param([1], types.integer, { slot: 1 })),
      e.compare(id, ">", e.param("9", types.integer, { slot: 2, prepare: (given: string) => Number(given) + 1 })),
      e.equals(name, text("fixed")),
    ),
  );
  it("gives the same text other values, prepared, escaped and encoded", () => {
    expect(rebind(compilePostgres(query), ["%", [3, 4], "41"])).toEqual(["\\%%", "{3,4}", 42, "fixed"]);
    expect(rebind(compileSqlite(query), ["%", [3, 4], "41"])).toEqual(["%", "%", "[3,4]", 42, "fixed"]);
  });
  it("leaves the compiled statement as it was", () => {
    const compiled = compilePostgres(query);
    rebind(compiled, ["z", [], "1"]);
    expect(compiled.values).toEqual(["a%", "{1}", 10, "fixed"]);
  });
  it("binds null as NULL", () => {
    expect(rebind(compileSqlite(where(e.equals(id, e.param(1, types.integer, { slot: 0 })))), [null])).toEqual([null]);
  });
  it("refuses a value of another type", () => {
    expect(() => rebind(compileSqlite(query), ["a", ["x"], "1"])).toThrow(InvalidValue);
  });
});
