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
  const database = await connect(await fresh(kind), { onUncommitted: "throw" });
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

/** An answer: its status and what its body holds. */
export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a service answers is what the examples are about
  readonly body: any;
}

/** Asks the service as one user, or as nobody. */
export const client =
  (url: string, token?: string) =>
  async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Token ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
  };
export type Client = ReturnType<typeof client>;

/** Signs somebody up, and gives a client for them. */
export const signUp = async (url: string, username: string): Promise<Client> => {
  const { body } = await client(url)("POST", "/users", { user: { username, email: `${username}@example.org`, password: "a good secret" } });
  return client(url, (body as { user: { token: string } }).user.token);
};
