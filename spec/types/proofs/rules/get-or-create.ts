/** `getOrCreate()` and `updateOrCreate()` take an object for a relation, not its key. */

import { foreignKey, model, t, type Session } from "flash-db";

declare const db: Session;
class Artist extends model<Artist>("artists")({ name: t.text() }) {}
class Album extends model<Album>("albums")({ title: t.text(), artist: foreignKey(() => Artist) }) {}

declare const artist: Artist;
void Album.objects.getOrCreate(db, { title: "a", artist });
void Album.objects.getOrCreate(db, { title: "a", artistId: 1 });
// @ts-expect-error refused
void Album.objects.getOrCreate(db, { title: "a", artist: 1 });
// @ts-expect-error refused
void Album.objects.updateOrCreate(db, { title: "a", artist: 1 });
