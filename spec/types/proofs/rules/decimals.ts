/** A number and a decimal compute to a decimal, which is text. */

import { F, model, Sum, t, type Session } from "flash-db";

declare const db: Session;
class Line extends model<Line>("lines")({ quantity: t.integer(), price: t.decimal(10, 2) }) {}

const lines = Line.objects.annotate({ total: F("quantity").mul(F("price")) });
export const row: Promise<{ total: string }> = lines.values("total").get(db);
export const sums: Promise<{ sum: string | null }> = Line.objects.aggregate(db, { sum: Sum(F("quantity").mul(F("price"))) });
Line.objects.filter({ price__gt: F("quantity").mul("1.9") });
lines.filter({ total__gt: "10.50" });
// @ts-expect-error it is not a number
export const wrong: Promise<{ total: number }> = lines.values("total").get(db);
