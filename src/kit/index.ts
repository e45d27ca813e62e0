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
 * Runs the migrations of a folder (relative to the working directory) that have not run yet: at the start of a program, where there is no command line.
 * @example await migrate(database, "migrations");
 * @returns what ran
 * @throws MigrationError for files that do not fit the history, and for what failed, with the place
 */
export const migrate = (database: Database, folder: string, options: RunFolderOptions = {}): Promise<readonly Ran[]> =>
  runFolder(database, folder, options);
