/** Related objects loaded along. docs/parity.md names the package's tests. */

import { describe, expect, it } from "vitest";
import { FieldError } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, Comment, empty, models, Tag } from "./models.js";

eachSharedDatabase("eager loading", models, empty, (at) => {
  it("selectRelated() of a to-many relation (ours, as Django's: to-many relations are prefetched, a join is refused)", async () => {
    await expect(Article.objects.selectRelated("comments" as never).fetch(at.db)).rejects.toThrow(FieldError);
    await expect(Article.objects.selectRelated("comments" as never).fetch(at.db)).rejects.toThrow(/prefetchRelated\("comments"\)/);
    expect(Comment.objects.selectRelated("article").toSQL("sqlite").text).toContain(" JOIN ");
  });
  it("selectRelated() without names changes nothing", async () => {
    await articles(at.db, "A");
    expect((await Article.objects.selectRelated().fetch(at.db)).map((one) => one.title)).toEqual(["A"]);
  });
  it("a joined article is there without a further statement", async () => {
    const [article] = await articles(at.db, "A");
    await Comment.objects.create(at.db, { text: "nice", article: article! });
    await at.db.flush();
    at.db.clear();
    const sent = await at.sent(async () => {
      const [comment] = await Comment.objects.selectRelated("article").fetch(at.db);
      expect(comment!.article.title).toBe("A");
    });
    expect(sent).toHaveLength(1);
  });
  it("both tags of an article come with a second statement", async () => {
    const [article] = await articles(at.db, "A");
    article!.tags.add(new Tag({ label: "x" }), new Tag({ label: "y" }));
    await at.db.flush();
    at.db.clear();
    const sent = await at.sent(async () => {
      const [found] = await Article.objects.prefetchRelated("tags").fetch(at.db);
      expect(found!.tags.map((tag) => tag.label).toSorted()).toEqual(["x", "y"]);
    });
    expect(sent).toHaveLength(2);
  });
  describe("together", () => {
    it("one comment and no tags (ours: both collections are prefetched)", async () => {
      const [article] = await articles(at.db, "A");
      await Comment.objects.create(at.db, { text: "nice", article: article! });
      at.db.clear();
      const sent = await at.sent(async () => {
        const [found] = await Article.objects.prefetchRelated("comments", "tags").fetch(at.db);
        expect([found!.comments.length, found!.tags.length]).toEqual([1, 0]);
      });
      expect(sent).toHaveLength(3);
    });
  });
});
