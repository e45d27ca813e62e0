/** Collections in filters: beside NOT, behind aggregates, in pages, and pairs that a link model ties more than once. */

import { beforeEach, describe, expect, it } from "vitest";
import { Count, F, foreignKey, hasMany, manyToMany, model, Q, Sum, t, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { allPages } from "./pages.js";

class Person extends model<Person>("col_people")({
  name: t.text(),
  age: t.integer().nullable(),
  clubs: manyToMany(() => Club, { through: () => Role }),
  roles: hasMany(() => Role, "person"),
}) {}
class Club extends model<Club>("col_clubs")({ name: t.text(), rank: t.integer().nullable() }) {}
class Role extends model<Role>("col_roles")({
  person: foreignKey(() => Person, { onDelete: "cascade" }),
  club: foreignKey(() => Club, { onDelete: "cascade" }),
  title: t.text(),
  pay: t.integer(),
}) {}

eachDatabase("collections", [Person, Club, Role], (open) => {
  let db: Session;
  beforeEach(async () => {
    db = (await open()).session({ onUncommitted: "ignore" });
    await Person.objects.bulkCreate(db, [
      { id: 1, name: "Ada", age: 30 },
      { id: 2, name: "Bob", age: null },
      { id: 3, name: "Cy", age: 30 },
    ]);
    await Club.objects.bulkCreate(db, [
      { id: 1, name: "Chess", rank: 1 },
      { id: 2, name: "Rugby", rank: 2 },
    ]);
    await Role.objects.bulkCreate(db, [
      { personId: 1, clubId: 1, title: "player", pay: 5 },
      { personId: 1, clubId: 1, title: "trainer", pay: 20 },
      { personId: 1, clubId: 2, title: "player", pay: 30 },
      { personId: 2, clubId: 2, title: "player", pay: 20 },
    ]);
    await db.commit();
    db.clear();
  });

  it("are asked row by row by an XOR, so that an object may be both in filter() and in exclude()", async () => {
    const names = async (set: { fetch(db: Session): Promise<readonly { readonly name: string }[]> }): Promise<string[]> => [
      ...new Set((await set.fetch(db)).map(({ name }) => name)),
    ];
    const either = Q({ age: 30 }).xor({ roles__pay: 20 });
    // Ada has a role of 5 and is 30; Cy has no role.
    expect(await names(Person.objects.filter(either).orderBy("id"))).toEqual(["Ada", "Bob", "Cy"]);
    expect(await names(Person.objects.exclude(either).orderBy("id"))).toEqual(["Ada"]);
  });

  describe("of pairs that are linked twice", () => {
    it("have an item for each link, loaded or not", async () => {
      const ada = await Person.objects.get(db, { id: 1 });
      expect(await ada.clubs.count()).toBe(3);
      expect((await ada.clubs.all().fetch()).length).toBe(3);
      expect(await ada.clubs.exists()).toBe(true);
      expect((await ada.clubs.fetch()).length).toBe(3);
      expect(await ada.clubs.count()).toBe(3);
    });

    it("are filtered, ordered, cut and paged link by link", async () => {
      const ada = await Person.objects.get(db, { id: 1 });
      const names = (rows: readonly { readonly name: string }[]): string[] => rows.map((row) => row.name);
      expect(names(await ada.clubs.filter({ rank: 1 }).fetch())).toEqual(["Chess", "Chess"]);
      expect(names(await ada.clubs.exclude({ rank: 1 }).fetch())).toEqual(["Rugby"]);
      expect(names(await ada.clubs.orderBy("-name").slice(1, 3).fetch())).toEqual(["Chess", "Chess"]);
      expect((await ada.clubs.orderBy("-name").first())?.name).toBe("Rugby");
      expect(await ada.clubs.all().distinct().count()).toBe(2);
      const first = await ada.clubs.orderBy("name").paginate({ first: 1 });
      const second = await ada.clubs.orderBy("name").paginate({ first: 2, after: first.endCursor });
      expect([...names(first.items), ...names(second.items)]).toEqual(["Chess", "Chess", "Rugby"]);
    });

    it("are updated once for each row", async () => {
      const ada = await Person.objects.get(db, { id: 1 });
      expect(await ada.clubs.filter({ rank: 1 }).update({ name: "Go" })).toBe(1);
      expect(await Club.objects.filter({ name: "Go" }).count(db)).toBe(1);
    });
  });

  describe("behind an aggregate", () => {
    const counted = Person.objects.annotate({ n: Count("roles"), pay: Sum("roles__pay") }).orderBy("id");

    it("choose among the groups and leave their values alone", async () => {
      const rows = await counted.filter({ roles__pay__gte: 20 }).values("id", "n", "pay").fetch(db);
      expect(rows).toEqual([
        { id: 1, n: 3, pay: 55 },
        { id: 2, n: 1, pay: 20 },
      ]);
      expect(await counted.filter({ roles__pay__gte: 20 }).count(db)).toBe(2);
      expect(await counted.filter({ roles__pay__gte: 20 }).aggregate(db, { all: Sum("n") })).toEqual({ all: 4 });
    });

    it("mean one related row in one filter, any in separate ones", async () => {
      expect(await counted.filter({ roles__title: "trainer", roles__pay: 5 }).count(db)).toBe(0);
      expect(await counted.filter({ roles__title: "trainer" }).filter({ roles__pay: 5 }).count(db)).toBe(1);
    });

    it("stand beside conditions on the groups, with OR too", async () => {
      const rows = await counted
        .filter(Q({ roles__title: "trainer" }).or({ n: 0 }))
        .values("id", "n")
        .fetch(db);
      expect(rows).toEqual([
        { id: 1, n: 3 },
        { id: 3, n: 0 },
      ]);
      expect(await counted.filter({ roles__title: "player", n__lt: 3 }).count(db)).toBe(1);
      expect(await counted.filter({ age__gt: F("roles__pay") }, { n: 3 }).count(db)).toBe(1);
    });

    it("say which rows are updated and deleted", async () => {
      expect(await counted.filter({ roles__title: "player", n: 1 }).update(db, { name: "one" })).toBe(1);
      expect(await counted.filter({ roles__pay__gte: 20 }).delete(db)).toBe(2);
    });
  });

  describe("beside NOT in one filter", () => {
    const people = Person.objects.orderBy("id").distinct();
    const cheap = Q({ roles__pay: 20 }).not();

    it("mean the row that the filter joins, in whatever order the conditions stand", async () => {
      const ids = async (rows: Promise<readonly { readonly id: number }[]>): Promise<number[]> => (await rows).map(({ id }) => id);
      expect(await ids(people.filter({ roles__title: "trainer" }, cheap).fetch(db))).toEqual([]);
      expect(await ids(people.filter(cheap, { roles__title: "trainer" }).fetch(db))).toEqual([]);
      expect(await ids(people.filter(cheap.and({ roles__title: "trainer" })).fetch(db))).toEqual([]);
      expect(await ids(people.filter({ roles__title: "player" }, cheap).fetch(db))).toEqual([1]);
      expect(await ids(people.filter(cheap, { roles__title: "player" }).fetch(db))).toEqual([1]);
      expect(await ids(people.filter(cheap).fetch(db))).toEqual([3]);
    });
  });

  describe("in pages", () => {
    it("are gone through row by row where they multiply", async () => {
      const set = Person.objects.values("id", "roles__pay").orderBy("id");
      const items = await allPages(set, db);
      const text = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
      expect(text(items)).toEqual(text(await set.fetch(db)));
    });
  });
});
