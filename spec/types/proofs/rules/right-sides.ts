/** The right side of an update is of the column's kind and reads no other table. */

import { Count, F, foreignKey, hasMany, model, OuterRef, Subquery, t, type Session } from "flash-db";

declare const db: Session;
class Shelf extends model<Shelf>("shelves")({ label: t.text(), items: hasMany(() => Item, "shelf") }) {}
class Item extends model<Item>("items")({
  name: t.text(),
  note: t.text().nullable(),
  size: t.integer(),
  day: t.date(),
  at: t.timestamp(),
  data: t.json<{ a: number }>(),
  shelf: foreignKey(() => Shelf),
}) {}

const items = Item.objects.filter({ id: 1 });
void items.update(db, { size: F("size").add(1), name: F("name"), note: F("name"), day: "2024-01-01" });
void items.update(db, {
  size: Subquery(
    Item.objects
      .filter({ id: OuterRef("id") })
      .values("size")
      .limit(1),
  ),
});
// @ts-expect-error a text for a number
void items.update(db, { size: F("name") });
void items.update(db, {
  // @ts-expect-error a sub-select of texts for a number
  size: Subquery(
    Item.objects
      .filter({ id: OuterRef("id") })
      .values("name")
      .limit(1),
  ),
});
// @ts-expect-error a text for JSON
void items.update(db, { data: F("name") });
// @ts-expect-error an instant for a day
void items.update(db, { day: F("at") });
// @ts-expect-error a column of another table
void items.update(db, { name: F("shelf__label") });
// @ts-expect-error an aggregate
void Shelf.objects.filter({ id: 1 }).update(db, { label: Count("items") });
