/** Lists that were cleared unread, links given again, places of one-to-ones left and taken, children of a row whose changed key goes with it. */

import assert from "node:assert/strict";
import { foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, signals, t } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

class Owner extends model<Owner>("cleared_owners")({
  name: t.text(),
  docs: hasMany(() => Doc, "owner"),
  notes: hasMany(() => Note, "owner", { orphans: "delete" }),
  seat: hasOne(() => Seat, "owner"),
  card: hasOne(() => Card, "owner", { orphans: "delete" }),
  clubs: manyToMany(() => Club, { through: () => Member, reverse: "people" }),
}) {}
class Doc extends model<Doc>("cleared_docs")({ owner: foreignKey(() => Owner, { onDelete: "setNull" }).nullable() }) {}
class Note extends model<Note>("cleared_notes")({ owner: foreignKey(() => Owner, { onDelete: "cascade" }) }) {}
class Seat extends model<Seat>("cleared_seats")({
  number: t.integer(),
  owner: oneToOne(() => Owner, { onDelete: "setNull" }).nullable(),
}) {}
class Card extends model<Card>("cleared_cards")({ number: t.integer(), owner: oneToOne(() => Owner, { onDelete: "cascade" }) }) {}
class Club extends model<Club>("cleared_clubs")({
  name: t.text(),
  people: manyToMany(() => Owner, { through: () => Member, reverse: "clubs" }),
}) {}
class Member extends model<Member>("cleared_members")({
  owner: foreignKey(() => Owner, { onDelete: "cascade" }).primaryKey(),
  club: foreignKey(() => Club, { onDelete: "cascade" }).primaryKey(),
  rank: t.integer().default(0),
}) {}
class Region extends model<Region>("cleared_regions")({ code: t.text().primaryKey() }) {}
class Town extends model<Town>("cleared_towns")({
  region: oneToOne(() => Region, { onDelete: "cascade", onUpdate: "cascade" }).primaryKey(),
}) {}
class Guest extends model<Guest>("cleared_guests")({
  region: foreignKey(() => Region, { onDelete: "setNull", onUpdate: "cascade" }).nullable(),
}) {}
const models = [Owner, Doc, Note, Seat, Card, Club, Member, Region, Town, Guest];

for (const list of ["docs", "notes"] as const)
  for (const by of ["object", "key"] as const)
    itOnEachDatabase(`a flush that fails after it emptied ${list} gives members added by ${by} their owner back`, async (database) => {
      await database.createAll(models);
      await using db = database.session();
      const owner = await Owner.objects.create(db, { name: "a" });
      const other = await Owner.objects.create(db, { name: "b" });
      const member = list === "docs" ? new Doc({ owner: other }) : new Note({ owner: other });
      db.add(member);
      await db.flush();
      owner[list].add((by === "object" ? member : member.id) as never);
      await db.flush();
      owner[list].clear();
      assert.equal(member.ownerId, owner.id);
      const off = signals.on("post_flush", () => {
        throw new Error("late");
      });
      await assert.rejects(db.flush(), /late/);
      off();
      assert.equal(member.ownerId, owner.id);
      await db.commit();
      await using fresh = database.session();
      const Model = (list === "docs" ? Doc : Note) as typeof Doc;
      assert.deepEqual(await Model.objects.valuesList("ownerId", { flat: true }).fetch(fresh), list === "docs" ? [null] : []);
    });

for (const given of ["object", "key"] as const)
  itOnEachDatabase(
    `a link that is given again, by ${given}, after its list was cleared unread keeps its object's changes`,
    async (database) => {
      await database.createAll(models);
      const setup = database.session();
      const made = await Owner.objects.create(setup, { name: "a" });
      const clubs = await Club.objects.bulkCreate(setup, [{ name: "x" }, { name: "y" }]);
      for (const club of clubs) setup.add(new Member({ owner: made, club, rank: 3 }));
      await setup.commit();
      await setup.close();
      await using db = database.session();
      const owner = await Owner.objects.getByPk(db, made.id);
      const [x, y] = [await Club.objects.get(db, { name: "x" }), await Club.objects.get(db, { name: "y" })];
      const links = await Member.objects.orderBy("clubId").fetch(db);
      owner.clubs.clear();
      owner.clubs.add(given === "object" ? x : x.id);
      links[0]!.rank = 4;
      await db.commit();
      await using fresh = database.session();
      assert.deepEqual(await Member.objects.values("clubId", "rank").fetch(fresh), [{ clubId: x.id, rank: 4 }]);
      assert.equal(db.has(links[0]!), true);
      owner.clubs.clear();
      db.add(new Member({ owner, club: x, rank: 7 }), new Member({ owner, club: y, rank: 8 }));
      await db.commit();
      assert.deepEqual(await Member.objects.orderBy("clubId").values("rank").fetch(fresh), [{ rank: 7 }, { rank: 8 }]);
    },
  );

for (const place of ["seat", "card"] as const)
  itOnEachDatabase(`a ${place} that takes a place left empty before is written after the one that left it`, async (database) => {
    await database.createAll(models);
    await using db = database.session();
    const [one, two] = await Owner.objects.bulkCreate(db, [{ name: "a" }, { name: "b" }]);
    const Model = (place === "seat" ? Seat : Card) as typeof Seat;
    const former = await Model.objects.create(db, { number: 1, owner: one! });
    const next = await Model.objects.create(db, { number: 2, owner: two! });
    await db.commit();
    one![place] = null;
    one![place] = next as never;
    next.number = 3;
    await next.save();
    await db.commit();
    await using fresh = database.session();
    const rows = await Model.objects.orderBy("number").values("number", "ownerId").fetch(fresh);
    assert.deepEqual(rows, [...(place === "seat" ? [{ number: 1, ownerId: null }] : []), { number: 3, ownerId: one!.id }]);
    assert.equal(former.ownerId, null);
  });

itOnEachDatabase("new children of a row that is deleted go with it, though its key was changed before", async (database) => {
  await database.createAll(models);
  await using db = database.session();
  const region = await Region.objects.create(db, { code: "a" });
  await db.commit();
  region.code = "b";
  const [town, guest] = [new Town({ region }), new Guest({ region })];
  db.add(town, guest);
  db.delete(region);
  await db.commit();
  assert.deepEqual([await Region.objects.count(db), await Town.objects.count(db)], [0, 0]);
  assert.deepEqual(await Guest.objects.valuesList("regionId", { flat: true }).fetch(db), [null]);
  assert.equal(guest.regionId, null);
});
