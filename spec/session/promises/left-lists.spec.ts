/** New objects that leave the session leave each list that they were added to, though their keys were changed by hand since. */

import assert from "node:assert/strict";
import { foreignKey, hasMany, hasOne, model, oneToOne, t, type Session } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

class Shelf extends model<Shelf>("left_shelves")({
  label: t.text(),
  notes: hasMany(() => Note, "shelf", { orphans: "delete" }),
  books: hasMany(() => Book, "shelf"),
  lamp: hasOne(() => Lamp, "shelf"),
}) {}
class Note extends model<Note>("left_notes")({ text: t.text(), shelf: foreignKey(() => Shelf, { onDelete: "cascade" }) }) {}
class Book extends model<Book>("left_books")({ shelf: foreignKey(() => Shelf, { onDelete: "setNull" }).nullable() }) {}
class Lamp extends model<Lamp>("left_lamps")({ shelf: oneToOne(() => Shelf, { onDelete: "cascade" }) }) {}
const models = [Shelf, Note, Book, Lamp];

const additions: Readonly<Record<string, (shelf: Shelf) => Note | Book | Lamp>> = {
  "a list": (shelf) => {
    const book = new Book({});
    shelf.books.add(book);
    return book;
  },
  "a list that owns its members": (shelf) => {
    const note = new Note({ text: "n" });
    shelf.notes.add(note);
    return note;
  },
  "a list, by assignment": (shelf) => {
    const note = new Note({ text: "n" });
    note.shelf = shelf;
    return note;
  },
  "a one-to-one": (shelf) => {
    const lamp = new Lamp({});
    shelf.lamp = lamp;
    return lamp;
  },
};
const leave: Readonly<Record<string, (db: Session, object: Note | Book | Lamp) => void>> = {
  deleted: (db, object) => db.delete(object),
  expunged: (db, object) => db.expunge(object),
};

for (const [to, addTo] of Object.entries(additions))
  for (const [how, leaves] of Object.entries(leave))
    for (const key of [null, 2])
      for (const stored of [true, false])
        itOnEachDatabase(
          `a new object added to ${to} of a ${stored ? "stored" : "new"} row, given the key ${key}, and ${how}`,
          async (database) => {
            await database.createAll(models);
            {
              await using db = database.session();
              await Shelf.objects.bulkCreate(db, [
                { id: 2, label: "other" },
                { id: 3, label: "stored" },
              ]);
              await db.commit();
            }
            await using db = database.session();
            const other = await Shelf.objects.getByPk(db, 2);
            const shelf = stored
              ? await Shelf.objects.prefetchRelated("notes", "books", "lamp").getByPk(db, 3)
              : new Shelf({ id: 4, label: "new" });
            db.add(shelf);
            const object = addTo(shelf);
            db.add(object);
            (object as { shelfId: number | null }).shelfId = key;
            leaves(db, object);
            await db.commit();
            assert.deepEqual([[...db.new], [...db.dirty], [...db.deleted]], [[], [], []]);
            if (stored)
              assert.deepEqual(
                [[...(shelf.notes as unknown as Iterable<Note>)], [...(shelf.books as unknown as Iterable<Book>)], shelf.lamp],
                [[], [], null],
              );
            for (const rows of [Note.objects, Book.objects, Lamp.objects]) assert.equal(await rows.count(db), 0);
            for (const one of [shelf, other]) assert.deepEqual([await one.notes.fetch(), await one.books.fetch()], [[], []]);
            const sent: string[] = [];
            database.on("query", ({ sql }) => void sent.push(sql));
            await db.commit();
            assert.deepEqual(sent, []);
          },
        );
