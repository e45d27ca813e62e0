/** A shop: carts, stock that must not go below zero, invoices, and two customers who want the last piece. */

import { describe, expect } from "vitest";
import { atomic, check, CheckViolation, F, foreignKey, hasMany, hasOne, model, oneToOne, StaleDataError, t, unique } from "flash-db";
import { exampleWith, type Play } from "../session/example.js";
import { rejection } from "../session/uow/stage.js";
import { expectSettled, shown } from "./settled.js";

class Customer extends model<Customer>("shop_customers")({
  name: t.text(),
  email: t.text().unique(),
  orders: hasMany(() => Order, "customer"),
}) {}
class Product extends model<Product>("shop_products")(
  { sku: t.text().unique(), price: t.decimal(10, 2), stock: t.integer().default(0), version: t.version() },
  { constraints: [check("shop_products_stock", { stock__gte: 0 })] },
) {}
class Order extends model<Order>("shop_orders")({
  status: t.enum(["cart", "placed", "paid"]).default("cart"),
  placedAt: t.timestamp().nullable(),
  customer: foreignKey(() => Customer, { onDelete: "protect" }),
  lines: hasMany(() => Line, "order", { orphans: "delete" }),
  invoice: hasOne(() => Invoice, "order"),
}) {}
class Line extends model<Line>("shop_lines")(
  {
    order: foreignKey(() => Order, { onDelete: "cascade" }),
    product: foreignKey(() => Product, { onDelete: "protect" }),
    quantity: t.integer().default(1),
  },
  { ordering: ["id"], constraints: [unique("order", "product")] },
) {}
class Invoice extends model<Invoice>("shop_invoices")({
  number: t.text().unique(),
  order: oneToOne(() => Order, { onDelete: "setNull" }).nullable(),
}) {}

const example = exampleWith([Customer, Product, Order, Line, Invoice]);

const stocked = async ({ db }: Play): Promise<{ pen: Product; ink: Product; ada: Customer }> => {
  const [pen, ink] = [new Product({ sku: "pen", price: "2.50", stock: 5 }), new Product({ sku: "ink", price: "7.00", stock: 1 })];
  const ada = new Customer({ name: "Ada", email: "ada@example.org" });
  db.add(pen, ink, ada);
  await db.commit();
  return { pen, ink, ada };
};

describe("a shop", () => {
  example("stores a customer, the cart and its lines with one INSERT for each table", async (play) => {
    const { db, sent } = play;
    const [pen, ink] = [new Product({ sku: "pen", price: "2.50", stock: 5 }), new Product({ sku: "ink", price: "7.00", stock: 1 })];
    const order = new Order({ customer: new Customer({ name: "Ada", email: "ada@example.org" }) });
    order.lines.add(new Line({ product: pen, quantity: 2 }), new Line({ product: ink }));
    db.add(order);
    sent();
    await db.commit();
    expect(
      sent()
        .filter((text) => text.startsWith("INSERT"))
        .sort(),
    ).toEqual(["INSERT shop_customers", "INSERT shop_lines", "INSERT shop_orders", "INSERT shop_products"]);
    expect(shown(order.lines).map((line) => [line.orderId, line.productId, line.quantity])).toEqual([
      [order.id, pen.id, 2],
      [order.id, ink.id, 1],
    ]);
    await expectSettled(play, pen, ink, order, ...shown(order.lines));
  });

  example("takes an order back with its stock when one product has run out, and places it when the number is corrected", async (play) => {
    const { db } = play;
    const { pen, ink, ada } = await stocked(play);
    const order = new Order({ customer: ada });
    const line = new Line({ order, product: ink, quantity: 2 });
    order.lines.add(new Line({ product: pen, quantity: 3 }), line);
    const place = (): Promise<void> =>
      atomic(db, async () => {
        db.add(order);
        for (const each of shown(order.lines)) (await each.product).set({ stock: F("stock").sub(each.quantity) });
        await db.flush();
        order.status = "placed";
        order.placedAt = new Date("2024-02-29T12:00:00.000Z");
      });
    expect(await rejection(place())).toBeInstanceOf(CheckViolation);
    expect([pen.stock, ink.stock, order.isPersisted, order.id, order.status]).toEqual([5, 1, false, undefined, "cart"]);
    expect(shown(order.lines).map(({ quantity }) => quantity)).toEqual([2, 3]);
    line.quantity = 1;
    await place();
    expect([pen.stock, ink.stock, pen.version, order.status]).toEqual([2, 0, 2, "placed"]);
    await expectSettled(play, pen, ink, order, ...shown(order.lines));
  });

  example(
    "refuses to swap one product's lines between two orders, which no value can stand in for, and swaps what they count",
    async (play) => {
      const { db } = play;
      const { pen, ada } = await stocked(play);
      const [first, second] = [new Order({ customer: ada }), new Order({ customer: ada })];
      const [one, two] = [new Line({ order: first, product: pen, quantity: 1 }), new Line({ order: second, product: pen, quantity: 2 })];
      db.add(one, two);
      await db.commit();
      one.order = second;
      two.order = first;
      expect((await rejection(db.commit())).code).toBe("UNIQUE_VIOLATION");
      expect([one.orderId, two.orderId, shown(first.lines)]).toEqual([second.id, first.id, [two]]);
      await db.rollback();
      expect([one.orderId, two.orderId, shown(first.lines)]).toEqual([first.id, second.id, [one]]);
      [one.quantity, two.quantity] = [two.quantity, one.quantity];
      await db.commit();
      await expectSettled(play, one, two);
    },
  );

  example("deletes a line that leaves its order, and keeps one that leaves and comes back before the flush", async (play) => {
    const { db, open } = play;
    const { pen, ink, ada } = await stocked(play);
    const order = new Order({ customer: ada });
    const [kept, dropped] = [new Line({ product: pen }), new Line({ product: ink })];
    order.lines.add(kept, dropped);
    db.add(order);
    await db.commit();
    order.lines.remove(kept, dropped);
    order.lines.add(kept);
    await db.commit();
    expect([db.has(kept), db.has(dropped)]).toEqual([true, false]);
    expect(shown(order.lines)).toEqual([kept]);
    const [again] = await Order.objects.prefetchRelated("lines").fetch(open());
    expect(again?.lines.map(({ id }) => id)).toEqual([kept.id]);
    await expectSettled(play, order, kept);
  });

  example("gives an order a new invoice while the old one was never loaded, also after a first try that failed", async (play) => {
    const { db, open } = play;
    const { ada } = await stocked(play);
    const setup = open();
    const stored = await Order.objects.create(setup, { customerId: ada.id });
    const old = await Invoice.objects.create(setup, { number: "1", orderId: stored.id });
    await Invoice.objects.create(setup, { number: "2" });
    await setup.commit();

    const order = await Order.objects.get(db, { id: stored.id });
    const invoice = new Invoice({ number: "2" });
    order.invoice = invoice;
    expect((await rejection(db.commit())).code).toBe("UNIQUE_VIOLATION");
    invoice.number = "3";
    await db.commit();
    expect(await Invoice.objects.orderBy("number").valuesList("number", "orderId").fetch(open())).toEqual([
      [old.number, null],
      ["2", null],
      ["3", order.id],
    ]);
    expect(await order.invoice).toBe(invoice);
    await expectSettled(play, order, invoice);
  });

  example("does not sell the last piece twice: the slower of two sessions is told, refreshes and tries again", async (play) => {
    const { db, open } = play;
    const { ink } = await stocked(play);
    const other = open();
    const theirs = await Product.objects.get(other, { sku: "ink" });
    theirs.stock -= 1;
    ink.stock -= 1;
    await other.commit();
    const error = await rejection(db.commit());
    expect(error).toBeInstanceOf(StaleDataError);
    expect([ink.stock, db.isModified(ink)]).toEqual([0, true]);
    await db.refresh(ink);
    expect([ink.stock, ink.version, db.isModified(ink)]).toEqual([0, 2, false]);
    ink.stock += 10;
    await db.commit();
    await expectSettled(play, ink);
  });

  example(
    "raises prices of a set while products are held and changed: each keeps its own, and a rollback gives the old ones back",
    async (play) => {
      const { db } = play;
      const { pen, ink } = await stocked(play);
      ink.sku = "blue ink";
      await Product.objects.filter({ price__lt: "5" }).update(db, { price: F("price").mul("2") });
      expect([pen.price, pen.version, ink.price, ink.sku]).toEqual(["5.00", 2, "7.00", "blue ink"]);
      await db.rollback();
      expect([pen.price, pen.version, ink.sku, db.dirty.size]).toEqual(["2.50", 1, "ink", 0]);
      await expectSettled(play, pen, ink);
    },
  );
});
