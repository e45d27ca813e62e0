/** A field that was renamed is found wherever values are given, in spreads too; in `new`, in a literal. */

import { model, t, type Session } from "flash-db";

declare const db: Session;
class Issue extends model<Issue>("issues")({ title: t.text(), points: t.integer() }) {}

declare const issue: Issue;
declare const row: { title: string; estimate: number }; // estimate was renamed to points
new Issue({ title: "a", points: 1 });
// @ts-expect-error refused
void Issue.objects.create(db, { ...row, points: 1 });
// @ts-expect-error refused
new Issue({ title: "a", estimate: 1 });
// @ts-expect-error refused
issue.set({ ...row });
// @ts-expect-error refused
void Issue.objects.bulkCreate(db, [{ ...row, points: 1 }]);
