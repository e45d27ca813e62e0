/** What filter() leaves out exclude() finds, and every verb refers to exactly the rows that fetch() gives. */

import { describe, expect, it } from "vitest";
import {
  ArrayAgg,
  Case,
  Count,
  Exists,
  F,
  FieldError,
  foreignKey,
  hasMany,
  model,
  OuterRef,
  Q,
  Rank,
  RowNumber,
  Subquery,
  Sum,
  t,
  When,
  Window,
  sql,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Dept extends model<Dept>("sets_depts")({
  name: t.text(),
  floor: t.integer().nullable(),
  people: hasMany(() => Person, "dept"),
  jobs: hasMany(() => Job, "dept"),
}) {}
class Person extends model<Person>("sets_people")({
  name: t.text(),
  rank: t.integer(),
  boss: foreignKey(() => Person, { onDelete: "setNull" }).nullable(),
  dept: foreignKey(() => Dept, { onDelete: "setNull" }).nullable(),
}) {}
class Job extends model<Job>("sets_jobs")({ kind: t.text(), size: t.integer(), dept: foreignKey(() => Dept, { onDelete: "cascade" }) }) {}

type Loose = never;
const ids = (rows: readonly { readonly id: number }[]): number[] => rows.map(({ id }) => id);

eachSharedDatabase(
  "sets of rows",
  [Dept, Person, Job],
  async (db) => {
    await Dept.objects.bulkCreate(db, [
      { id: 1, name: "x", floor: 1 },
      { id: 2, name: "y" },
      { id: 3, name: "z", floor: 3 },
    ]);
    await Person.objects.bulkCreate(db, [
      { id: 1, name: "Ada", rank: 5, deptId: 1 },
      { id: 2, name: "Bob", rank: 2, bossId: 1, deptId: 1 },
      { id: 3, name: "Cy", rank: 1, bossId: 2 },
      { id: 4, name: "Di", rank: 3, bossId: 1, deptId: 2 },
    ]);
    await Job.objects.bulkCreate(db, [
      { id: 1, kind: "a", size: 5, deptId: 1 },
      { id: 2, kind: "b", size: 2, deptId: 1 },
      { id: 3, kind: "a", size: 3, deptId: 2 },
      { id: 4, kind: "b", size: 9, deptId: 3 },
    ]);
  },
  (stage) => {
    describe("conditions over nullable relations", () => {
      const conditions: readonly (readonly [string, ReturnType<typeof Q>])[] = [
        ["a comparison beside another one in an OR", Q({ boss__name: "Zed" }).or({ boss__rank__ne: 5 }) as never],
        ["the same the other way round", Q({ boss__rank__ne: 5 }).or({ boss__name: "Zed" }) as never],
        ["a NOT behind a comparison", Q({ boss__name: "Zed" }).or(Q({ boss__rank: 5 }).not()) as never],
        ["a NOT in an AND", Q({ boss__name: "Zed" }).not().and({ boss__rank__gt: 3 }) as never],
        ["two hops", Q({ boss__boss__name: "Zed" }).or({ boss__boss__rank__ne: 5 }) as never],
        ["a range and a list", Q({ boss__rank__in: [1, 2] }).or(Q({ boss__rank__range: [3, 9] }).not()) as never],
        ["a text", Q({ dept__name: "x" }).or(Q({ dept__name__icontains: "Y" }).not()) as never],
        ["a nullable column behind", Q({ dept__floor: 1 }).or(Q({ dept__floor__gt: 2 }).not()) as never],
        ["one half of an exclusive or", Q({ boss__name: "Ada" }).xor(Q({ boss__rank__lt: 3 }).not()) as never],
      ];
      it.each(conditions)("%s: filter() and exclude() give every row once", async (_, condition) => {
        const { db } = stage;
        const found = ids(await Person.objects.filter(condition as Loose).fetch(db));
        const others = ids(await Person.objects.exclude(condition as Loose).fetch(db));
        expect([...found, ...others].sort()).toEqual([1, 2, 3, 4]);
        const marks = Person.objects.annotate({ mark: Case([When(condition as Loose, 1)], { default: 0 }) });
        expect(ids(await marks.filter({ mark: 1 }).orderBy("id").fetch(db))).toEqual([...found].sort());
        const { n } = await Person.objects.aggregate(db, { n: Count("id", { filter: condition as Loose }) });
        expect(n).toBe(found.length);
        expect(await Person.objects.filter(condition as Loose).update(db, { rank: F("rank") })).toBe(found.length);
        expect(await Person.objects.exclude(condition as Loose).delete(db)).toBe(others.length);
      });
    });

    describe("an empty Q", () => {
      it("changes nothing in or(), xor(), and(), not(), When and filters of aggregates", async () => {
        const { db } = stage;
        const of = async (where: unknown): Promise<number[]> =>
          ids(
            await Person.objects
              .filter(where as Loose)
              .orderBy("id")
              .fetch(db),
          );
        expect(await of(Q({}).or({ name: "Ada" }).or({ name: "Cy" }))).toEqual([1, 3]);
        expect(await of(Q({ name: "Ada" }).or(Q({})))).toEqual([1]);
        expect(await of(Q({}).xor({ name: "Ada" }))).toEqual([1]);
        expect(await of(Q({}).and({ name: "Ada" }))).toEqual([1]);
        expect(await of(Q({}).not())).toEqual([1, 2, 3, 4]);
        expect(await of(Q({}).not().or({ name: "Ada" }))).toEqual([1]);
        expect(ids(await Person.objects.exclude(Q({})).orderBy("id").fetch(db))).toEqual([1, 2, 3, 4]);
        const marked = Person.objects.annotate({ mark: Case([When(Q({}).not(), "all")], { default: "none" }) });
        expect(await marked.values("mark").distinct().fetch(db)).toEqual([{ mark: "all" }]);
      });
      it("lets conditions grow in a loop, and refuses those that are nested too deeply", async () => {
        const { db } = stage;
        const any = Array.from({ length: 3000 }, (_, n) => Q({ id: n })).reduce((all, one) => all.or(one as never) as never);
        expect(await Person.objects.filter(any).count(db)).toBe(4);
        let nested = Q({ id: 1 });
        for (let level = 0; level < 1000; level++) nested = nested.not().and({ rank__gt: level }) as never;
        expect(() => Person.objects.filter(nested)).toThrow(FieldError);
        let sum: unknown = F("rank");
        for (let level = 0; level < 1000; level++) sum = (sum as ReturnType<typeof F>).add(1);
        expect(() => Person.objects.annotate({ sum } as Loose)).toThrow(FieldError);
        await expect(Person.objects.filter({ id: -1 }).update(db, { rank: sum } as Loose)).rejects.toThrow(FieldError);
        let growing = Q({ id: 1 });
        for (let level = 0; level < 20_000; level++) growing = growing.not().and({ rank__gt: level }) as never;
        expect(() => Person.objects.filter(growing)).toThrow(FieldError);
        let text = sql`1`;
        for (let level = 1; level < 64; level++) text = sql`(${text})`;
        expect(() => sql`(${text})`).toThrow("nested more than 64 levels deep");
        expect(() => Person.objects.filter({ [`${"boss__".repeat(100)}name`]: "x" } as Loose).toSQL()).toThrow(/more than 32 tables/);
      });
    });

    describe("count(), exists(), update() and delete()", () => {
      const sets = {
        "a filter by one of two counts": () =>
          Dept.objects
            .filter({ id: 1 })
            .annotate({ n: Count("people"), m: Count("jobs") })
            .filter({ m__lte: 3 }),
        "an annotation that only a filter uses": () => Dept.objects.annotate({ n: Count("people") }).filter({ n__gt: 0 }),
        "an alias that only a filter uses": () => Dept.objects.alias({ n: Count("jobs") }).filter({ n: 2 }),
        "a group over a multiplied filter": () => Dept.objects.filter({ jobs__size__gt: 0 }).annotate({ n: Count("jobs") }),
        "a slice of it": () =>
          Dept.objects
            .filter({ jobs__size__gt: 0 })
            .annotate({ n: Count("jobs") })
            .orderBy("id")
            .limit(2),
        "distinct rows of a multiplied filter": () => Dept.objects.filter({ jobs__size__gt: 0 }).distinct().orderBy("id").limit(2),
        "an unused annotation": () => Dept.objects.filter({ id__gt: 0 }).annotate({ n: Count("people") }),
        "a sub-select of the outer row": () =>
          Dept.objects.filter({ id__gt: 0 }).annotate({
            last: Subquery(
              Job.objects
                .filter({ dept: OuterRef("pk") })
                .orderBy("-size")
                .values("size")
                .limit(1),
            ),
          }),
        "a window in a filter": () => Dept.objects.annotate({ place: Window(RowNumber(), { orderBy: "-id" }) }).filter({ place__lte: 2 }),
      } as const;
      it.each(Object.entries(sets))("of %s are about the rows that fetch() gives", async (_, make) => {
        const { db } = stage;
        const set = make() as ReturnType<typeof Dept.objects.all>;
        const rows = ids(await set.fetch(db));
        expect(await set.count(db)).toBe(rows.length);
        expect(await set.exists(db)).toBe(rows.length > 0);
        const keys = new Set(rows).size;
        expect(await set.update(db, { name: "changed" })).toBe(keys);
        expect(await Dept.objects.filter({ name: "changed" }).count(db)).toBe(keys);
        expect(await set.delete(db)).toBe(keys);
      });
      it("count rows that values(), annotations and orders over a collection multiply", async () => {
        const { db } = stage;
        const rows = Dept.objects.values("name", "jobs__kind");
        expect([(await rows.fetch(db)).length, await rows.count(db)]).toEqual([4, 4]);
        expect(await rows.aggregate(db, { n: Count("*") })).toEqual({ n: 4 });
        const marked = Dept.objects.annotate({ mark: Case([When({ jobs__size: 2 }, "two")], { default: "other" }) });
        expect(await marked.count(db)).toBe((await marked.values("id", "mark").fetch(db)).length);
        const ordered = Dept.objects.orderBy("jobs__kind").values("id");
        expect(await ordered.count(db)).toBe((await ordered.fetch(db)).length);
        const kinds = Job.objects.values("kind").distinct().orderBy("size");
        expect(await kinds.count(db)).toBe((await kinds.fetch(db)).length);
        expect(await rows.offset(4).exists(db)).toBe(false);
        expect(await rows.offset(3).exists(db)).toBe(true);
      });
      it("say whether there is a row, whatever its first value is", async () => {
        const { db } = stage;
        await Job.objects.create(db, { id: 9, kind: "none", size: 0, deptId: 1 });
        expect(await Job.objects.filter({ size: 0 }).values("size").distinct().limit(1).exists(db)).toBe(true);
        expect(await Job.objects.filter({ size: 0 }).values("kind").distinct().limit(1).exists(db)).toBe(true);
        expect(await Job.objects.filter({ size: 77 }).values("size").distinct().limit(1).exists(db)).toBe(false);
        expect(await Job.objects.limit(0).exists(db)).toBe(false);
      });
      it("keep annotations out of a count that does not depend on them", async () => {
        const { db } = stage;
        const [text] = await stage.sent(() => Dept.objects.annotate({ n: Count("people"), m: Count("jobs") }).count(db));
        expect(text).not.toContain("JOIN");
      });
      it("count over slices and groups", async () => {
        const { db } = stage;
        expect(await Dept.objects.limit(2).aggregate(db, { n: Count("*") })).toEqual({ n: 2 });
        expect(await Dept.objects.annotate({ written: Count("jobs") }).aggregate(db, { n: Count("*") })).toEqual({ n: 3 });
        expect(await Dept.objects.filter(Exists(Job.objects.filter({ dept: OuterRef("pk"), size__gt: 4 }))).count(db)).toBe(2);
      });
    });

    describe("update()", () => {
      it("takes annotations of the set as values, whether a filter uses them or not", async () => {
        const { db } = stage;
        const doubled = Job.objects.annotate({ twice: F("size").mul(2) });
        await doubled.filter({ kind: "a" }).update(db, { size: F("twice") } as Loose);
        await doubled.filter({ twice__gt: 17 }).update(db, { size: F("twice") } as Loose);
        expect(await Job.objects.orderBy("id").valuesList("size", { flat: true }).fetch(db)).toEqual([20, 2, 6, 18]);
        await doubled
          .filter({ kind: "b" })
          .orderBy("-size")
          .limit(1)
          .update(db, { size: F("twice") } as Loose);
        expect((await Job.objects.get(db, { id: 4 })).size).toBe(36);
      });
    });

    describe("windows and DISTINCT ON", () => {
      const best = () => Job.objects.annotate({ place: Window(Rank(), { partitionBy: "kind", orderBy: "-size" }) }).filter({ place: 1 });
      const first = () => Job.objects.orderBy("kind", "-size").distinct("kind");
      it("are not changed by contains() and inBulk()", async () => {
        const { db } = stage;
        const jobs = await Job.objects.inBulk(db);
        for (const set of [best(), first()]) {
          const members = ids(await set.fetch(db)).sort();
          expect(members).toEqual([1, 4]);
          for (const [id, job] of jobs) expect(await set.contains(db, job as Loose)).toBe(members.includes(id));
          expect([...(await set.inBulk(db, [1, 2, 3])).keys()]).toEqual([1]);
        }
      });
      it("are not changed by pages, forward and backward", async () => {
        const { db } = stage;
        const running = Job.objects.annotate({
          place: Window(RowNumber(), { orderBy: "-size" }),
          total: Window(Sum("size"), { orderBy: "-size" }),
        });
        for (const set of [
          running.orderBy("-size"),
          best().orderBy("-size"),
          first(),
          Job.objects.distinct("kind"),
          running.filter({ place__gt: 1 }).orderBy("place"),
        ]) {
          const whole = (await (set as typeof running).fetch(db)).map(({ id, place, total }) => [id, place, total]);
          const pages: unknown[] = [];
          for (let after: string | null = null; ;) {
            const page = await (set as typeof running).paginate(db, { first: 1, after });
            pages.push(...page.items.map(({ id, place, total }) => [id, place, total]));
            after = page.endCursor;
            if (!page.hasNext) break;
          }
          expect(pages).toEqual(whole);
          const last = await (set as typeof running).paginate(db, { last: 2 });
          expect(last.items.map(({ id }) => id)).toEqual(whole.slice(-2).map(([id]) => id));
        }
        await expect(Job.objects.orderBy("?").paginate(db, { first: 1 })).rejects.toThrow(FieldError);
      });
      it("of DISTINCT ON hold in aggregates, sub-selects, unions and differences, by computed orders too", async () => {
        const { db } = stage;
        expect(await first().aggregate(db, { n: Sum("size") })).toEqual({ n: 14 });
        expect(await first().count(db)).toBe(2);
        expect(
          ids(
            await Job.objects
              .filter({ id__in: first().valuesList("id", { flat: true }) })
              .orderBy("id")
              .fetch(db),
          ),
        ).toEqual([1, 4]);
        expect(
          ids(
            await Job.objects
              .exclude({ id__in: first().valuesList("id", { flat: true }) })
              .orderBy("id")
              .fetch(db),
          ),
        ).toEqual([2, 3]);
        expect(
          ids(
            await first()
              .union(Job.objects.filter({ id: 2 }))
              .orderBy("id")
              .fetch(db),
          ),
        ).toEqual([1, 2, 4]);
        expect(ids(await Job.objects.difference(first()).orderBy("id").fetch(db))).toEqual([2, 3]);
        const twice = Job.objects
          .annotate({ twice: F("size").mul(2) })
          .orderBy("kind", "-twice")
          .distinct("kind");
        expect(ids(await twice.fetch(db))).toEqual([1, 4]);
        const places = Job.objects.annotate({ place: Window(RowNumber(), { orderBy: "size" }) });
        expect(ids(await places.orderBy("kind", "-place").distinct("kind").fetch(db))).toEqual([1, 4]);
        expect(ids(await places.filter({ place__lte: 3 }).orderBy("kind", "-place").distinct("kind").fetch(db))).toEqual([1, 2]);
      });
      it("refuse a window inside a window, before anything is sent", () => {
        const rows = Job.objects.annotate({ place: Window(RowNumber(), { orderBy: "size" }) });
        expect(() => rows.annotate({ total: Window(Sum("place" as Loose), { orderBy: "size" }) }).toSQL()).toThrow(FieldError);
        expect(() => rows.annotate({ total: Window(Sum("size"), { orderBy: "place" as Loose }) }).toSQL()).toThrow(FieldError);
      });
    });

    it("collect their values in the order of another column", async () => {
      const { db } = stage;
      const { all } = await Job.objects.aggregate(db, { all: ArrayAgg("kind", { orderBy: "-size" }) });
      expect(all).toEqual(["b", "a", "a", "b"]);
    });
  },
);
