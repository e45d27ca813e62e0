/** Conditions over collections whose rows may be hidden or missing, and over the keys of related rows. */

import { expect, it } from "vitest";
import { Case, Count, F, FieldError, foreignKey, hasMany, manyToMany, model, Q, softDelete, sql, Sum, t, Value, When } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Region extends model<Region>("rel_regions")({ code: t.varchar(8).primaryKey(), towns: hasMany(() => Town, "region") }) {}
class Town extends model<Town>("rel_towns")({
  name: t.text(),
  region: foreignKey(() => Region, { onDelete: "setNull" }).nullable(),
  parent: foreignKey(() => Town, { onDelete: "setNull" }).nullable(),
  parts: hasMany(() => Town, "parent"),
  roads: manyToMany(() => Road, { reverse: "towns" }),
}) {}
class Road extends model<Road>("rel_roads")({
  number: t.integer(),
  towns: manyToMany(() => Town, { reverse: "roads" }),
  ...softDelete(),
}) {}

eachSharedDatabase(
  "related rows in conditions",
  [Region, Town, Road],
  async (db) => {
    await Region.objects.bulkCreate(db, [{ code: "de" }, { code: "fr" }]);
    const [only, both, none, part] = await Town.objects.bulkCreate(db, [
      { name: "hidden road", regionId: "de" },
      { name: "both roads", regionId: "fr" },
      { name: "no road" },
      { name: "part" },
    ]);
    part!.parent = none!;
    const [hidden, open] = await Road.objects.bulkCreate(db, [{ number: 1, deletedAt: new Date(0) }, { number: 2 }]);
    only!.roads.add(hidden!);
    both!.roads.add(hidden!, open!);
    await db.flush();
  },
  (stage) => {
    const names = async (towns: { fetch(db: typeof stage.db): Promise<{ readonly name: string }[]> }): Promise<string[]> =>
      (await towns.fetch(stage.db)).map(({ name }) => name).sort();

    it("a link to a hidden row is no related row that differs from a value", async () => {
      expect(await names(Town.objects.filter({ roads__number__ne: 7 }))).toEqual(["both roads"]);
      expect(await names(Town.objects.exclude({ roads__number__ne: 7 }))).toEqual(["hidden road", "no road", "part"]);
      expect(await names(Town.objects.filter({ roads__id__ne: 0 }))).toEqual(["both roads"]);
    });
    it("a link to a hidden row beside one to a visible row does not make the collection empty", async () => {
      expect(await names(Town.objects.filter({ roads: null }))).toEqual(["hidden road", "no road", "part"]);
      expect(await names(Town.objects.filter({ roads__isnull: false }))).toEqual(["both roads"]);
      expect(await names(Town.objects.filter(Q({ roads__number: 2 }).or({ name: "both roads" })))).toEqual(["both roads"]);
    });
    it("are not compared with F over a collection under NOT, which would be another row's", async () => {
      const same = { roads__number__gt: F("roads__id") };
      expect(await names(Town.objects.filter(same))).toEqual([]);
      for (const set of [Town.objects.exclude(same), Town.objects.filter(Q(same).not())])
        expect(() => set.toSQL("sqlite")).toThrow(/cannot follow a collection/);
      const shared = Town.objects.filter({ roads__number: 2 }, Q({ roads__id__gt: F("roads__number") }).not());
      expect(await names(shared)).toEqual(["both roads"]);
      expect(await names(Town.objects.exclude({ roads__number__gt: F("id") }))).toEqual(["both roads", "hidden road", "no road", "part"]);
    });
    it("are not followed under NOT by F in a value, raw SQL or Case, which would ask for a row that does not match", async () => {
      const refused = [
        Town.objects.exclude({ id: F("roads__number") }),
        Town.objects.exclude(sql`${F("roads__number")} > 1`),
        Town.objects.filter(Q(sql`${F("roads__number")} > 1`).not()),
        Town.objects.exclude(Case([When({ roads__number: 2 }, true)], { default: false }) as never),
        Town.objects.filter({ roads__number: 2 }).exclude({ id: F("roads__number") }),
      ];
      for (const set of refused) expect(() => set.toSQL("sqlite")).toThrow(FieldError);
      expect(await names(Town.objects.filter({ roads__number: 2 }, Q(sql`${F("roads__number")} > 2`).not()))).toEqual(["both roads"]);
      expect(await names(Town.objects.annotate({ n: Count("roads") }).exclude({ n__gt: F("id") }))).toHaveLength(4);
    });
    it("links to hidden rows are not counted", async () => {
      const counted = await Town.objects
        .annotate({ n: Count("roads"), rows: Count("*") })
        .orderBy("name")
        .fetch(stage.db);
      expect(counted.map(({ name, n, rows }) => [name, n, rows])).toEqual([
        ["both roads", 1, 1],
        ["hidden road", 0, 1],
        ["no road", 0, 1],
        ["part", 0, 1],
      ]);
    });
    it("under NOT, a row at the end of several collections must be there to differ", async () => {
      expect(await names(Town.objects.filter({ parts__parts__name__ne: "x" }))).toEqual([]);
      expect(await names(Town.objects.exclude({ parts__parts__name__ne: "x" }))).toHaveLength(4);
      expect(await names(Town.objects.exclude({ parts__name__ne: "x" }))).toHaveLength(3);
    });
    it("the key of a related row that is named has the lookups of its type", async () => {
      expect(await names(Town.objects.filter({ region__code__startswith: "d" }))).toEqual(["hidden road"]);
      expect(await names(Town.objects.exclude({ region__code__iregex: "^F" }))).toEqual(["hidden road", "no road", "part"]);
    });
    it("groups by a constant are none where there are no rows", async () => {
      const grouped = Town.objects
        .annotate({ kind: Value("town") })
        .filter({ name: "x" })
        .values("kind")
        .annotate({ n: Count("id") });
      expect(await grouped.fetch(stage.db)).toEqual([]);
      expect(await grouped.count(stage.db)).toBe(0);
      const all = Town.objects
        .annotate({ kind: Value("town") })
        .values("kind")
        .annotate({ n: Count("id"), sum: Sum(Value(2)) });
      expect(await all.fetch(stage.db)).toEqual([{ kind: "town", n: 4, sum: 8 }]);
    });
  },
);
