/** An annotation may read one that stands before it in the same call. */

import { F, model, t } from "flash-db";

class Song extends model<Song>("songs")({ ms: t.integer() }) {}

Song.objects.annotate({ seconds: F("ms").div(1000), minutes: F("seconds").div(60) }).filter({ minutes__gt: 3 });
// @ts-expect-error a name that is nowhere
Song.objects.annotate({ seconds: F("ms").div(1000), minutes: F("second").div(60) });
