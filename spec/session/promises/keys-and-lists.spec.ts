/** What the unit of work promises, each as a small program that asserts it. */

import assert from "node:assert/strict";
import { atomic, foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, signals, t } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

itOnEachDatabase(
  "what a post_flush listener changes during commit() is committed too (as in SQLAlchemy, whose commit flushes until nothing is left)",
  async (database) => {
    class User extends model<User>("after_users")({ name: t.text(), note: t.text().default("") }) {}

    await database.createAll([User]);
    const db = database.session();
    const user = new User({ name: "Ada" });
    db.add(user);
    const off = signals.on("post_flush", () => void (user.note = "seen"));
    await db.commit();
    off();
    await db.rollback();
    assert.deepEqual(await User.objects.valuesList("note", { flat: true }).fetch(db), ["seen"]);
    await db.close();
  },
);

itOnEachDatabase(
  "a new child that was given its owner before the owner is added to a session is stored with it: it is in the owner's collection",
  async (database) => {
    class Order extends model<Order>("before_orders")({ number: t.text(), lines: hasMany(() => Line, "order") }) {}
    class Line extends model<Line>("before_lines")({ sku: t.text(), order: foreignKey(() => Order, { onDelete: "cascade" }) }) {}

    await database.createAll([Order, Line]);
    const db = database.session();
    const order = new Order({ number: "1" });
    const line = new Line({ sku: "x", order });
    db.add(order);
    await db.commit();
    assert.equal(await order.lines.count(), await Line.objects.count(db), "lines in memory and in the database");
    assert.equal(line.isPersisted, true);
    await db.close();
  },
);

itOnEachDatabase(
  "clear() of an unloaded many-to-many side, and delete() of an object that a pending one links, are followed by the loaded other side",
  async (database) => {
    class Person extends model<Person>("cus_people")({ name: t.text(), tags: manyToMany(() => Tag, { reverse: "people" }) }) {}
    class Tag extends model<Tag>("cus_tags")({ label: t.text().primaryKey(), people: manyToMany(() => Person, { reverse: "tags" }) }) {}
    await database.createAll([Person, Tag]);
    const db = database.session({ onUncommitted: "ignore" });
    const setup = database.session();
    const made = new Person({ name: "p" });
    made.tags.add(new Tag({ label: "t" }));
    setup.add(made);
    await setup.commit();
    await setup.close();
    const person = await db.get(Person, made.id);
    const first = await db.get(Tag, "t");
    assert.ok(person !== null && first !== null);
    await person.tags.fetch();
    first.people.clear();
    await db.commit();
    assert.equal((await person.tags.fetch()).length, 0);
    const tag = new Tag({ label: "u" });
    db.add(tag);
    tag.people.add(person);
    await person.delete();
    await db.commit();
    assert.equal((await tag.people.fetch()).length, 0);
    await db.close();
  },
);

itOnEachDatabase(
  "objects that were added to the collections of a detached object are stored when it is added to a session",
  async (database) => {
    class Item extends model<Item>("loose_items")({
      name: t.text(),
      parts: hasMany(() => Part, "item"),
      tags: manyToMany(() => Tag, { reverse: "items" }),
    }) {}
    class Part extends model<Part>("loose_parts")({ text: t.text(), item: foreignKey(() => Item, { onDelete: "cascade" }) }) {}
    class Tag extends model<Tag>("loose_tags")({ label: t.text(), items: manyToMany(() => Item, { reverse: "tags" }) }) {}

    await database.createAll([Item, Part, Tag]);
    const setup = database.session();
    const item = await Item.objects.create(setup, { name: "i" });
    await setup.commit();
    setup.expunge(item);
    item.name = "changed";
    item.tags.add(new Tag({ label: "t" }));
    item.parts.add(new Part({ text: "p" }));
    await setup.close();
    const db = database.session();
    db.add(item);
    await db.commit();
    assert.equal(
      (await item.tags.fetch()).length,
      await Tag.objects.filter({ items: item }).count(db),
      "tags in memory and in the database",
    );
    assert.equal((await item.parts.fetch()).length, await Part.objects.filter({ item }).count(db), "parts in memory and in the database");
    assert.equal(await Part.objects.count(db), 1);
    await db.close();
  },
);

itOnEachDatabase(
  "create() under the key of a row that is marked as deleted works: pending deletions are flushed before the row is inserted",
  async (database) => {
    class Tag extends model<Tag>("reborn_tags")({ label: t.text().primaryKey(), note: t.text() }) {}

    await database.createAll([Tag]);
    const db = database.session();
    const old = await Tag.objects.create(db, { label: "a", note: "old" });
    await db.commit();
    db.delete(old);
    await Tag.objects.create(db, { label: "a", note: "new" });
    await db.commit();
    assert.deepEqual(await Tag.objects.valuesList("note", { flat: true }).fetch(db), ["new"]);
    await db.close();
  },
);

itOnEachDatabase(
  "a pending object that is deleted or expunged leaves the collection and the one-to-one of its owner, and the owner is clean after the commit",
  async (database) => {
    class Order extends model<Order>("dpo_orders")({
      no: t.text(),
      lines: hasMany(() => Line, "order"),
      bill: hasOne(() => Bill, "order"),
    }) {}
    class Line extends model<Line>("dpo_lines")({ text: t.text(), order: foreignKey(() => Order, { onDelete: "cascade" }) }) {}
    class Bill extends model<Bill>("dpo_bills")({ text: t.text(), order: oneToOne(() => Order, { onDelete: "cascade" }) }) {}
    await database.createAll([Order, Line, Bill]);
    const db = database.session({ onUncommitted: "ignore" });
    const order = new Order({ no: "1" });
    const line = new Line({ text: "l", order });
    const bill = new Bill({ text: "b", order });
    db.add(order, line, bill);
    db.delete(line, bill);
    await db.commit();
    assert.equal(await order.lines.count(), 0);
    assert.equal(await order.bill, null);
    assert.equal(db.dirty.size, 0);
    await db.close();
  },
);

itOnEachDatabase("a collection that is loaded by fetch() leaves out rows that are marked as deleted in the session", async (database) => {
  class User extends model<User>("marked_users")({ name: t.text(), addresses: hasMany(() => Address, "user") }) {}
  class Address extends model<Address>("marked_addresses")({ email: t.text(), user: foreignKey(() => User, { onDelete: "cascade" }) }) {}

  await database.createAll([User, Address]);
  const setup = database.session();
  const made = new User({ name: "Ada" });
  setup.add(new Address({ email: "1@example.org", user: made }), new Address({ email: "2@example.org", user: made }));
  await setup.commit();
  await setup.close();
  const db = database.session({ onUncommitted: "ignore" });
  const user = await User.objects.get(db, { name: "Ada" });
  db.delete(await Address.objects.get(db, { email: "1@example.org" }));
  assert.deepEqual(
    (await user.addresses.fetch()).map((one) => one.email),
    ["2@example.org"],
  );
  await db.close();
});

itOnEachDatabase(
  "an object that was inserted and expunged inside a block that rolls back is new again: added once more, it is stored",
  async (database) => {
    class Badge extends model<Badge>("erb_badges")({ label: t.text() }) {}
    await database.createAll([Badge]);
    const db = database.session({ onUncommitted: "ignore" });
    const badge = new Badge({ label: "b" });
    const failing = atomic(db, async () => {
      db.add(badge);
      await db.flush();
      db.expunge(badge);
      throw new Error("stop");
    });
    await assert.rejects(failing);
    assert.equal(badge.isPersisted, false);
    db.add(badge);
    await db.commit();
    assert.equal(await Badge.objects.count(database.session()), 1);
    await db.close();
  },
);

itOnEachDatabase(
  "getOrCreate() and updateOrCreate() of a collection look among its members and write the owner, or the link, of what they create (as Django's related managers do)",
  async (database) => {
    class Team extends model<Team>("goc_teams")({
      name: t.text(),
      notes: hasMany(() => Note, "team"),
      tags: manyToMany(() => Tag, { reverse: "teams" }),
    }) {}
    class Note extends model<Note>("goc_notes")({ name: t.text(), team: foreignKey(() => Team).nullable() }) {}
    class Tag extends model<Tag>("goc_tags")({ label: t.text(), teams: manyToMany(() => Team, { reverse: "tags" }) }) {}

    await database.createAll([Team, Note, Tag]);
    const db = database.session();
    const team = await Team.objects.create(db, { name: "t" });
    const [first, made] = await team.notes.getOrCreate({ name: "n" });
    const [second, again] = await team.notes.getOrCreate({ name: "n" });
    assert.deepEqual([first.teamId, made, second === first, again], [team.id, true, true, false]);
    const [tag] = await team.tags.updateOrCreate({ label: "x" });
    await db.commit();
    assert.deepEqual(await Tag.objects.filter({ teams: team }).valuesList("id", { flat: true }).fetch(db), [tag.id]);
    await db.close();
  },
);

itOnEachDatabase(
  "expire() and refresh() give up an assigned one-to-one on both sides, and a refused create() leaves the owner's one-to-one as it is stored",
  async (database) => {
    class Person extends model<Person>("guo_people")({ name: t.text(), badge: hasOne(() => Badge, "owner") }) {}
    class Badge extends model<Badge>("guo_badges")({
      label: t.text(),
      owner: oneToOne(() => Person, { onDelete: "setNull" }).nullable(),
    }) {}
    await database.createAll([Person, Badge]);
    const db = database.session({ onUncommitted: "ignore" });
    const person = await Person.objects.create(db, { name: "p" });
    const badge = await Badge.objects.create(db, { label: "b" });
    await db.commit();
    badge.owner = person;
    db.expire(badge);
    await db.commit();
    assert.equal((await person.badge) ?? null, null);
    badge.owner = person;
    await db.refresh(badge);
    await db.commit();
    assert.equal((await person.badge) ?? null, null);
    const stored = await Badge.objects.create(db, { label: "1", owner: person });
    await db.commit();
    const other = database.session({ onUncommitted: "ignore" });
    const again = await other.get(Person, person.id);
    assert.ok(again !== null);
    await assert.rejects(Badge.objects.create(other, { label: "2", owner: again }));
    assert.equal((await again.badge)?.id, stored.id);
    await other.rollback();
    await other.close();
    await db.close();
  },
);

itOnEachDatabase(
  "a row can be inserted into the middle of a chain whose reference is unique: the value is freed before it is taken",
  async (database) => {
    class Step extends model<Step>("chain_steps")({ name: t.text(), next: oneToOne(() => Step, { onDelete: "setNull" }).nullable() }) {}

    await database.createAll([Step]);
    const db = database.session();
    const c = new Step({ name: "c" });
    const b = new Step({ name: "b", next: c });
    db.add(b);
    await db.commit();
    b.next = new Step({ name: "x", next: c });
    await db.commit();
    const rows = await Step.objects.orderBy("name").valuesList("name", "next__name").fetch(db);
    assert.deepEqual(rows, [
      ["b", "x"],
      ["c", null],
      ["x", "c"],
    ]);
    await db.close();
  },
);

itOnEachDatabase(
  "a new row that refers to an object gets the key which that object has when it is flushed, also if the key was changed later",
  async (database) => {
    class Account extends model<Account>("later_accounts")({ code: t.text().primaryKey() }) {}
    class Posting extends model<Posting>("later_postings")({
      amount: t.integer(),
      account: foreignKey(() => Account, { onUpdate: "cascade" }),
    }) {}

    await database.createAll([Account, Posting]);
    const db = database.session();
    const account = await Account.objects.create(db, { code: "A" });
    await db.commit();
    const posting = new Posting({ amount: 1, account });
    db.add(posting);
    account.code = "B";
    await db.commit();
    assert.equal(posting.accountId, "B");
    assert.deepEqual(await Posting.objects.valuesList("accountId", { flat: true }).fetch(db), ["B"]);
    await db.close();
  },
);

itOnEachDatabase('a changed key is followed in memory over every level of onUpdate: "cascade", as in the database', async (database) => {
  class Region extends model<Region>("level_regions")({ code: t.text().primaryKey() }) {}
  class Capital extends model<Capital>("level_capitals")({ region: oneToOne(() => Region, { onUpdate: "cascade" }).primaryKey() }) {}
  class Mayor extends model<Mayor>("level_mayors")({ name: t.text(), capital: foreignKey(() => Capital, { onUpdate: "cascade" }) }) {}

  await database.createAll([Region, Capital, Mayor]);
  const db = database.session();
  const region = new Region({ code: "old" });
  const capital = new Capital({ region });
  const mayor = new Mayor({ name: "m", capital });
  db.add(mayor);
  await db.commit();
  region.code = "new";
  await db.commit();
  assert.deepEqual([region.code, capital.regionId, mayor.capitalId], ["new", "new", "new"]);
  await db.close();
});

itOnEachDatabase(
  "a flush that fails in post_flush undoes what followed in memory (onDelete, onUpdate), as one that fails in a statement does",
  async (database) => {
    class Person extends model<Person>("late_people")({ code: t.text().primaryKey(), seats: hasMany(() => Seat, "holder") }) {}
    class Seat extends model<Seat>("late_seats")({
      holder: foreignKey(() => Person, { onDelete: "setNull", onUpdate: "cascade" }).nullable(),
    }) {}
    await database.createAll([Person, Seat]);
    const db = database.session({ onUncommitted: "ignore" });
    const person = new Person({ code: "a" });
    const seat = new Seat({ holder: person });
    db.add(seat);
    await db.commit();
    const failOnce = () =>
      signals.once("post_flush", () => {
        throw new Error("failed");
      });
    db.delete(person);
    failOnce();
    await assert.rejects(db.commit());
    assert.deepEqual([seat.holderId, db.isModified(seat)], ["a", false]);
    db.add(person);
    await db.commit();
    assert.deepEqual(await Seat.objects.valuesList("holderId", { flat: true }).fetch(database.session()), ["a"]);
    person.code = "b";
    failOnce();
    await assert.rejects(db.commit());
    assert.equal(seat.holderId, "a");
    person.code = "a";
    await db.commit();
    await db.close();
  },
);

itOnEachDatabase(
  "a link through a model and the object of that link are one thing: what was asked for last is stored, and the object of a removed link leaves the session",
  async (database) => {
    class Person extends model<Person>("thr_people")({
      name: t.text(),
      clubs: manyToMany(() => Club, { through: () => Membership, reverse: "members" }),
    }) {}
    class Club extends model<Club>("thr_clubs")({
      name: t.text(),
      members: manyToMany(() => Person, { through: () => Membership, reverse: "clubs" }),
    }) {}
    class Membership extends model<Membership>("thr_memberships")({
      person: foreignKey(() => Person, { onDelete: "cascade" }).primaryKey(),
      club: foreignKey(() => Club, { onDelete: "cascade" }).primaryKey(),
      role: t.text().default("member"),
    }) {}
    await database.createAll([Person, Club, Membership]);
    const db = database.session({ onUncommitted: "ignore" });
    const person = await Person.objects.create(db, { name: "p" });
    const club = await Club.objects.create(db, { name: "c" });
    await db.commit();
    club.members.clear();
    const chair = new Membership({ person, club, role: "chair" });
    db.add(chair);
    await db.commit();
    assert.equal(await Membership.objects.count(database.session()), 1);
    person.clubs.remove(club);
    await db.commit();
    assert.equal(await Membership.objects.count(database.session()), 0);
    assert.deepEqual([chair.isPersisted, db.has(chair)], [false, false]);
    assert.equal(await db.get(Membership, { personId: person.id, clubId: club.id }), null);
    await db.close();
  },
);

itOnEachDatabase(
  "a collection that is loaded by fetch() shows pending rows that refer to its owner by key, as count() and filter() do",
  async (database) => {
    class User extends model<User>("list_users")({ name: t.text(), addresses: hasMany(() => Address, "user") }) {}
    class Address extends model<Address>("list_addresses")({ email: t.text(), user: foreignKey(() => User, { onDelete: "cascade" }) }) {}

    await database.createAll([User, Address]);
    const setup = database.session();
    const { id } = await User.objects.create(setup, { name: "Ada" });
    await setup.commit();
    await setup.close();
    const db = database.session({ onUncommitted: "ignore" });
    const user = (await db.get(User, id))!;
    db.add(new Address({ email: "ada@example.org", userId: id }));
    assert.equal((await user.addresses.fetch()).length, 1);
    await db.close();
  },
);

itOnEachDatabase(
  "owner.badge = badge replaces the stored badge also where the new one is in the session already and holds the owner's key",
  async (database) => {
    class Owner extends model<Owner>("added_owners")({ name: t.text(), badge: hasOne(() => Badge, "owner", { orphans: "delete" }) }) {}
    class Badge extends model<Badge>("added_badges")({
      number: t.text(),
      owner: oneToOne(() => Owner, { onDelete: "cascade" }).nullable(),
    }) {}

    await database.createAll([Owner, Badge]);
    const setup = database.session();
    const made = new Owner({ name: "Ada" });
    made.badge = new Badge({ number: "1" });
    setup.add(made);
    await setup.commit();
    await setup.close();
    const db = database.session();
    const owner = (await db.get(Owner, made.id))!;
    const badge = new Badge({ number: "2", ownerId: made.id });
    db.add(badge);
    owner.badge = badge;
    await db.commit();
    assert.deepEqual(await Badge.objects.valuesList("number", { flat: true }).fetch(db), ["2"]);
    await db.close();
  },
);

itOnEachDatabase(
  "a prefetch shows pending rows that refer to the owner by key: it is a query like any other, and flushes what could change its answer",
  async (database) => {
    class User extends model<User>("prefetch_users")({ name: t.text(), addresses: hasMany(() => Address, "user") }) {}
    class Address extends model<Address>("prefetch_addresses")({
      email: t.text(),
      user: foreignKey(() => User, { onDelete: "cascade" }),
    }) {}

    await database.createAll([User, Address]);
    const setup = database.session();
    const { id } = await User.objects.create(setup, { name: "Ada" });
    await setup.commit();
    await setup.close();
    const db = database.session({ onUncommitted: "ignore" });
    db.add(new Address({ email: "ada@example.org", userId: id }));
    const [user] = await User.objects.prefetchRelated("addresses").fetch(db);
    assert.equal(user!.addresses.length, 1);
    await db.close();
  },
);

itOnEachDatabase(
  "rows that were only read are not dirty and not written, also where a custom type encodes a value differently each time",
  async (database) => {
    let salt = 0;
    const secret = t.custom<string>({
      sql: "text",
      encode: (value) => `${++salt}:${value}`,
      decode: (stored: string) => stored.slice(stored.indexOf(":") + 1),
    });
    class Patient extends model<Patient>("secret_patients")({ ssn: secret, name: t.text(), version: t.version() }) {}

    await database.createAll([Patient]);
    const setup = database.session();
    await Patient.objects.bulkCreate(setup, [
      { ssn: "1", name: "a" },
      { ssn: "2", name: "b" },
    ]);
    await setup.commit();
    await setup.close();
    const db = database.session();
    const list = await Patient.objects.orderBy("name").fetch(db);
    assert.equal(db.dirty.size, 0);
    await db.commit();
    assert.deepEqual(
      list.map((one) => one.version),
      [1, 1],
    );
    await db.close();
  },
);

itOnEachDatabase(
  "refresh() gives the values as the database holds them, in the form in which any other session reads them",
  async (database) => {
    class Entry extends model<Entry>("form_entries")({ amount: t.decimal(12, 4), key: t.uuid(), at: t.time() }) {}

    await database.createAll([Entry]);
    const db = database.session();
    const entry = await Entry.objects.create(db, { amount: "1e5", key: "0198C0DE-0000-7000-8000-00000000ABCD", at: "12:00" });
    await db.commit();
    await entry.refresh();
    const fresh = database.session();
    const stored = await Entry.objects.get(fresh, { id: entry.id });
    assert.deepEqual(Object.entries(entry), Object.entries(stored));
    await fresh.close();
    await db.close();
  },
);
