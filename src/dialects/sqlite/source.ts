/**
 * Assigns readers and writers to connections: on a file, one writer at a time with readers beside it; in memory, one connection for
 * everything.
 */

import type { ConnectionSource, DriverOptions, Lease } from "../../database/contracts.js";
import { type DriverSettings, driverSettings } from "../../database/options.js";
import { ConnectionPool } from "../../database/pool.js";
import { Slots } from "../../database/slots.js";
import { ConnectionLost } from "../../errors.js";
import type { SqliteConnection } from "./connection.js";
import { openConnection, type Sqlite } from "./driver.js";
import { realPath } from "./url.js";

interface Turns {
  readonly slots: Slots;
  users: number;
}
/** The write lock belongs to the file, whoever opened it and by whatever path. */
const turnsByFile = new Map<string, Turns>();

const writeTurns = (): Slots => new Slots(1, "turn to write", "Commit, roll back or close what holds it, or raise pool.acquireTimeout.");

function joinTurns(file: string): { readonly slots: Slots; readonly leave: () => void } {
  const turns = turnsByFile.get(file) ?? { slots: writeTurns(), users: 0 };
  turnsByFile.set(file, turns);
  turns.users++;
  return {
    slots: turns.slots,
    leave: () => {
      if (--turns.users === 0) turnsByFile.delete(file);
    },
  };
}

const DEFAULT_READERS = 8;

export async function openSource(Sqlite: Sqlite, file: string | null, options: DriverOptions): Promise<ConnectionSource> {
  const settings = driverSettings(options, DEFAULT_READERS);
  return file === null ? memorySource(Sqlite, settings) : fileSource(Sqlite, file, settings);
}

async function memorySource(Sqlite: Sqlite, { acquireTimeout, busyTimeout }: DriverSettings): Promise<ConnectionSource> {
  let only: SqliteConnection | null = await openConnection(Sqlite, { file: null, busyTimeout, reader: false });
  const open = (): SqliteConnection => {
    const connection = only;
    only = null;
    if (connection === null)
      throw new ConnectionLost("The database in memory is gone with its only connection. Open it again.", "rolled back");
    return connection;
  };
  const everything = new ConnectionPool({
    slots: new Slots(1, "turn on the database in memory", "Commit, roll back or close what holds it, or use a file."),
    acquireTimeout,
    open,
  });
  return {
    acquire: (_purpose, holder) => everything.acquire(holder),
    acquireNow: (_purpose, holder) => everything.acquireNow(holder),
    selectNow: (query) => everything.free?.runNow(query) ?? null,
    close: async (timeout) => {
      const cut = await everything.close(timeout);
      only?.destroy();
      return cut;
    },
  };
}

async function fileSource(Sqlite: Sqlite, file: string, { acquireTimeout, busyTimeout, max }: DriverSettings): Promise<ConnectionSource> {
  const open = (reader: boolean): Promise<SqliteConnection> => openConnection(Sqlite, { file, busyTimeout, reader });
  // The first writer creates the file and its journal, so that readers find them.
  let first: SqliteConnection | null = await open(false);
  const turns = joinTurns(realPath(file));
  const writer = new ConnectionPool({
    slots: turns.slots,
    acquireTimeout,
    open: () => {
      const connection = first;
      first = null;
      return connection ?? open(false);
    },
  });
  const readers = new ConnectionPool({
    slots: new Slots(
      max,
      "connection to read with",
      "Commit, roll back or close what holds them, or raise pool.max or pool.acquireTimeout.",
    ),
    acquireTimeout,
    open: () => open(true),
  });
  const poolFor = (purpose: "read" | "write"): ConnectionPool<SqliteConnection> => (purpose === "write" ? writer : readers);
  return {
    acquire: (purpose, holder): Promise<Lease> => poolFor(purpose).acquire(holder),
    acquireNow: (purpose, holder) => poolFor(purpose).acquireNow(holder),
    // Only the writer's page cache survives its own writes.
    selectNow: (query) => (writer.free ?? readers.free)?.runNow(query) ?? null,
    close: async (timeout) => {
      // Readers close first: the writer, closing last, can then fold the journal back into the file.
      const [reading, writing] = await Promise.all([readers.close(timeout), writer.close(timeout)]);
      first?.destroy();
      turns.leave();
      return [...writing, ...reading];
    },
  };
}
