import { initDb, closeDb, getDb, atomic, model, t, timestamps, foreignKey, hasMany, signals, F, Q, Count } from "flash-db";

class Author extends model<Author>("authors")({
  name: t.text(),
  email: t.text().unique(),
  ...timestamps(),
  books: hasMany(() => Book, "author"),
}) {}

class Book extends model<Book>("books")({
  title: t.text(),
  pages: t.integer().default(0),
  author: foreignKey(() => Author, { onDelete: "cascade" }),
}) {}

const database = await initDb("sqlite::memory:"); // or "sqlite:app.db", "postgres://user:password@host/name"
await database.createAll([Author, Book]);

signals.on("post_save", Author, ({ instance, created }) => {
  console.log(created ? "created" : "changed", instance.name);
});

await getDb(async (db) => {
  const ada = await Author.objects.create(db, { name: "Ada", email: "ada@example.org" });
  db.add(new Book({ title: "Notes", pages: 120, author: ada }), new Book({ title: "Letters", pages: 80, author: ada }));
  await db.commit(); // INSERT both books in one statement, COMMIT

  ada.name = "Ada Lovelace"; // a plain property, noticed at the flush
  await db.commit(); // UPDATE authors SET name, updated_at

  // Django's queries, typed at any depth: a wrong path, lookup or value does not compile
  const writers = await Author.objects.filter({ books__pages__gt: 100 }).orderBy("-createdAt").fetch(db);
  const counted = await Author.objects
    .annotate({ n: Count("books") })
    .filter({ n__gte: 2 })
    .fetch(db);
  const found = await Book.objects
    .filter(Q({ title__icontains: "NOTES" }).or({ pages__lt: 10 }))
    .selectRelated("author")
    .fetch(db);
  console.log(writers.length, counted[0]?.n, found[0]?.author.name); // 1 2 "Ada Lovelace"

  // what is not loaded must be awaited; one query serves all siblings
  for (const book of await Book.objects.fetch(db)) console.log(book.title, "by", (await book.author).name);

  // a block that commits, or rolls back database and memory together
  await atomic(db, async () => {
    ada.name = "Nobody";
    await Book.objects.filter({ author: ada }).update(db, { pages: F("pages").add(1) });
    throw new Error("changed my mind");
  }).catch(() => console.log("still", ada.name)); // still Ada Lovelace
});
await closeDb();
