/** What bulk verbs promise, each as a small program that asserts it. */

import assert from "node:assert/strict";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  connect,
  ConfigurationError,
  F,
  FieldError,
  FlashDbError,
  OuterRef,
  Subquery,
  type Session,
  foreignKey,
  model,
  oneToOne,
  t,
  softDelete,
} from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

itOnEachDatabase("bulkCreate() and bulkUpdate() treat clean() alike: both call it, or neither does", async (database) => {
  let calls = 0;
  class Post extends model<Post>("clean_posts")({ pages: t.integer() }) {
    override clean() {
      calls++;
    }
  }

  await database.createAll([Post]);
  const db = database.session();
  const posts = await Post.objects.bulkCreate(db, [{ pages: 1 }, { pages: 2 }]);
  const created = calls > 0;
  calls = 0;
  for (const post of posts) post.pages++;
  await Post.objects.bulkUpdate(db, posts, ["pages"]);
  assert.deepEqual({ bulkCreate: created, bulkUpdate: calls > 0 }, { bulkCreate: created, bulkUpdate: created });
  await db.commit();
  await db.close();
});

itOnEachDatabase(
  "bulkCreate({ ignoreConflicts: true }) stores new related objects first, as bulkCreate() without it does",
  async (database) => {
    class Author extends model<Author>("ignored_authors")({ name: t.text() }) {}
    class Post extends model<Post>("ignored_posts")({ title: t.text(), author: foreignKey(() => Author).nullable() }) {}

    await database.createAll([Author, Post]);
    const db = database.session();
    await Post.objects.bulkCreate(db, [new Post({ title: "p", author: new Author({ name: "Ada" }) })], { ignoreConflicts: true });
    await db.commit();
    assert.deepEqual(await Post.objects.valuesList("title", "author__name").fetch(db), [["p", "Ada"]]);
    await db.close();
  },
);

itOnEachDatabase("a promise that onProgress returns is awaited before the next batch is sent", async (database) => {
  class Row extends model<Row>("progress_rows")({ n: t.integer() }) {}

  await database.createAll([Row]);
  const db = database.session();
  const told: string[] = [];
  const onProgress = async (done: number) => {
    told.push(`begin ${done}`);
    await new Promise((go) => setTimeout(go, 20));
    told.push(`end ${done}`);
  };
  const rows = Array.from({ length: 20 }, (_, n) => ({ n }));
  await Row.objects.bulkCreate(db, rows, { batchSize: 10, onProgress: onProgress as (done: number) => void });
  await db.commit();
  assert.deepEqual(told, ["begin 10", "end 10", "begin 20", "end 20"]);
  await db.close();
});

itOnEachDatabase(
  "update() takes only expressions whose kind fits the column: others are refused by a FieldError, and nothing is written",
  async (database) => {
    class Item extends model<Item>("kind_items")({ name: t.text(), size: t.integer(), day: t.date(), at: t.timestamp() }) {}

    await database.createAll([Item]);
    const db = database.session({ onUncommitted: "ignore" });
    await Item.objects.create(db, { name: "a", size: 1, day: "2024-01-01", at: new Date(0) });
    await db.commit();
    db.clear();
    const one = Item.objects.filter({ name: "a" });
    const title = Subquery(
      Item.objects
        .filter({ id: OuterRef("id") })
        .values("name")
        .limit(1),
    );
    for (const [what, values] of Object.entries({ text: { size: F("name") }, subquery: { size: title }, instant: { day: F("at") } })) {
      const error = await one.update(db, values as never).then(
        () => undefined,
        (error) => error,
      );
      assert.ok(error instanceof FieldError, `${what}: ${error === undefined ? "written" : error.name}`);
      await db.rollback();
    }
    await db.close();
  },
);

itOnEachDatabase(
  "update() refuses a value for a version field, as set() does: the version is counted by the ORM alone",
  async (database) => {
    class User extends model<User>("version_users")({ name: t.text(), version: t.version() }) {}

    await database.createAll([User]);
    const db = database.session({ onUncommitted: "ignore" });
    await User.objects.create(db, { name: "a" });
    await db.commit();
    const body = JSON.parse('{ "name": "b", "version": 1 }'); // as from a request
    await assert.rejects(async () => User.objects.filter({ name: "a" }).update(db, body), FlashDbError);
    await db.close();
  },
);

itOnEachDatabase(
  'bulkUpdate(objects, ["pages"]) writes that field only: a pending change of another one is neither lost nor written as NULL',
  async (database) => {
    class Author extends model<Author>("only_authors")({ name: t.text() }) {}
    class Post extends model<Post>("only_posts")({ pages: t.integer().default(0), author: foreignKey(() => Author).nullable() }) {}

    await database.createAll([Author, Post]);
    const db = database.session();
    const post = await Post.objects.create(db, { author: await Author.objects.create(db, { name: "Ada" }) });
    await db.commit();
    const bob = new Author({ name: "Bob" });
    db.add(bob);
    post.author = bob;
    post.pages = 2;
    await Post.objects.bulkUpdate(db, [post], ["pages"]);
    await db.commit();
    assert.deepEqual(await Post.objects.valuesList("pages", "author__name").fetch(db), [[2, "Bob"]]);
    await db.close();
  },
);

itOnEachDatabase(
  "bulkCreate({ updateConflicts }) gives the object that the session already has of a row, with what is stored in it",
  async (database) => {
    class Product extends model<Product>("upsert_products")({ sku: t.text().unique(), name: t.text(), price: t.integer().default(0) }) {}

    await database.createAll([Product]);
    const db = database.session();
    const held = await Product.objects.create(db, { sku: "a", name: "old", price: 5 });
    await db.commit();
    const rows = [{ sku: "a", name: "new", price: 77 }];
    const [given] = await Product.objects.bulkCreate(db, rows, { updateConflicts: { on: ["sku"], fields: ["name"] } });
    assert.equal(given, held);
    assert.deepEqual([held.name, held.price], ["new", 5]);
    given!.price += 1;
    await db.commit();
    assert.deepEqual(await Product.objects.valuesList("price", { flat: true }).fetch(db), [6]);
    await db.close();
  },
);

itOnEachDatabase(
  "a unique value that stands twice in one upsert means the same on both databases: the last one wins, as it does over several batches",
  async (database) => {
    class Tag extends model<Tag>("twice_tags")({ label: t.text().unique(), name: t.text() }) {}

    await database.createAll([Tag]);
    const db = database.session();
    const rows = [
      { label: "a", name: "1" },
      { label: "a", name: "2" },
    ];
    await Tag.objects.bulkCreate(db, rows, { updateConflicts: { on: ["label"], fields: ["name"] } });
    await db.commit();
    assert.deepEqual(await Tag.objects.valuesList("label", "name").fetch(db), [["a", "2"]]);
    await db.close();
  },
);

itOnEachDatabase(
  "updateConflicts.on that no unique constraint covers is refused by a FieldError or ConfigurationError before anything is sent",
  async (database) => {
    class Tag extends model<Tag>("loose_on_tags")({ label: t.text(), name: t.text() }) {}

    await database.createAll([Tag]);
    const db = database.session();
    const error = await Tag.objects
      .bulkCreate(db, [{ label: "a", name: "1" }], { updateConflicts: { on: ["label"], fields: ["name"] } })
      .then(
        () => undefined,
        (error) => error,
      );
    assert.match(String(error?.code), /^(FIELD|CONFIGURATION)$/);
    await db.rollback();
    await db.close();
  },
);

itOnEachDatabase(
  "two models that require each other either can be stored in one flush (as in Django), or are refused when their tables are made",
  async (database) => {
    class Store extends model<Store>("circle_stores")({ name: t.text(), manager: oneToOne(() => Staff) }) {}
    class Staff extends model<Staff>("circle_staff")({ name: t.text(), store: foreignKey(() => Store) }) {}

    const made = await database.createAll([Store, Staff]).then(
      () => true,
      (error) => {
        assert.ok(error instanceof ConfigurationError);
        return false;
      },
    );
    if (made) {
      const db = database.session();
      db.add(new Store({ id: 1, name: "a", managerId: 1 }), new Staff({ id: 1, name: "b", storeId: 1 }));
      await db.commit();
      assert.equal(await Store.objects.count(db), 1);
      await db.close();
    }
  },
);

itOnEachDatabase("rows that require each other go in and out in one flush where one of the keys waits for the COMMIT", async (database) => {
  class Store extends model<Store>("beside_stores")({ name: t.text(), manager: oneToOne(() => Staff, { deferrable: "deferred" }) }) {}
  class Staff extends model<Staff>("beside_staff")({ name: t.text(), store: foreignKey(() => Store) }) {}
  class Tag extends model<Tag>("beside_tags")({ label: t.text().unique().nullable(), name: t.text(), ...softDelete() }) {}
  await database.createAll([Store, Staff, Tag]);
  const db = database.session({ onUncommitted: "ignore" });
  const [store, staff] = [new Store({ id: 1, name: "a", managerId: 1 }), new Staff({ id: 1, name: "b", storeId: 1 })];
  db.add(store, staff);
  await db.commit();
  assert.equal(await Store.objects.count(db), 1);
  db.delete(store, staff);
  await db.commit();
  assert.deepEqual([await Store.objects.count(db), await Staff.objects.count(db)], [0, 0]);
  db.add(new Store({ id: 2, name: "a", managerId: 9 }), new Staff({ id: 2, name: "b", storeId: 2 }));
  await assert.rejects(db.commit(), { code: "FOREIGN_KEY_VIOLATION" });
  assert.equal(await Store.objects.count(db), 0);
  await db.close();
});

itOnEachDatabase(
  "an upsert inserts each row whose unique value is NULL, and gives the object of the last row for all with one value",
  async (database) => {
    class Store extends model<Store>("beside_stores")({ name: t.text(), manager: oneToOne(() => Staff, { deferrable: "deferred" }) }) {}
    class Staff extends model<Staff>("beside_staff")({ name: t.text(), store: foreignKey(() => Store) }) {}
    class Tag extends model<Tag>("beside_tags")({ label: t.text().unique().nullable(), name: t.text(), ...softDelete() }) {}
    await database.createAll([Store, Staff, Tag]);
    const db = database.session({ onUncommitted: "ignore" });
    const rows = [
      { label: null, name: "n1" },
      { label: "a", name: "1" },
      { label: null, name: "n2" },
      { label: "a", name: "2" },
      { label: "b", name: "3" },
    ];
    const made = await Tag.objects.bulkCreate(db, rows, { updateConflicts: { on: ["label"], fields: ["name"] } });
    assert.equal(made[1], made[3]);
    assert.deepEqual(
      made.map((tag) => tag.name),
      ["n1", "2", "n2", "2", "3"],
    );
    await db.commit();
    assert.deepEqual((await Tag.objects.orderBy("name").valuesList("label", "name").fetch(db)).map(String), ["a,2", "b,3", ",n1", ",n2"]);
    assert.equal(db.dirty.size + db.new.size, 0);
    await db.close();
  },
);

it("bulkCreate() lets timers run between its portions where the database is in this process, and waits for what onProgress() returns", async () => {
  class Row extends model<Row>("timer_rows")({ title: t.text(), n: t.integer() }) {}
  const database = await connect("sqlite::memory:");
  await database.createAll([Row]);
  const db = database.session();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const rows = Array.from({ length: 20_000 }, (_, n) => ({ title: `t${n}`, n }));
  await Row.objects.bulkCreate(db, rows);
  clearInterval(timer);
  await db.commit();
  await db.close();
  await database.close();
  expect(ticks).toBeGreaterThan(0);
});

describe("long work on a database in this process", () => {
  class Row extends model<Row>("turn_rows")({ title: t.text(), n: t.integer() }) {}
  const count = 20_000;
  const rows = Array.from({ length: count }, (_, n) => ({ title: `t${n}`, n }));
  const works: Readonly<Record<string, (db: Session) => Promise<() => Promise<unknown>>>> = {
    "a flush of new objects": async (db) => {
      db.add(rows.map((row) => new Row(row)));
      return () => db.flush();
    },
    "a flush of changes": async (db) => {
      for (const row of await Row.objects.bulkCreate(db, rows)) row.n += 1;
      return () => db.flush();
    },
    "bulkUpdate()": async (db) => {
      const stored = await Row.objects.bulkCreate(db, rows);
      return () => Row.objects.bulkUpdate(db, stored, ["title", "n"]);
    },
    "bulkCreate()": async (db) => () => Row.objects.bulkCreate(db, rows),
    "iterate()": async (db) => {
      await Row.objects.bulkCreate(db, rows);
      return async () => {
        for await (const row of Row.objects.all().iterate(db, { chunkSize: 1000 })) expect(row.id).toBeGreaterThan(0);
      };
    },
  };

  afterEach(() => void vi.restoreAllMocks());

  it.each(Object.keys(works))("%s gives the event loop its turns", async (name) => {
    await using database = await connect("sqlite::memory:");
    await database.createAll([Row]);
    await using db = database.session({ onUncommitted: "ignore" });
    const work = await works[name]?.(db);
    // On this clock every pause is due, however fast the machine is.
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1_000));
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns++;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    await work?.();
    running = false;
    expect(turns).toBeGreaterThan(2);
    expect(await Row.objects.count(db)).toBe(count);
  });

  it("onProgress() may return a promise, which the next portion waits for", async () => {
    await using database = await connect("sqlite::memory:");
    await database.createAll([Row]);
    await using db = database.session({ onUncommitted: "ignore" });
    const heard: string[] = [];
    await Row.objects.bulkCreate(db, rows.slice(0, 30), {
      batchSize: 10,
      onProgress: async (done, total) => {
        heard.push(`${done} of ${total}`);
        await new Promise((resume) => setTimeout(resume, 2));
        heard.push(`${done} told`);
      },
    });
    expect(heard).toEqual(["10 of 30", "10 told", "20 of 30", "20 told", "30 of 30", "30 told"]);
    const error = new Error("the listener failed");
    const refused = Row.objects.bulkCreate(db, rows.slice(0, 20), { batchSize: 10, onProgress: () => Promise.reject(error) });
    await expect(refused).rejects.toBe(error);
    expect(await Row.objects.count(db)).toBe(30);
  });
});
