/** Ensures one migration run at a time. Waiting runs see who holds the lock, and it is released when the holder's process ends. */

import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { LockNotAvailable } from "flash-db";
import type { Database } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import { LOCK_TABLE, prepareOwnTables } from "./own-tables.js";
import { type DatabaseSession, inTransaction, openDatabaseSession } from "./session.js";

export interface Holder {
  /** The holder: a process and its host. */
  readonly who: string;
  readonly since: string;
  /** What it is running, `0007_orders, step 2 of 5`. */
  readonly step: string;
}
export interface MigrationLock {
  /** Publishes the current step to waiting runs. */
  say(step: string): Promise<void>;
  release(): Promise<void>;
}
export interface LockOptions {
  /** Called once for each holder or step while waiting. */
  readonly onWait?: ((holder: Holder) => void) | undefined;
  /** How long to wait, in milliseconds; default ten minutes. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const POLL = 200;
const WAIT = 600_000;

/** With session locks, `session` is kept by the lock; otherwise it is not needed. */
export const takeLock = async (database: Database, session: DatabaseSession | null, options: LockOptions): Promise<MigrationLock> => {
  const attempt = session === null ? () => takeRow(database) : () => takeAdvisory(session);
  const end = Date.now() + (options.timeout ?? WAIT);
  let told = "";
  for (;;) {
    options.signal?.throwIfAborted();
    const taken = await attempt();
    if ("release" in taken) return taken;
    const now = JSON.stringify(taken);
    if (now !== told) options.onWait?.(taken);
    told = now;
    if (Date.now() > end)
      throw new MigrationError(
        `another run of migrations holds the lock: ${taken.who}, since ${taken.since}, at ${taken.step}. Wait for it, or end that process, which releases the lock`,
        { facts: { holder: taken } },
      );
    await sleep(POLL, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
};

/** Two numbers, the first of which identifies this tool. */
const KEYS = "1179403592, 1296648018";
const NAME = "flash-db migrate";

const takeAdvisory = async (session: DatabaseSession): Promise<MigrationLock | Holder> => {
  const literal = (text: string): string => session.dialect.schema.literal(text, { kind: "text" });
  const [[taken] = []] = await session.rows(`SELECT pg_try_advisory_lock(${KEYS})::text`);
  if (taken !== "true") return holderOfAdvisory(session);
  // The application name is the only information about a session that others can see.
  const say = async (step: string): Promise<void> =>
    void (await session.execute(`SET application_name = ${literal(`${NAME}: ${step}`.slice(0, 63))}`));
  await say("begins");
  return {
    say,
    release: async () => {
      if (!session.broken) await session.rows(`SELECT pg_advisory_unlock(${KEYS})::text`);
    },
  };
};

const holderOfAdvisory = async (session: DatabaseSession): Promise<Holder> => {
  const [row] = await session.rows(
    `SELECT 'process ' || a.pid || coalesce(' of ' || a.usename, '') || coalesce(' from ' || host(a.client_addr), ''),
      to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), a.application_name
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint, l.objid::bigint) = (${KEYS})
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const [who, since, name] = (row ?? []).map(String);
  return { who: who ?? "a process that has just ended", since: since ?? "now", step: (name ?? "").replace(`${NAME}: `, "") };
};

/** A row in a table, for databases without session locks; a lock of a dead process on this host does not count. */
const takeRow = async (database: Database): Promise<MigrationLock | Holder> => {
  const me = { host: os.hostname(), pid: process.pid };
  const token = new Date().toISOString();
  const outcome = await withSession(database, async (session): Promise<Holder | null> => {
    try {
      await prepareOwnTables(session);
      // Read without a transaction: the holder's transaction may be long, and no other can begin meanwhile.
      const holder = await holderOfRow(session);
      if (holder !== null) return holder;
      return await inTransaction(session, "BEGIN IMMEDIATE", async () => {
        const other = await holderOfRow(session);
        if (other !== null) return other;
        const literal = (text: string): string => session.dialect.schema.literal(text, { kind: "text" });
        await session.execute(`DELETE FROM ${LOCK_TABLE}`);
        await session.execute(
          `INSERT INTO ${LOCK_TABLE} (only, holder, host, pid, since, step) VALUES (1, ${literal(`process ${me.pid} of ${me.host}`)}, ${literal(me.host)}, ${me.pid}, ${literal(token)}, 'begins')`,
        );
        heldHere.add(token);
        return null;
      });
    } catch (error) {
      if (!(error instanceof LockNotAvailable)) throw error;
      return { who: "another process", since: "now", step: "it writes to this database" };
    }
  });
  if (outcome !== null) return outcome;
  const change = (text: (literal: (word: string) => string) => string): Promise<void> =>
    withSession(database, async (session) => {
      await session.execute(`${text((word) => session.dialect.schema.literal(word, { kind: "text" }))} WHERE pid = ${me.pid}`);
    });
  return {
    say: async (step) => {
      try {
        await change((literal) => `UPDATE ${LOCK_TABLE} SET step = ${literal(step)}`);
      } catch (error) {
        // The application is writing; waiting runs see the previous step.
        if (!(error instanceof LockNotAvailable)) throw error;
      }
    },
    release: async () => {
      await change(() => `DELETE FROM ${LOCK_TABLE}`);
      heldHere.delete(token);
    },
  };
};

/** Locks of this process by time of acquisition, because an ended process may have had the same number. */
const heldHere = new Set<string>();

/** Returns null if nobody holds it, or only a dead process on this host. */
const holderOfRow = async (session: DatabaseSession): Promise<Holder | null> => {
  const [row] = await session.rows(`SELECT holder, host, pid, since, step FROM ${LOCK_TABLE}`);
  if (row === undefined) return null;
  const [who = "", host, pid, since = "", step = ""] = row.map(String);
  const lives = Number(pid) === process.pid ? heldHere.has(since) : isAlive(Number(pid));
  return host !== os.hostname() || lives ? { who, since, step } : null;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === "EPERM";
  }
};

const withSession = async <R>(database: Database, work: (session: DatabaseSession) => Promise<R>): Promise<R> => {
  const session = await openDatabaseSession(database, "the lock of migrations");
  try {
    return await work(session);
  } finally {
    session.release();
  }
};
