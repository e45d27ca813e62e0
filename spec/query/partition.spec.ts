/** Properties of questions: what a filter leaves out its exclude finds, and slices and pages partition a set. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { F, model, Q, t, foreignKey, hasMany, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";

class Owner extends model<Owner>("partition_owners")({
  name: t.text().nullable(),
  rank: t.integer().nullable(),
  things: hasMany(() => Thing, "owner"),
}) {}
class Thing extends model<Thing>("partition_things")({
  text: t.text().nullable(),
  number: t.integer().nullable(),
  big: t.bigint().nullable(),
  amount: t.decimal(30, 10).nullable(),
  ratio: t.double().nullable(),
  flag: t.boolean().nullable(),
  moment: t.timestamp().nullable(),
  day: t.date().nullable(),
  clock: t.time().nullable(),
  token: t.uuid().nullable(),
  owner: foreignKey(() => Owner, { onDelete: "cascade" }).nullable(),
}) {}

const words = ["", "a", "A", "ab", "aß", "100%", "_", "\\", "Ünï", "é", "zz", "a_b", "%a%", "'", '"'];
const word = fc.constantFrom(...words);
const number = fc.integer({ min: -3, max: 3 });
const big = fc.constantFrom(-9_007_199_254_740_993n, 0n, 1n, 9_007_199_254_740_993n);
const amount = fc.constantFrom("0.0000000000", "1.5000000000", "-1.5000000000", "12345678901234567890.1234567890", "0.0000000001");
const moment = fc.constantFrom(
  new Date(0),
  new Date("2024-02-29T23:59:59.999Z"),
  new Date("2020-12-31T00:00:00.000Z"),
  new Date("1960-01-01T12:00:00.001Z"),
);
const day = fc.constantFrom("2024-02-29", "1999-12-31", "2021-01-01");
const clock = fc.constantFrom("00:00:00.000", "12:30:00.000", "23:59:59.999");
const token = fc.constantFrom("00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff");
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });

const thing = fc.record({
  text: orNull(word),
  number: orNull(number),
  big: orNull(big),
  amount: orNull(amount),
  ratio: orNull(fc.constantFrom(0, 0.5, -1.25)),
  flag: orNull(fc.boolean()),
  moment: orNull(moment),
  day: orNull(day),
  clock: orNull(clock),
  token: orNull(token),
  owner: orNull(fc.integer({ min: 0, max: 2 })),
});

/** One condition on a nullable column, every lookup it has. */
const lookup = <T>(name: string, lookups: readonly string[], values: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.tuple(fc.constantFrom(...lookups), values, values).map(([suffix, first, second]) => {
    const key = `${name}__${suffix}`;
    if (suffix === "in") return { [key]: [first, second] };
    if (suffix === "range") return { [key]: [first, second] };
    if (suffix === "isnull") return { [key]: first === second };
    return { [key]: first };
  });
const order = ["exact", "ne", "gt", "gte", "lt", "lte", "in", "range", "isnull"];
const textual = ["contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iexact"];
const condition: fc.Arbitrary<object> = fc.oneof(
  lookup("text", [...order, ...textual], word),
  lookup("text", ["regex", "iregex"], fc.constantFrom("^a", "b$", ".", "^$", "[aA]")),
  lookup("number", order, number),
  lookup("big", order, big),
  lookup("amount", order, amount),
  lookup("ratio", order, fc.constantFrom(0, 0.5, -1.25)),
  lookup("flag", ["exact", "ne", "in", "isnull"], fc.boolean()),
  lookup("moment", order, moment),
  lookup("moment__year", ["exact", "gt", "lt", "in"], fc.constantFrom(1960, 2020, 2024)),
  lookup("moment__month", ["exact", "gte"], fc.integer({ min: 1, max: 12 })),
  lookup("moment__weekday", ["exact"], fc.integer({ min: 1, max: 7 })),
  lookup("moment__hour", ["exact", "lt"], fc.integer({ min: 0, max: 23 })),
  lookup("day", order, day),
  lookup("clock", order, clock),
  lookup("token", ["exact", "ne", "in", "isnull"], token),
  lookup("owner__name", [...order, ...textual], word),
  lookup("owner__rank", order, number),
  fc.constantFrom(
    { text: null },
    { text__ne: null },
    { owner: null },
    { owner__isnull: false },
    { number: F("owner__rank") },
    { number__gt: F("id") },
    { text: F("owner__name") },
    { id__in: [] },
  ),
);

/** Over a to-many relation two conditions speak of one row in filter() and of any rows in exclude(), so only one of them is asked at a time. */
const toMany: fc.Arbitrary<object> = fc.oneof(
  lookup("owner__things__number", order, number),
  lookup("owner__things__text", [...order, ...textual], word),
);

/** Conditions combined; deep enough that negation meets AND, OR and itself. */
const tree = fc.letrec<{ q: ReturnType<typeof Q> }>((tie) => ({
  q: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition.map((where) => Q(where)),
    fc.tuple(tie("q"), tie("q")).map(([a, b]): ReturnType<typeof Q> => a.and(b) as never),
    fc.tuple(tie("q"), tie("q")).map(([a, b]): ReturnType<typeof Q> => a.or(b) as never),
    tie("q").map((a) => a.not()),
  ),
})).q;
const question = fc.oneof(
  { arbitrary: tree, weight: 4 },
  { arbitrary: toMany.map((where) => Q(where)), weight: 1 },
  {
    arbitrary: fc.tuple(toMany, tree, fc.boolean()).map(([where, q, both]) => (both ? Q(where).and(q) : Q(where).not().or(q))),
    weight: 1,
  },
);

const fill = async (db: Session, rows: readonly (typeof thing extends fc.Arbitrary<infer R> ? R : never)[]): Promise<void> => {
  await Thing.objects.all().delete(db, { all: true });
  await Owner.objects.all().delete(db, { all: true });
  const owners = await Owner.objects.bulkCreate(db, [
    { name: "a", rank: 1 },
    { name: null, rank: null },
    { name: "Ünï", rank: -1 },
  ]);
  await Thing.objects.bulkCreate(
    db,
    rows.map(({ owner, ...row }) => ({ ...row, ownerId: owner === null ? null : (owners[owner]?.id ?? null) })),
  );
};
const idsOf = async (db: Session, where: ReturnType<typeof Q>, negated: boolean): Promise<number[]> => {
  const set = negated ? Thing.objects.exclude(where as never) : Thing.objects.filter(where as never);
  return [...new Set(await set.valuesList("id", { flat: true }).fetch(db))].sort((a, b) => a - b);
};

eachDatabase("filter and exclude", [Owner, Thing], (open) => {
  it("partition every set, whatever the condition", async () => {
    const database = await open();
    const db = database.session({ onUncommitted: "ignore" });
    await fc.assert(
      fc.asyncProperty(
        fc.array(thing, { minLength: 1, maxLength: 6 }),
        fc.array(question, { minLength: 8, maxLength: 8 }),
        async (rows, conditions) => {
          await fill(db, rows);
          const all = await Thing.objects.orderBy("id").valuesList("id", { flat: true }).fetch(db);
          for (const where of conditions) {
            const [inside, outside] = [await idsOf(db, where, false), await idsOf(db, where, true)];
            expect([...inside, ...outside].sort((a, b) => a - b)).toEqual(all);
            // A double negation asks the same.
            expect(await idsOf(db, where.not().not(), false)).toEqual(inside);
            expect(await idsOf(db, where.not(), false)).toEqual(outside);
          }
        },
      ),
      { numRuns: 25 },
    );
    await db.close();
  }, 120_000);
});

eachDatabase("slices and pages", [Owner, Thing], (open) => {
  it("partition a set in its order, however many rows are equal", async () => {
    const database = await open();
    const db = database.session({ onUncommitted: "ignore" });
    const orders = fc.constantFrom<readonly string[]>(
      ["number"],
      ["-number", "text"],
      ["moment", "-id"],
      ["-amount"],
      ["text"],
      ["owner__rank", "number"],
      [],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(thing, { minLength: 0, maxLength: 12 }), orders, fc.integer({ min: 1, max: 4 }), async (rows, by, size) => {
        await fill(db, rows);
        const set = Thing.objects.orderBy(...([...by, "id"] as never[]));
        const all = (await set.fetch(db)).map((row) => row.id);
        const sliced: number[] = [];
        for (let from = 0; from < all.length; from += size)
          sliced.push(...(await set.slice(from, from + size).fetch(db)).map((row) => row.id));
        expect(sliced).toEqual(all);
        const paged: number[] = [];
        let after: string | null = null;
        for (let turn = 0; turn <= rows.length; turn++) {
          const page: { items: { id: number }[]; endCursor: string | null; hasNext: boolean } = await Thing.objects
            .orderBy(...(by as never[]))
            .paginate(db, { first: size, after });
          paged.push(...page.items.map((row) => row.id));
          if (!page.hasNext) break;
          after = page.endCursor;
        }
        expect([...paged].sort((a, b) => a - b)).toEqual([...all].sort((a, b) => a - b));
        if (by.length > 0 && !by.some((name) => name.startsWith("-id"))) expect(paged).toEqual(all);
      }),
      { numRuns: 40 },
    );
    await db.close();
  }, 120_000);
});
