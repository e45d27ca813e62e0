/** Runs a folder of migrations on an open database. */

import path from "node:path";
import type { Database } from "flash-db";
import { handleOf } from "flash-db/internal";
import { loadMigrations } from "./project.js";
import { migrationNamed, refuseConflicts, zero } from "../state/index.js";
import { runTo } from "./running.js";
import { version } from "./version.js";

/** Options of `migrate()`. */
export interface RunFolderOptions {
  /** The migration to run to, forwards or backwards; "zero" rolls back everything. Runs all by default. */
  readonly target?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}
/** A migration that ran. */
export interface Ran {
  readonly name: string;
  readonly direction: "up" | "down";
}

export const runFolder = async (database: Database, folder: string, { target, signal }: RunFolderOptions): Promise<readonly Ran[]> => {
  const graph = await loadMigrations(path.resolve(folder), [handleOf(database).dialect]);
  if (target === undefined) refuseConflicts(graph);
  const resolved = target === undefined || target === zero ? target : migrationNamed(graph, target).name;
  const runs = await runTo(database, graph, () => resolved, { signal, version });
  return runs.map(({ name, direction }) => ({ name, direction }));
};
