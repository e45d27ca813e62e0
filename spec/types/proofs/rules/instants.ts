/** Two instants differ by a duration, a number of milliseconds. */

import { F, model, t, type Session } from "flash-db";

declare const db: Session;
class Run extends model<Run>("runs")({ begun: t.timestamp(), ended: t.timestamp() }) {}

const runs = Run.objects.annotate({ took: F("ended").sub(F("begun")) });
export const row: Promise<{ took: number }> = runs.values("took").get(db);
runs.filter({ took__gt: 1000 });
// @ts-expect-error a duration is not compared with an instant
runs.filter({ took__gt: new Date(1000) });
