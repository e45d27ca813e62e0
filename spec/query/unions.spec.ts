/** Unions and their siblings: ordered, cut, joined, aggregated and counted as a whole; and what may be locked. */

import { describe, expect, it } from "vitest";
import { Count, F, FieldError, foreignKey, hasMany, Lower, model, Rank, t, Value, Concat, Window } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Dept extends model<Dept>("unions_depts")({ name: t.text(), jobs: hasMany(() => Job, "dept") }) {}
class Job extends model<Job>("unions_jobs")(
  { kind: t.text(), size: t.integer().nullable(), dept: foreignKey(() => Dept, { onDelete: "cascade" }).nullable() },
  { ordering: ["kind"] },
) {}

type Loose = never;
const one = (kind: string) => Job.objects.filter({ kind });
const kinds = (rows: readonly { readonly kind: string }[]): string[] => rows.map(({ kind }) => kind);

eachSharedDatabase(
  "combined sets",
  [Dept, Job],
  async (db) => {
    await Dept.objects.bulkCreate(db, [
      { id: 1, name: "x" },
      { id: 2, name: "y" },
    ]);
    await Job.objects.bulkCreate(db, [
      { id: 1, kind: "c", size: 1, deptId: 2 },
      { id: 2, kind: "B", size: null, deptId: 1 },
      { id: 3, kind: "a", size: 3 },
    ]);
  },
  (stage) => {
    describe("are ordered", () => {
      it("by the model's own ordering, where they have no other", async () => {
        const { db } = stage;
        expect(kinds(await one("c").unionAll(one("B"), one("a")).fetch(db))).toEqual(["B", "a", "c"]);
        expect(kinds(await one("c").unionAll(one("B")).union(one("a")).reverse().fetch(db))).toEqual(["c", "a", "B"]);
        expect((await one("c").union(one("B")).first(db))?.kind).toBe("B");
        expect((await one("c").union(one("B")).last(db))?.kind).toBe("c");
      });
      it("by columns that are not selected, by expressions and over relations", async () => {
        const { db } = stage;
        const all = one("c").union(one("B"), one("a"));
        expect(await all.orderBy("-id").valuesList("kind", { flat: true }).fetch(db)).toEqual(["a", "B", "c"]);
        expect(kinds(await all.orderBy(Lower("kind") as Loose).fetch(db))).toEqual(["a", "B", "c"]);
        expect(kinds(await all.orderBy("dept__name" as Loose).fetch(db))).toEqual(["B", "c", "a"]);
        expect(kinds(await all.orderBy("-size").fetch(db))).toEqual(["B", "a", "c"]);
        expect(kinds(await all.orderBy(F("size").desc({ nulls: "last" })).fetch(db))).toEqual(["a", "c", "B"]);
        expect(
          kinds(
            await all
              .orderBy(F("size").desc({ nulls: "last" }))
              .reverse()
              .fetch(db),
          ),
        ).toEqual(["B", "c", "a"]);
        const values = one("c")
          .values("kind")
          .union(one("a").values("kind") as Loose);
        expect(() => values.orderBy("id" as Loose).toSQL()).toThrow(FieldError);
      });
      it("and sliced over joined relations and filters over relations", async () => {
        const { db } = stage;
        const jobs = Job.objects.selectRelated("dept");
        const both = jobs.filter({ dept__name: "x" }).union(jobs.filter({ dept__name: "y" }));
        expect((await both.orderBy("-kind").fetch(db)).map((job) => [job.kind, job.dept?.name])).toEqual([
          ["c", "y"],
          ["B", "x"],
        ]);
        expect((await both.orderBy("-id").first(db))?.id).toBe(2);
        expect([await both.exists(db), await both.count(db), (await both.limit(1).fetch(db)).length]).toEqual([true, 2, 1]);
        expect(kinds(await both.orderBy("id").slice(1, 2).fetch(db))).toEqual(["B"]);
      });
      it("when one part is known to be empty", async () => {
        const { db } = stage;
        expect(kinds(await one("c").union(Job.objects.none(), one("a")).orderBy("-size").fetch(db))).toEqual(["a", "c"]);
        expect(kinds(await one("c").union(Job.objects.none()).orderBy("-size").fetch(db))).toEqual(["c"]);
      });
    });

    it("are aggregated over relations of their model, as far as they select its columns", async () => {
      const { db } = stage;
      const both = Dept.objects.filter({ name: "x" }).union(Dept.objects.filter({ name: "y" }));
      expect(await both.aggregate(db, { n: Count("jobs") })).toEqual({ n: 2 });
      expect(await both.aggregate(db, { n: Count("id"), all: Count("*") })).toEqual({ n: 2, all: 2 });
      await expect(both.values("name").aggregate(db, { n: Count("jobs") } as Loose)).rejects.toThrow(FieldError);
      expect(await Job.objects.filter({ dept__in: both.values("id") as Loose }).count(db)).toBe(2);
    });

    describe("with a lock", () => {
      it("are refused, as distinct rows, groups and windows are", () => {
        const all = Job.objects.filter({ size__gt: 0 });
        const refused = {
          union: () => all.selectForUpdate().union(all),
          "union as a whole": () => all.union(all).selectForUpdate(),
          distinct: () => all.distinct().selectForUpdate(),
          "distinct on": () => all.orderBy("kind").distinct("kind").selectForUpdate(),
          groups: () => Dept.objects.annotate({ n: Count("jobs") }).selectForUpdate(),
          windows: () => all.annotate({ place: Window(Rank(), { orderBy: "size" }) }).selectForUpdate(),
          "filters on windows": () =>
            all
              .annotate({ place: Window(Rank(), { orderBy: "size" }) })
              .filter({ place: 1 })
              .selectForUpdate(),
        };
        for (const [what, set] of Object.entries(refused))
          for (const dialect of ["sqlite", "postgres"]) expect(() => set().toSQL(dialect), what).toThrow(FieldError);
      });
      it("keep it in a sub-select, and lock their own table where a joined row may be missing", () => {
        const next = Job.objects.filter({ size: 1 }).orderBy("id").limit(1).selectForUpdate({ skipLocked: true });
        const text = (set: { toSQL: (dialect: string) => { readonly text: string } }): string => set.toSQL("postgres").text;
        expect(text(Job.objects.filter({ id__in: next.valuesList("id", { flat: true }) }))).toContain("FOR UPDATE SKIP LOCKED");
        expect(text(Job.objects.orderBy("dept__name").selectForUpdate())).toContain('FOR UPDATE OF "unions_jobs"');
        expect(text(Job.objects.filter({ dept__name: "x" }).selectForUpdate())).toMatch(/FOR UPDATE$/);
        expect(() => text(Job.objects.selectRelated("dept").selectForUpdate({ of: ["dept"] } as Loose))).toThrow(/may be null/);
      });
      it("keep it in update() and delete()", async () => {
        const { db } = stage;
        const next = Job.objects
          .filter({ kind__in: ["a", "c"] })
          .orderBy("-size")
          .limit(1)
          .selectForUpdate({ skipLocked: true });
        const texts = await stage.sent(async () => {
          expect(await next.update(db, { kind: "taken" })).toBe(1);
          expect(await next.delete(db)).toBe(1);
        });
        expect(texts.filter((text) => /FOR UPDATE SKIP LOCKED/.test(text))).toHaveLength(stage.kind === "postgres" ? 2 : 0);
        expect(await Job.objects.orderBy("id").valuesList("kind", { flat: true }).fetch(db)).toEqual(["B", "taken"]);
      });
    });

    describe("computed orders", () => {
      const back = () => Job.objects.annotate({ back: F("size").mul(-1), label: Concat("kind", Value("!")) });
      it("have NULL last ascending and first descending, by value and by code point", async () => {
        const { db } = stage;
        expect(kinds(await back().orderBy("back").fetch(db))).toEqual(["a", "c", "B"]);
        expect(kinds(await back().orderBy("-back").fetch(db))).toEqual(["B", "c", "a"]);
        expect(
          kinds(
            await back()
              .orderBy(F("back").asc({ nulls: "first" }))
              .fetch(db),
          ),
        ).toEqual(["B", "a", "c"]);
        expect(kinds(await back().orderBy("label").fetch(db))).toEqual(["B", "a", "c"]);
      });
      it("have pages that hold every row once", async () => {
        const { db } = stage;
        const seen: number[] = [];
        for (let after: string | null = null; ;) {
          const page = await back().orderBy("back").paginate(db, { first: 1, after });
          seen.push(...page.items.map(({ id }) => id));
          after = page.endCursor;
          if (!page.hasNext) break;
        }
        expect(seen).toEqual([3, 1, 2]);
      });
    });
  },
);
