/** Plans that queries of one shape share: they give the text and the parameters that planning anew gives, and refuse what it refuses. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Avg, Count, F, foreignKey, hasMany, model, Q, Sum, t, Value } from "flash-db";
import { postgresDialect } from "../../src/dialects/postgres/dialect.js";
import { sqliteDialect } from "../../src/dialects/sqlite/dialect.js";
import { planSelect } from "../../src/query/planner.js";
import { cachedSelectPlan } from "../../src/query/planning/cache/plan-requests.js";
import { queryStateOf } from "../../src/query/rows.js";
import type { QueryState } from "../../src/query/state.js";
import { rebind } from "../../src/sql/compile/compiled.js";
import { eachDatabase } from "../support/databases.js";

class Maker extends model<Maker>("shape_makers")({
  name: t.text().nullable(),
  things: hasMany(() => Thing, "maker"),
}) {}
class Thing extends model<Thing>("shape_things")({
  text: t.text().nullable(),
  number: t.integer().nullable(),
  ratio: t.double().nullable(),
  amount: t.decimal(10, 2).nullable(),
  flag: t.boolean().nullable(),
  moment: t.timestamp().nullable(),
  data: t.json<unknown>().nullable(),
  words: t.array(t.text()).nullable(),
  maker: foreignKey(() => Maker, { onDelete: "cascade" }).nullable(),
}) {}

const dialects = [sqliteDialect, postgresDialect];
const stateOf = (query: unknown): QueryState => queryStateOf(query) as QueryState;
type Outcome = { readonly text: string; readonly values: readonly unknown[] } | { readonly error: string };

const outcome = (ask: () => { readonly text: string; readonly values: readonly unknown[] }): Outcome => {
  try {
    const { text, values } = ask();
    return { text, values };
  } catch (error) {
    return { error: (error as Error).message };
  }
};
const anew = (state: QueryState, dialect: (typeof dialects)[number]): Outcome =>
  outcome(() => dialect.compile(planSelect(state).statement));
const kept = (state: QueryState, dialect: (typeof dialects)[number]): Outcome =>
  outcome(() => {
    const { statement, values } = cachedSelectPlan(state);
    const compiled = dialect.compile(statement);
    return { text: compiled.text, values: values === null ? compiled.values : rebind(compiled, values) };
  });
const agree = (query: unknown): void => {
  for (const dialect of dialects) expect(kept(stateOf(query), dialect)).toEqual(anew(stateOf(query), dialect));
};

const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    1,
    -7,
    1.5,
    Number.NaN,
    "",
    "a",
    "100%",
    "1.50",
    5n,
    [],
    [null],
    new Date(0),
    new Date(Number.NaN),
    new Uint8Array([1]),
  ),
  fc.constantFrom<unknown>({}, { a: 1 }, ["a"], ["a", "b"], [1, 2], [1, 2, 3], [1, null], [2.5], F("number"), F("maker__name"), Value(3)),
  fc.integer({ min: -5, max: 5 }),
  fc.string({ maxLength: 3 }),
);
const names = [
  "text",
  "number",
  "ratio",
  "amount",
  "flag",
  "moment",
  "moment__year",
  "data",
  "data__a",
  "words",
  "maker",
  "maker__name",
  "pk",
  "nothing",
];
const lookups = [
  "",
  "__ne",
  "__gt",
  "__lte",
  "__in",
  "__range",
  "__isnull",
  "__icontains",
  "__startswith",
  "__contains",
  "__overlap",
  "__haskey",
  "__regex",
];
const condition = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom(...lookups), scalar)
  .map(([name, lookup, value]) => ({ [name + lookup]: value }) as object);
const tree = fc.letrec<{ q: unknown }>((tie) => ({
  q: fc.oneof(
    { maxDepth: 2 },
    condition.map((one) => Q(one as never)),
    fc.tuple(tie("q"), tie("q")).map(([a, b]) => (a as ReturnType<typeof Q>).and(b as never)),
    fc.tuple(tie("q"), tie("q")).map(([a, b]) => (a as ReturnType<typeof Q>).or(b as never)),
    tie("q").map((one) => (one as ReturnType<typeof Q>).not()),
  ),
})).q;
const query = fc
  .record({
    filters: fc.array(tree, { minLength: 1, maxLength: 2 }),
    exclude: fc.boolean(),
    order: fc.constantFrom([], ["-number"], ["maker__name", "id"]),
    limit: fc.constantFrom<number | null>(null, 0, 1, 7),
    offset: fc.constantFrom(0, 3),
    inside: fc.boolean(),
  })
  .map(({ filters, exclude, order, limit, offset, inside }) => {
    let built = Thing.objects.all();
    for (const one of filters) built = exclude ? built.exclude(one as never) : built.filter(one as never);
    const cut = built
      .orderBy(...(order as unknown as "id"[]))
      .offset(offset)
      .limit(limit as number);
    return inside ? Maker.objects.filter({ things__in: cut as never }) : cut;
  });

describe("a kept plan", () => {
  it("gives what planning anew gives, whatever came before it", () => {
    fc.assert(
      fc.property(fc.array(query, { minLength: 2, maxLength: 6 }), (queries) => queries.forEach(agree)),
      { numRuns: 400 },
    );
  });

  it("is shared by values of one kind and by no others", () => {
    const statementOf = (value: unknown): unknown => cachedSelectPlan(stateOf(Thing.objects.filter({ number: value as number }))).statement;
    expect(statementOf(1)).toBe(statementOf(2));
    expect(statementOf(null)).not.toBe(statementOf(1));
    expect(statementOf(F("id"))).not.toBe(statementOf(1));
  });

  it("holds no value of who asked first", () => {
    const { statement } = cachedSelectPlan(stateOf(Thing.objects.filter({ text: "a secret of somebody" })));
    expect(JSON.stringify(statement)).not.toContain("secret");
  });

  it("refuses the same values with the same words when it is warm", () => {
    const ask = (value: unknown): Outcome => kept(stateOf(Thing.objects.filter({ number__gt: value as number })), sqliteDialect);
    ask(1);
    ask(1.5);
    for (const wrong of ["1", Number.NaN, Number.POSITIVE_INFINITY, true, 5n, new Date(0)]) {
      expect(ask(wrong)).toEqual(anew(stateOf(Thing.objects.filter({ number__gt: wrong as never })), sqliteDialect));
      expect(ask(wrong)).toHaveProperty("error");
    }
  });

  it("does not take a longer list for a range", () => {
    const ask = (value: unknown): Outcome =>
      kept(stateOf(Thing.objects.filter({ number__range: value as [number, number] })), sqliteDialect);
    expect(ask([1, 2])).not.toHaveProperty("error");
    expect(ask([1, 2, 3])).toHaveProperty("error");
    expect(ask([1])).toHaveProperty("error");
  });

  it("tells names apart that look alike when they are written one after the other", () => {
    const one = cachedSelectPlan(stateOf(Thing.objects.filter({ data__ab: 1, data__c: 1 } as never)));
    const other = cachedSelectPlan(stateOf(Thing.objects.filter({ data__a: 1, data__bc: 1 } as never)));
    expect(one.statement).not.toBe(other.statement);
  });
});

eachDatabase("answers of warm plans", [Maker, Thing], (open) => {
  it("follow the values of each query", async () => {
    const database = await open();
    const db = database.session();
    const [ada, bob] = await Maker.objects.bulkCreate(db, [{ name: "Ada" }, { name: null }]);
    await Thing.objects.bulkCreate(db, [
      { text: "a", number: 1, flag: true, maker: ada! },
      { text: "b", number: 2, flag: false, maker: bob! },
      { text: null, number: null, flag: null },
    ]);
    await db.commit();
    const texts = (where: object): Promise<unknown[]> =>
      Thing.objects
        .filter(where as never)
        .orderBy("id")
        .valuesList("text", { flat: true })
        .fetch(db);
    for (let round = 0; round < 2; round++) {
      expect(await texts({ number: 1 })).toEqual(["a"]);
      expect(await texts({ number: 2 })).toEqual(["b"]);
      expect(await texts({ number: null })).toEqual([null]);
      expect(await texts({ number__in: [1, 2] })).toEqual(["a", "b"]);
      expect(await texts({ number__in: [2, 3, 4] })).toEqual(["b"]);
      expect(await texts({ number__in: [] })).toEqual([]);
      expect(await texts({ number__isnull: true })).toEqual([null]);
      expect(await texts({ number__isnull: false })).toEqual(["a", "b"]);
      expect(await texts({ flag: true })).toEqual(["a"]);
      expect(await texts({ flag: false })).toEqual(["b"]);
      expect(await texts({ maker: ada })).toEqual(["a"]);
      expect(await texts({ maker: bob!.id })).toEqual(["b"]);
      expect(await texts({ maker: null })).toEqual([null]);
      expect(await Thing.objects.filter({ number__gt: round }).count(db)).toBe(2 - round);
      expect(await Thing.objects.filter({ number__gt: 1 + round }).exists(db)).toBe(round === 0);
      expect(
        await Thing.objects.filter({ number__lte: 1 + round }).aggregate(db, { sum: Sum("number"), mean: Avg("number"), n: Count("id") }),
      ).toEqual({
        sum: round === 0 ? 1 : 3,
        mean: round === 0 ? 1 : 1.5,
        n: 1 + round,
      });
    }
    for (const by of [10, 20]) expect(await Thing.objects.filter({ text: "a" }).update(db, { number: F("number").add(by) })).toBe(1);
    expect((await Thing.objects.get(db, { text: "a" })).number).toBe(31);
    expect(await Thing.objects.filter({ text: "b" }).update(db, { text: null })).toBe(1);
    expect(await Thing.objects.filter({ number: 2 }).delete(db)).toBe(1);
    expect(await Thing.objects.filter({ number: 31 }).delete(db)).toBe(1);
    expect(await Thing.objects.all().count(db)).toBe(1);
    await db.close();
  });
});
