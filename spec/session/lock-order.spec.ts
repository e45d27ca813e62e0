/** Concurrent flushes lock rows by table and key, so that they do not deadlock. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { foreignKey, hasMany, manyToMany, model, sql, t, type Database, type Session } from "flash-db";
import { exampleWith } from "./example.js";

class Author extends model<Author>("locks_authors")({
  name: t.text(),
  hits: t.integer().default(0),
  books: hasMany(() => Book, "author"),
}) {}
class Book extends model<Book>("locks_books")({
  title: t.text(),
  pages: t.integer().default(0),
  author: foreignKey(() => Author, { onDelete: "cascade" }).nullable(),
  tags: manyToMany(() => Tag),
}) {}
class Tag extends model<Tag>("locks_tags")({ label: t.text() }) {}
class Zebra extends model<Zebra>("locks_zebras")({ name: t.text() }) {}
class Ape extends model<Ape>("locks_apes")({ name: t.text() }) {}
class Seat extends model<Seat>("locks_seats")({
  row: t.text().primaryKey(),
  number: t.integer().primaryKey(),
  taken: t.text().nullable(),
}) {}
const example = exampleWith([Author, Book, Tag, Zebra, Ape, Seat]);

type Work = (db: Session) => Promise<unknown>;

const waiting = async (database: Database): Promise<number> => {
  await using db = database.session();
  const [row] = await db.execute<{ n: number }>(
    sql`SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = current_setting('application_name')`,
    { readOnly: true },
  );
  return row?.n ?? 0;
};

const open = (database: Database): Session => database.session({ onUncommitted: "ignore" });

/** `second` begins when `first` waits for what `blocker` has locked; both go on when both wait, and come through. */
const race = async (database: Database, blocker: Work, first: Work, second: Work): Promise<void> => {
  const [blocking, one, other] = [open(database), open(database), open(database)];
  const until = async (count: number): Promise<void> => {
    for (let round = 0; round < 300 && (await waiting(database)) < count; round++) await sleep(5);
  };
  try {
    await blocker(blocking);
    const running = [first(one)];
    await until(1);
    running.push(second(other));
    await until(2);
    await blocking.rollback();
    const results = await Promise.allSettled(running);
    expect(results.map((result) => (result.status === "rejected" ? String(result.reason) : "through"))).toEqual(["through", "through"]);
  } finally {
    for (const session of [blocking, one, other]) await session.close();
  }
};
const holding =
  (sets: { selectForUpdate(): { fetch(db: Session): Promise<unknown> } }): Work =>
  (db) =>
    sets.selectForUpdate().fetch(db);

const authors = async (db: Session, count = 3): Promise<[Author, Author, Author]> => {
  const made = Array.from({ length: count }, (_, at) => new Author({ name: `a${at + 1}` }));
  db.add(...made);
  await db.commit();
  return made as [Author, Author, Author];
};

describe("flushes that meet", () => {
  example(
    "come through where several statements write one table",
    async ({ db, database }) => {
      const keys = (await authors(db)).map(({ id }) => id);
      const load = (session: Session, order: "id" | "-id" = "id"): Promise<Author[]> =>
        Author.objects.filter({ id__in: keys }).orderBy(order).fetch(session);
      await race(
        database,
        holding(Author.objects.filter({ id: keys[2] as number })),
        async (session) => {
          const [a, b, c] = (await load(session)) as [Author, Author, Author];
          [a.name, c.name, b.hits] = ["x", "x", 1];
          await session.commit();
        },
        async (session) => {
          const [, b, a] = (await load(session, "-id")) as [Author, Author, Author];
          [b.name, a.hits] = ["y", 2];
          await session.commit();
        },
      );
    },
    ["postgres"],
  );

  example(
    "come through whatever the order in which their rows were loaded",
    async ({ db, database }) => {
      await db.execute(sql`INSERT INTO locks_authors (name, hits) SELECT 'a' || n, 0 FROM generate_series(1, 4000) AS n`);
      await db.execute(sql`ANALYZE locks_authors`);
      await db.commit();
      const change =
        (order: "id" | "-id"): Work =>
        async (session) => {
          for (const author of await Author.objects.filter({ id__lte: 3 }).orderBy(order).fetch(session)) author.hits++;
          await session.commit();
        };
      await race(database, holding(Author.objects.filter({ id: 2 })), change("-id"), change("id"));
    },
    ["postgres"],
  );

  example(
    "come through over tables that do not refer to each other",
    async ({ db, database }) => {
      db.add(new Zebra({ name: "z" }), ...["1", "2"].map((name) => new Ape({ name })));
      await db.commit();
      await race(
        database,
        holding(Ape.objects.filter({ id: 2 })),
        async (session) => {
          for (const ape of await Ape.objects.orderBy("id").fetch(session)) ape.name = "first";
          for (const zebra of await Zebra.objects.fetch(session)) zebra.name = "first";
          await session.commit();
        },
        async (session) => {
          for (const zebra of await Zebra.objects.fetch(session)) zebra.name = "second";
          (await Ape.objects.getByPk(session, 1)).name = "second";
          await session.commit();
        },
      );
    },
    ["postgres"],
  );

  example(
    "come through where one updates what the other deletes",
    async ({ db, database }) => {
      const [, second, third] = await authors(db);
      const book = await Book.objects.create(db, { title: "b" });
      await db.commit();
      await race(
        database,
        holding(Author.objects.filter({ id: third.id })),
        async (session) => {
          for (const author of await Author.objects.filter({ id__in: [second.id, third.id] }).fetch(session)) author.hits++;
          (await Book.objects.getByPk(session, book.id)).pages = 1;
          await session.commit();
        },
        async (session) => {
          (await Book.objects.getByPk(session, book.id)).pages = 2;
          session.delete(await Author.objects.getByPk(session, second.id));
          await session.commit();
        },
      );
    },
    ["postgres"],
  );

  example(
    "come through over links",
    async ({ db, database }) => {
      const tags = ["1", "2", "3"].map((label) => new Tag({ label }));
      const book = new Book({ title: "b" });
      db.add(book, ...tags);
      book.tags.add(tags[0] as Tag);
      await db.commit();
      const withoutLink = async (session: Session): Promise<void> => {
        const mine = await Book.objects.getByPk(session, book.id);
        mine.tags.remove(await Tag.objects.getByPk(session, 1));
      };
      await race(
        database,
        holding(Tag.objects.filter({ id: 3 })),
        async (session) => {
          for (const tag of await Tag.objects.filter({ id__gt: 1 }).fetch(session)) tag.label = "x";
          await withoutLink(session);
          await session.commit();
        },
        async (session) => {
          await withoutLink(session);
          session.delete(await Tag.objects.getByPk(session, 2));
          await session.commit();
        },
      );
    },
    ["postgres"],
  );
});

describe("the statements of a flush", () => {
  const locks = (texts: readonly string[]): string[] => texts.filter((text) => / FOR (NO KEY )?UPDATE/.test(text));

  example("need no lock where they reach the rows in order", async ({ db, recorder }) => {
    const [a, b, c] = await authors(db);
    const book = await Book.objects.create(db, { title: "b", author: a });
    await db.commit();
    recorder.take();
    [c.hits, b.hits, a.hits, book.pages] = [1, 1, 1, 1];
    await db.flush();
    [a.name, b.name, c.hits] = ["x", "x", 2];
    await db.flush();
    db.delete(c, b);
    await db.commit();
    expect(locks(recorder.take())).toEqual([]);
  });

  example("lock the rows of a table once, by their keys", async ({ db, recorder, database }) => {
    const [a, b, c] = await authors(db);
    [a.name, c.name, b.hits] = ["x", "x", 1];
    db.delete(await Author.objects.create(db, { name: "gone" }));
    recorder.take();
    await db.commit();
    const sent = locks(recorder.take());
    if (database.dialect === "sqlite") return expect(sent).toEqual([]);
    expect(sent).toEqual([
      'SELECT "locks_authors"."id" FROM "locks_authors" WHERE "locks_authors"."id" = ANY($1::bigint[]) ORDER BY "locks_authors"."id" ASC FOR UPDATE',
    ]);
    [a.name, c.name, b.hits] = ["y", "y", 2];
    await db.commit();
    expect(locks(recorder.take())).toEqual([
      'SELECT "locks_authors"."id" FROM "locks_authors" WHERE "locks_authors"."id" = ANY($1::bigint[]) ORDER BY "locks_authors"."id" ASC FOR NO KEY UPDATE',
    ]);
  });

  example("need no lock where rows are deleted children first", async ({ db, recorder }) => {
    const [a, b] = await authors(db);
    const books = [new Book({ title: "b", author: a }), new Book({ title: "c", author: b })];
    db.add(...books);
    await db.commit();
    recorder.take();
    db.delete(a, b, ...books);
    await db.commit();
    expect(locks(recorder.take())).toEqual([]);
  });

  example("go by the keys of several columns as the database sorts them", async ({ db, recorder, database }) => {
    const seats = ["b", "\u{1f600}", "\uffee", "B"].flatMap((row) => [10, 9].map((number) => new Seat({ row, number })));
    db.add(...seats);
    await db.commit();
    db.clear();
    const [last, first] = [await Seat.objects.orderBy("-row", "-number").fetch(db), await Seat.objects.orderBy("row", "number").fetch(db)];
    for (const [at, seat] of last.entries()) seat.taken = `t${at}`;
    recorder.take();
    const plan = await db.explainFlush();
    expect(plan.statements.at(-1)?.rows).toEqual(first.map(({ row, number }) => `Seat (${row}, ${number})`));
    await db.commit();
    expect(locks(recorder.take())).toEqual([]);
    expect(database.dialect).toMatch(/sqlite|postgres/);
  });

  example("are told by explainFlush() with their locks", async ({ db, database }) => {
    const [a, b, c] = await authors(db);
    [a.name, c.name, b.hits] = ["x", "x", 1];
    const plan = await db.explainFlush();
    const written = [
      ["UPDATE locks_authors SET name", ["Author 1", "Author 3"]],
      ["UPDATE locks_authors SET hits", ["Author 2"]],
    ];
    const locked = ["SELECT … FROM locks_authors … FOR UPDATE", ["Author 1", "Author 2", "Author 3"]];
    expect(plan.statements.map(({ sql: text, rows }) => [text, rows])).toEqual(
      database.dialect === "sqlite" ? written : [locked, ...written],
    );
  });
});
