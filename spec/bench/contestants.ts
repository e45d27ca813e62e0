/** Opens one side of a comparison on a database of its own. */

import { openFlash, type FlashSide } from "./flash.js";
import { peers } from "./peers.js";
import type { Place } from "./places.js";
import { makePostgresTables, openRawPostgres, postgresAdmin } from "./raw-postgres.js";
import { makeSqliteTables, openRawSqlite, openTuned, sqliteAdmin } from "./raw-sqlite.js";
import type { Admin, Setup, Side } from "./side.js";

export const openOurs = async (place: Place): Promise<{ readonly side: FlashSide; readonly admin: Admin }> =>
  "file" in place
    ? {
        side: await openFlash(`sqlite:${place.file}`),
        admin: sqliteAdmin(openTuned(place.file), (date) => date.toISOString()),
      }
    : { side: await openFlash(place.url), admin: await postgresAdmin(place.url, async () => {}) };

/** What a module in `peers/` gives. */
interface PeerModule {
  open(place: Place, variant: string): Promise<Side>;
  /** What it keeps of an instant in SQLite; milliseconds when absent. */
  readonly dateCell?: (date: Date) => unknown;
}

const openPeer = async (name: string, module: string, place: Place): Promise<Setup> => {
  // By its address: the peers are not installed with the project, and its type checks must not follow them.
  const peer = (await import(new URL(`peers/${module}.ts`, import.meta.url).href)) as PeerModule;
  const admin =
    "file" in place ? makeSqliteTables(place.file, peer.dateCell ?? ((date) => date.getTime())) : await makePostgresTables(place.url);
  return { admin, side: await peer.open(place, name) };
};

export const openContestant = async (name: string, place: Place): Promise<Setup> => {
  if (name === "raw") return "file" in place ? openRawSqlite(place.file) : openRawPostgres(place.url);
  if (name === "flash") return openOurs(place);
  const peer = peers[name];
  if (peer === undefined) throw new Error(`nobody is called "${name}", expected raw, flash, ${Object.keys(peers).join(", ")}`);
  const module = "file" in place ? peer.sqlite : peer.postgres;
  if (module === null) throw new Error(`${name} is not compared on SQLite`);
  return openPeer(name, module, place);
};
