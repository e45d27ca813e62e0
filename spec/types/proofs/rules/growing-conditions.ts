/** A condition grows in a loop by the fields that it began with; declared as ConditionOn, by any field. */

import { model, Q, t, type ConditionOn } from "flash-db";

class Song extends model<Song>("songs")({ name: t.text(), ms: t.integer() }) {}

let any = Q({ name: "c" });
for (const name of ["a", "b"]) any = any.or({ name });
Song.objects.filter(any);
let typed: ConditionOn<Song> = Q({ name: "c" });
for (const name of ["a", "b"]) typed = typed.or({ name });
typed = typed.or({ ms: 3 });
Song.objects.filter(typed);
// @ts-expect-error a wrong name
Song.objects.filter(Q({ name: "c" }).or({ nope: 1 }));
