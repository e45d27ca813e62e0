/**
 * `@flash-db/kit`: migrations from code.
 * @module @flash-db/kit
 */

import type { Database } from "flash-db";
import { runFolder, type RunFolderOptions } from "./commands/run-folder.js";
import type { Ran } from "./commands/run-folder.js";

export type { Config } from "./commands/project.js";
export { MigrationError } from "./errors.js";
export type { Ran, RunFolderOptions };

/**
 * Runs the pending migrations of a folder (relative to the working directory), for programs that migrate at startup instead of on the
 * command line.
 * @example await migrate(database, "migrations");
 * @returns the migrations that ran
 * @throws MigrationError for files that do not match the history, and for a failed operation, with its position
 */
export const migrate = (database: Database, folder: string, options: RunFolderOptions = {}): Promise<readonly Ran[]> =>
  runFolder(database, folder, options);
