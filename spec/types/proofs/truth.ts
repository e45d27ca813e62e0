/** What compiles runs, and what runs compiles: code about models, choices of conditions, computed values, right sides of updates. */

import {
  Avg,
  Count,
  F,
  foreignKey,
  hasMany,
  Max,
  Min,
  model,
  OuterRef,
  Q,
  Replace,
  Subquery,
  Sum,
  t,
  Value,
  type ConditionOn,
  type CreateInput,
  type Manager,
  type Model,
  type ModelClass,
  type QuerySet,
  type Session,
  type UpdateInput,
  type Where,
} from "flash-db";
import { exact } from "./exact.js";

declare const db: Session;
class Shelf extends model<Shelf>("shelves")({ label: t.text(), notes: t.text(), items: hasMany(() => Item, "shelf") }) {}
class Item extends model<Item>("items")({
  name: t.text(),
  note: t.text().nullable(),
  size: t.integer(),
  weight: t.double(),
  big: t.bigint(),
  price: t.decimal(10, 2),
  took: t.duration(),
  day: t.date(),
  at: t.timestamp(),
  ended: t.timestamp(),
  data: t.json<{ a: number }>(),
  shelf: foreignKey(() => Shelf),
  spare: foreignKey(() => Shelf).nullable(),
}) {}
export const columns = Item.c;

// Code about models
export class Store<T extends Model> {
  readonly model: ModelClass<T> & { readonly objects: Manager<T> };
  constructor(model: ModelClass<T> & { readonly objects: Manager<T> }) {
    this.model = model;
  }
  create = (values: CreateInput<T>) => this.model.objects.create(db, values);
  createMany = (values: CreateInput<T>[]) => this.model.objects.bulkCreate(db, values);
  change = (id: number, values: UpdateInput<T>) => this.model.objects.updateByPk(db, id as never, values);
  where = (where: Where<T>) => this.model.objects.filter(where).fetch(db);
  some = (...conditions: ConditionOn<T>[]) => this.model.objects.filter({}, ...conditions).fetch(db);
}
export const large = <T extends Item>(items: QuerySet<T>) => items.filter({ size__gte: 18 });

export async function truth(item: Item, byName: boolean, row: { name: string; colour: string }, input: CreateInput<Shelf>) {
  // A choice of conditions, and conditions in any order
  Item.objects.filter(byName ? { name: "a" } : { id: 3 });
  // @ts-expect-error a wrong name on one side
  Item.objects.filter(byName ? { nope: "a" } : { id: 3 });
  Item.objects.filter(Q({ name: "a" }), { size__gt: 1 });
  // @ts-expect-error a wrong name behind a condition
  Item.objects.filter(Q({ name: "a" }), { nope: 1 });
  // @ts-expect-error not an object of conditions
  Item.objects.filter("name");
  let any = Q({ name: "c" });
  for (const name of ["a", "b"]) any = any.or({ name });
  // @ts-expect-error another field than it began with
  any = any.or({ size: 1 });
  // @ts-expect-error another type than it began with
  any = any.or({ name: 1 });
  let typed: ConditionOn<Item> = Q({ name: "c" });
  typed = typed.or({ size: 3 }).and(Item.c.size.gt(1)).not();
  // @ts-expect-error no such field
  typed = typed.or({ nope: 3 });
  Item.objects.filter(any, typed);

  // Lists, and sets in place of lists
  Item.objects.filter({ note__in: ["a", null], spare__in: [null] });
  // @ts-expect-error a name is never null
  Item.objects.filter({ name__in: [null] });
  Shelf.objects.exclude({ id__in: Item.objects.valuesList("spareId", { flat: true }) });
  Shelf.objects.filter({ id__in: Item.objects.values("shelf") });
  Item.objects.filter({ shelfId__in: Shelf.objects.all(), shelf__in: Shelf.objects.all() });
  // @ts-expect-error rows of another model
  Item.objects.filter({ shelf__in: Item.objects.all() });
  // @ts-expect-error texts
  Shelf.objects.filter({ id__in: Item.objects.values("name") });
  // @ts-expect-error two columns
  Shelf.objects.filter({ id__in: Item.objects.values("id", "size") });

  // Paths behind what may be null
  Item.objects.values("spare__label", "shelf__label");
  // @ts-expect-error no such field
  Item.objects.values("spare__nope");
  // @ts-expect-error no such field
  Item.objects.orderBy("-spare__nope");
  // @ts-expect-error no such field
  Shelf.objects.distinct("items__nope");
  exact<Item>()(await Item.objects.earliest(db, "-price", "id"));
  // @ts-expect-error no such field
  await Item.objects.latest(db, "-nope");
  // @ts-expect-error a collection
  Shelf.objects.selectRelated("items");
  const thin = await Item.objects.selectRelated("shelf").only("name", "shelf__label").get(db);
  exact<string>()(thin.shelf.label);
  // @ts-expect-error not read
  thin.shelf.notes;
  // @ts-expect-error not joined
  Item.objects.only("name", "shelf__label");

  // Computed values are what the database gives
  const sums = Item.objects.annotate({
    total: F("size").mul(F("price")),
    gap: F("ended").sub(F("at")),
    later: F("at").add(1000),
    rough: F("price").mul(F("weight")),
    half: F("size").div(2),
    more: F("big").add(1),
  });
  const [sum] = await sums.values("total", "gap", "later", "rough", "half", "more").fetch(db);
  exact<{ total: string; gap: number; later: Date; rough: number; half: number; more: bigint }>()({ ...sum! });
  // @ts-expect-error text has no sum
  Item.objects.annotate({ x: F("name").add(1) });
  // @ts-expect-error two instants have no sum
  Item.objects.annotate({ x: F("at").add(F("ended")) });
  // @ts-expect-error the mean of texts
  await Item.objects.aggregate(db, { x: Avg("name") });
  // @ts-expect-error the sum of days
  await Item.objects.aggregate(db, { x: Sum("day") });
  exact<{ x: string | null }>()(await Item.objects.aggregate(db, { x: Max("name") }));
  exact<{ x: number | null }>()(await Item.objects.aggregate(db, { x: Sum("took") }));
  Item.objects.annotate({ seconds: F("size").div(1000), minutes: F("seconds").div(60) }).filter({ minutes__gt: 3 });
  // @ts-expect-error a name that is nowhere
  Item.objects.annotate({ seconds: F("size").div(1000), minutes: F("second").div(60) });
  Item.objects.annotate({ plain: Replace("name", Value("&"), Value("and")) });
  Item.objects.values("name").annotate({ first: Min("id") });

  // Right sides
  const items = Item.objects.filter({ id: 1 });
  await items.update(db, { size: F("size").add(1), name: F("name"), note: F("name"), day: "2024-01-01", price: F("size").mul(F("price")) });
  await items.update(db, {
    size: Subquery(
      Item.objects
        .filter({ id: OuterRef("id") })
        .values("size")
        .limit(1),
    ),
  });
  // @ts-expect-error a text for a number
  await items.update(db, { size: F("name") });
  // @ts-expect-error a text for a day
  await items.update(db, { day: F("name") });
  // @ts-expect-error a text for a decimal
  await items.update(db, { price: F("name") });
  // @ts-expect-error a text for JSON
  await items.update(db, { data: F("name") });
  // @ts-expect-error an instant for a day
  await items.update(db, { day: F("at") });
  // @ts-expect-error a column of another table
  await items.update(db, { name: F("shelf__label") });
  // @ts-expect-error an aggregate
  await items.update(db, { size: Count("id") });
  // @ts-expect-error a text for a number
  item.set({ size: F("name") });
  // @ts-expect-error no such field, through a spread
  item.set({ ...row });

  // New rows
  await Shelf.objects.bulkCreate(db, [{ label: "a", notes: "" }, new Shelf({ label: "b", notes: "" }), input]);
  // @ts-expect-error notes are missing
  await Shelf.objects.bulkCreate(db, [{ label: "a" }]);
  // @ts-expect-error no such field, through a spread
  await Shelf.objects.bulkCreate(db, [{ ...row, label: "a", notes: "" }]);
  // @ts-expect-error a key where the object is expected
  await Item.objects.getOrCreate(db, { name: "a", shelf: 1 });
}
