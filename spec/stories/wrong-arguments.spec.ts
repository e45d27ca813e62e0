/** Arguments of a wrong kind, which the compiler of a program in JavaScript did not see, are refused by errors of Flash DB. */

import { expect, it } from "vitest";
import { atomic, FlashDbError, foreignKey, hasMany, model, t } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";

class User extends model<User>("wrong_users")({ name: t.text(), posts: hasMany(() => Post, "author") }) {}
class Post extends model<Post>("wrong_posts")({ title: t.text(), author: foreignKey(() => User).nullable() }) {}

eachDatabase("a wrong argument", [User, Post], (open) => {
  it("is refused by every verb, and the session goes on", async () => {
    const database = await open();
    await using db = database.session({ onUncommitted: "ignore" });
    const user = await User.objects.create(db, { name: "Ada" });
    await db.commit();
    const calls: Record<string, (wrong: never) => unknown> = {
      bulkCreate: (wrong) => User.objects.bulkCreate(db, [wrong]),
      "bulkCreate, list": (wrong) => User.objects.bulkCreate(db, wrong),
      "bulkCreate, option": () => User.objects.bulkCreate(db, [{ name: "a" }], { ignoreConflict: true } as never),
      bulkUpdate: (wrong) => User.objects.bulkUpdate(db, [user], wrong),
      toObject: (wrong) => user.toObject({ include: wrong }),
      load: (wrong) => user.load(wrong),
      refresh: (wrong) => user.refresh(wrong),
      "db.refresh": (wrong) => db.refresh(user, wrong),
      "user.set": (wrong) => user.set(wrong),
      "posts.set": (wrong) => user.posts.set(wrong),
      get: (wrong) => db.get(wrong, 1 as never),
      "save, option": () => user.save(db, { forceUpdate: true } as never),
      "save, fields": (wrong) => user.save(db, { fields: wrong }),
      noAutoflush: (wrong) => db.noAutoflush(wrong),
      "retries of atomic": () => atomic(db, async () => undefined, { retries: "x" as never }),
    };
    for (const [name, call] of Object.entries(calls)) {
      for (const wrong of [5, "x", true]) {
        const error = await (async () => call(wrong as never))().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error, `${name} of ${String(wrong)}`).toBeInstanceOf(FlashDbError);
        await db.rollback();
      }
    }
    expect(await User.objects.count(db)).toBe(1);
  });

  it("of a path is a relation where a column is expected: the error does not suggest it again", () => {
    expect(() => User.objects.only("posts" as never).toSQL("sqlite")).toThrow("'posts' is a relation of User and no field");
    expect(() => User.objects.only("post" as never).toSQL("sqlite")).toThrow("Did you mean 'posts'?");
  });

  it("of a collection whose session is closed is one error for all its verbs", async () => {
    const database = await open();
    const db = database.session();
    const user = await User.objects.create(db, { name: "Ada" });
    await db.commit();
    await db.close();
    const verbs: Record<string, () => Promise<unknown>> = {
      fetch: () => user.posts.fetch(),
      count: () => user.posts.count(),
      exists: () => user.posts.exists(),
      filter: async () => user.posts.filter({ title: "x" }).fetch(),
      order: async () => user.posts.orderBy("title").first(),
    };
    for (const [name, verb] of Object.entries(verbs))
      await expect((async () => verb())(), name).rejects.toMatchObject({ code: "NOT_LOADED", model: "User" });
    await using other = database.session();
    expect(await (user.posts.filter({ title: "x" }) as unknown as typeof Post.objects).fetch(other)).toEqual([]);
  });
});
