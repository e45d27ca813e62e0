/** `bulkCreate()` needs the fields that `create()` needs. */

import { model, t, type Session } from "flash-db";

declare const db: Session;
class Issue extends model<Issue>("issues")({ title: t.text(), points: t.integer() }) {}

void Issue.objects.bulkCreate(db, [{ title: "a", points: 1 }, new Issue({ title: "b", points: 2 })]);
// @ts-expect-error points is missing
void Issue.objects.bulkCreate(db, [{ title: "a" }]);
