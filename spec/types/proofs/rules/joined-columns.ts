/** `only()` names columns of joined models, and these are checked. */

import { foreignKey, model, t } from "flash-db";

class Album extends model<Album>("albums")({ title: t.text(), notes: t.text() }) {}
class Track extends model<Track>("tracks")({ name: t.text(), album: foreignKey(() => Album) }) {}

Track.objects.selectRelated("album").only("name", "album__title");
// @ts-expect-error refused
Track.objects.selectRelated("album").only("name", "album__nope");
