/** What soft deletion promises, each as a small program that asserts it. */

import assert from "node:assert/strict";
import { FlashDbError, foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, softDelete, t } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

itOnEachDatabase("getOrCreate() by the key of a soft-deleted row says that the row is deleted", async (database) => {
  class User extends model<User>("soft_key_users")({ email: t.text(), ...softDelete() }) {}

  await database.createAll([User]);
  const db = database.session();
  const gone = await User.objects.create(db, { email: "a" });
  await db.commit();
  await gone.delete();
  await db.commit();
  await assert.rejects(User.objects.getOrCreate(db, { id: gone.id }, { email: "b" }), (error: Error) => {
    assert.ok(error instanceof FlashDbError);
    assert.match(error.message, /deleted/);
    return true;
  });
  await db.rollback();
  await db.close();
});

itOnEachDatabase("getOrCreate() and updateOrCreate() work by a unique field of a model with soft deletion", async (database) => {
  class User extends model<User>("soft_users")({ email: t.text().unique(), name: t.text().default(""), ...softDelete() }) {}

  await database.createAll([User]);
  const db = database.session();
  const [ada, made] = await User.objects.getOrCreate(db, { email: "a" }, { name: "A" });
  assert.equal(made, true);
  assert.deepEqual(await User.objects.getOrCreate(db, { email: "a" }, { name: "X" }), [ada, false]);
  const [again] = await User.objects.updateOrCreate(db, { email: "a" }, { name: "B" });
  assert.equal(again, ada);
  assert.equal(ada.name, "B");
  await ada.delete();
  const [next, created] = await User.objects.getOrCreate(db, { email: "a" }, { name: "C" });
  assert.deepEqual([created, next.name], [true, "C"]);
  await db.commit();
  await db.close();
});

itOnEachDatabase(
  "a soft-deleted row is not written to when its owner gets a new one-to-one, whether the old one was asked for before or not",
  async (database) => {
    class User extends model<User>("hidden_users")({ name: t.text(), badge: hasOne(() => Badge, "user") }) {}
    class Badge extends model<Badge>("hidden_badges")({
      value: t.text(),
      user: oneToOne(() => User, { onDelete: "setNull" }).nullable(),
      ...softDelete(),
    }) {}

    await database.createAll([User, Badge]);
    const setup = database.session();
    const user = await User.objects.create(setup, { name: "Ada" });
    const old = await Badge.objects.create(setup, { value: "old", user });
    await setup.commit();
    await old.delete();
    await setup.commit();
    await setup.close();
    const db = database.session();
    const again = await User.objects.get(db, { id: user.id });
    again.badge = new Badge({ value: "new" });
    await db.commit();
    assert.deepEqual(await Badge.objects.onlyDeleted().valuesList("value", "userId").fetch(db), [["old", user.id]]);
    await db.close();
  },
);

itOnEachDatabase("a soft-deleted one-to-one with a required owner does not stand in the way of a new one", async (database) => {
  class User extends model<User>("required_users")({ name: t.text(), badge: hasOne(() => Badge, "user") }) {}
  class Badge extends model<Badge>("required_badges")({
    value: t.text(),
    user: oneToOne(() => User, { onDelete: "cascade" }),
    ...softDelete(),
  }) {}

  await database.createAll([User, Badge]);
  const setup = database.session();
  const old = await Badge.objects.create(setup, { value: "old", user: await User.objects.create(setup, { name: "Ada" }) });
  await setup.commit();
  await old.delete();
  await setup.commit();
  await setup.close();
  const db = database.session();
  const ada = await User.objects.get(db, { name: "Ada" });
  ada.badge = new Badge({ value: "new" });
  await db.commit();
  assert.deepEqual(await Badge.objects.valuesList("value", { flat: true }).fetch(db), ["new"]);
  await db.close();
});

itOnEachDatabase("a soft-deleted object leaves the loaded collections of its owner, as a deleted one does", async (database) => {
  class List extends model<List>("left_lists")({ name: t.text(), tasks: hasMany(() => Task, "list") }) {}
  class Task extends model<Task>("left_tasks")({
    text: t.text(),
    list: foreignKey(() => List, { onDelete: "cascade" }),
    ...softDelete(),
  }) {}

  await database.createAll([List, Task]);
  const db = database.session();
  const made = await List.objects.create(db, { name: "l" });
  made.tasks.add(new Task({ text: "1" }), new Task({ text: "2" }));
  await db.commit();
  const list = await List.objects.prefetchRelated("tasks").get(db, { name: "l" });
  const [one] = [...list.tasks];
  await one!.delete();
  await db.commit();
  assert.equal(await list.tasks.all().count(), 1);
  assert.equal(await list.tasks.count(), 1, "count() of the loaded collection");
  assert.equal(list.tasks.length, 1, "length of the loaded collection");
  await db.close();
});

itOnEachDatabase("a soft-deleted object leaves the loaded one-to-ones and many-to-many collections that it stands in", async (database) => {
  class User extends model<User>("leave_users")({
    name: t.text(),
    badge: hasOne(() => Badge, "user"),
    tags: manyToMany(() => Tag, { reverse: "users" }),
  }) {}
  class Badge extends model<Badge>("leave_badges")({
    value: t.text(),
    user: oneToOne(() => User, { onDelete: "cascade" }),
    ...softDelete(),
  }) {}
  class Tag extends model<Tag>("leave_tags")({ label: t.text(), users: manyToMany(() => User, { reverse: "tags" }), ...softDelete() }) {}

  await database.createAll([User, Badge, Tag]);
  const db = database.session();
  const made = new User({ name: "Ada" });
  made.badge = new Badge({ value: "b" });
  made.tags.add(new Tag({ label: "x" }), new Tag({ label: "y" }));
  db.add(made);
  await db.commit();
  const user = await User.objects.selectRelated("badge").prefetchRelated("tags").get(db, { name: "Ada" });
  await user.badge!.delete();
  await user.tags.at(0)!.delete();
  await db.commit();
  assert.equal(await user.tags.count(), 1, "tags");
  assert.equal(user.badge, null, "badge");
  await db.close();
});

itOnEachDatabase(
  'orphans: "delete" of a model that is deleted softly marks the orphan as deleted and leaves its key as it was',
  async (database) => {
    class List extends model<List>("orphan_lists")({ name: t.text(), tasks: hasMany(() => Task, "list", { orphans: "delete" }) }) {}
    class Task extends model<Task>("orphan_tasks")({
      name: t.text(),
      list: foreignKey(() => List, { onDelete: "cascade" }),
      ...softDelete(),
    }) {}

    await database.createAll([List, Task]);
    const db = database.session();
    const list = new List({ name: "l" });
    const task = new Task({ name: "1" });
    list.tasks.add(task);
    db.add(list);
    await db.commit();
    list.tasks.remove(task);
    await db.commit();
    assert.equal(await Task.objects.count(db), 0);
    assert.deepEqual(await Task.objects.onlyDeleted().valuesList("listId", { flat: true }).fetch(db), [list.id]);
    await db.close();
  },
);

itOnEachDatabase(
  "bulkCreate({ updateConflicts }) works on a unique field of a model with soft deletion: only rows that are not deleted conflict",
  async (database) => {
    class User extends model<User>("soft_upsert_users")({ email: t.text().unique(), name: t.text(), ...softDelete() }) {}

    await database.createAll([User]);
    const db = database.session();
    const gone = await User.objects.create(db, { email: "a", name: "gone" });
    await gone.delete();
    const upsert = (name: string) =>
      User.objects.bulkCreate(db, [{ email: "a", name }], { updateConflicts: { on: ["email"], fields: ["name"] } });
    await upsert("one");
    await upsert("two");
    await db.commit();
    assert.deepEqual(await User.objects.withDeleted().orderBy("id").valuesList("name", { flat: true }).fetch(db), ["gone", "two"]);
    await db.close();
  },
);
