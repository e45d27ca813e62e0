/** A list for `in` may hold null where the column may be NULL. */

import { model, t } from "flash-db";

class Song extends model<Song>("songs")({ name: t.text(), state: t.text().nullable() }) {}

declare const states: (string | null)[];
Song.objects.filter({ state__in: ["CA", null] });
Song.objects.filter({ state__in: states });
// @ts-expect-error another type
Song.objects.filter({ state__in: [1, null] });
