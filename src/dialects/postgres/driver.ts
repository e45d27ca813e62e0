/** Loads `pg` and opens sessions with everything set that Flash DB relies on. */

import type { ConnectionSource, DriverOptions } from "../../database/contracts.js";
import { driverSettings } from "../../database/options.js";
import { ConnectionPool } from "../../database/pool.js";
import { Slots } from "../../database/slots.js";
import { ConfigurationError } from "../../errors.js";
import { PostgresConnection, type SchemaClock } from "./connection.js";
import { translateConnecting } from "./errors.js";
import type { PostgresTarget } from "./url.js";
import { RowStream } from "./row-stream.js";
import { listenFirst, type Pg } from "./wire.js";

export async function loadPg(): Promise<Pg> {
  try {
    return (await import("pg")).default;
  } catch (cause) {
    throw new ConfigurationError(`A "postgres:" URL needs the package pg, which cannot be loaded. Install it: npm install pg`, { cause });
  }
}

const DEFAULT_MAX = 10;

/** Cells are read as text, so the forms of texts are part of the contract, whatever the server or the user has configured. */
const setUpText = (statementTimeout: number | null): string =>
  [
    "client_encoding TO 'UTF8'",
    "TimeZone TO 'UTC'",
    "DateStyle TO 'ISO, YMD'",
    "IntervalStyle TO 'postgres'",
    "extra_float_digits TO 1",
    "bytea_output TO 'hex'",
    "standard_conforming_strings TO on",
    ...(statementTimeout === null ? [] : [`statement_timeout TO ${statementTimeout}`]),
  ]
    .map((setting) => `SET ${setting}`)
    .join("; ");

export async function openSource(pg: Pg, target: PostgresTarget, options: DriverOptions): Promise<ConnectionSource> {
  const { max, acquireTimeout, statementTimeout, prepare } = driverSettings(options, DEFAULT_MAX);
  const setUp = setUpText(statementTimeout);
  const schema: SchemaClock = { changes: 0 };
  const open = async (): Promise<PostgresConnection> => {
    const client = new pg.Client({ connectionString: target.connectionString, connectionTimeoutMillis: acquireTimeout, keepAlive: true });
    // Before the connection listens, a break is told by the promise, and must not end the process.
    client.on("error", () => undefined);
    const rows = new RowStream();
    listenFirst(client, (bytes, forward) => rows.read(bytes, forward));
    try {
      await client.connect();
      await client.query(setUp);
    } catch (error) {
      client.end().catch(() => undefined);
      throw translateConnecting(error, target.place);
    }
    return new PostgresConnection(client, rows, { prepare, schema });
  };
  const pool = new ConnectionPool({
    slots: new Slots(max, "connection", "Commit, roll back or close what holds them, or raise pool.max or pool.acquireTimeout."),
    acquireTimeout,
    open,
  });
  // A wrong URL shall be told by who opens, not by the first query.
  (await pool.acquire("opening the database")).release();
  return {
    acquire: (_purpose, label) => pool.acquire(label),
    acquireNow: (_purpose, label) => pool.acquireNow(label),
    close: (timeout) => pool.close(timeout),
  };
}
