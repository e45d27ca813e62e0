/** A forum: threads with trees of replies, moderators who take posts down and bring them back. */

import { describe, expect } from "vitest";
import { atomic, foreignKey, hasMany, model, signals, softDelete, t, UniqueViolation } from "flash-db";
import { exampleWith, type Play } from "../session/example.js";
import { rejection, statusOf } from "../session/uow/stage.js";
import { expectSettled, shown } from "./settled.js";

class Member extends model<Member>("forum_members")({
  name: t.text().unique(),
  threads: hasMany(() => Thread, "author"),
}) {}
class Thread extends model<Thread>("forum_threads")(
  {
    title: t.text(),
    slug: t.text().unique(),
    ...softDelete(),
    author: foreignKey(() => Member, { onDelete: "protect" }),
    posts: hasMany(() => Post, "thread"),
  },
  { ordering: ["id"] },
) {}
class Post extends model<Post>("forum_posts")(
  {
    text: t.text(),
    likes: t.integer().default(0),
    ...softDelete(),
    thread: foreignKey(() => Thread, { onDelete: "cascade" }),
    parent: foreignKey(() => Post, { onDelete: "cascade" }).nullable(),
    replies: hasMany(() => Post, "parent"),
  },
  { ordering: ["id"] },
) {}

const example = exampleWith([Member, Thread, Post]);
const discussed = async ({ db }: Play): Promise<{ ada: Member; thread: Thread; top: Post; reply: Post; answer: Post }> => {
  const ada = new Member({ name: "Ada" });
  const thread = new Thread({ title: "Notes", slug: "notes", author: ada });
  const top = new Post({ text: "top", thread });
  const reply = new Post({ text: "reply", thread, parent: top });
  const answer = new Post({ text: "answer", thread, parent: reply });
  db.add(answer);
  await db.commit();
  return { ada, thread, top, reply, answer };
};
const visible = async ({ open }: Play): Promise<string[]> => Post.objects.orderBy("id").valuesList("text", { flat: true }).fetch(open());

describe("a forum", () => {
  example("stores a tree of replies from its newest leaf, parents first", async (play) => {
    const { top, reply, answer, thread } = await discussed(play);
    expect([reply.parentId, answer.parentId]).toEqual([top.id, reply.id]);
    expect(await visible(play)).toEqual(["top", "reply", "answer"]);
    await expectSettled(play, thread, top, reply, answer);
  });

  example("takes a post down with the replies below it, lists lose them, and bringing one back brings back that one", async (play) => {
    const { db, open } = play;
    const { thread, top, reply, answer } = await discussed(play);
    await thread.posts.fetch();
    await reply.delete();
    await db.commit();
    expect(await visible(play)).toEqual(["top"]);
    expect(shown(thread.posts).map(({ text }) => text)).toEqual(["top"]);
    expect([reply.isPersisted, reply.deletedAt instanceof Date, answer.deletedAt instanceof Date]).toEqual([true, true, true]);
    expect(await Post.objects.onlyDeleted().count(open())).toBe(2);
    await reply.restore();
    await db.commit();
    expect(await visible(play)).toEqual(["top", "reply"]);
    expect(new Set(shown(thread.posts))).toEqual(new Set([top, reply]));
    await expectSettled(play, top, reply);
  });

  example("tells listeners of each post that goes with its thread, and a rollback brings all of it back", async (play) => {
    const { db } = play;
    const { thread, top } = await discussed(play);
    const told: string[] = [];
    const off = signals.on("post_delete", Post, ({ instance }) => told.push(instance.text));
    try {
      await thread.delete();
      expect([...told].sort()).toEqual(["answer", "reply", "top"]);
      expect(await Post.objects.count(db)).toBe(0);
      await db.rollback();
      expect([thread.deletedAt, top.deletedAt, await Post.objects.count(db)]).toEqual([null, null, 3]);
    } finally {
      off();
    }
    await expectSettled(play, thread, top);
  });

  example("lets a new thread have the slug of one that was taken down, which then cannot come back under it", async (play) => {
    const { db } = play;
    const { ada, thread } = await discussed(play);
    await thread.delete();
    const second = await Thread.objects.create(db, { title: "Notes again", slug: "notes", author: ada });
    await db.commit();
    expect(await rejection(thread.restore())).toBeInstanceOf(UniqueViolation);
    await db.rollback();
    expect(thread.deletedAt).toBeInstanceOf(Date);
    thread.slug = "notes-1";
    await thread.restore();
    await db.commit();
    expect(thread.deletedAt).toBeNull();
    await expectSettled(play, thread, second);
  });

  example("moves a branch of replies to another thread in one flush", async (play) => {
    const { db, open } = play;
    const { ada, thread, top, reply, answer } = await discussed(play);
    const other = new Thread({ title: "Elsewhere", slug: "elsewhere", author: ada });
    reply.parent = null;
    for (const post of [reply, answer]) other.posts.add(post);
    db.add(other);
    await db.commit();
    const threads = await Thread.objects.prefetchRelated("posts").fetch(open());
    expect(threads.map((one) => [one.slug, one.posts.map(({ text }) => text)])).toEqual([
      ["notes", ["top"]],
      ["elsewhere", ["reply", "answer"]],
    ]);
    expect((await thread.posts.fetch()).map(({ text }) => text)).toEqual(["top"]);
    expect(await top.replies.count()).toBe(0);
    await expectSettled(play, other, reply, answer);
  });

  example("turns a reply and its parent around: the child becomes the parent", async (play) => {
    const { db } = play;
    const { top, reply } = await discussed(play);
    top.parent = reply;
    reply.parent = null;
    await db.commit();
    expect([top.parentId, reply.parentId]).toEqual([reply.id, null]);
    expect((await reply.replies.fetch()).includes(top)).toBe(true);
    await expectSettled(play, top, reply);
  });

  example("deletes a thread for good inside a block that fails, and everything is as it was", async (play) => {
    const { db } = play;
    const { thread, top, reply, answer } = await discussed(play);
    await thread.posts.fetch();
    await rejection(
      atomic(db, async () => {
        await thread.hardDelete();
        expect(await Post.objects.withDeleted().count(db)).toBe(0);
        throw new Error("not today");
      }),
    );
    expect([thread, top, reply, answer].map(statusOf)).toEqual(["persistent", "persistent", "persistent", "persistent"]);
    expect(shown(thread.posts).length).toBe(3);
    top.likes = 1;
    await db.commit();
    await expectSettled(play, thread, top, reply, answer);
  });
});
