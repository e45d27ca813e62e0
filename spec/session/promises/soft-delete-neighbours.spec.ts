/** What lies beside the promises of soft deletion: replaced and emptied places, restored rows, sets, rollbacks. */

import assert from "node:assert/strict";
import { atomic, foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, softDelete, t } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

class User extends model<User>("soft_near_users")({
  name: t.text(),
  badge: hasOne(() => Badge, "user", { orphans: "delete" }),
  tags: manyToMany(() => Tag, { reverse: "users" }),
  tasks: hasMany(() => Task, "user"),
}) {}
class Badge extends model<Badge>("soft_near_badges")({
  value: t.text(),
  user: oneToOne(() => User, { onDelete: "cascade" }),
  ...softDelete(),
}) {}
class Tag extends model<Tag>("soft_near_tags")({ label: t.text(), users: manyToMany(() => User, { reverse: "tags" }), ...softDelete() }) {}
class Task extends model<Task>("soft_near_tasks")({
  label: t.text(),
  user: foreignKey(() => User, { onDelete: "cascade" }),
  ...softDelete(),
}) {}

itOnEachDatabase(
  "a one-to-one whose orphans are deleted softly is replaced while it is loaded: the old row keeps its owner",
  async (database) => {
    await database.createAll([User, Badge, Tag, Task]);
    const db = database.session({ onUncommitted: "ignore" });
    const u = new User({ name: "a" });
    u.badge = new Badge({ value: "1" });
    db.add(u);
    await db.commit();
    u.badge = new Badge({ value: "2" });
    await db.commit();
    assert.deepEqual(await Badge.objects.valuesList("value", "userId").fetch(db), [["2", u.id]]);
    assert.deepEqual(await Badge.objects.onlyDeleted().valuesList("value", "userId").fetch(db), [["1", u.id]]);
    await db.close();
  },
);

itOnEachDatabase("the same while it is not loaded, and then emptied", async (database) => {
  await database.createAll([User, Badge, Tag, Task]);
  const db = database.session({ onUncommitted: "ignore" });
  const u = new User({ name: "b" });
  u.badge = new Badge({ value: "1" });
  db.add(u);
  await db.commit();
  await db.close();
  const d2 = database.session({ onUncommitted: "ignore" });
  const v = await User.objects.get(d2, { id: u.id });
  v.badge = new Badge({ value: "2" });
  await d2.commit();
  assert.deepEqual(await Badge.objects.filter({ userId: u.id }).valuesList("value", "userId").fetch(d2), [["2", u.id]]);
  assert.deepEqual(await Badge.objects.onlyDeleted().filter({ userId: u.id }).valuesList("value", "userId").fetch(d2), [["1", u.id]]);
  v.badge = null;
  await d2.commit();
  assert.equal(await Badge.objects.filter({ userId: u.id }).count(d2), 0);
  await d2.close();
});

itOnEachDatabase("a rollback, and restore(), show the row again in every list and one-to-one that shows it", async (database) => {
  await database.createAll([User, Badge, Tag, Task]);
  const db = database.session({ onUncommitted: "ignore" });
  const u = new User({ name: "c" });
  u.tags.add(new Tag({ label: "x" }));
  u.tasks.add(new Task({ label: "t" }));
  u.badge = new Badge({ value: "b" });
  db.add(u);
  await db.commit();
  await u.tags.fetch();
  await u.tasks.fetch();
  const [tag, task, badge] = [(await u.tags.fetch())[0] as Tag, (await u.tasks.fetch())[0] as Task, u.badge as Badge];
  await tag.delete();
  await task.delete();
  await badge.delete();
  assert.deepEqual([await u.tags.count(), await u.tasks.count(), u.badge], [0, 0, null]);
  await db.rollback();
  assert.deepEqual([await u.tags.count(), await u.tasks.count(), u.badge?.value], [1, 1, "b"]);
  await tag.delete();
  await task.delete();
  await badge.delete();
  await db.commit();
  await tag.restore();
  await task.restore();
  await badge.restore();
  assert.deepEqual([await u.tags.count(), await u.tasks.count(), (await u.badge)?.value], [1, 1, "b"]);
  await db.commit();
  await db.close();
});

itOnEachDatabase("delete() and update() of a set are followed by loaded lists in both directions", async (database) => {
  await database.createAll([User, Badge, Tag, Task]);
  const db = database.session({ onUncommitted: "ignore" });
  const u = new User({ name: "d" });
  u.tags.add(new Tag({ label: "y" }));
  u.tasks.add(new Task({ label: "s" }));
  db.add(u);
  await db.commit();
  await u.tags.fetch();
  await u.tasks.fetch();
  await Task.objects.filter({ label: "s" }).delete(db);
  await Tag.objects.filter({ label: "y" }).delete(db);
  assert.deepEqual([await u.tags.count(), await u.tasks.count()], [0, 0]);
  await Task.objects.withDeleted().filter({ label: "s" }).update(db, { deletedAt: null });
  await Tag.objects.withDeleted().filter({ label: "y" }).update(db, { deletedAt: null });
  assert.deepEqual([await u.tags.count(), await u.tasks.count()], [1, 1]);
  await db.commit();
  await db.close();
});

itOnEachDatabase("an orphan keeps its key, and a rollback gives it back to its owner", async (database) => {
  await database.createAll([User, Badge, Tag, Task]);
  const db = database.session({ onUncommitted: "ignore" });
  const u = new User({ name: "e" });
  const b = new Badge({ value: "1" });
  u.badge = b;
  db.add(u);
  await db.commit();
  await assert.rejects(
    atomic(db, async () => {
      u.badge = null;
      await db.flush();
      assert.equal(b.userId, u.id);
      throw new Error("x");
    }),
  );
  assert.deepEqual([u.badge?.value, b.userId, b.deletedAt], ["1", u.id, null]);
  await db.commit();
  await db.close();
});

itOnEachDatabase("a one-to-one that was emptied is still deleted after a flush that failed for another reason", async (database) => {
  await database.createAll([User, Badge, Tag, Task]);
  const db = database.session({ onUncommitted: "ignore" });
  const u = new User({ name: "f" });
  u.badge = new Badge({ value: "1" });
  db.add(u);
  await db.commit();
  u.badge = null;
  const dup = new User({ id: u.id, name: "z" } as never);
  db.add(dup);
  await assert.rejects(db.flush());
  db.expunge(dup);
  await db.commit();
  assert.equal(await Badge.objects.filter({ userId: u.id }).count(db), 0);
  assert.equal(await Badge.objects.onlyDeleted().filter({ userId: u.id }).count(db), 1);
  await db.close();
});
