/** `Replace` takes two expressions of different texts. */

import { model, Replace, t, Value } from "flash-db";

class Song extends model<Song>("songs")({ name: t.text() }) {}

Song.objects.annotate({ plain: Replace("name", Value("&"), Value("and")) });
// @ts-expect-error a wrong name
Song.objects.annotate({ plain: Replace("nope", Value("&"), Value("and")) });
