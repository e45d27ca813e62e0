/** The statements that relations are loaded with: one text for any number of parents, keys as one parameter. */

import { describe, expect, it } from "vitest";
import { foreignKey, hasMany, manyToMany, model, Prefetch, t } from "../../src/index.js";
import { eachDatabase, statements } from "../support/databases.js";

class Shop extends model<Shop>("ls_shops")(
  {
    name: t.text(),
    items: hasMany(() => Item, "shop"),
  },
  { ordering: ["id"] },
) {}
class Item extends model<Item>("ls_items")(
  {
    name: t.text(),
    price: t.integer(),
    shop: foreignKey(() => Shop, { onDelete: "cascade" }),
    labels: manyToMany(() => Label),
  },
  { ordering: ["id"] },
) {}
class Label extends model<Label>("ls_labels")({ text: t.text() }, { ordering: ["text"] }) {}

eachDatabase("relation statements", [Shop, Item, Label], (open) => {
  const seeded = async (shops: number) => {
    const database = await open();
    await using db = database.session();
    const made = await Shop.objects.bulkCreate(
      db,
      Array.from({ length: shops }, (_, n) => ({ name: `Shop ${n}` })),
    );
    const items = await Item.objects.bulkCreate(
      db,
      made.flatMap((shop) => [1, 2, 3].map((price) => ({ name: `${shop.name}/${price}`, price, shop }))),
    );
    const labels = await Label.objects.bulkCreate(db, [{ text: "new" }, { text: "sale" }]);
    for (const item of items) item.labels.add(...labels.slice(0, item.price % 3));
    await db.commit();
    return { database, recorder: statements(database) };
  };

  it("are the same text for few and many parents, with the keys as one parameter", async () => {
    const { database, recorder } = await seeded(40);
    const load = async (limit: number): Promise<{ readonly texts: string[]; readonly counts: number[] }> => {
      await using db = database.session();
      const before = recorder.all.length;
      recorder.take();
      await Shop.objects.limit(limit).prefetchRelated("items__labels").fetch(db);
      return { texts: recorder.take(), counts: recorder.all.slice(before).map((event) => event.params.length) };
    };
    const [few, many] = [await load(2), await load(40)];
    expect(few.texts).toHaveLength(3);
    expect(many).toEqual(few);
    expect(few.counts.slice(1)).toEqual([1, 1]);
  });

  it("ask for each target once, and for nothing that the session holds", async () => {
    const { database, recorder } = await seeded(3);
    await using db = database.session();
    const shop = (await Shop.objects.first(db))!;
    recorder.take();
    const items = await Item.objects.prefetchRelated("shop").fetch(db);
    expect(items[0]!.shop).toBe(shop);
    const sent = recorder.all.at(-1)!;
    expect(JSON.stringify(sent.params).match(/\d+/g)).toHaveLength(2);
    recorder.take();
    await Item.objects.prefetchRelated("shop").fetch(db);
    expect(recorder.take()).toHaveLength(1);
  });

  it("number the rows of each parent when a QuerySet is sliced, and carry its order and filter", async () => {
    const { database, recorder } = await seeded(3);
    await using db = database.session();
    recorder.take();
    const dear = Item.objects.filter({ price__gt: 1 }).orderBy("-price").limit(1);
    const shops = await Shop.objects.prefetchRelated(new Prefetch("items", dear, { toAttr: "dearest" })).fetch(db);
    expect(shops.map((shop) => shop.dearest.map((item) => item.price))).toEqual([[3], [3], [3]]);
    expect(recorder.take()[1]).toMatch(/row_number\(\) OVER \(PARTITION BY .*shop_id.* ORDER BY .*price.* DESC/i);
  });

  it("take unions, joins, aggregates and few columns of a QuerySet as they are", async () => {
    const { database } = await seeded(2);
    await using db = database.session();
    const cheapOrDear = Item.objects.filter({ price: 1 }).union(Item.objects.filter({ price: 3 }));
    const [shop] = await Shop.objects.prefetchRelated(new Prefetch("items", cheapOrDear, { toAttr: "some" })).fetch(db);
    expect(shop!.some.map((item) => item.price).sort((a, b) => a - b)).toEqual([1, 3]);
    const [few] = await Shop.objects
      .prefetchRelated(new Prefetch("items", Item.objects.only("name").orderBy("-price"), { toAttr: "names" }))
      .fetch(db);
    expect(few!.names.map((item) => item.name)).toEqual(["Shop 0/3", "Shop 0/2", "Shop 0/1"]);
    const items = await Item.objects
      .prefetchRelated(new Prefetch("labels", Label.objects.distinct().orderBy("-text")))
      .orderBy("id")
      .fetch(db);
    expect(items.map((item) => [...item.labels].map((label) => label.text))).toEqual([
      ["new"],
      ["sale", "new"],
      [],
      ["new"],
      ["sale", "new"],
      [],
    ]);
    const sliced = await Item.objects
      .prefetchRelated(new Prefetch("labels", Label.objects.orderBy("-text").slice(0, 1), { toAttr: "last" }))
      .orderBy("id")
      .fetch(db);
    expect(sliced.map((item) => item.last.map((label) => label.text))).toEqual([["new"], ["sale"], [], ["new"], ["sale"], []]);
  });

  it("bring along what a QuerySet prefetches itself", async () => {
    const { database, recorder } = await seeded(2);
    await using db = database.session();
    recorder.take();
    const shops = await Shop.objects
      .prefetchRelated(new Prefetch("items", Item.objects.prefetchRelated("labels"), { toAttr: "goods" }))
      .fetch(db);
    expect(shops[0]!.goods.map((item) => item.labels.length)).toEqual([1, 2, 0]);
    expect(recorder.take()).toHaveLength(3);
  });

  describe("refused before anything is sent", () => {
    it("a sliced distinct QuerySet, plain values", async () => {
      const { database } = await seeded(1);
      await using db = database.session();
      const sliced = Shop.objects.prefetchRelated(new Prefetch("items", Item.objects.distinct().limit(1), { toAttr: "x" }));
      await expect(sliced.fetch(db)).rejects.toThrow(/sliced Prefetch cannot be distinct/);
      expect(() => new Prefetch("items", Item.objects.values("name") as never)).toThrow(/values/);
    });
  });
});
