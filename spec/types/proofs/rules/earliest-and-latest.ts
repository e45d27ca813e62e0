/** `earliest()` and `latest()` order by several fields, in both directions. */

import { model, t, type Session } from "flash-db";

declare const db: Session;
class Bill extends model<Bill>("bills")({ total: t.decimal(8, 2), at: t.timestamp() }) {}

export const first: Promise<Bill> = Bill.objects.earliest(db, "-total", "id");
export const last: Promise<Bill> = Bill.objects.latest(db, "at", "-id");
// @ts-expect-error a wrong name
void Bill.objects.earliest(db, "-nope");
