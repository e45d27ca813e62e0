/** Repairs the history when files and database have diverged, by adding entries. */

import type { Database } from "flash-db/internal";
import { prepareOwnTables } from "../databases/own-tables.js";
import { openDatabaseSession } from "../databases/session.js";
import type { Run } from "./contracts.js";
import { entryStatement, journalStatements } from "./store.js";

export type Repair =
  /** The file's changed meaning is intended and is recorded. */
  | { readonly kind: "edited"; readonly run: Run }
  /** The file was removed intentionally: the migration counts as not applied. */
  | { readonly kind: "missing"; readonly run: Run }
  /** It was interrupted, and was completed (`applied`) or undone manually. */
  | { readonly kind: "unfinished"; readonly run: Run; readonly applied: boolean };

export const repairHistory = async (database: Database, repairs: readonly Repair[], version = ""): Promise<void> => {
  const session = await openDatabaseSession(database, "history repair");
  try {
    await prepareOwnTables(session);
    for (const repair of repairs) {
      const entry = (action: "repair" | "unfake" | "fake"): Promise<number> =>
        session.execute(entryStatement(session.dialect, repair.run, { action, durationMs: 0, version }));
      if (repair.kind === "edited") await entry("repair");
      else if (repair.kind === "missing") await entry("unfake");
      else {
        if (repair.applied) await entry("fake");
        await session.execute(journalStatements.forget(session.dialect, repair.run));
      }
    }
  } finally {
    session.release();
  }
};
