/** Opens the database of a project and closes it again in any case. */

import { connect, type Database } from "flash-db";
import { MigrationError } from "../errors.js";
import type { Project } from "./project.js";

/** Messages must not contain passwords. */
const shownUrl = (url: string): string => url.replace(/:\/\/([^:@/]*):[^@/]*@/, "://$1:…@");

export const withDatabase = async <R>(project: Project, work: (database: Database) => Promise<R>): Promise<R> => {
  let database: Database;
  try {
    database = await connect(project.config.url);
  } catch (error) {
    throw unreachable(project, error);
  }
  try {
    return await work(database);
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    throw code === "CONNECTION_LOST" ? unreachable(project, error) : error;
  } finally {
    await database.close({ timeout: 2_000 });
  }
};

const unreachable = (project: Project, error: unknown): MigrationError =>
  new MigrationError(`the database ${shownUrl(project.config.url)} cannot be reached: ${(error as Error).message}`, { cause: error });
