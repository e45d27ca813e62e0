/** Opens one side of a comparison on a database of its own. */

import { openFlash } from "./flash.js";
import { openRawPostgres, postgresAdmin } from "./raw-postgres.js";
import { openRawSqlite, openTuned, sqliteAdmin } from "./raw-sqlite.js";
import type { Place } from "./places.js";
import type { Setup } from "./side.js";

const openOurs = async (place: Place): Promise<Setup> =>
  "file" in place
    ? {
        side: await openFlash(`sqlite:${place.file}`),
        admin: sqliteAdmin(openTuned(place.file), (date) => date.toISOString()),
      }
    : { side: await openFlash(place.url), admin: await postgresAdmin(place.url, async () => {}) };

export const openContestant = async (name: string, place: Place): Promise<Setup> => {
  if (name === "raw") return "file" in place ? openRawSqlite(place.file) : openRawPostgres(place.url);
  if (name === "flash") return openOurs(place);
  throw new Error(`nobody is called "${name}"`);
};
