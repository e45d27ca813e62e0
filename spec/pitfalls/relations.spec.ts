/** Relations where other mappers delete what they never loaded, load one by one, or hide a class's own fields. */

import { describe, expect } from "vitest";
import { ConfigurationError, model, NotLoaded, Prefetch, t } from "flash-db";
import { exampleWith } from "../session/example.js";
import { rejection } from "../session/uow/stage.js";
import { models, Post, User } from "./models.js";

const example = exampleWith(models);

describe("collections that are loaded in part or not at all", () => {
  example("a filtered prefetch can be looked at and never written", async ({ db, open }) => {
    const user = await User.objects.create(db, { name: "a", email: "a@x" });
    db.add(...[1, 20, 30].map((views) => new Post({ title: `t${views}`, views, author: user })));
    await db.commit();
    const other = open();
    const [found] = (await User.objects
      .prefetchRelated(new Prefetch("posts", Post.objects.filter({ views__gt: 10 })))
      .fetch(other)) as unknown as [User];
    expect([...(found.posts as unknown as Iterable<Post>)].map(({ views }) => views)).toEqual([20, 30]);
    const added = new Post({ title: "more", author: found });
    expect((await rejection(Promise.resolve().then(() => found.posts.set([added])))).code).toBe("SESSION");
    found.name = "b";
    await other.commit();
    expect(await Post.objects.count(open())).toBe(3);
  });

  example("set() on one that was never loaded compares before it writes", async ({ db, open, sent }) => {
    const user = await User.objects.create(db, { name: "a", email: "a@x" });
    const [one, two] = [
      await Post.objects.create(db, { title: "1", author: user }),
      await Post.objects.create(db, { title: "2", author: user }),
    ];
    await db.commit();
    const other = open();
    const mine = (await other.get(User, user.id)) as User;
    const [first, second] = (await Post.objects.orderBy("title").fetch(other)) as [Post, Post];
    sent();
    await mine.posts.set([second, first]);
    await other.flush();
    expect(sent().filter((text) => !text.startsWith("SELECT"))).toEqual([]);
    expect([first.id, second.id]).toEqual([one.id, two.id]);
  });
});

describe("relations that are not loaded", () => {
  example("are loaded for all siblings by one statement, or say what to do", async ({ db, open, sent }) => {
    for (const name of ["a", "b", "c"]) await Post.objects.create(db, { title: name, author: new User({ name, email: `${name}@x` }) });
    await db.commit();
    const other = open();
    const posts = await Post.objects.orderBy("title").fetch(other);
    sent();
    const names: string[] = [];
    for (const post of posts) names.push((await post.author).name);
    expect(names).toEqual(["a", "b", "c"]);
    expect(sent()).toEqual(["SELECT users"]);
    const strict = open({ fetchMode: "raise" });
    const [post] = (await Post.objects.fetch(strict)) as [Post];
    expect(await rejection(Promise.resolve(post.author))).toBeInstanceOf(NotLoaded);
    expect(() => `${String(post.author)}`).toThrow(NotLoaded);
  });
});

describe("fields that a class declares again", () => {
  const fresh = exampleWith([]);
  fresh(
    "are refused at the first instance, with the remedy, instead of hiding what was loaded",
    async () => {
      class Shadow extends model<Shadow>("shadows")({ name: t.text() }) {
        override name = "hidden";
      }
      expect(() => new Shadow()).toThrow(ConfigurationError);
      expect(() => new Shadow()).toThrow(/declare name/);
      class Fine extends model<Fine>("fines")({ name: t.text() }) {
        declare name: string;
        own = 1;
      }
      expect(new Fine({ name: "shown" }).name).toBe("shown");
      await Promise.resolve();
    },
    ["sqlite"],
  );
});
