/** Rows that the database's constraints would take along: told of where anybody listens, left to the database where nobody does. */

import { afterEach, describe, expect } from "vitest";
import { anyOf, foreignKey, hasMany, manyToMany, model, oneToOne, signals, t, type Session } from "flash-db";
import { exampleWith } from "./example.js";
import { rejection, statusOf } from "./uow/stage.js";

class House extends model<House>("dep_houses")({
  name: t.text(),
  rooms: hasMany(() => Room, "house"),
  tags: manyToMany(() => Tag),
}) {}
class Tag extends model<Tag>("dep_tags")({ label: t.text() }) {}
class Room extends model<Room>("dep_rooms")({ name: t.text(), house: foreignKey(() => House, { onDelete: "cascade" }) }) {}
class Lamp extends model<Lamp>("dep_lamps")({ name: t.text(), room: foreignKey(() => Room, { onDelete: "cascade" }) }) {}
class Guest extends model<Guest>("dep_guests")({
  name: t.text(),
  changes: t.integer().default(0),
  room: foreignKey(() => Room, { onDelete: "setNull" }).nullable(),
}) {}
class Estate extends model<Estate>("dep_estates")({ name: t.text() }) {}
class Deed extends model<Deed>("dep_deeds")({ text: t.text(), estate: oneToOne(() => Estate, { onDelete: "cascade" }) }) {
  override async delete(db?: Session): Promise<void> {
    log.push(`delete() of ${this.text}`);
    if (this.text !== "kept") await super.delete(db);
  }
}

class Plate extends model<Plate>("dep_plates")({
  text: t.text(),
  estate: foreignKey(() => Estate, { onDelete: "setNull", by: "session" }).nullable(),
}) {}

/** Books without a shelf of their own stand on the first. */
class Shelf extends model<Shelf>("dep_shelves")({
  name: t.text(),
  books: hasMany(() => Book, "shelf"),
  loans: hasMany(() => Loan, "shelf"),
}) {}
class Book extends model<Book>("dep_books")({
  title: t.text(),
  shelf: foreignKey(() => Shelf, { onDelete: "setDefault" }).default(1),
}) {}
class Loan extends model<Loan>("dep_loans")({
  title: t.text(),
  shelf: foreignKey(() => Shelf, { onDelete: "setDefault", by: "session" }).default(1),
}) {}

class Yard extends model<Yard>("dep_yards")({ name: t.text() }) {}
class Gate extends model<Gate>("dep_gates")({ name: t.text(), yard: foreignKey(() => Yard, { onDelete: "cascade" }) }) {}
/** Holds its gate, and goes with the yard that both are in. */
class Lock extends model<Lock>("dep_locks")({
  name: t.text(),
  yard: foreignKey(() => Yard, { onDelete: "cascade" }),
  gate: foreignKey(() => Gate, { onDelete: "restrict" }),
}) {}

class Album extends model<Album>("dep_albums")({ name: t.text() }) {}
class Photo extends model<Photo>("dep_photos")({ name: t.text(), album: foreignKey(() => Album, { onDelete: "cascade" }) }) {}
class Note extends model<Note>("dep_notes")({
  text: t.text(),
  about: anyOf({ photo: () => Photo, tag: () => Tag }, { onDelete: "cascade" }),
}) {}

class Folder extends model<Folder>("dep_folders")({
  name: t.text(),
  parent: foreignKey(() => Folder, { onDelete: "cascade" }).nullable(),
}) {}

class Owner extends model<Owner>("dep_owners")({ name: t.text() }) {}
class Animal extends model<Animal>("dep_animals")({
  name: t.text(),
  kind: t.text().default("animal"),
  owner: foreignKey(() => Owner, { onDelete: "cascade" }),
}) {}
class Dog extends Animal.subtype<Dog>("dog")({ tricks: t.integer().default(0) }) {}

let log: string[] = [];
const ends: (() => void)[] = [];
const during = (...started: (() => void)[]): void => void ends.push(...started);
afterEach(() => {
  for (const end of ends.splice(0)) end();
  log = [];
});
const named = (instance: object): string => {
  const { name, text, label } = instance as { name?: string; text?: string; label?: string };
  return `${instance.constructor.name} ${name ?? text ?? label}`;
};

const example = exampleWith([
  House,
  Tag,
  Room,
  Lamp,
  Guest,
  Estate,
  Deed,
  Plate,
  Shelf,
  Book,
  Loan,
  Yard,
  Gate,
  Lock,
  Album,
  Photo,
  Note,
  Folder,
  Owner,
  Animal,
  Dog,
]);

/** A house of two rooms with two lamps each, a guest in each room, and a tag. */
const build = async (db: Session): Promise<House> => {
  const house = await House.objects.create(db, { name: "h" });
  house.tags.add(await Tag.objects.create(db, { label: "old" }));
  for (const name of ["a", "b"]) {
    const room = await Room.objects.create(db, { name, house });
    await Lamp.objects.bulkCreate(db, [
      { name: `${name}1`, room },
      { name: `${name}2`, room },
    ]);
    await Guest.objects.create(db, { name: `in ${name}`, room });
  }
  await db.commit();
  return house;
};
const counts = async (db: Session): Promise<number[]> => [
  await House.objects.count(db),
  await Room.objects.count(db),
  await Lamp.objects.count(db),
  await Guest.objects.filter({ room__isnull: false }).count(db),
];

describe("where nobody listens", () => {
  example("the database does all of it: one DELETE, and memory follows", async ({ db, sent }) => {
    const house = await build(db);
    const lamps = await Lamp.objects.fetch(db);
    const guests = await Guest.objects.fetch(db);
    sent();
    await house.delete();
    expect(sent()).toEqual(["BEGIN", "DELETE dep_houses"]);
    expect(lamps.map(statusOf)).toEqual(["deleted", "deleted", "deleted", "deleted"]);
    expect(guests.map(({ roomId }) => roomId)).toEqual([null, null]);
    await db.rollback();
    expect(guests.every(({ roomId }) => roomId !== null)).toBe(true);
    expect(await counts(db)).toEqual([1, 2, 4, 2]);
  });

  example("rows behind rows that memory does not know are asked for, once for each relation", async ({ db, sent }) => {
    const house = await build(db);
    await build(db);
    for (const gone of ["object", "set"] as const) {
      db.clear();
      const again = await House.objects.get(db, { id: house.id });
      const lamps = await Lamp.objects.orderBy("id").fetch(db);
      const guests = await Guest.objects.orderBy("id").fetch(db);
      sent();
      if (gone === "object") await again.delete();
      else await House.objects.filter({ id: house.id }).delete(db);
      expect(sent()).toEqual(["BEGIN", "DELETE dep_houses", "SELECT dep_rooms", "SELECT dep_rooms"]);
      expect(lamps.map(statusOf)).toEqual([
        "deleted",
        "deleted",
        "deleted",
        "deleted",
        "persistent",
        "persistent",
        "persistent",
        "persistent",
      ]);
      expect(guests.map(({ roomId }) => roomId === null)).toEqual([true, true, false, false]);
      expect(await db.get(Lamp, lamps[0]?.id ?? 0)).toBe(null);
      await db.rollback();
      expect(lamps.every((lamp) => statusOf(lamp) === "persistent")).toBe(true);
      expect(guests.every(({ roomId }) => roomId !== null)).toBe(true);
      expect(await counts(db)).toEqual([2, 4, 8, 4]);
    }
  });

  example("rows behind unknown rows of the same model are asked for too", async ({ db }) => {
    const top = await Folder.objects.create(db, { name: "top" });
    const middle = await Folder.objects.create(db, { name: "middle", parent: top });
    const low = await Folder.objects.create(db, { name: "low", parent: middle });
    const leaf = await Folder.objects.create(db, { name: "leaf", parent: low });
    await db.commit();
    db.expunge(middle, low);
    await top.delete();
    expect(statusOf(leaf)).toBe("deleted");
    await db.rollback();
    expect(statusOf(leaf)).toBe("persistent");
  });

  example("a listener to something else changes nothing", async ({ db, sent }) => {
    const house = await build(db);
    during(
      signals.on("pre_delete", House, () => log.push("pre")),
      signals.on("post_delete", Tag, () => log.push("tag")),
      signals.on("post_save", Lamp, () => log.push("save")),
      signals.on("pre_delete", Guest, () => log.push("guest")),
    );
    sent();
    await house.delete();
    expect(sent()).toEqual(["BEGIN", "DELETE dep_houses"]);
    expect(log).toEqual(["pre"]);
  });
});

describe("cascade in the constraint", () => {
  example("a listener of the dependants hears each of them once, before and after, children first", async ({ db, open }) => {
    const house = await build(db);
    db.clear();
    during(
      Lamp.on("pre_delete", ({ instance }) => log.push(`pre ${named(instance)} ${instance.isPersisted}`)),
      Lamp.on("post_delete", ({ instance }) => log.push(`post ${named(instance)} ${instance.isPersisted}`)),
      House.on("post_delete", ({ instance }) => log.push(`post ${named(instance)}`)),
    );
    const again = await House.objects.get(db, { id: house.id });
    await again.delete();
    const lamps = ["a1", "a2", "b1", "b2"];
    expect(log.slice(0, 4).sort()).toEqual(lamps.map((name) => `pre Lamp ${name} true`));
    expect(log.slice(4, 8).sort()).toEqual(lamps.map((name) => `post Lamp ${name} false`));
    expect(log.slice(8)).toEqual(["post House h"]);
    await db.commit();
    expect(await counts(open())).toEqual([0, 0, 0, 0]);
  });

  example("a listener of all models hears every row, but for link rows", async ({ db }) => {
    const house = await build(db);
    during(signals.on("post_delete", ({ instance }) => log.push(named(instance))));
    db.delete(house);
    await db.commit();
    expect(log.slice().sort()).toEqual(["House h", "Lamp a1", "Lamp a2", "Lamp b1", "Lamp b2", "Room a", "Room b"]);
    expect(log.at(-1)).toBe("House h");
    expect(log.slice(0, 4).every((line) => line.startsWith("Lamp"))).toBe(true);
  });

  example("one query for each level that must be met, whatever the number of rows", async ({ db, sent }) => {
    await build(db);
    db.clear();
    during(Room.on("post_delete", ({ instance }) => log.push(named(instance))));
    const house = await House.objects.get(db, { name: "h" });
    sent();
    await house.delete();
    expect(sent()).toEqual(["SELECT dep_rooms", "BEGIN", "DELETE dep_rooms", "DELETE dep_houses"]);
    expect(log.slice().sort()).toEqual(["Room a", "Room b"]);
  });

  example("an overridden delete() is called once; without super.delete() the row is left for the constraint", async ({ db, open }) => {
    const [one, two] = [new Estate({ name: "one" }), new Estate({ name: "two" })];
    db.add(one, two, new Deed({ text: "first", estate: one }), new Deed({ text: "kept", estate: two }));
    await db.commit();
    db.clear();
    db.delete(...(await Estate.objects.fetch(db)));
    await db.commit();
    expect(log.slice().sort()).toEqual(["delete() of first", "delete() of kept"]);
    expect(await Deed.objects.count(open())).toBe(0);
  });

  example("what was moved away in memory stays, what is deleted anyway is told of once", async ({ db }) => {
    const house = await build(db);
    const other = await House.objects.create(db, { name: "other" });
    const rooms = await Room.objects.orderBy("name").fetch(db);
    await db.commit();
    during(signals.on("post_delete", Room, ({ instance }) => log.push(named(instance))));
    rooms[0]!.house = other;
    db.delete(house, rooms[1]!);
    await db.commit();
    expect(log).toEqual(["Room b"]);
    expect(await Room.objects.valuesList("name", { flat: true }).fetch(db)).toEqual(["a"]);
  });

  example("a listener that throws takes everything back, and the deletion can be tried again", async ({ db }) => {
    const house = await build(db);
    const off = Lamp.on("post_delete", ({ instance }) => {
      if (instance.name === "b2") throw new Error("stays");
    });
    during(off);
    expect(await rejection(house.delete())).toMatchObject({ message: "stays" });
    expect(await counts(db)).toEqual([1, 2, 4, 2]);
    off();
    await house.delete();
    expect(await counts(db)).toEqual([0, 0, 0, 0]);
  });

  example("a tree is told of to its leaves", async ({ db, sent }) => {
    const root = await Folder.objects.create(db, { name: "0" });
    const below = await Folder.objects.create(db, { name: "1", parent: root });
    await Folder.objects.create(db, { name: "2", parent: below });
    await db.commit();
    during(signals.on("post_delete", Folder, ({ instance }) => log.push(instance.name)));
    await root.delete();
    expect(log.slice().sort()).toEqual(["0", "1", "2"]);
    expect(await Folder.objects.count(db)).toBe(0);
    await db.rollback();
    ends.splice(0)[0]!();
    sent();
    await root.delete();
    expect(sent()).toEqual(["BEGIN", "DELETE dep_folders"]);
  });

  example("rows of a subtype are told of to listeners of the subtype", async ({ db, sent }) => {
    const owner = await Owner.objects.create(db, { name: "o" });
    await Dog.objects.create(db, { name: "Rex", kind: "dog", owner });
    await Animal.objects.create(db, { name: "Cow", owner });
    await db.commit();
    during(Dog.on("post_delete", ({ instance }) => log.push(named(instance))));
    await owner.delete();
    expect(log).toEqual(["Dog Rex"]);
    await db.rollback();
    ends.splice(0)[0]!();
    sent();
    await owner.delete();
    expect(sent()).toEqual(["BEGIN", "DELETE dep_owners"]);
  });

  example("what holds a row that is told of goes first, as it would in the database", async ({ db, sent }) => {
    const yard = await Yard.objects.create(db, { name: "y" });
    const gate = await Gate.objects.create(db, { name: "g", yard });
    await Lock.objects.create(db, { name: "l", yard, gate });
    await db.commit();
    expect(await rejection(gate.delete())).toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
    await db.rollback();
    const off = Gate.on("post_delete", ({ instance }) => log.push(named(instance)));
    during(off);
    sent();
    await yard.delete();
    expect(sent()).toEqual(["SELECT dep_gates", "BEGIN", "DELETE dep_locks", "DELETE dep_gates", "DELETE dep_yards"]);
    expect(log).toEqual(["Gate g"]);
    await db.rollback();
    off();
    sent();
    await yard.delete();
    expect(sent()).toEqual(["BEGIN", "DELETE dep_yards"]);
  });
});

describe("setNull in the constraint", () => {
  example("a listener to saves hears the change once, and what it changes is written", async ({ db, open }) => {
    const house = await build(db);
    db.clear();
    during(
      Guest.on("pre_save", ({ instance, changed }) => {
        log.push(`pre ${instance.name} ${[...changed].join()} ${instance.roomId}`);
        instance.changes++;
      }),
      Guest.on("post_save", ({ instance, created }) => log.push(`post ${instance.name} ${created}`)),
    );
    await (await House.objects.get(db, { id: house.id })).delete();
    expect(log.slice(0, 2).sort()).toEqual(["pre in a roomId null", "pre in b roomId null"]);
    expect(log.slice(2).sort()).toEqual(["post in a false", "post in b false"]);
    await db.commit();
    expect(await Guest.objects.orderBy("id").values("changes", "roomId").fetch(open())).toEqual([
      { changes: 1, roomId: null },
      { changes: 1, roomId: null },
    ]);
  });
});

describe("setDefault", () => {
  const shelves = async (db: Session): Promise<[Shelf, Shelf]> => {
    const [first, second] = [await Shelf.objects.create(db, { name: "first" }), await Shelf.objects.create(db, { name: "second" })];
    for (const Item of [Book, Loan]) await Item.objects.create(db, { title: "t", shelf: second });
    await db.commit();
    return [first, second];
  };
  const where = async (db: Session): Promise<unknown[]> => [
    ...(await Book.objects.valuesList("shelfId", { flat: true }).fetch(db)),
    ...(await Loan.objects.valuesList("shelfId", { flat: true }).fetch(db)),
  ];

  example(
    "the reference is the default, by the constraint or by one statement; memory follows, collections too",
    async ({ db, sent, open }) => {
      const [first, second] = await shelves(db);
      const [book, loan] = [(await Book.objects.first(db))!, (await Loan.objects.first(db))!];
      expect(await first.books.fetch()).toEqual([]);
      expect(await first.loans.fetch()).toEqual([]);
      sent();
      await second.delete();
      expect(sent()).toEqual(["BEGIN", "UPDATE dep_loans set shelf_id", "DELETE dep_shelves"]);
      expect([book.shelfId, loan.shelfId]).toEqual([first.id, first.id]);
      expect(await book.shelf).toBe(first);
      expect([[...(await first.books.fetch())], [...(await first.loans.fetch())]]).toEqual([[book], [loan]]);
      expect(db.isModified(book)).toBe(false);
      await db.rollback();
      expect([book.shelfId, loan.shelfId]).toEqual([second.id, second.id]);
      expect(await first.books.fetch()).toEqual([]);
      expect(await Shelf.objects.filter({ name: "second" }).delete(db)).toBe(1);
      await db.commit();
      expect(await where(open())).toEqual([first.id, first.id]);
    },
  );

  example("a listener to saves hears the change once", async ({ db, open }) => {
    const [first, second] = await shelves(db);
    db.clear();
    during(signals.on("post_save", ({ instance, changed }) => log.push(`${instance.constructor.name} ${[...changed].join()}`)));
    await (await Shelf.objects.get(db, { id: second.id })).delete();
    expect(log.slice().sort()).toEqual(["Book shelfId", "Loan shelfId"]);
    await db.commit();
    expect(await where(open())).toEqual([first.id, first.id]);
  });

  example("what is not given is the default, and the default itself cannot go while it is used", async ({ db }) => {
    const [first] = await shelves(db);
    const book = await Book.objects.create(db, { title: "new" });
    expect([book.shelfId, await book.shelf]).toEqual([first.id, first]);
    const other = new Book({ title: "other", shelf: await Shelf.objects.get(db, { name: "second" }) });
    expect(other.shelfId).toBe(2);
    await db.commit();
    expect(await rejection(first.delete())).toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
  });
});

describe("what only the session can do", () => {
  example("a reference that the session makes null is written with the deletion, listeners or not", async ({ db, open }) => {
    for (const text of ["unheard", "heard"]) {
      const estate = await Estate.objects.create(db, { name: text });
      const plate = await Plate.objects.create(db, { text, estate });
      await db.commit();
      if (text === "heard") during(Plate.on("pre_save", ({ instance }) => log.push(instance.text)));
      await estate.delete();
      await db.commit();
      expect(plate.estateId).toBeNull();
    }
    expect(log).toEqual(["heard"]);
    expect(await Plate.objects.filter({ estate__isnull: true }).count(open())).toBe(2);
  });

  example("references to one of several models go with rows that a constraint would take", async ({ db, open }) => {
    const [first, second] = [await Album.objects.create(db, { name: "1" }), await Album.objects.create(db, { name: "2" })];
    for (const album of [first, second])
      await Note.objects.create(db, { text: album.name, about: await Photo.objects.create(db, { name: "p", album }) });
    await db.commit();
    await first.delete();
    expect(await Album.objects.filter({ name: "2" }).delete(db)).toBe(1);
    await db.commit();
    expect([await Note.objects.count(open()), await Photo.objects.count(open())]).toEqual([0, 0]);
  });

  example("a reference that moved to another model under the same key stays", async ({ db, open }) => {
    const album = await Album.objects.create(db, { name: "1" });
    const photo = await Photo.objects.create(db, { name: "p", album });
    const tag = await Tag.objects.create(db, { id: photo.id, label: "t" });
    const note = await Note.objects.create(db, { text: "n", about: photo });
    await db.commit();
    note.about = tag;
    db.delete(photo);
    await db.commit();
    expect(await Note.objects.filter({ aboutType: "tag", aboutId: tag.id }).count(open())).toBe(1);
  });
});

describe("references that hold the row", () => {
  example("the deletion fails and takes nothing along, whoever listens", async ({ db }) => {
    const yard = await Yard.objects.create(db, { name: "y" });
    const gate = await Gate.objects.create(db, { name: "g", yard });
    const other = await Yard.objects.create(db, { name: "other" });
    await Lock.objects.create(db, { name: "l", yard: other, gate });
    await db.commit();
    for (const heard of [false, true]) {
      if (heard) during(signals.on("post_delete", ({ instance }) => log.push(named(instance))));
      expect(await rejection(yard.delete())).toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
      expect([await Yard.objects.count(db), await Gate.objects.count(db), await Lock.objects.count(db)]).toEqual([2, 1, 1]);
      expect(gate.isPersisted).toBe(true);
    }
  });

  example("by the session: one statement where nobody hears, without loading", async ({ db, sent }) => {
    const estate = await Estate.objects.create(db, { name: "e" });
    await Plate.objects.create(db, { text: "p", estate });
    await db.commit();
    db.clear();
    const again = await Estate.objects.get(db, { name: "e" });
    sent();
    db.delete(again);
    await db.flush();
    expect(sent()).toEqual(["SELECT dep_deeds", "BEGIN", "UPDATE dep_plates set estate_id", "DELETE dep_estates"]);
  });
});

describe("delete() of a QuerySet", () => {
  example("tells nobody, of dependants neither, and is one statement", async ({ db, sent, open }) => {
    await build(db);
    during(
      signals.on("pre_delete", () => log.push("pre")),
      signals.on("post_delete", () => log.push("post")),
    );
    db.clear();
    sent();
    expect(await House.objects.filter({ name: "h" }).delete(db)).toBe(1);
    expect(sent()).toEqual(["BEGIN", "DELETE dep_houses"]);
    await db.commit();
    expect(await counts(open())).toEqual([0, 0, 0, 0]);
    expect(log).toEqual([]);
  });

  example("with { signals: true } each row and its dependants are told of, and delete() is called", async ({ db, open }) => {
    await build(db);
    db.clear();
    during(signals.on("post_delete", ({ instance }) => log.push(named(instance))));
    expect(await House.objects.filter({ name: "h" }).delete(db, { signals: true })).toBe(1);
    expect(log.slice().sort()).toEqual(["House h", "Lamp a1", "Lamp a2", "Lamp b1", "Lamp b2", "Room a", "Room b"]);
    await db.commit();
    expect(await counts(open())).toEqual([0, 0, 0, 0]);
  });

  example("with { signals: true } where nobody listens it is one statement", async ({ db, sent }) => {
    await Folder.objects.create(db, { name: "x" });
    await db.commit();
    db.clear();
    sent();
    await Folder.objects.filter({ name: "x" }).delete(db, { signals: true });
    expect(sent()).toEqual(["BEGIN", "DELETE dep_folders"]);
  });
});
