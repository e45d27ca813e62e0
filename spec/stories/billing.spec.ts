/** Billing: payments of several kinds in one table, and remarks about bills or payments. */

import { describe, expect } from "vitest";
import { anyOf, FieldError, foreignKey, hasMany, model, Sum, t, ValidationError } from "flash-db";
import { exampleWith, type Play } from "../session/example.js";
import { rejection } from "../session/uow/stage.js";
import { expectSettled } from "./settled.js";

class Bill extends model<Bill>("bill_bills")({ amount: t.decimal(10, 2), payments: hasMany(() => Payment, "bill") }) {}
class Payment extends model<Payment>("bill_payments")(
  { kind: t.text(), amount: t.decimal(10, 2), bill: foreignKey(() => Bill, { onDelete: "cascade" }) },
  { ordering: ["id"], subtypes: () => [Card, Cash] },
) {}
class Card extends Payment.subtype<Card>("card")({ number: t.text().nullable() }) {
  get shown(): string {
    return `…${this.number?.slice(-4) ?? ""}`;
  }
  override clean(): void {
    if (this.number !== null && this.number.length < 4) throw new ValidationError({ number: "is too short" });
  }
}
class Cash extends Payment.subtype<Cash>("cash")({ till: t.integer().nullable() }) {}
class Remark extends model<Remark>("bill_remarks")(
  { text: t.text(), about: anyOf({ bill: () => Bill, payment: () => Payment }) },
  { ordering: ["id"] },
) {}

const example = exampleWith([Bill, Payment, Card, Cash, Remark]);
const paid = async ({ db }: Play): Promise<{ bill: Bill; card: Card; cash: Cash }> => {
  const bill = new Bill({ amount: "30.00" });
  const [card, cash] = [new Card({ bill, amount: "10.00", number: "12345678" }), new Cash({ bill, amount: "20.00", till: 1 })];
  db.add(card, cash);
  await db.commit();
  return { bill, card, cash };
};

describe("billing", () => {
  example("writes payments of all kinds together and gives each back as what it is", async (play) => {
    const { bill, card, cash } = await paid(play);
    const again = await Bill.objects.prefetchRelated("payments").get(play.open(), { id: bill.id });
    expect(again.payments.map((payment) => payment.constructor)).toEqual([Card, Cash]);
    const first = again.payments.at(0);
    expect(first instanceof Card ? first.shown : null).toBe("…5678");
    expect(await Payment.objects.filter({ bill }).aggregate(play.db, { sum: Sum("amount") })).toEqual({ sum: "30.00" });
    await expectSettled(play, bill, card, cash);
  });

  example("refuses to make a payment another kind, by the object and by the set", async (play) => {
    const { db } = play;
    const { card, cash } = await paid(play);
    card.kind = "cash";
    expect(await rejection(db.commit())).toBeInstanceOf(ValidationError);
    card.kind = "card";
    expect(await rejection(Payment.objects.filter({ id: card.id }).update(db, { kind: "cash" }))).toBeInstanceOf(FieldError);
    cash.till = 2;
    await db.commit();
    expect(await Cash.objects.valuesList("id", "till").fetch(play.open())).toEqual([[cash.id, 2]]);
    await expectSettled(play, card, cash);
  });

  example("checks a payment by its own rules and writes nothing of a flush in which one is wrong", async (play) => {
    const { db, sent } = play;
    const { bill, card } = await paid(play);
    card.number = "1";
    bill.amount = "31.00";
    sent();
    expect(await rejection(db.commit())).toBeInstanceOf(ValidationError);
    expect(sent()).toEqual([]);
    card.number = "87654321";
    await db.commit();
    await expectSettled(play, bill, card);
  });

  example("keeps remarks with what they are about, moves them, and does not lose them with it", async (play) => {
    const { db, open } = play;
    const { bill, card } = await paid(play);
    const [first, second] = [new Remark({ text: "late", about: bill }), new Remark({ text: "declined", about: card })];
    db.add(first, second);
    await db.commit();
    first.about = card;
    await db.commit();
    expect(await Remark.objects.valuesList("aboutType", "aboutId").fetch(open())).toEqual([
      ["payment", card.id],
      ["payment", card.id],
    ]);
    bill.amount = "0";
    db.delete(bill);
    expect((await rejection(db.commit())).message).toContain("Remark");
    expect([bill.amount, db.has(first), db.deleted.has(bill)]).toEqual(["0", true, true]);
    db.delete(first, second);
    await db.commit();
    expect([await Payment.objects.count(db), await Bill.objects.count(db)]).toEqual([0, 0]);
    await expectSettled(play);
  });
});
