/** Articles, their comments and tags, and who likes them. */

import { randomBytes } from "node:crypto";
import { Count, createSchema, Exists, OuterRef, parseFilter, readSchema, type Session, updateSchema } from "flash-db";
import { z } from "zod";
import { Article, Comment, Tag, User } from "./models.js";
import { Refusal, type Routes } from "./service.js";

const articleIn = createSchema(Article, {
  only: ["title", "description", "body"],
  extra: { tagList: z.array(z.string().trim().min(1).max(40)).max(20).default([]) },
});
const articleChange = updateSchema(Article, { only: ["title", "description", "body"] });
const author = ["author__username", "author__bio", "author__image"] as const;
const articleOut = readSchema(Article, { include: [...author, "tags__label"], exclude: ["id", "authorId"] });
const commentIn = createSchema(Comment, { only: ["body"] });
const commentOut = readSchema(Comment, { include: author, exclude: ["articleId", "authorId"] });

const pageOf = createSchema(Article, {
  only: [],
  extra: { limit: z.coerce.number().int().min(1).max(100).default(20), offset: z.coerce.number().int().min(0).default(0) },
});

/** Articles with what the viewer sees of them: one query, whatever the number of articles, and one for their tags. */
const articlesFor = (viewer: User | null) =>
  Article.objects
    .annotate({
      favoritesCount: Count("favoritedBy"),
      favorited: Exists(User.objects.filter({ id: viewer?.id ?? 0, favorites: OuterRef("id") })),
      following: Exists(User.objects.filter({ id: viewer?.id ?? 0, following: OuterRef("authorId") })),
    })
    .selectRelated("author")
    .prefetchRelated("tags");
type Articles = ReturnType<typeof articlesFor>;
type ShownArticle = Awaited<ReturnType<Articles["fetch"]>>[number];

const shape = (article: ShownArticle): object => {
  const { author: writer, tags, following, ...rest } = articleOut.serialize(article);
  return { ...rest, tagList: tags.map(({ label }) => label), author: { ...writer, following } };
};
const shown = async (db: Session, viewer: User | null, slug: string): Promise<object> => ({
  article: shape(await articlesFor(viewer).get(db, { slug })),
});

const shownList = async (db: Session, articles: Articles, limits: { readonly limit: number; readonly offset: number }): Promise<object> => {
  const page = await articles.offset(limits.offset).limit(limits.limit).fetch(db);
  return {
    articles: page.map((article) => ({ ...shape(article), body: undefined })),
    articlesCount: await articles.count(db),
  };
};

/** The title in letters that an address may have; with something of its own where another article has them already. */
const slugOf = async (db: Session, title: string): Promise<string> => {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ["article"];
  const slug = words.join("-").slice(0, 80);
  return (await Article.objects.filter({ slug }).exists(db)) ? `${slug}-${randomBytes(4).toString("hex")}` : slug;
};

const tagsOf = async (db: Session, labels: readonly string[]): Promise<Tag[]> => {
  // In one order for all, so that two requests that make the same tags wait for each other and do not block each other.
  const sorted = [...new Set(labels)].sort();
  await Tag.objects.bulkCreate(
    db,
    sorted.map((label) => ({ label })),
    { ignoreConflicts: true },
  );
  return Tag.objects.filter({ label__in: sorted }).fetch(db);
};

/** For those who wrote it. */
const ownArticle = async (db: Session, viewer: User, slug: string): Promise<Article> => {
  const article = await Article.objects.get(db, { slug });
  if (article.authorId !== viewer.id) throw new Refusal(403, { article: ["belongs to somebody else"] });
  return article;
};

const followed = async (db: Session, viewer: User | null, ids: readonly number[]): Promise<ReadonlySet<number>> =>
  new Set(
    viewer === null
      ? []
      : await viewer.following
          .filter({ id__in: [...ids] })
          .valuesList("id", { flat: true })
          .fetch(),
  );
const shownComments = async (db: Session, viewer: User | null, comments: readonly Comment[]): Promise<object[]> => {
  const known = await followed(
    db,
    viewer,
    comments.map(({ authorId }) => authorId),
  );
  return comments.map((comment) => {
    const { author: writer, ...rest } = commentOut.serialize(comment);
    return { ...rest, author: { ...writer, following: known.has(comment.authorId) } };
  });
};

export const articleRoutes = ({ add, signedIn }: Routes): void => {
  add("GET", "/articles", async ({ db, viewer, query: { limit, offset, ...filters } }) => {
    const where = parseFilter(Article, filters, {
      allow: { tag: "tags__label", author: "author__username", favorited: "favoritedBy__username" },
    });
    return shownList(db, articlesFor(viewer).filter(where), await pageOf.parse({ limit, offset }));
  });

  signedIn("GET", "/articles/feed", async ({ db, viewer, query: { limit, offset } }) =>
    shownList(db, articlesFor(viewer).filter({ author__followers: viewer }), await pageOf.parse({ limit, offset })),
  );

  add("GET", "/articles/:slug", ({ db, viewer, params: { slug = "" } }) => shown(db, viewer, slug));

  signedIn("POST", "/articles", async ({ db, viewer, given, reply }) => {
    const { tagList, ...values } = await articleIn.parse(given("article"));
    const article = await Article.objects.create(db, { ...values, slug: await slugOf(db, values.title), author: viewer });
    article.tags.add(...(await tagsOf(db, tagList)));
    reply.code(201);
    return shown(db, viewer, article.slug);
  });

  signedIn("PUT", "/articles/:slug", async ({ db, viewer, given, params: { slug = "" } }) => {
    const article = await ownArticle(db, viewer, slug);
    const values = await articleChange.parse(given("article"));
    if (values.title !== undefined && values.title !== article.title) article.slug = await slugOf(db, values.title);
    article.set(values);
    return shown(db, viewer, article.slug);
  });

  signedIn("DELETE", "/articles/:slug", async ({ db, viewer, reply, params: { slug = "" } }) => {
    db.delete(await ownArticle(db, viewer, slug));
    reply.code(204);
    return undefined;
  });

  signedIn("POST", "/articles/:slug/favorite", async ({ db, viewer, params: { slug = "" } }) => {
    viewer.favorites.add(await Article.objects.get(db, { slug }));
    return shown(db, viewer, slug);
  });

  signedIn("DELETE", "/articles/:slug/favorite", async ({ db, viewer, params: { slug = "" } }) => {
    viewer.favorites.remove(await Article.objects.get(db, { slug }));
    return shown(db, viewer, slug);
  });

  add("GET", "/articles/:slug/comments", async ({ db, viewer, params: { slug = "" } }) => {
    const article = await Article.objects.get(db, { slug });
    const comments = await Comment.objects.filter({ article }).selectRelated("author").fetch(db);
    return { comments: await shownComments(db, viewer, comments) };
  });

  signedIn("POST", "/articles/:slug/comments", async ({ db, viewer, given, params: { slug = "" } }) => {
    const article = await Article.objects.get(db, { slug });
    const comment = await Comment.objects.create(db, { ...(await commentIn.parse(given("comment"))), article, author: viewer });
    const [answer] = await shownComments(db, viewer, [comment]);
    return { comment: answer };
  });

  signedIn("DELETE", "/articles/:slug/comments/:id", async ({ db, viewer, reply, params: { slug = "", id = "" } }) => {
    const comment = await Comment.objects.filter(parseFilter(Comment, { id }, { allow: ["id"] })).get(db, { article__slug: slug });
    if (comment.authorId !== viewer.id) throw new Refusal(403, { comment: ["belongs to somebody else"] });
    db.delete(comment);
    reply.code(204);
    return undefined;
  });

  add("GET", "/tags", async ({ db }) => ({
    tags: await Tag.objects.filter({ articles__isnull: false }).distinct().valuesList("label", { flat: true }).fetch(db),
  }));
};
