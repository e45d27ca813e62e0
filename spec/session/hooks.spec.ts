/** Hooks and listeners around a flush: what they may do, and what comes of it. */

import { describe, expect } from "vitest";
import { atomic, foreignKey, hasMany, model, signals, SessionError, t, ValidationError, type Session } from "flash-db";
import { exampleWith } from "./example.js";
import { rejection, statusOf } from "./uow/stage.js";

let saves: string[] = [];

class Author extends model<Author>("hook_authors")({
  name: t.text(),
  slug: t.text(),
  hits: t.integer().default(0),
  books: hasMany(() => Book, "author"),
}) {}
class Book extends model<Book>("hook_books")({
  title: t.text(),
  pages: t.integer().default(1),
  author: foreignKey(() => Author, { onDelete: "cascade" }),
}) {
  override async clean(): Promise<void> {
    await Promise.resolve();
    if (this.title === "") throw new ValidationError({ title: "is empty" });
    if (this.title === "long") this.pages = 1000;
  }
}
class Entry extends model<Entry>("hook_entries")({ text: t.text() }) {}
/** Without a hook of their own. */
class Shelf extends model<Shelf>("hook_shelves")({ name: t.text(), boxes: hasMany(() => Box, "shelf") }) {}
class Box extends model<Box>("hook_boxes")({ name: t.text(), shelf: foreignKey(() => Shelf, { onDelete: "cascade" }) }) {}
/** Its save() writes twice what it is given, its delete() leaves a note. */
class Loud extends model<Loud>("hook_louds")({ text: t.text(), count: t.integer().default(0) }) {
  override async save(db?: Session): Promise<this> {
    saves.push(`before ${this.text}`);
    if (this.text === "skip") return this;
    this.count += 1;
    await super.save(db);
    saves.push(`after ${this.text}`);
    return this;
  }
  override async delete(db?: Session): Promise<void> {
    saves.push(`delete ${this.text}`);
    if (this.text !== "keep") await super.delete(db);
  }
}
const example = exampleWith([Author, Book, Entry, Loud, Shelf, Box]);
const listening = async (offs: readonly (() => void)[], work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } finally {
    for (const off of offs) off();
  }
};
const texts = (db: Session): Promise<unknown[]> => Entry.objects.orderBy("id").valuesList("text", { flat: true }).fetch(db);

describe("clean()", () => {
  example("runs before INSERT and UPDATE, may be asynchronous, and what it changes is written", async ({ db }) => {
    const author = await Author.objects.create(db, { name: "a", slug: "a" });
    const book = new Book({ title: "long", author });
    db.add(book);
    await db.commit();
    expect(await Book.objects.valuesList("pages", { flat: true }).fetch(db)).toEqual([1000]);
    book.title = "";
    const error = await rejection(db.commit());
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).errors).toEqual({ title: ["is empty"] });
  });

  example("sends nothing when it throws", async ({ db, sent }) => {
    db.add(new Entry({ text: "x" }), new Book({ title: "", author: new Author({ name: "a", slug: "a" }) }));
    sent();
    await rejection(db.flush());
    expect(sent()).toEqual([]);
  });
});

describe("pre_save", () => {
  example("fills in what is required, and objects that it adds join the flush", async ({ db }) => {
    await listening(
      [
        signals.on("pre_save", Author, ({ instance, db: session }) => {
          instance.slug ??= instance.name.toLowerCase();
          session.add(new Entry({ text: `saving ${instance.name}` }));
        }),
        signals.on("pre_save", Entry, ({ instance }) => {
          instance.text += "!";
        }),
      ],
      async () => {
        const author = new Author();
        author.name = "Ada";
        db.add(author);
        await db.commit();
        expect(author.slug).toBe("ada");
      },
    );
    expect(await texts(db)).toEqual(["saving Ada!"]);
  });

  example("may query, without an autoflush", async ({ db, sent }) => {
    await listening(
      [
        signals.on("pre_save", Author, async ({ instance, db: session }) => {
          instance.hits = await Author.objects.count(session);
        }),
      ],
      async () => {
        db.add(new Author({ name: "a", slug: "a" }), new Author({ name: "b", slug: "b" }));
        sent();
        await db.flush();
      },
    );
    expect(sent()).toEqual(["SELECT hook_authors", "SELECT hook_authors", "BEGIN", "INSERT hook_authors"]);
    expect(await Author.objects.valuesList("hits", { flat: true }).fetch(db)).toEqual([0, 0]);
  });

  example("that throws ends the flush; nothing is written", async ({ db }) => {
    await Entry.objects.create(db, { text: "before" });
    await listening(
      [
        signals.on("pre_save", Author, () => {
          throw new Error("no");
        }),
      ],
      async () => {
        db.add(new Entry({ text: "with it" }), new Author({ name: "a", slug: "a" }));
        await rejection(db.flush());
      },
    );
    await db.commit();
    expect(await texts(db)).toEqual(["before", "with it"]);
  });

  example("is told what changes", async ({ db }) => {
    const author = await Author.objects.create(db, { name: "a", slug: "a" });
    const told: unknown[] = [];
    await listening([signals.on("pre_save", Author, ({ created, changed }) => told.push([created, [...changed]]))], async () => {
      author.name = "b";
      await db.flush();
      await author.save();
      await db.flush();
    });
    expect(told).toEqual([[false, ["name"]]]);
  });

  example("that never comes to an end is an error", async ({ db }) => {
    await listening([signals.on("pre_save", Entry, ({ db: session }) => session.add(new Entry({ text: "more" })))], async () => {
      db.add(new Entry({ text: "one" }));
      expect(await rejection(db.flush())).toBeInstanceOf(SessionError);
    });
  });
});

describe("post_save", () => {
  example("finds new members with the key of the owner that was just written", async ({ db }) => {
    const shelf = new Shelf({ name: "a" });
    const box = new Box({ name: "b", shelf });
    const seen: unknown[] = [];
    await listening([signals.on("post_save", Shelf, ({ instance }) => void seen.push(instance.id === box.shelfId, box.id))], async () => {
      db.add(box);
      await db.commit();
      expect(seen).toEqual([true, undefined]);
    });
  });

  example("finds the row written, inside the transaction", async ({ db }) => {
    const seen: unknown[] = [];
    await listening(
      [
        signals.on("post_save", Author, async ({ instance, created, db: session }) => {
          seen.push([instance.id > 0, created, session.inTransaction, await Author.objects.filter({ id: instance.id }).count(session)]);
        }),
      ],
      async () => {
        db.add(new Author({ name: "a", slug: "a" }));
        await db.commit();
      },
    );
    expect(seen).toEqual([[true, true, true, 1]]);
  });

  example("may create, save and add: all of it is written with the flush", async ({ db, open }) => {
    await listening(
      [
        signals.on("post_save", Author, async ({ instance, created, db: session }) => {
          if (!created) return;
          const made = await Entry.objects.create(session, { text: `created ${instance.name}` });
          expect(made.id).toBeGreaterThan(0);
          session.add(new Entry({ text: "added" }));
          instance.hits = 5;
          await session.flush();
        }),
      ],
      async () => {
        await Author.objects.create(db, { name: "a", slug: "a" });
        db.add(new Author({ name: "b", slug: "b" }));
        await db.commit();
      },
    );
    const other = open();
    expect((await texts(other)).sort()).toEqual(["added", "added", "created a", "created b"]);
    expect(await Author.objects.orderBy("id").valuesList("hits", { flat: true }).fetch(other)).toEqual([5, 5]);
  });

  example("that throws takes the whole flush back, what it created too", async ({ db }) => {
    await listening(
      [
        signals.on("post_save", Author, async ({ db: session }) => {
          await Entry.objects.create(session, { text: "audit" });
          throw new Error("no");
        }),
      ],
      async () => {
        const author = new Author({ name: "a", slug: "a" });
        db.add(author);
        await rejection(db.flush());
        expect([statusOf(author), author.id]).toEqual(["pending", undefined]);
      },
    );
    expect(await texts(db)).toEqual([]);
    await db.commit();
    expect(await Author.objects.count(db)).toBe(1);
  });

  example("saving the very object that is being saved joins the running flush", async ({ db }) => {
    let calls = 0;
    await listening(
      [
        signals.on("pre_save", Author, async ({ instance }) => {
          calls++;
          instance.slug = "set";
          await instance.save();
        }),
      ],
      async () => {
        await Author.objects.create(db, { name: "a", slug: "" });
      },
    );
    expect(calls).toBe(1);
    expect(await Author.objects.valuesList("slug", { flat: true }).fetch(db)).toEqual(["set"]);
  });
});

describe("in hooks", () => {
  example("the transaction cannot be ended", async ({ db }) => {
    const errors: Error[] = [];
    await listening(
      [
        signals.on("pre_save", Author, async ({ db: session }) => {
          errors.push(
            await rejection(session.commit()),
            await rejection(session.rollback()),
            await rejection(session.close()),
            await rejection(session.begin()),
          );
        }),
      ],
      async () => void (await Author.objects.create(db, { name: "a", slug: "a" })),
    );
    expect(errors.map((error) => error instanceof SessionError)).toEqual([true, true, true, true]);
  });

  example("atomic is a savepoint whose failure the flush survives", async ({ db }) => {
    await listening(
      [
        signals.on("post_save", Author, async ({ instance, db: session }) => {
          await rejection(
            atomic(session, async () => {
              await Entry.objects.create(session, { text: "lost" });
              instance.hits = 9;
              throw new Error("no");
            }),
          );
          await atomic(session, async () => void (await Entry.objects.create(session, { text: "kept" })));
        }),
      ],
      async () => {
        const author = new Author({ name: "a", slug: "a" });
        db.add(author);
        await db.commit();
        expect(author.hits).toBe(0);
      },
    );
    expect(await texts(db)).toEqual(["kept"]);
  });
});

describe("an overridden save()", () => {
  example("runs at its turn in a flush and on a direct call, once each, and super.save() writes the row", async ({ db, open }) => {
    saves = [];
    const one = new Loud({ text: "one" });
    db.add(one, new Loud({ text: "two" }));
    await db.flush();
    expect(saves).toEqual(["before one", "after one", "before two", "after two"]);
    expect(one.id).toBeGreaterThan(0);
    saves = [];
    one.text = "changed";
    await one.save();
    expect(saves).toEqual(["before changed", "after changed"]);
    await db.commit();
    expect(await Loud.objects.orderBy("id").values("text", "count").fetch(open())).toEqual([
      { text: "changed", count: 2 },
      { text: "two", count: 1 },
    ]);
  });

  example("that does not call super.save() leaves the object pending", async ({ db }) => {
    saves = [];
    const skipped = new Loud({ text: "skip" });
    db.add(skipped, new Loud({ text: "one" }));
    await db.commit();
    expect([statusOf(skipped), db.new.has(skipped)]).toEqual(["pending", true]);
    expect(await Loud.objects.count(db)).toBe(1);
    await db.rollback();
    expect(statusOf(skipped)).toBe("transient");
  });

  example("delete() likewise: the row goes with super.delete(), or stays", async ({ db }) => {
    const [goes, keeps] = [new Loud({ text: "go" }), new Loud({ text: "keep" })];
    db.add(goes, keeps);
    await db.commit();
    saves = [];
    db.delete(goes, keeps);
    await db.flush();
    expect(saves).toEqual(["delete go", "delete keep"]);
    expect(
      await Loud.objects
        .filter({ id__in: [goes.id!] })
        .count(db)
        .catch(() => -1),
    ).toBe(0);
    await db.rollback();
    saves = [];
    await goes.delete();
    expect([saves, statusOf(goes)]).toEqual([["delete go"], "deleted"]);
  });
});
