/** Many-to-many and association objects. */

import { expect } from "vitest";
import { Item, Keyword } from "./models.js";
import { scenario } from "./stage.js";

scenario("links are inserted after both rows", async ({ db, sent }) => {
  const item = new Item({ name: "i" });
  item.keywords.add(new Keyword({ word: "a" }), new Keyword({ word: "b" }));
  db.add(item);
  await db.flush();
  const statements = sent.take();
  expect(statements.slice(1, 3).sort()).toEqual(["INSERT items", "INSERT keywords"]);
  expect(statements.slice(3)).toEqual(["INSERT items_keywords"]);
});

scenario("a replaced collection changes only the difference", async ({ db, sent, rows }) => {
  const item = new Item({ name: "i" });
  const [a, b, c] = ["a", "b", "c"].map((word) => new Keyword({ word })) as [Keyword, Keyword, Keyword];
  item.keywords.add(a, b, c);
  const d = new Keyword({ word: "d" });
  db.add(item, d);
  await db.commit();
  await Item.objects.prefetchRelated("keywords").fetch(db);
  sent.take();
  await item.keywords.set([b, c, d]);
  await db.flush();
  expect(sent.take().sort()).toEqual(["BEGIN", "DELETE items_keywords", "INSERT items_keywords"]);
  expect(await rows("select keyword_id from items_keywords order by 1")).toEqual([[b.id], [c.id], [d.id]]);
});

scenario("a duplicate in a link collection", async ({ db, sent, rows }) => {
  const item = new Item({ name: "i" });
  const a = new Keyword({ word: "a" });
  item.keywords.add(a);
  db.add(item);
  await db.commit();
  await Item.objects.prefetchRelated("keywords").fetch(db);
  sent.take();
  item.keywords.add(a);
  await db.flush();
  expect(sent.take()).toEqual([]);
  expect(await rows("select count(*) from items_keywords")).toEqual([[1]]);
});
