/** What somebody new is told: the likeliest mistakes, made past the compiler, and the words that should help. */

import { expect, it } from "vitest";
import { atomic, closeDb, connect, foreignKey, getDb, hasMany, initDb, model, Sum, t, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";

class Writer extends model<Writer>("novice_writers")({
  name: t.text(),
  email: t.text().nullable().unique(),
  age: t.integer().nullable(),
  seen: t.timestamp().nullable(),
  texts: hasMany(() => Writing, "writer"),
}) {}
class Writing extends model<Writing>("novice_writings")({
  title: t.text(),
  price: t.decimal(10, 2).default("0"),
  writer: foreignKey(() => Writer),
}) {}
class Forgotten extends model<Forgotten>("novice_forgotten")({ name: t.text() }) {}
class Grown extends model<Grown>("novice_writings")({ subtitle: t.text() }) {}

/** Managers as plain JavaScript sees them. */
type Loose = Record<string, (...args: unknown[]) => Loose & Promise<unknown>>;
const writers = Writer.objects as unknown as Loose;
const writings = Writing.objects as unknown as Loose;

eachDatabase("first mistakes", [Writer, Writing], (open) => {
  const mistakes: readonly (readonly [string, (db: Session, ada: Writer) => unknown, string])[] = [
    ["a typo", (db) => writers["filter"]!({ nmae: "x" })["fetch"]!(db), "no field or relation 'nmae' on Writer. Did you mean 'name'?"],
    [
      "a path with dots",
      (db) => writers["filter"]!({ "texts.title": "x" })["fetch"]!(db),
      "Paths are joined by two underscores: 'texts__title'",
    ],
    ["a column's name", (db) => writings["filter"]!({ writer_id: 1 })["fetch"]!(db), "Did you mean 'writerId'?"],
    ["an operator", (db) => writers["filter"]!({ age: { gt: 3 } })["fetch"]!(db), "Lookups are part of the name, as in { age__gt: 18 }"],
    [
      "an unknown lookup",
      (db) => writers["filter"]!({ name__contians: "x" })["fetch"]!(db),
      "no lookup 'contians' for text. Did you mean 'contains'?",
    ],
    [
      "undefined",
      (db) => writers["filter"]!({ name: undefined })["fetch"]!(db),
      "'name' is undefined. Leave the condition out with when(…)",
    ],
    [
      "another type",
      (db) => writers["filter"]!({ age: "old" })["fetch"]!(db),
      `'age': expected an integer in the safe range, got the string "old"`,
    ],
    ["a date as text", (db) => writers["filter"]!({ seen__gt: "2024-01-01" })["fetch"]!(db), "expected a Date"],
    ["no session", () => writers["fetch"]!(), "fetch takes the session as its first argument, as in fetch(db)"],
    ["a key for get()", (db) => writers["get"]!(db, 1), "by its key a row is found with getByPk(db, …)"],
    ["nothing there", (db) => Writer.objects.get(db, { name: "Bob" }), "Writer matching query does not exist: name"],
    [
      "a field too many",
      (db) => writers["create"]!(db, { name: "x", emial: "y" }),
      "emial is not a field of Writer. Did you mean 'email'?",
    ],
    ["a field missing", (db) => writers["create"]!(db, { email: "y" }), "Writer: name is required"],
    [
      "money as a number",
      (db, ada) => writings["create"]!(db, { title: "x", writer: ada, price: 1.5 }),
      "price expected a decimal number as a string",
    ],
    ["all rows", (db) => writers["update"]!(db, { age: 1 }), "refusing to update every Writer: filter() first, or say { all: true }"],
    [
      "a collection joined",
      (db) => writers["selectRelated"]!("texts")["fetch"]!(db),
      `has many rows: use prefetchRelated("texts"). There is no reference`,
    ],
    ["SQL as text", (db) => (db as unknown as Loose)["execute"]!("SELECT 1"), "execute() takes sql`…`"],
    ["no table", (db) => Forgotten.objects.fetch(db), "Tables of models are made by await database.createAll([…])"],
    ["an old table", (db) => Grown.objects.fetch(db), "createAll() leaves existing tables as they are"],
    ["a sum of words", (db) => writers["aggregate"]!(db, { n: Sum("name") }), "sum takes numbers, not text"],
    ["commit in atomic()", (db) => atomic(db, () => db.commit()), "commit() cannot be called inside atomic()"],
    [
      "a wrong instance",
      (_, ada) => ada.texts.add(ada as never),
      "Writer.texts takes instances of Writing or their keys, got an instance of Writer",
    ],
    [
      "an unloaded collection",
      (_, ada) => [...(ada.texts as unknown as Iterable<unknown>)],
      `await .fetch(), or name it in prefetchRelated("texts")`,
    ],
  ];

  it("are answered by what was expected, what came and what to do", async () => {
    const database = await open();
    const db = database.session({ onUncommitted: "ignore" });
    await Writer.objects.create(db, { name: "Ada" });
    await db.commit();
    db.clear();
    const ada = await Writer.objects.get(db, { name: "Ada" });
    for (const [what, make, words] of mistakes) {
      const said = await Promise.resolve()
        .then(() => make(db, ada))
        .then(
          () => "nothing",
          (error: Error) => error.message,
        );
      expect(said, what).toContain(words);
      await db.rollback();
    }
    const other = database.session();
    expect(() => other.add(ada)).toThrow("belongs to another session: expunge() it there first, or use merge()");
    await other.close();
    await expect(Writer.objects.fetch(other)).rejects.toThrow("this session is closed: take a new one with getDb() or database.session()");
    const [lean] = await Writer.objects.only("name").using(database.session()).fetch();
    expect(() => (lean as Writer).age).toThrow(
      `await object.load("age"), or let the query read it: only() and defer() say what it leaves out`,
    );
  });
});

it("a database that is not there, or not yet", async () => {
  expect(() => getDb()).toThrow("there is no database yet: await initDb(url) first");
  await expect(connect("mysql://root@localhost/db")).rejects.toThrow(`"mysql:" is not a supported database`);
  await expect(connect("app.db")).rejects.toThrow(`expected a URL, as in "sqlite:app.db"`);
  await expect(connect("sqlite:/no/such/folder/app.db")).rejects.toThrow("does not exist. Make it first");
  await expect(connect("sqlite::memory:", { ecko: true } as never)).rejects.toThrow(
    `there is no option "ecko" for a database. Did you mean 'echo'?`,
  );
  await initDb("sqlite::memory:");
  await expect(initDb("sqlite::memory:")).rejects.toThrow("await closeDb() first, or use connect() for a further database");
  await closeDb();
});
