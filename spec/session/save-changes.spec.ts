/** `changes` of `pre_save` and `post_save`: the values before and after of what a save writes. */

import { afterEach, describe, expect } from "vitest";
import { F, foreignKey, hasMany, model, signals, softDelete, t, timestamps, type Session } from "flash-db";
import { exact } from "../types/proofs/exact.js";
import { exampleWith } from "./example.js";

class Author extends model<Author>("changes_authors")({ name: t.text(), books: hasMany(() => Book, "author") }) {}
class Book extends model<Book>("changes_books")({
  title: t.text(),
  pages: t.integer().default(1),
  price: t.decimal(10, 2).default("0"),
  size: t.bigint().nullable(),
  bytes: t.bytes().nullable(),
  tags: t.json<{ list: string[] }>().default(() => ({ list: [] })),
  version: t.version(),
  ...timestamps(),
  ...softDelete(),
  author: foreignKey(() => Author, { onDelete: "cascade" }),
}) {}
/** Its save() counts. */
class Loud extends model<Loud>("changes_louds")({ text: t.text(), count: t.integer().default(0) }) {
  override async save(db?: Session): Promise<this> {
    this.count += 1;
    return super.save(db);
  }
}
class Pet extends model<Pet>("changes_pets")({ kind: t.text(), name: t.text() }, { subtypes: () => [Dog] }) {}
class Dog extends Pet.subtype<Dog>("dog")({ tricks: t.integer().nullable() }) {}

const example = exampleWith([Author, Book, Loud, Pet, Dog]);
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
type Told = readonly [event: string, changes: unknown];
const listen = (): Told[] => {
  const told: Told[] = [];
  for (const event of ["pre_save", "post_save"] as const) ends.push(signals.on(event, ({ changes }) => told.push([event, { ...changes }])));
  return told;
};

describe("changes", () => {
  example("are before and after of the fields that an UPDATE writes, and of no others", async ({ db }) => {
    const author = new Author({ name: "Ada" });
    const book = await Book.objects.create(db, { title: "Notes", author, size: 5n, bytes: new Uint8Array([1]) });
    await db.commit();
    const told = listen();
    book.title = "Letters";
    book.price = "2.50";
    book.size = null;
    book.bytes = new Uint8Array([2]);
    book.tags.list.push("new");
    await db.commit();
    const changes = {
      title: ["Notes", "Letters"],
      price: ["0.00", "2.50"],
      size: [5n, null],
      bytes: [new Uint8Array([1]), new Uint8Array([2])],
      tags: [{ list: [] }, { list: ["new"] }],
    };
    expect(told).toEqual([
      ["pre_save", { ...changes, price: [expect.stringMatching(/^0(\.00)?$/), "2.50"] }],
      ["post_save", { ...changes, price: [expect.stringMatching(/^0(\.00)?$/), "2.50"] }],
    ]);
  });

  example("of a new row have undefined before, and its key once it has one", async ({ db }) => {
    const told = listen();
    const book = new Book({ title: "Notes", author: new Author({ name: "Ada" }) });
    db.add(book);
    await db.commit();
    const [before, after] = [told.find(([, changes]) => "title" in (changes as object)), told.at(-1)];
    expect(before?.[1]).toMatchObject({ title: [undefined, "Notes"], pages: [undefined, 1] });
    expect(before?.[1]).not.toHaveProperty("id");
    expect(before?.[1]).not.toHaveProperty("authorId");
    expect(after?.[1]).toMatchObject({ id: [undefined, book.id], authorId: [undefined, book.authorId], title: [undefined, "Notes"] });
  });

  example("follow a pre_save listener that changes something", async ({ db }) => {
    const book = await Book.objects.create(db, { title: "Notes", author: new Author({ name: "Ada" }) });
    await db.commit();
    ends.push(signals.on("pre_save", Book, ({ instance }) => void (instance.pages += 1)));
    const told = listen();
    book.title = "Letters";
    await db.commit();
    expect(told).toEqual([
      ["pre_save", { title: ["Notes", "Letters"] }],
      ["post_save", { title: ["Notes", "Letters"], pages: [1, 2] }],
    ]);
  });

  example("tell of a reference and of a computed value when they are known", async ({ db }) => {
    const book = await Book.objects.create(db, { title: "Notes", author: new Author({ name: "Ada" }) });
    await db.commit();
    const ada = book.authorId;
    const told = listen();
    book.author = new Author({ name: "Bob" });
    book.set({ pages: F("pages").add(4) });
    await db.commit();
    expect(told.filter(([, changes]) => !("name" in (changes as object)))).toEqual([
      ["pre_save", {}],
      ["post_save", { pages: [1, 5], authorId: [ada, book.authorId] }],
    ]);
  });

  example("are those of each row in a batch, of overridden save() and of subtypes", async ({ db }) => {
    const [one, two] = [new Loud({ text: "one" }), new Dog({ name: "Rex" })];
    const [three, four] = [new Author({ name: "a" }), new Author({ name: "b" })];
    db.add(one, two, three, four);
    await db.commit();
    const told = listen();
    one.text = "uno";
    two.tricks = 3;
    [three.name, four.name] = ["x", "y"];
    await db.commit();
    const after = told.filter(([event]) => event === "post_save").map(([, changes]) => changes);
    expect(after).toHaveLength(4);
    for (const expected of [{ text: ["one", "uno"], count: [1, 2] }, { tricks: [null, 3] }, { name: ["a", "x"] }, { name: ["b", "y"] }])
      expect(after).toContainEqual(expected);
  });

  example("are the same for save({ fields }), and told again by a second try after a failure", async ({ db }) => {
    const book = await Book.objects.create(db, { title: "Notes", author: new Author({ name: "Ada" }) });
    await db.commit();
    const fail = signals.on("post_save", Book, () => Promise.reject(new Error("no")));
    book.title = "Letters";
    book.pages = 9;
    await expect(book.save({ fields: ["title"] })).rejects.toThrow("no");
    fail();
    const told = listen();
    await book.save({ fields: ["title"] });
    expect(told).toEqual([
      ["pre_save", { title: ["Notes", "Letters"] }],
      ["post_save", { title: ["Notes", "Letters"] }],
    ]);
    await db.rollback();
    expect(told).toHaveLength(2);
  });

  example("are typed by the model", async ({ db }) => {
    let title: string | undefined = "";
    ends.push(
      Book.on("post_save", ({ changes }) => {
        void (() => exact<readonly [before: string | undefined, after: string] | undefined>()(changes.title));
        void (() => exact<readonly [before: bigint | null | undefined, after: bigint | null] | undefined>()(changes.size));
        void (() => exact<readonly [before: number | undefined, after: number] | undefined>()(changes.authorId));
        // @ts-expect-error no such field
        expect(changes.titel).toBeUndefined();
        title = changes.title?.[1];
      }),
    );
    await Book.objects.create(db, { title: "Notes", author: new Author({ name: "Ada" }) });
    expect(title).toBe("Notes");
  });
});
