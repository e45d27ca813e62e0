/** Loads `pg` and opens connections with all settings that Flash DB relies on. */

import type { ConnectionSource, DriverOptions } from "../../database/contracts.js";
import { driverSettings } from "../../database/options.js";
import { ConnectionPool } from "../../database/pool.js";
import { Slots } from "../../database/slots.js";
import { ConfigurationError } from "../../errors.js";
import type pg from "pg";
import { type ConnectionSettings, PostgresConnection } from "./connection.js";
import { translateConnecting } from "./errors.js";
import { localText, resetText, setUpText } from "./session-state.js";
import { RowStream } from "./row-stream.js";
import type { PostgresTarget } from "./url.js";
import { ticksOf, Watchdog } from "./watchdog.js";
import { type Client, listenFirst, type Pg, wireOf } from "./wire.js";

export async function loadPg(): Promise<Pg> {
  try {
    return (await import("pg")).default;
  } catch (cause) {
    throw new ConfigurationError(`A "postgres:" URL needs the package pg, which cannot be loaded. Install it: npm install pg`, { cause });
  }
}

const DEFAULT_MAX = 10;

const KEEP_ALIVE = 30_000;
/** The default limit for connecting and logging in. */
const CONNECT_TIMEOUT = 2_000;

interface OpenedClient {
  readonly client: Client;
  readonly rows: RowStream;
  /** Whether the URL leads to a pooler, which may give each transaction another server connection. */
  readonly pooled: boolean;
}
type OpenClient = () => Promise<OpenedClient>;

/** A pooler reports its own process id at login. */
const isPooled = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid !== (client as unknown as { readonly processID: unknown }).processID;
};

/** Every wait has a limit: connecting and logging in have the driver's, the settings have a separate one. */
const clientOpener = (pg: Pg, target: PostgresTarget, settings: pg.ClientConfig, setUp: string): OpenClient => {
  const timeout = settings.connectionTimeoutMillis ?? 0;
  let pooled: boolean | null = null;
  return async () => {
    const client = new pg.Client(settings);
    // Until the connection listens, errors are reported by the promise and must not end the process.
    client.on("error", () => undefined);
    const rows = new RowStream();
    listenFirst(client, (bytes, forward) => rows.read(bytes, forward));
    const stream = wireOf(client).stream;
    const timer =
      timeout === 0 ? undefined : setTimeout(() => stream.destroy(new Error(`no answer within ${2 * timeout} ms`)), 2 * timeout);
    try {
      await client.connect();
      pooled ??= await isPooled(client);
      if (!pooled) await client.query(setUp);
      return { client, rows, pooled };
    } catch (error) {
      stream.destroy();
      throw translateConnecting(error, target.place);
    } finally {
      clearTimeout(timer);
    }
  };
};

/** Adds the options to the URL's settings; a setting given in both is refused. */
const clientSettings = ({ client }: PostgresTarget, { password, tls }: DriverOptions): pg.ClientConfig => {
  if (password !== undefined && client.password !== undefined) throw givenTwice("a password", "password");
  if (tls !== undefined && client.ssl !== undefined) throw givenTwice("how to use TLS", "tls");
  return {
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE,
    ...client,
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { ssl: tls }),
  };
};
const tellOfPooler = (place: string): void =>
  process.emitWarning(
    `${place} is a connection pooler: statements are not prepared, and settings are sent with each transaction. Set { prepare: false } to keep this and hide the warning, or { prepare: true } if the pooler supports prepared statements.`,
    { type: "FlashDbWarning", code: "FLASH_DB_POOLER" },
  );
const givenTwice = (what: string, option: string): ConfigurationError =>
  new ConfigurationError(`The URL and the option "${option}" both say ${what}: give one of them.`);

export async function openSource(pg: Pg, target: PostgresTarget, options: DriverOptions): Promise<ConnectionSource> {
  const { max, acquireTimeout, prepare, ...limits } = driverSettings(options, DEFAULT_MAX);
  const statementTimeout = limits.statementTimeout ?? target.statementTimeout;
  const setUp = setUpText(statementTimeout);
  const openClient = clientOpener(
    pg,
    target,
    { ...clientSettings(target, options), connectionTimeoutMillis: target.connectTimeout ?? Math.max(acquireTimeout, CONNECT_TIMEOUT) },
    setUp,
  );
  const settings = { reset: resetText(setUp), schema: { changes: 0 }, patience: ticksOf(statementTimeout) };
  const direct: ConnectionSettings = { ...settings, prepare: prepare ?? true, local: null };
  const behindPooler: ConnectionSettings = { ...settings, prepare: prepare ?? false, local: localText(statementTimeout) };
  let told = prepare !== null;
  const watchdog = new Watchdog();
  const pool = new ConnectionPool({
    slots: new Slots(max, "connection", "Commit, roll back or close what holds them, or raise pool.max or pool.acquireTimeout."),
    acquireTimeout,
    open: async () => {
      const { client, rows, pooled } = await openClient();
      if (pooled && !told) tellOfPooler(target.place);
      told = true;
      const connection = new PostgresConnection(client, rows, pooled ? behindPooler : direct);
      watchdog.add(connection);
      client.once("end", () => watchdog.delete(connection));
      return connection;
    },
  });
  // Connect once, so that a wrong URL is reported when opening rather than by the first query.
  (await pool.acquire("opening the database")).release();
  return {
    acquire: (_purpose, holder) => pool.acquire(holder),
    acquireNow: (_purpose, holder) => pool.acquireNow(holder),
    close: (timeout) => pool.close(timeout),
  };
}
