/** Right sides of update() and set(): of the column's kind, of its own table, refused before anything is sent. */

import { describe, expect, it } from "vitest";
import {
  Cast,
  Count,
  F,
  FieldError,
  foreignKey,
  hasMany,
  Length,
  model,
  OuterRef,
  Subquery,
  t,
  Upper,
  type Session,
} from "../../src/index.js";
import { eachSharedDatabase } from "../support/shared.js";

class Shelf extends model<Shelf>("kinds_shelves")({ label: t.text(), items: hasMany(() => Item, "shelf") }) {}
class Item extends model<Item>("kinds_items")({
  name: t.text(),
  note: t.text().nullable(),
  size: t.integer(),
  weight: t.double(),
  price: t.decimal(10, 2),
  day: t.date(),
  at: t.timestamp(),
  token: t.uuid(),
  ready: t.boolean(),
  took: t.duration(),
  data: t.json<{ a: number }>(),
  shelf: foreignKey(() => Shelf),
}) {}

const fill = async (db: Session): Promise<void> => {
  const shelf = await Shelf.objects.create(db, { label: "left" });
  await Item.objects.create(db, {
    name: "a",
    size: 2,
    weight: 1.5,
    price: "3.50",
    day: "2024-01-01",
    at: new Date(0),
    token: "0190c0de-0000-7000-8000-000000000000",
    ready: true,
    took: 5,
    data: { a: 1 },
    shelf,
  });
};

eachSharedDatabase("right sides", [Shelf, Item], fill, (at) => {
  const items = Item.objects.filter({ name: "a" });
  const stored = (name: string): Promise<unknown> => Item.objects.valuesList(name as "name", { flat: true }).get(at.db);

  describe("are refused before anything is sent:", () => {
    it.each([
      ["a text for a number", { size: F("name") }],
      ["a number for a text", { name: F("size") }],
      [
        "a sub-select of texts for a number",
        {
          size: Subquery(
            Item.objects
              .filter({ id: OuterRef("id") })
              .values("name")
              .limit(1),
          ),
        },
      ],
      ["a text for JSON", { data: F("name") }],
      ["an instant for a day", { day: F("at") }],
      ["a day for an instant", { at: F("day") }],
      ["a text for a day", { day: F("name") }],
      ["a text for a decimal", { price: F("name") }],
      ["a text for a uuid", { token: F("name") }],
      ["a number for a boolean", { ready: F("size") }],
      ["a column of another table", { name: F("shelf__label") }],
      ["an aggregate", { size: Count("id") }],
    ])("%s", async (_, values) => {
      const sent = await at.sent(async () => {
        await expect(items.update(at.db, values as never)).rejects.toThrow(FieldError);
      });
      expect(sent).toEqual([]);
    });
  });

  it("of the same kind are stored", async () => {
    await items.update(at.db, { name: Upper("name"), note: F("name"), size: Length("name"), weight: F("size") });
    expect([await stored("name"), await stored("note"), await stored("size"), await stored("weight")]).toEqual(["A", "a", 1, 2]);
    await Item.objects.filter({ size: 1 }).update(at.db, { size: F("size").add(1), price: F("price").mul(2), took: F("took").mul(2) });
    expect([await stored("size"), await stored("price"), await stored("took")]).toEqual([2, "7.00", 10]);
  });

  it("are made one kind with Cast", async () => {
    await items.update(at.db, { name: Cast("size", "text") });
    expect(await stored("name")).toBe("2");
  });
});
