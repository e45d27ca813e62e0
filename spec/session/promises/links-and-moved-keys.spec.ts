/** What links through a model, and keys that move over several levels, promise: each a small program that asserts it. */

import assert from "node:assert/strict";
import { foreignKey, hasMany, manyToMany, model, oneToOne, t, type Session } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

class Person extends model<Person>("moved_people")({
  name: t.text(),
  clubs: manyToMany(() => Club, { through: () => Member, reverse: "people" }),
  tags: manyToMany(() => Tag, { reverse: "people" }),
  cards: hasMany(() => Card, "person"),
}) {}
class Club extends model<Club>("moved_clubs")({
  name: t.text(),
  people: manyToMany(() => Person, { through: () => Member, reverse: "clubs" }),
}) {}
class Member extends model<Member>("moved_members")({
  person: foreignKey(() => Person, { onDelete: "cascade" }).primaryKey(),
  club: foreignKey(() => Club, { onDelete: "cascade" }).primaryKey(),
  role: t.text().default("member"),
}) {}
class Tag extends model<Tag>("moved_tags")({ name: t.text(), people: manyToMany(() => Person, { reverse: "tags" }) }) {}
class Card extends model<Card>("moved_cards")({ person: foreignKey(() => Person, { onDelete: "setNull" }).nullable() }) {}
const people = [Person, Club, Member, Tag, Card];

const personAndClub = async (db: Session): Promise<readonly [Person, Club]> => {
  const made = [await Person.objects.create(db, { name: "p" }), await Club.objects.create(db, { name: "c" })] as const;
  await db.commit();
  return made;
};

itOnEachDatabase(
  "a link through a model that is there already is given once more without an error, from either side, and keeps its object",
  async (database) => {
    await database.createAll(people);
    const setup = database.session();
    const [{ id: personId }, { id: clubId }] = await personAndClub(setup);
    await Member.objects.create(setup, { personId, clubId, role: "chair" });
    await setup.commit();
    await setup.close();
    for (const byKey of [false, true]) {
      await using db = database.session();
      const [person, club] = [await Person.objects.getByPk(db, personId), await Club.objects.getByPk(db, clubId)];
      person.clubs.add(byKey ? clubId : club);
      await db.commit();
      club.people.add(byKey ? personId : person);
      await db.commit();
      assert.deepEqual(await Member.objects.valuesList("role", { flat: true }).fetch(db), ["chair"]);
    }
  },
);

itOnEachDatabase(
  "loaded collections follow the objects of links that are added and deleted, by the session and as a set",
  async (database) => {
    await database.createAll(people);
    await using db = database.session({ onUncommitted: "ignore" });
    const [person, club] = await personAndClub(db);
    const shown = async (): Promise<readonly number[]> => [(await person.clubs.fetch()).length, (await club.people.fetch()).length];
    assert.deepEqual(await shown(), [0, 0]);
    const member = new Member({ person, club });
    db.add(member);
    await db.flush();
    assert.deepEqual(await shown(), [1, 1]);
    db.delete(member);
    await db.flush();
    assert.deepEqual(await shown(), [0, 0]);
    await Member.objects.create(db, { person, club });
    await db.commit();
    assert.deepEqual(await shown(), [1, 1]);
    await Member.objects.filter({ club }).delete(db);
    assert.deepEqual(await shown(), [0, 0]);
    await db.rollback();
    assert.deepEqual(await shown(), [1, 1]);
  },
);

itOnEachDatabase(
  "a link that is given after the other side was cleared without being loaded is stored: the last word counts",
  async (database) => {
    await database.createAll(people);
    const setup = database.session();
    const [person, club] = await personAndClub(setup);
    const tag = await Tag.objects.create(setup, { name: "t" });
    person.tags.add(tag);
    person.clubs.add(club);
    await setup.commit();
    await setup.close();
    await using db = database.session();
    const one = await Person.objects.prefetchRelated("tags", "clubs").get(db, { id: person.id });
    const [sameTag, sameClub] = [[...one.tags][0] as Tag, [...one.clubs][0] as Club];
    sameTag.people.clear();
    sameClub.people.clear();
    assert.deepEqual([[...one.tags].length, [...one.clubs].length], [0, 0]);
    one.tags.add(sameTag);
    one.clubs.add(sameClub);
    await db.commit();
    assert.deepEqual([await one.tags.all().count(), await Member.objects.count(db)], [1, 1]);
    assert.equal(await Person.objects.filter({ tags: sameTag }).count(db), 1);
  },
);

itOnEachDatabase(
  "set() and clear() of a loaded list take along new rows that name its owner by key, and set() keeps those it names",
  async (database) => {
    await database.createAll(people);
    await using db = database.session();
    const [person] = await personAndClub(db);
    for (const work of [(): void => person.cards.clear(), (): Promise<void> => person.cards.set([])]) {
      await person.cards.fetch();
      const card = new Card({ personId: person.id });
      db.add(card);
      await work();
      await db.commit();
      assert.equal(card.personId, null);
    }
    const [kept, left] = [new Card({ personId: person.id }), new Card({ personId: person.id })];
    db.add(kept, left);
    await person.cards.set([kept]);
    await db.commit();
    assert.deepEqual([kept.personId, left.personId], [person.id, null]);
  },
);

itOnEachDatabase(
  "set() of a loaded list with the key of a member that was given another owner's key keeps that member",
  async (database) => {
    await database.createAll(people);
    await using db = database.session();
    const [person] = await personAndClub(db);
    const other = await Person.objects.create(db, { name: "o" });
    const card = await Card.objects.create(db, { person });
    await db.commit();
    await person.cards.fetch();
    card.personId = other.id;
    await person.cards.set([card.id]);
    await db.commit();
    assert.equal(card.personId, person.id);
  },
);

class Region extends model<Region>("moved_regions")({ code: t.text().primaryKey() }) {}
class Town extends model<Town>("moved_towns")({
  region: oneToOne(() => Region, { onDelete: "cascade", onUpdate: "cascade" }).primaryKey(),
  name: t.text(),
}) {}
class House extends model<House>("moved_houses")({ town: foreignKey(() => Town, { onDelete: "cascade", onUpdate: "cascade" }) }) {}
const places = [Region, Town, House];

itOnEachDatabase(
  "new rows below a key that changes get the new one, over two levels, whether what is between is stored or new",
  async (database) => {
    await database.createAll(places);
    await using db = database.session();
    const [region, other] = [new Region({ code: "a" }), new Region({ code: "x" })];
    const town = new Town({ region, name: "stored" });
    db.add(town, other);
    await db.commit();
    const house = new House({ town });
    const between = new Town({ region: other, name: "new" });
    const below = new House({ town: between });
    db.add(house, between, below);
    region.code = "b";
    other.code = "y";
    await db.commit();
    assert.deepEqual([town.regionId, house.townId, between.regionId, below.townId], ["b", "b", "y", "y"]);
    const fresh = database.session();
    assert.deepEqual(await House.objects.orderBy("id").valuesList("townId", { flat: true }).fetch(fresh), ["b", "y"]);
    await fresh.close();
    assert.deepEqual([db.dirty.size, db.isModified(house)], [0, false]);
  },
);

itOnEachDatabase("a row is replaced by another under its key while the key above both changes", async (database) => {
  await database.createAll(places);
  await using db = database.session();
  const region = new Region({ code: "a" });
  const town = new Town({ region, name: "old" });
  db.add(new House({ town }));
  await db.commit();
  db.delete(town);
  const next = new Town({ region, name: "next" });
  const house = new House({ town: next });
  db.add(next, house);
  region.code = "b";
  await db.commit();
  const fresh = database.session();
  assert.deepEqual(await Town.objects.valuesList("name", "regionId").fetch(fresh), [["next", "b"]]);
  assert.deepEqual(await House.objects.valuesList("id", "townId").fetch(fresh), [[house.id, "b"]]);
  await fresh.close();
});

itOnEachDatabase("a link that is given once more after its object was deleted stays, from either side", async (database) => {
  await database.createAll(people);
  for (const from of ["person", "club"] as const)
    for (const byKey of [false, true]) {
      await using db = database.session();
      const [person, club] = await personAndClub(db);
      const member = await Member.objects.create(db, { person, club, role: "chair" });
      await db.commit();
      assert.deepEqual([(await person.clubs.fetch()).length, (await club.people.fetch()).length], [1, 1]);
      db.delete(member);
      if (from === "person") person.clubs.add(byKey ? club.id : club);
      else club.people.add(byKey ? person.id : person);
      await db.commit();
      await using fresh = database.session();
      assert.equal(await Member.objects.filter({ personId: person.id, clubId: club.id, role: "chair" }).count(fresh), 1);
      assert.deepEqual([(await person.clubs.fetch()).length, (await club.people.fetch()).length], [1, 1]);
    }
});

itOnEachDatabase("a loaded side shows a link that it gives once more after the other side was cleared unread", async (database) => {
  await database.createAll(people);
  for (const loaded of [true, false])
    for (const flushed of [true, false]) {
      await using db = database.session();
      const [person, tag] = [await Person.objects.create(db, { name: "p" }), await Tag.objects.create(db, { name: "t" })];
      await db.commit();
      if (loaded) await person.tags.set([tag]);
      else person.tags.add(tag);
      if (flushed) await db.flush();
      tag.people.clear();
      person.tags.add(tag);
      await db.commit();
      assert.deepEqual([await person.tags.fetch(), await tag.people.fetch()], [[tag], [person]]);
      await using fresh = database.session();
      assert.equal(await Person.objects.filter({ id: person.id, tags__id: tag.id }).count(fresh), 1);
    }
});

itOnEachDatabase(
  "a new link whose object is deleted before the flush is not stored, though it was added to a list too",
  async (database) => {
    await database.createAll(people);
    for (const loaded of [true, false])
      for (const from of ["person", "club"] as const) {
        await using db = database.session();
        const [person, club] = await personAndClub(db);
        if (loaded) assert.deepEqual([(await person.clubs.fetch()).length, (await club.people.fetch()).length], [0, 0]);
        const member = new Member({ person, club, role: "chair" });
        db.add(member);
        if (from === "person") person.clubs.add(club);
        else club.people.add(person);
        db.delete(member);
        await db.commit();
        assert.equal(await Member.objects.filter({ personId: person.id }).count(db), 0);
        assert.deepEqual([(await person.clubs.fetch()).length, (await club.people.fetch()).length], [0, 0]);
      }
  },
);
