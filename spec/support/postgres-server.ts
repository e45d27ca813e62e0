/** One PostgreSQL for a whole run; `FLASH_DB_TEST_PG=postgres://…` names a server to use instead. */

import type { TestProject } from "vitest/node";
import { startPostgres } from "./embedded-postgres.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The server's own database, whose user may make others. */
    readonly postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env["FLASH_DB_TEST_PG"];
  if (given !== undefined && given !== "") {
    project.provide("postgresUrl", given);
    return undefined;
  }
  const server = await startPostgres();
  project.provide("postgresUrl", server.url);
  return () => server.stop();
}
