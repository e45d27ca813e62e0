/** Conditions and objects stand in `filter()` and `exclude()` in any order. */

import { model, Q, t } from "flash-db";

class Song extends model<Song>("songs")({ name: t.text(), ms: t.integer() }) {}

Song.objects.filter(Q({ name: "a" }).or({ name: "b" }), { ms__gt: 1 });
Song.objects.exclude(Q({ name: "a" }), { ms__gt: 1 });
// @ts-expect-error a wrong name
Song.objects.filter(Q({ name: "a" }), { nope: 1 });
