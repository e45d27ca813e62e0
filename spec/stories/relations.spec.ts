/** Relations from the user's side: what loads when, with how many statements, and what both sides agree on in memory. */

import { describe, expect, it } from "vitest";
import {
  F,
  foreignKey,
  hasMany,
  hasOne,
  manyToMany,
  model,
  NotLoaded,
  oneToOne,
  Prefetch,
  SessionError,
  t,
  type Session,
} from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";
import { heapInUse } from "../support/heap.js";

class Author extends model<Author>("rel_authors")({
  name: t.text(),
  posts: hasMany(() => Post, "author"),
  edited: hasMany(() => Post, "editor"),
  profile: hasOne(() => Profile, "author"),
}) {}
class Profile extends model<Profile>("rel_profiles")({
  bio: t.text(),
  author: oneToOne(() => Author, { onDelete: "cascade" }),
}) {}
class Post extends model<Post>("rel_posts")(
  {
    title: t.text(),
    views: t.integer().default(0),
    author: foreignKey(() => Author, { onDelete: "cascade" }),
    editor: foreignKey(() => Author, { onDelete: "setNull" }).nullable(),
    tags: manyToMany(() => Tag, { reverse: "posts" }),
  },
  { ordering: ["id"] },
) {}
class Tag extends model<Tag>("rel_tags")(
  {
    label: t.text(),
    posts: manyToMany(() => Post, { reverse: "tags" }),
  },
  { ordering: ["label"] },
) {}

const models = [Author, Profile, Post, Tag];

/** 10 authors with profiles, `count` posts spread over them, three tags of which post n has n % 3 + 1. */
const seed = async (db: Session, count: number): Promise<void> => {
  const authors = await Author.objects.bulkCreate(
    db,
    Array.from({ length: 10 }, (_, n) => ({ name: `Author ${n}` })),
  );
  await Profile.objects.bulkCreate(
    db,
    authors.map((author) => ({ bio: `About ${author.name}`, author })),
  );
  const tags = await Tag.objects.bulkCreate(
    db,
    ["css", "html", "js"].map((label) => ({ label })),
  );
  const posts = await Post.objects.bulkCreate(
    db,
    Array.from({ length: count }, (_, n) => ({ title: `Post ${n}`, views: n, author: authors[n % 10]! })),
  );
  posts.forEach((post, n) => post.tags.add(...tags.slice(0, (n % 3) + 1)));
  await db.commit();
};

eachDatabase("relations", models, (fresh) => {
  describe("loading on touch", () => {
    it("walks a thousand posts one after the other through author, profile and the author's posts' tags with 1 + 4 statements", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 1000);
      await using db = database.session();
      let tags = 0;
      await assertQueries(db, 5, async () => {
        for (const post of await Post.objects.fetch(db)) {
          const author = await post.author;
          expect((await author.profile)?.bio).toBe(`About ${author.name}`);
          for (const sibling of await author.posts.fetch()) tags += (await sibling.tags.fetch()).length;
        }
      });
      // 1000 posts, each walked from each of the 100 posts of its author; 334 have one tag, 333 two, 333 three.
      expect(tags).toBe(100 * (334 + 333 * 2 + 333 * 3));
    });

    it("costs the same when all are asked for at once", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 1000);
      await using db = database.session();
      await assertQueries(db, 5, async () => {
        const posts = await Post.objects.fetch(db);
        await Promise.all(
          posts.map(async (post) => {
            const author = await post.author;
            await author.profile;
            const siblings = await author.posts.fetch();
            await Promise.all(siblings.map((sibling) => sibling.tags.fetch()));
          }),
        );
      });
    });

    it("asks for one, when the query says so", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 20);
      await using db = database.session();
      const posts = await Post.objects.fetchMode("one").fetch(db);
      await assertQueries(db, 1, async () => (await posts[0]!.author).name);
      await assertQueries(db, 1, async () => (await posts[1]!.author).name);
      // Post 10 has the author of post 0, who is here already.
      await assertQueries(db, 0, async () => (await posts[10]!.author).name);
    });

    it("refuses, when the query says so", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 3);
      await using db = database.session();
      const [post] = await Post.objects.fetchMode("raise").fetch(db);
      await expect(async () => post!.author).rejects.toThrow(NotLoaded);
      await expect(post!.tags.fetch()).rejects.toThrow(/Post\.tags/);
    });

    it("is a reference until then: nothing is sent, it prints its key, JSON leaves it out, and it has no value", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 1);
      await using db = database.session();
      const post = (await Post.objects.first(db))!;
      await assertQueries(db, 0, async () => {
        const reference: unknown = post.author;
        expect(post.author).toBe(reference);
        const { inspect } = await import("node:util");
        expect(inspect(reference)).toBe(`Ref<Author ${post.authorId}>`);
        expect(JSON.stringify({ author: reference })).toBe("{}");
        expect(() => `of ${reference as string}`).toThrow(NotLoaded);
        expect(() => (reference as number) + 1).toThrow(NotLoaded);
        expect(post.editor).toBeNull();
      });
      const author = await post.author;
      expect(author).toBeInstanceOf(Author);
      expect(post.author).toBe(author);
    });

    it("gives a row that the session holds without asking", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 10);
      await using db = database.session();
      const authors = await Author.objects.fetch(db);
      const posts = await Post.objects.fetch(db);
      await assertQueries(db, 0, async () => {
        for (const post of posts) expect(authors).toContain(await post.author);
      });
    });
  });

  describe("loading in advance", () => {
    it("joins to-one relations into the query, nested ones too", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 30);
      await using db = database.session();
      await assertQueries(db, 1, async () => {
        const posts = await Post.objects.selectRelated("author__profile", "editor").fetch(db);
        expect(posts).toHaveLength(30);
        for (const post of posts) {
          expect(post.author.profile?.bio).toBe(`About ${post.author.name}`);
          expect(post.editor).toBeNull();
        }
        expect(posts[0]!.author).toBe(posts[10]!.author);
      });
    });

    it("what was loaded with the rows stays with them when their session ends, or forgets them", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 20);
      const db = database.session();
      const joined = await Post.objects.selectRelated("author__profile").orderBy("id").fetch(db);
      const prefetched = await Author.objects.prefetchRelated("posts__tags").orderBy("id").fetch(db);
      db.clear();
      expect(joined.map((post) => post.author.profile?.bio)).toEqual(joined.map((_, n) => `About Author ${n % 10}`));
      await db.close();
      expect(joined[11]!.author.name).toBe("Author 1");
      expect([...prefetched[2]!.posts].map((post) => [...post.tags].length)).toEqual([3, 1]);
      for await (const post of Post.objects.selectRelated("author").iterate(database.session(), { chunkSize: 3 }))
        expect(post.author.name).toMatch(/^Author/);
      const kept: { author: { name: string } }[] = [];
      await using chunks = database.session();
      for await (const post of Post.objects.selectRelated("author").iterate(chunks, { chunkSize: 3 })) kept.push(post);
      expect(kept.map((post) => post.author.name)).toHaveLength(20);
    });

    it("a key that was changed wins over what was joined", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 2);
      await using db = database.session();
      const [first, second] = await Post.objects.selectRelated("author").orderBy("id").fetch(db);
      first!.authorId = second!.authorId;
      expect(first!.author).toBe(second!.author);
      (first as { authorId: number }).authorId = 9;
      expect((await (first as unknown as Post).author).name).toBe("Author 8");
    });

    it("prefetches with one statement per relation and level", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 60);
      await using db = database.session();
      await assertQueries(db, 4, async () => {
        const authors = await Author.objects.prefetchRelated("profile", "posts__tags").orderBy("id").fetch(db);
        expect(authors.map((author) => author.posts.length)).toEqual(Array.from({ length: 10 }, () => 6));
        for (const author of authors) {
          expect(author.profile?.bio).toBe(`About ${author.name}`);
          for (const post of author.posts)
            expect([...post.tags].map((tag) => tag.label)).toEqual(["css", "html", "js"].slice(0, (post.views % 3) + 1));
        }
      });
    });

    it("takes a QuerySet of one's own, with its filter, order and joins, into a list of its own", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 60);
      await using db = database.session();
      await assertQueries(db, 2, async () => {
        const popular = Post.objects.filter({ views__gte: 30 }).orderBy("-views").selectRelated("author");
        const authors = await Author.objects
          .prefetchRelated(new Prefetch("posts", popular, { toAttr: "popular" }))
          .orderBy("id")
          .fetch(db);
        expect(authors[3]!.popular.map((post) => post.views)).toEqual([53, 43, 33]);
        expect(authors[3]!.popular[0]!.author).toBe(authors[3]);
        expect(() => [...(authors[3]!.posts as unknown as Iterable<Post>)]).toThrow(NotLoaded);
        expect(authors[3]!.toJSON()).toEqual({ id: authors[3]!.id, name: "Author 3" });
      });
    });

    it("slices per parent, not over all", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 60);
      await using db = database.session();
      await assertQueries(db, 2, async () => {
        const authors = await Author.objects
          .prefetchRelated(new Prefetch("posts", Post.objects.orderBy("-views").slice(1, 3), { toAttr: "next" }))
          .orderBy("id")
          .fetch(db);
        expect(authors.map((author) => author.next.map((post) => post.views))).toEqual(
          Array.from({ length: 10 }, (_, n) => [40 + n, 30 + n]),
        );
      });
      await assertQueries(db, 2, async () => {
        const tags = await Tag.objects
          .prefetchRelated(new Prefetch("posts", Post.objects.orderBy("views").limit(2), { toAttr: "firsts" }))
          .fetch(db);
        expect(tags.map((tag) => tag.firsts.map((post) => post.views))).toEqual([
          [0, 1],
          [1, 2],
          [2, 5],
        ]);
      });
    });

    it("never takes a filtered prefetch for the whole collection", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 30);
      await using db = database.session();
      const author = (await Author.objects
        .prefetchRelated(new Prefetch("posts", Post.objects.filter({ views__gte: 20 })))
        .orderBy("id")
        .first(db))!;
      expect([...author.posts].map((post) => post.views)).toEqual([20]);
      await expect(author.posts.set([...author.posts])).rejects.toThrow(/only a part of it was prefetched/);
      expect(() => author.posts.remove(author.posts.at(0)!)).toThrow(SessionError);
      author.name = "Changed";
      await db.commit();
      await using check = database.session();
      expect(await Post.objects.count(check)).toBe(30);
    });

    it("loads what a QuerySet's aggregates say, through link rows too", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 9);
      await using db = database.session();
      const { Count } = await import("../../src/index.js");
      const posts = await Post.objects.prefetchRelated(new Prefetch("tags", Tag.objects.annotate({ uses: Count("posts") }))).fetch(db);
      expect([...posts[2]!.tags].map((tag) => [tag.label, tag.uses])).toEqual([
        ["css", 9],
        ["html", 6],
        ["js", 3],
      ]);
    });

    it("adds relations to objects that are here already, keeping what is pending", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 10);
      await using db = database.session();
      const author = (await Author.objects.orderBy("id").first(db))!;
      const draft = new Post({ title: "Draft", author });
      db.add(draft);
      await db.noAutoflush(async () => {
        const [same] = await Author.objects.prefetchRelated("posts").orderBy("id").limit(1).fetch(db);
        expect(same).toBe(author);
        expect([...same!.posts].map((post) => post.title)).toEqual(["Post 0", "Draft"]);
        expect([...same!.posts]).toContain(draft);
      });
    });
  });

  describe("both sides agree in memory", () => {
    it("assigning a relation moves the object between collections at once", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 4);
      await using db = database.session();
      const [first, second] = await Author.objects.prefetchRelated("posts").orderBy("id").limit(2).fetch(db);
      const post = first!.posts.at(0)!;
      post.author = second!;
      expect(post.authorId).toBe(second!.id);
      expect(first!.posts.length).toBe(0);
      expect([...second!.posts]).toContain(post);
      await db.commit();
      await using check = database.session();
      expect((await Post.objects.get(check, { id: post.id })).authorId).toBe(second!.id);
    });

    it("adding to a collection that is not loaded does not load it", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 4);
      await using db = database.session();
      const author = (await Author.objects.orderBy("id").first(db))!;
      const post = new Post({ title: "New" });
      await assertQueries(db, 0, async () => {
        author.posts.add(post);
        expect(await post.author).toBe(author);
      });
      await db.commit();
      expect(post.authorId).toBe(author.id);
      expect(await author.posts.count()).toBe(2);
    });

    it("links and unlinks through both sides of a many-to-many relation", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 3);
      await using db = database.session();
      const [post] = await Post.objects.prefetchRelated("tags").orderBy("id").limit(1).fetch(db);
      const [css, html] = await Tag.objects.prefetchRelated("posts").orderBy("label").fetch(db);
      expect([...post!.tags]).toEqual([css]);
      post!.tags.add(html!);
      expect([...html!.posts]).toContain(post);
      css!.posts.remove(post!);
      expect([...post!.tags]).toEqual([html]);
      await db.commit();
      await using check = database.session();
      expect(await Tag.objects.filter({ posts: post!.id }).valuesList("label", { flat: true }).fetch(check)).toEqual(["html"]);
    });

    it("answers from memory when loaded, and asks for filters", async () => {
      const database = await fresh();
      await using setup = database.session();
      await seed(setup, 40);
      await using db = database.session();
      const author = (await Author.objects.prefetchRelated("posts").orderBy("id").first(db))!;
      await assertQueries(db, 0, async () => {
        expect(await author.posts.count()).toBe(4);
        expect(await author.posts.exists()).toBe(true);
        expect((await author.posts.fetch()).map((post) => post.views)).toEqual([0, 10, 20, 30]);
      });
      await assertQueries(db, 2, async () => {
        expect((await author.posts.filter({ views__gt: 10 }).fetch()).map((post) => post.views)).toEqual([20, 30]);
        expect(await author.posts.filter({ views__gt: F("id") }).count()).toBe(0);
      });
    });

    it("creates inside a collection", async () => {
      const database = await fresh();
      await using db = database.session();
      const author = await Author.objects.create(db, { name: "Ada" });
      const post = await author.posts.create({ title: "Made here", author });
      expect(post.authorId).toBe(author.id);
      const tag = await post.tags.create({ label: "made" });
      await db.commit();
      expect(await Post.objects.filter({ tags__label: "made" }).count(db)).toBe(1);
      expect([...(await tag.posts.fetch())]).toEqual([post]);
    });
  });

  it("prefetches 100,000 children of 10,000 parents with one statement each", async () => {
    const database = await fresh();
    await using setup = database.session();
    const authors = await Author.objects.bulkCreate(
      setup,
      Array.from({ length: 10_000 }, (_, n) => ({ name: `Author ${n}` })),
    );
    await Post.objects.bulkCreate(
      setup,
      Array.from({ length: 100_000 }, (_, n) => ({ title: `Post ${n}`, views: n, authorId: authors[n % 10_000]!.id })),
    );
    await setup.commit();
    await using db = database.session();
    const parents = await Author.objects.fetch(db);
    const before = heapInUse();
    await assertQueries(db, 2, async () => {
      const loaded = await Author.objects.prefetchRelated("posts").fetch(db);
      expect(loaded).toHaveLength(10_000);
      expect(loaded.every((author) => author.posts.length === 10)).toBe(true);
    });
    // Everything that a child costs: its instance, its state, its row, its places in the identity map and in the collection.
    expect((heapInUse() - before) / 100_000).toBeLessThan(700);
    expect(parents).toHaveLength(10_000);
  }, 60_000);
});
