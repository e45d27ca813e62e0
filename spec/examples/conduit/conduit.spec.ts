/** Conduit does what its specification says, over HTTP, on both databases. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { declaredCondition, declaredExpression, metadataOf, pictureOf, postgresDialect, sqliteDialect } from "flash-db/internal";
import { describe, expect, it } from "vitest";
import { Article, Comment, Tag, User } from "../../../docs/examples/conduit/models.js";
import { detect } from "../../../src/kit/detect/index.js";
import { fold } from "../../../src/kit/state/index.js";
import { statements } from "../../support/databases.js";
import { client, signUp } from "./client.js";
import { conduitMigrations, startConduit } from "./start.js";

const secret = "a good secret";
const article = { title: "How to fly", description: "A short way", body: "Jump, and miss.", tagList: ["flying", "basics"] };

describe("the migrations of Conduit", () => {
  it("make what its models say", () => {
    const metas = [User, Article, Tag, Comment].map(metadataOf);
    const dialects = [postgresDialect, sqliteDialect];
    const picture = pictureOf(metas, { where: declaredCondition, expression: declaredExpression }, dialects);
    expect(detect(fold(conduitMigrations), picture).operations).toEqual([]);
  });
});

describe.each(["sqlite", "postgres"] as const)("Conduit on %s", (kind) => {
  it("signs up, signs in, and shows and changes one's own account", async () => {
    const { url, database } = await startConduit(kind);
    const nobody = client(url);
    const made = await nobody("POST", "/users", { user: { username: "ada", email: "ada@example.org", password: secret } });
    expect(made).toEqual({
      status: 201,
      body: { user: { username: "ada", email: "ada@example.org", bio: "", image: "", token: expect.any(String) as string } },
    });
    const signedIn = await nobody("POST", "/users/login", { user: { email: "ada@example.org", password: secret } });
    expect(signedIn.status).toBe(200);
    const ada = client(url, (signedIn.body as { user: { token: string } }).user.token);
    expect((await ada("GET", "/user")).body.user.username).toBe("ada");
    expect((await ada("PUT", "/user", { user: { bio: "Writes programs", password: "another secret" } })).body.user.bio).toBe(
      "Writes programs",
    );
    const old = await nobody("POST", "/users/login", { user: { email: "ada@example.org", password: secret } });
    expect(old).toEqual({ status: 401, body: { errors: { "email or password": ["is wrong"] } } });
    expect((await nobody("POST", "/users/login", { user: { email: "ada@example.org", password: "another secret" } })).status).toBe(200);
    await using db = database.session();
    expect((await User.objects.get(db, { username: "ada" })).passwordHash).not.toContain("secret");
  });

  it("tells what is wrong with what it was given, by the names of properties", async () => {
    const { url } = await startConduit(kind);
    const nobody = client(url);
    const ada = await signUp(url, "ada");
    const refused = await nobody("POST", "/users", { user: { username: "", email: "nobody", password: "short", admin: true } });
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors as object).sort()).toEqual(["admin", "email", "password", "username"]);
    expect(await nobody("POST", "/users", { user: { username: "ada", email: "new@example.org", password: secret } })).toEqual({
      status: 409,
      body: { errors: { username: ["is taken already"] } },
    });
    expect((await nobody("POST", "/users", { user: { username: "bob", email: "ada@example.org", password: secret } })).body.errors).toEqual(
      {
        email: ["is taken already"],
      },
    );
    for (const body of [{}, { user: null }, { user: [] }, { user: "ada" }, []])
      expect((await nobody("POST", "/users", body)).status).toBe(422);
    expect((await nobody("POST", "/users", "{")).status).toBe(400);
    expect((await nobody("POST", "/users", '{"user":{"__proto__":{"admin":true}}}')).status).toBe(400);
    expect((await ada("POST", "/articles", { article: { title: "x" } })).body.errors).toEqual({
      description: ["is required"],
      body: ["is required"],
    });
    expect((await ada("POST", "/articles", { article: { ...article, tagList: "flying" } })).body.errors).toHaveProperty("tagList");
    expect((await ada("POST", "/articles", { article: { ...article, authorId: 7 } })).body.errors).toHaveProperty("authorId");
    expect((await ada("POST", "/articles", { article: { ...article, title: "x".repeat(201) } })).body.errors).toEqual({
      title: [expect.stringContaining("at most 200 characters")],
    });
    for (const query of ["limit=0", "limit=1000", "limit=ten", "offset=-1"])
      expect([query, (await nobody("GET", `/articles?${query}`)).status]).toEqual([query, 422]);
    for (const query of ["body=x", "author__passwordHash=x", "tag=a&tag=b", "__proto__=x"])
      expect([query, (await nobody("GET", `/articles?${query}`)).status]).toEqual([query, 400]);
  });

  it("knows who may do what", async () => {
    const { url } = await startConduit(kind);
    const [nobody, ada, bob] = [client(url), await signUp(url, "ada"), await signUp(url, "bob")];
    const slug = ((await ada("POST", "/articles", { article })).body as { article: { slug: string } }).article.slug;
    const { id } = (await ada("POST", `/articles/${slug}/comments`, { comment: { body: "Mine" } })).body.comment as { id: number };
    for (const [method, place, body] of [
      ["GET", "/user"],
      ["PUT", "/user", { user: {} }],
      ["GET", "/articles/feed"],
      ["POST", "/articles", { article }],
      ["PUT", `/articles/${slug}`, { article: { body: "x" } }],
      ["DELETE", `/articles/${slug}`],
      ["POST", `/articles/${slug}/favorite`],
      ["POST", `/articles/${slug}/comments`, { comment: { body: "x" } }],
      ["DELETE", `/articles/${slug}/comments/${id}`],
      ["POST", "/profiles/ada/follow"],
    ] as const) {
      expect([method, place, (await nobody(method, place, body)).status]).toEqual([method, place, 401]);
      expect([method, place, (await client(url, "not.a.token")(method, place, body)).status]).toEqual([method, place, 401]);
    }
    expect((await bob("PUT", `/articles/${slug}`, { article: { body: "x" } })).status).toBe(403);
    expect((await bob("DELETE", `/articles/${slug}`)).status).toBe(403);
    expect((await bob("DELETE", `/articles/${slug}/comments/${id}`)).status).toBe(403);
    for (const [method, place] of [
      ["GET", "/articles/none"],
      ["DELETE", "/articles/none"],
      ["POST", "/articles/none/favorite"],
      ["GET", "/articles/none/comments"],
      ["GET", "/profiles/none"],
      ["POST", "/profiles/none/follow"],
      ["DELETE", `/articles/${slug}/comments/999`],
      ["GET", "/nothing/here"],
    ] as const)
      expect([method, place, (await bob(method, place)).status]).toEqual([method, place, 404]);
    expect((await bob("DELETE", `/articles/${slug}/comments/x`)).status).toBe(400);
  });

  it("keeps articles with their tags, readers and comments", async () => {
    const { url, database } = await startConduit(kind);
    const [nobody, ada, bob] = [client(url), await signUp(url, "ada"), await signUp(url, "bob")];
    const made = await ada("POST", "/articles", { article });
    expect(made.status).toBe(201);
    expect(made.body.article).toEqual({
      slug: "how-to-fly",
      title: "How to fly",
      description: "A short way",
      body: "Jump, and miss.",
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      tagList: ["basics", "flying"],
      favorited: false,
      favoritesCount: 0,
      author: { username: "ada", bio: "", image: "", following: false },
    });
    const again = (await bob("POST", "/articles", { article: { ...article, tagList: ["flying", "flying"] } })).body.article as {
      slug: string;
      tagList: string[];
    };
    expect(again.slug).toMatch(/^how-to-fly-[0-9a-f]{8}$/);
    expect(again.tagList).toEqual(["flying"]);
    expect((await nobody("GET", "/tags")).body).toEqual({ tags: ["basics", "flying"] });

    for (let times = 0; times < 2; times++) {
      const liked = (await bob("POST", "/articles/how-to-fly/favorite")).body.article as { favorited: boolean; favoritesCount: number };
      expect([liked.favorited, liked.favoritesCount]).toEqual([true, 1]);
      expect((await bob("POST", "/profiles/ada/follow")).body.profile).toEqual({ username: "ada", bio: "", image: "", following: true });
    }
    const seen = (await bob("GET", "/articles/how-to-fly")).body.article as { author: { following: boolean } };
    expect(seen.author.following).toBe(true);
    const slugs = async (ask: typeof bob, query: string): Promise<string[]> => {
      const { body } = await ask("GET", `/articles${query}`);
      const list = body as { articles: { slug: string; body?: string }[]; articlesCount: number };
      expect(list.articles.every((one) => !("body" in one))).toBe(true);
      return [String(list.articlesCount), ...list.articles.map(({ slug }) => (slug === again.slug ? "again" : slug))];
    };
    expect(await slugs(nobody, "")).toEqual(["2", "again", "how-to-fly"]);
    expect(await slugs(nobody, "?limit=1&offset=1")).toEqual(["2", "how-to-fly"]);
    expect(await slugs(nobody, "?tag=basics")).toEqual(["1", "how-to-fly"]);
    expect(await slugs(nobody, "?author=bob")).toEqual(["1", "again"]);
    expect(await slugs(nobody, "?favorited=bob&tag=flying&author=ada")).toEqual(["1", "how-to-fly"]);
    expect(await slugs(nobody, "?tag=none")).toEqual(["0"]);
    expect(await slugs(bob, "/feed")).toEqual(["1", "how-to-fly"]);
    expect(await slugs(ada, "/feed")).toEqual(["0"]);

    const said = (await bob("POST", "/articles/how-to-fly/comments", { comment: { body: "Ouch" } })).body.comment as { id: number };
    expect(said).toEqual({
      id: said.id,
      body: "Ouch",
      createdAt: expect.any(String) as string,
      updatedAt: expect.any(String) as string,
      author: { username: "bob", bio: "", image: "", following: false },
    });
    await ada("POST", "/articles/how-to-fly/comments", { comment: { body: "Try again" } });
    const comments = (await bob("GET", "/articles/how-to-fly/comments")).body.comments as {
      body: string;
      author: { following: boolean };
    }[];
    expect(comments.map(({ body, author }) => [body, author.following])).toEqual([
      ["Ouch", false],
      ["Try again", true],
    ]);
    expect((await bob("DELETE", `/articles/how-to-fly/comments/${said.id}`)).status).toBe(204);

    const changed = (await ada("PUT", "/articles/how-to-fly", { article: { title: "How to land" } })).body.article as {
      slug: string;
      favoritesCount: number;
    };
    expect([changed.slug, changed.favoritesCount]).toEqual(["how-to-land", 1]);
    const unliked = (await bob("DELETE", "/articles/how-to-land/favorite")).body.article as { favorited: boolean; favoritesCount: number };
    expect([unliked.favorited, unliked.favoritesCount]).toEqual([false, 0]);
    expect((await bob("DELETE", "/profiles/ada/follow")).body.profile.following).toBe(false);
    expect((await ada("DELETE", "/articles/how-to-land")).status).toBe(204);
    expect((await ada("GET", "/articles/how-to-land")).status).toBe(404);
    await using db = database.session();
    expect(await Comment.objects.count(db)).toBe(0);
  });

  it("sends as many statements for a long list as for a short one", async () => {
    const { url, database } = await startConduit(kind);
    const ada = await signUp(url, "ada");
    const count = async (): Promise<number> => {
      const recorder = statements(database);
      await ada("GET", "/articles");
      recorder.stop();
      return recorder.take().length;
    };
    await ada("POST", "/articles", { article });
    const one = await count();
    for (let number = 0; number < 6; number++) await ada("POST", "/articles", { article: { ...article, title: `Part ${number}` } });
    expect(await count()).toBe(one);
    expect(one).toBeLessThanOrEqual(4);
  });
});

describe("npm run conduit", () => {
  it("starts the service on a fresh database, and ends it without a trace", async () => {
    const main = path.resolve(import.meta.dirname, "../../../docs/examples/conduit/main.ts");
    const child = spawn(process.execPath, ["--import", "tsx", main, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    try {
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      const url = /^Conduit on sqlite: (http:\S+)$/.exec(line)?.[1] ?? "";
      expect((await client(url)("GET", "/tags")).body).toEqual({ tags: [] });
    } finally {
      child.kill("SIGTERM");
    }
    expect(await ended).toEqual([0, null]);
  }, 30_000);
});
