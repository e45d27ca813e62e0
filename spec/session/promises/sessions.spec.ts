/** What a session promises besides its unit of work, each as a small program that asserts it. */

import assert from "node:assert/strict";
import { hasOne, model, oneToOne, sql, t } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

itOnEachDatabase(
  "add(), expire() and delete() take a list of objects as well, so that very many can be given at once",
  async (database) => {
    class Tag extends model<Tag>("listed_tags")({ label: t.text() }) {}

    await database.createAll([Tag]);
    const db = database.session();
    const tags = ["a", "b", "c"].map((label) => new Tag({ label }));
    db.add(tags);
    await db.commit();
    assert.equal(await Tag.objects.count(db), 3);
    db.delete(tags);
    await db.commit();
    assert.equal(await Tag.objects.count(db), 0);
    await db.close();
  },
);

itOnEachDatabase(
  "closing a session with changes or new objects that were never flushed is not silent: onUncommitted covers them like written work",
  async (database) => {
    class User extends model<User>("forgotten_users")({ name: t.text() }) {}

    await database.createAll([User]);
    const setup = database.session();
    await User.objects.create(setup, { name: "Ada" });
    await setup.commit();
    await setup.close();
    const ends = async (work: (db: typeof setup) => unknown) => {
      const db = database.session({ onUncommitted: "throw" });
      await work(db);
      return db.close().then(
        () => "silent",
        () => "told",
      );
    };
    assert.equal(await ends((db) => User.objects.count(db)), "silent", "a session that only read");
    assert.equal(await ends((db) => User.objects.create(db, { name: "Bob" })), "told", "a written row");
    assert.equal(await ends(async (db) => void ((await User.objects.get(db, { name: "Ada" })).name = "Eve")), "told", "a changed object");
    assert.equal(await ends((db) => db.add(new User({ name: "Bob" }))), "told", "an added object");
  },
);

itOnEachDatabase("rows can be written where the built-in classes are frozen (node --frozen-intrinsics)", async (database) => {
  class Row extends model<Row>("frozen_rows")({ n: t.integer() }) {}

  await database.createAll([Row]);
  // What freezing does to an assignment, for as long as this example lasts.
  const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") as PropertyDescriptor;
  Object.defineProperty(Error, "stackTraceLimit", { ...limit, writable: false });
  try {
    const db = database.session();
    await Row.objects.create(db, { n: 1 });
    await db.commit();
    assert.equal(await Row.objects.count(db), 1);
    await db.close();
  } finally {
    Object.defineProperty(Error, "stackTraceLimit", limit);
  }
});

itOnEachDatabase(
  "merge() takes over that a one-to-one was set to null on the copy, and orphans are deleted then (as SQLAlchemy does)",
  async (database) => {
    class Owner extends model<Owner>("lost_owners")({ name: t.text(), badge: hasOne(() => Badge, "owner", { orphans: "delete" }) }) {}
    class Badge extends model<Badge>("lost_badges")({
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
    const first = database.session();
    const copy = await Owner.objects.selectRelated("badge").get(first, { name: "Ada" });
    await first.close();
    copy.badge = null;
    const db = database.session();
    const merged = await db.merge(copy);
    await db.commit();
    assert.equal(await merged.badge, null);
    assert.equal(await Badge.objects.count(db), 0);
    await db.close();
  },
);

itOnEachDatabase("merge() replaces the stored object of a one-to-one by the new one that the copy has", async (database) => {
  class Owner extends model<Owner>("newone_owners")({ name: t.text(), badge: hasOne(() => Badge, "owner", { orphans: "delete" }) }) {}
  class Badge extends model<Badge>("newone_badges")({
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
  const first = database.session();
  const copy = await Owner.objects.selectRelated("badge").get(first, { name: "Ada" });
  await first.close();
  copy.badge = new Badge({ number: "2" });
  const db = database.session();
  await db.merge(copy);
  await db.commit();
  assert.deepEqual(await Badge.objects.valuesList("number", "owner__name").fetch(db), [["2", "Ada"]]);
  await db.close();
});

itOnEachDatabase(
  "noAutoflush() holds for the queries of its own block, not for those that another task asks on the session meanwhile",
  async (database) => {
    class User extends model<User>("meanwhile_users")({ name: t.text() }) {}

    await database.createAll([User]);
    const db = database.session({ onUncommitted: "ignore" });
    db.add(new User({ name: "a" }));
    const block = db.noAutoflush(() => new Promise((go) => setTimeout(go, 50)));
    const count = await User.objects.filter({ name: "a" }).count(db);
    await block;
    assert.equal(count, 1);
    await db.close();
  },
);

itOnEachDatabase("autoflush is on again after noAutoflush() blocks that overlapped in time", async (database) => {
  class User extends model<User>("overlap_users")({ name: t.text() }) {}

  await database.createAll([User]);
  const db = database.session({ onUncommitted: "ignore" });
  const isTaken = (name: string) => db.noAutoflush(() => User.objects.filter({ name }).exists(db));
  await Promise.all([isTaken("a"), isTaken("b")]);
  db.add(new User({ name: "c" }));
  assert.equal(await User.objects.filter({ name: "c" }).count(db), 1);
  await db.close();
});

itOnEachDatabase(
  "execute(…, { readOnly: true }) does not write: a statement that would is refused, or undone by rollback()",
  async (database) => {
    class Row extends model<Row>("read_rows")({ n: t.integer() }) {}

    await database.createAll([Row]);
    const db = database.session();
    await db.execute(sql`INSERT INTO read_rows (n) VALUES (1)`, { readOnly: true }).catch(() => {});
    await db.rollback();
    assert.equal(await Row.objects.count(db), 0);
    await db.close();
  },
);

itOnEachDatabase(
  "refresh() can read single columns again and keeps the unsaved changes of others (as in Django and SQLAlchemy)",
  async (database) => {
    class Track extends model<Track>("refresh_tracks")({ name: t.text(), composer: t.text() }) {}

    await database.createAll([Track]);
    const db = database.session({ autoflush: false, onUncommitted: "ignore" });
    const track = await Track.objects.create(db, { name: "old", composer: "old" });
    await db.execute(sql`UPDATE refresh_tracks SET name = 'new'`);
    track.composer = "mine";
    await track.refresh(["name"]);
    assert.deepEqual([track.name, track.composer], ["new", "mine"]);
    await db.commit();
    assert.deepEqual(await Track.objects.valuesList("name", "composer").fetch(db), [["new", "mine"]]);
    await db.close();
  },
);
