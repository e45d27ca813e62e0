/** `Sum` and `Avg` take numbers: of a text or an instant they do not compile. */

import { Avg, Max, model, Sum, t, type Session } from "flash-db";

declare const db: Session;
class Post extends model<Post>("posts")({ title: t.text(), views: t.integer(), at: t.timestamp() }) {}

void Post.objects.aggregate(db, { views: Sum("views"), mean: Avg("views"), last: Max("at"), title: Max("title") });
// @ts-expect-error refused
void Post.objects.aggregate(db, { x: Avg("title") });
// @ts-expect-error refused
void Post.objects.aggregate(db, { x: Sum("at") });
// @ts-expect-error refused
Post.objects.annotate({ x: Sum("title") });
