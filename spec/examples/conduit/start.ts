/** Conduit as specs start it: the example's service over HTTP, on an empty database that its migrations have filled. */

import { randomBytes } from "node:crypto";
import { postgresDialect, sqliteDialect } from "flash-db/internal";
import { afterEach } from "vitest";
import initial from "../../../docs/examples/conduit/migrations/0001_initial.js";
import { createService } from "../../../docs/examples/conduit/service.js";
import { connect, type Database } from "../../../src/index.js";
import { runTo } from "../../../src/kit/commands/running.js";
import { readMigration } from "../../../src/kit/operations/index.js";
import { graphOf } from "../../../src/kit/state/index.js";
import { fresh, type Kind } from "../../support/fresh.js";

export const conduitMigrations = [readMigration("0001_initial", initial, [postgresDialect, sqliteDialect])];

export interface Conduit {
  readonly url: string;
  readonly database: Database;
  /** Ends the service, then the database; names of sessions that were still open. */
  stop(): Promise<readonly string[]>;
}

const running = new Set<Conduit>();
afterEach(async () => {
  for (const conduit of running) await conduit.stop();
});

export const startConduit = async (kind: Kind): Promise<Conduit> => {
  const database = await connect(await fresh(kind), { onUncommitted: "throw", pool: { acquireTimeout: 30_000 } });
  await runTo(database, graphOf(conduitMigrations), () => undefined, {});
  const service = createService(database, randomBytes(32));
  const url = `${await service.listen({ port: 0, host: "127.0.0.1" })}/api`;
  const conduit: Conduit = {
    url,
    database,
    stop: async () => {
      running.delete(conduit);
      await service.close();
      return database.close({ timeout: 2_000 });
    },
  };
  running.add(conduit);
  return conduit;
};
