/** Collections that are given keys: one UPDATE for rows that nobody has read, and members like others where somebody hears of them. */

import { afterEach, describe, expect } from "vitest";
import { DoesNotExist, FieldError, foreignKey, hasMany, manyToMany, model, t, timestamps, ValidationError, type Session } from "flash-db";
import { exampleWith } from "./example.js";
import { rejection } from "./uow/stage.js";

class Club extends model<Club>("key_clubs")({
  name: t.text(),
  members: hasMany(() => Member, "club"),
  cups: hasMany(() => Cup, "club"),
  fixed: hasMany(() => Fixed, "club"),
  guests: manyToMany(() => Member, { table: "key_guests" }),
}) {}
class Member extends model<Member>("key_members")(
  {
    name: t.text(),
    version: t.version(),
    ...timestamps(),
    club: foreignKey(() => Club, { onDelete: "setNull" }).nullable(),
  },
  { ordering: ["name"] },
) {}
/** What leaves its club is deleted. */
class Cup extends model<Cup>("key_cups")({ name: t.text(), club: foreignKey(() => Club, { onDelete: "cascade" }).nullable() }) {}
class Fixed extends model<Fixed>("key_fixed")({ name: t.text(), club: foreignKey(() => Club, { onDelete: "cascade" }) }) {}
class Shop extends model<Shop>("key_shops")({ name: t.text(), wares: hasMany(() => Ware, "shop", { orphans: "delete" }) }) {}
class Ware extends model<Ware>("key_wares")({
  id: t.uuid().primaryKey(),
  name: t.text(),
  shop: foreignKey(() => Shop, { onDelete: "cascade" }),
}) {}

const example = exampleWith([Club, Member, Cup, Fixed, Shop, Ware]);
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Two clubs, and three members who are not in the session; b is in the second club. */
const setUp = async (db: Session): Promise<{ one: Club; two: Club; a: number; b: number; c: number }> => {
  const [one, two] = [await Club.objects.create(db, { name: "one" }), await Club.objects.create(db, { name: "two" })];
  const [a, b, c] = await Member.objects.bulkCreate(db, [{ name: "a" }, { name: "b", clubId: two.id }, { name: "c" }]);
  await db.commit();
  db.expunge(a!, b!, c!);
  return { one, two, a: a!.id, b: b!.id, c: c!.id };
};
const inClub = (db: Session, club: Club): Promise<string[]> =>
  Member.objects.filter({ clubId: club.id }).valuesList("name", { flat: true }).fetch(db);

describe("add()", () => {
  example(
    "of keys is one UPDATE at the flush, versions and times are kept, and the collection is read again",
    async ({ db, sent, open }) => {
      const { one, two, a, b } = await setUp(db);
      one.members.add(a, b);
      expect(await Member.objects.filter({ clubId: one.id }).count(open())).toBe(0);
      sent();
      await db.flush();
      expect(sent()).toEqual(["BEGIN", "UPDATE key_members set club_id,version,updated_at"]);
      expect((await one.members.fetch()).map(({ name, version }) => [name, version])).toEqual([
        ["a", 2],
        ["b", 2],
      ]);
      expect(await two.members.fetch()).toEqual([]);
      await db.commit();
      sent();
      await db.flush();
      expect(sent()).toEqual([]);
      expect(await inClub(open(), one)).toEqual(["a", "b"]);
    },
  );

  example("is seen by a query before any flush is asked for, by the collection's own too", async ({ db }) => {
    const { one, a, c } = await setUp(db);
    expect(await one.members.fetch()).toEqual([]);
    one.members.add(a);
    expect((await one.members.fetch()).map(({ name }) => name)).toEqual(["a"]);
    one.members.add(c);
    expect(await Member.objects.filter({ club__name: "one" }).count(db)).toBe(2);
  });

  example("of the key of an object that is here is that object: both sides follow at once", async ({ db, sent }) => {
    const { one, two, b } = await setUp(db);
    const member = (await db.get(Member, b))!;
    const before = await two.members.fetch();
    expect(before).toEqual([member]);
    one.members.add(b);
    expect([member.clubId, await two.members.fetch()]).toEqual([one.id, []]);
    sent();
    await db.flush();
    expect(sent()).toHaveLength(2);
  });

  example("of an object read meanwhile is that object too", async ({ db }) => {
    const { one, a } = await setUp(db);
    one.members.add(a);
    const member = (await db.get(Member, a))!;
    await db.flush();
    expect(member.clubId).toBe(one.id);
    expect(await member.club).toBe(one);
    expect(db.isModified(member)).toBe(false);
  });

  example("to an owner that is new: after its INSERT", async ({ db, open }) => {
    const { a } = await setUp(db);
    const club = new Club({ name: "new" });
    club.members.add(a, new Member({ name: "z" }));
    db.add(club);
    await db.commit();
    expect(await inClub(open(), club)).toEqual(["a", "z"]);
    expect((await club.members.fetch()).map(({ name }) => name)).toEqual(["a", "z"]);
  });

  example("of a key that no row has is DoesNotExist; nothing is written, and it can be taken back", async ({ db, open }) => {
    const { one, a } = await setUp(db);
    for (const heard of [false, true]) {
      if (heard) ends.push(Member.on("post_save", () => undefined));
      one.members.add(a, 4711);
      const error = await rejection(db.flush());
      expect(error).toBeInstanceOf(DoesNotExist);
      expect(error.message).toBe("Club.members was given the key 4711, and there is no such Member: remove() what is not there");
      expect(await inClub(open(), one)).toEqual([]);
      one.members.remove(4711);
      await db.flush();
      expect(await inClub(db, one)).toEqual(["a"]);
      await db.rollback();
    }
  });

  example("of what cannot be a key is refused at once", async ({ db }) => {
    const { one } = await setUp(db);
    expect(() => one.members.add("x" as never)).toThrow(ValidationError);
    expect(() => one.members.add({ id: 1 } as never)).toThrow("Club.members takes instances of Member or their keys, got");
    expect(() => one.members.add(null as never)).toThrow(FieldError);
    await db.flush();
  });

  example("where somebody hears of it, or clean() looks: read first, told of once", async ({ db, sent, open }) => {
    const { one, a, c } = await setUp(db);
    const heard: string[] = [];
    ends.push(Member.on("post_save", ({ instance, changed }) => heard.push(`${instance.name} ${[...changed].join()}`)));
    one.members.add(a, c);
    sent();
    await db.commit();
    expect(sent()).toEqual(["SELECT key_members", "BEGIN", "UPDATE key_members set club_id,version,updated_at", "COMMIT"]);
    expect(heard.toSorted()).toEqual(["a clubId", "c clubId"]);
    expect(await inClub(open(), one)).toEqual(["a", "c"]);
  });

  example("comes back after a rollback, of a level or of all", async ({ db }) => {
    const { one, a, c } = await setUp(db);
    await db.begin();
    one.members.add(a);
    await db.flush();
    const inner = await db.begin();
    one.members.add(c);
    await db.flush();
    expect(await inClub(db, one)).toEqual(["a", "c"]);
    await inner.rollback();
    expect(await inClub(db, one)).toEqual(["a"]);
    await db.rollback();
    expect(await inClub(db, one)).toEqual([]);
    await db.flush();
    expect(await one.members.fetch()).toEqual([]);
  });
});

describe("remove()", () => {
  example("of keys makes them null, of this owner's only", async ({ db, sent, open }) => {
    const { one, two, a, b } = await setUp(db);
    two.members.remove(a, b);
    one.members.remove(b);
    sent();
    await db.commit();
    expect(sent().filter((text) => text.startsWith("UPDATE"))).toHaveLength(2);
    expect(await Member.objects.filter({ club__isnull: true }).count(open())).toBe(3);
  });

  example("from one and add() to another, in any order: what leaves arrives", async ({ db, open }) => {
    const { one, two, b } = await setUp(db);
    one.members.add(b);
    two.members.remove(b);
    await db.commit();
    expect(await inClub(open(), one)).toEqual(["b"]);
  });

  example("where the key cannot be null is refused at once", async ({ db }) => {
    const { one } = await setUp(db);
    const fixed = await Fixed.objects.create(db, { name: "f", club: one });
    await db.commit();
    db.expunge(fixed);
    expect(() => one.fixed.remove(fixed.id)).toThrow("Fixed.clubId cannot be null, so Club.fixed cannot remove members");
    await db.flush();
    expect(await Fixed.objects.count(db)).toBe(1);
  });

  example("where orphans go deletes them, with their signals", async ({ db, open }) => {
    const shop = await Shop.objects.create(db, { name: "s" });
    const wares = await Ware.objects.bulkCreate(db, [
      { name: "x", shop },
      { name: "y", shop },
    ]);
    await db.commit();
    const ids = wares.map(({ id }) => id);
    db.expunge(...wares);
    const heard: string[] = [];
    ends.push(Ware.on("post_delete", ({ instance }) => heard.push(instance.name)));
    shop.wares.remove(ids[0]!.toUpperCase());
    await db.commit();
    expect(heard).toEqual(["x"]);
    expect(await Ware.objects.valuesList("id", { flat: true }).fetch(open())).toEqual([ids[1]]);
  });
});

describe("set()", () => {
  example("of keys reads the collection and writes the difference", async ({ db, sent, open }) => {
    const { two, a, b, c } = await setUp(db);
    await two.members.set([a, c]);
    sent();
    await db.commit();
    expect(sent().filter((text) => text.startsWith("UPDATE"))).toHaveLength(2);
    expect(await inClub(open(), two)).toEqual(["a", "c"]);
    await two.members.set([a, c]);
    sent();
    await db.commit();
    expect(sent()).toEqual([]);
    await two.members.set([b]);
    await db.commit();
    expect(await inClub(open(), two)).toEqual(["b"]);
  });
});

describe("many-to-many", () => {
  example("a loaded collection that is given a key is asked for again", async ({ db }) => {
    const { one, a } = await setUp(db);
    expect(await one.guests.fetch()).toEqual([]);
    one.guests.add(a);
    expect((await one.guests.fetch()).map(({ name }) => name)).toEqual(["a"]);
    await db.rollback();
    expect(await one.guests.fetch()).toEqual([]);
  });
});
