/** What holds after every commit: nothing waits, a second commit sends nothing, and a fresh session reads what memory holds. */

import { expect } from "vitest";
import type { LoadedItems, Model, RelatedManager } from "flash-db";
import type { Play } from "../session/example.js";

/** The objects equal their rows as another session reads them. */
export const expectSettled = async ({ db, open, sent }: Play, ...objects: readonly Model[]): Promise<void> => {
  expect([db.new.size, db.dirty.size, db.deleted.size, db.inTransaction]).toEqual([0, 0, 0, false]);
  sent();
  await db.commit();
  expect(sent()).toEqual([]);
  const fresh = open();
  for (const object of objects) {
    const stored = await fresh.get(object.constructor as never, object.pk as never);
    expect(stored === null ? null : (stored as Model).toJSON()).toEqual(object.toJSON());
  }
};

/** What a collection shows that is loaded, or of a new owner, though its type does not say so. */
export const shown = <I>(collection: RelatedManager<I, unknown>): I[] => (collection as unknown as LoadedItems<I>).toArray();
