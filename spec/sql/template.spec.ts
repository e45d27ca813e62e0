/** The sql template: values are bound, SQL is spliced, everything else is refused. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FieldError } from "../../src/errors.js";
import { compile as compilePostgres } from "../../src/dialects/postgres/compile.js";
import { compile as compileSqlite } from "../../src/dialects/sqlite/compile.js";
import { SqlExpression } from "../../src/sql/expression.js";
import * as e from "../../src/sql/factories/index.js";
import { fragmentOf, type Sql, sql } from "../../src/sql/template.js";
import { types } from "../../src/sql/types.js";
import { mapExpr } from "../../src/sql/visit.js";

const written = (fragment: Sql): readonly [string, readonly unknown[]] => {
  const { text, values } = compileSqlite(e.raw(fragmentOf(fragment)));
  return [text, values];
};

describe("sql`…`", () => {
  it("binds values", () => {
    expect(written(sql`a = ${"x'; --"} AND b = ${null} AND c = ${1.5}`)).toEqual(["a = ? AND b = ? AND c = ?", ["x'; --", null, 1.5]]);
    const day = new Date("2024-01-01T00:00:00.000Z");
    expect(written(sql`${true} ${5n} ${day} ${new Uint8Array([1])}`)).toEqual([
      "? ? ? ?",
      [1, 5n, "2024-01-01T00:00:00.000Z", new Uint8Array([1])],
    ]);
  });

  it("gives values the types that PostgreSQL needs", () => {
    const { text, values } = compilePostgres(e.raw(fragmentOf(sql`${1} ${1.5} ${"s"} ${true} ${2n}`)));
    expect(text).toBe("$1::bigint $2::double precision $3 $4::boolean $5::bigint");
    expect(values).toEqual([1, 1.5, "s", true, 2n]);
  });

  it("splices other SQL, and joins lists", () => {
    expect(written(sql`SELECT ${sql.raw("1 + 1")} FROM ${sql.identifier("a", 'b"')} WHERE x IN (${sql.join([1, sql`f(${2})`])})`)).toEqual([
      'SELECT 1 + 1 FROM "a"."b""" WHERE x IN (CAST(? AS INTEGER), f(CAST(? AS INTEGER)))',
      [1, 2],
    ]);
    expect(written(sql`${sql.join([sql`a`, sql`b`], sql` AND `)}`)).toEqual(["a AND b", []]);
  });

  it("refuses undefined, objects, functions and empty lists", () => {
    expect(() => sql`a = ${undefined}`).toThrow(/number 1 of sql`…`, got undefined/);
    expect(() => sql`a = ${{ toSQL: "1=1" }}`).toThrow(FieldError);
    expect(() => sql`a = ${() => 1}`).toThrow(FieldError);
    expect(() => sql.join([])).toThrow(/at least one item/);
    expect(() => sql.join([undefined])).toThrow(FieldError);
    expect(() => sql.identifier("")).toThrow(FieldError);
    expect(() => sql.raw(5 as unknown as string)).toThrow(FieldError);
  });

  it("cannot be called with a string, or with data shaped like a template", () => {
    expect(() => (sql as unknown as (text: string) => Sql)("DROP TABLE x")).toThrow(/template tag/);
    expect(() => (sql as unknown as (texts: unknown) => Sql)(JSON.parse('["DROP TABLE x"]'))).toThrow(/template tag/);
  });

  it("holds what a query resolves until it does", () => {
    class F extends SqlExpression {
      readonly name: string;
      constructor(name: string) {
        super();
        this.name = name;
      }
    }
    const fragment = fragmentOf(sql`${new F("views")} + ${1}`);
    expect(() => compileSqlite(e.raw(fragment))).toThrow(FieldError);
    const resolved = mapExpr(fragment, (node) =>
      node.kind === "unresolved" ? e.column("t", (node.object as F).name, types.integer) : undefined,
    );
    expect(compileSqlite(e.raw(resolved)).text).toBe('"t"."views" + CAST(? AS INTEGER)');
  });

  it("never lets a value into the text", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
          { minLength: 1, maxLength: 5 },
        ),
        (values) => {
          const [text, bound] = written(sql`x IN (${sql.join(values)})`);
          expect(text).toBe(`x IN (${values.map(() => "?").join(", ")})`);
          expect(bound).toEqual(values);
        },
      ),
    );
  });
});

describe("expressions and data", () => {
  /** Everything that could betray how a node or fragment is recognised. */
  const keys = [
    ...Reflect.ownKeys(sql`x`),
    ...Reflect.ownKeys(e.literal(1)),
    ...Reflect.ownKeys(e.fragment(["x"], [])),
    "toExpr",
    "kind",
    "texts",
    "values",
    "#brand",
    "#made",
  ];

  it("are told apart by more than their shape", () => {
    expect(e.isExpr(e.literal(1))).toBe(true);
    expect(SqlExpression.is(sql`x`)).toBe(true);
    for (const node of [e.literal(1), e.fragment(["1 = 1"], []), e.column("a", "b", types.text), e.and(e.alwaysTrue)]) {
      const copy: unknown = JSON.parse(JSON.stringify(node));
      expect(e.isExpr(copy)).toBe(false);
      expect(e.isExpr({ ...node })).toBe(false);
      expect(() => sql`${copy}`).toThrow(FieldError);
    }
    const forged: unknown = Object.fromEntries(keys.filter((key) => typeof key === "string").map((key) => [key, "1 = 1"]));
    expect(SqlExpression.is(forged) || e.isExpr(forged)).toBe(false);
    expect(SqlExpression.is(Object.create(sql`x`) as unknown)).toBe(false);
    expect(() => sql`${forged}`).toThrow(FieldError);
  });

  it("share no key with data that could be given as JSON", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !e.isExpr(value) && !SqlExpression.is(value)));
  });
});
