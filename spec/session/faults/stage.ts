/** One piece of work that sends every kind of statement, on a connection that fails at one of them, and what must be true afterwards. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { atomic, QueryTimeout, UniqueViolation, DatabaseError, type FlashDbError, type Session } from "flash-db";
import type { CompiledQuery, Connection } from "../../../src/database/contracts.js";
import type { Database } from "../../../src/connect.js";
import { stateOf } from "../../../src/loading/instance.js";
import { openFaulty } from "../../support/faulty-database.js";
import type { FaultyDriver, StatementKind } from "../../support/faulty-driver.js";
import { fresh, onServer, type Kind } from "../../support/fresh.js";
import { models, Shelf, Tag } from "../fuzz/models.js";

export class Undo extends Error {}

const plain = (text: string): CompiledQuery => ({ text, parameters: [], values: [], outputs: null, writes: false });

/** How a statement fails. */
export type Fault = "killed" | "error" | "timeout";
type Strike = (connection: Connection, kind: StatementKind, concurrent: boolean) => Promise<void>;

const sent: ReadonlySet<StatementKind> = new Set(["INSERT", "UPDATE", "DELETE"]);
const strikes: { readonly [F in Fault]: Strike } = {
  /** The server ends the connection, or the file's handle is closed, just before the statement goes out. */
  killed: async (connection, _kind, concurrent) => {
    if (!concurrent) return connection.close();
    const { rows } = await connection.run(plain("SELECT pg_backend_pid()"));
    await onServer(`SELECT pg_terminate_backend(${String(rows[0]?.[0])})`);
  },
  /** A real refusal where one can be had by a statement; else the statement is not sent. */
  error: async (connection, kind) => {
    if (!sent.has(kind)) throw new DatabaseError(`${kind} was refused`);
    await connection.run({ ...plain("INSERT INTO shelves (label, code, info) SELECT label, code, info FROM shelves"), writes: true });
    throw new UniqueViolation("the statement above must have been refused");
  },
  timeout: async (connection, kind, concurrent) => {
    if (!concurrent) throw new QueryTimeout(`${kind} took too long`);
    await connection.run(plain("SELECT set_config('statement_timeout', '1', false)"));
    try {
      await connection.run(plain("SELECT pg_sleep(1)"));
    } finally {
      // Inside a transaction the setting goes with it.
      if (kind === "BEGIN" || kind === "SELECT") await connection.run(plain("SELECT set_config('statement_timeout', '0', false)"));
    }
  },
};

export interface Stage {
  readonly database: Database;
  readonly driver: FaultyDriver;
  readonly db: Session;
  readonly shelf: Shelf;
  readonly gone: Tag;
  readonly added: Shelf;
  readonly concurrent: boolean;
  /** The next statement of this kind fails; tells how often it came. */
  arm(kind: StatementKind, fault: Fault): { readonly struck: () => boolean };
  /** The connection of the open transaction breaks, and everybody has heard of it. */
  breakNow(): Promise<void>;
}

export const setUp = async (kind: Kind): Promise<Stage> => {
  const { database, driver } = await openFaulty(await fresh(kind), { pool: { max: 2, acquireTimeout: 2_000 } });
  await database.createAll(models);
  const db = database.session({ onUncommitted: "ignore" });
  const shelf = await Shelf.objects.create(db, { label: "before", code: "a" });
  const gone = await Tag.objects.create(db, { label: "tag" });
  await db.commit();
  const concurrent = driver.dialect.features.concurrentWriters;
  return {
    database,
    driver,
    db,
    shelf,
    gone,
    concurrent,
    added: new Shelf({ label: "new", code: "b" }),
    breakNow: async () => {
      const connection = [...driver.out].at(-1) as Connection;
      await strikes.killed(connection, "OTHER", concurrent);
      while (!connection.broken) await sleep(2);
    },
    arm: (wanted, fault) => {
      let struck = false;
      driver.before = async (statement, _text, connection) => {
        if (statement !== wanted || struck) return;
        struck = true;
        await strikes[fault](connection, statement, concurrent);
      };
      return { struck: () => struck };
    },
  };
};

/** What all ways of working do, once a transaction is to be opened: UPDATE, INSERT, savepoints of both endings, DELETE. */
const work = async ({ db, shelf, gone, added }: Stage): Promise<void> => {
  shelf.label = "changed";
  await db.flush();
  db.add(added);
  await db.flush();
  await atomic(db, async () => {
    shelf.info = { list: [1] };
  });
  await atomic(db, async () => {
    shelf.info = { list: [2] };
    await db.flush();
    throw new Undo();
  }).catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  db.delete(gone);
  await db.flush();
};

/** The ways to a transaction; `end` says whether it is to be kept. */
export const ways: Readonly<Record<string, (stage: Stage, end: "commit" | "rollback") => Promise<void>>> = {
  "atomic()": (stage, end) =>
    atomic(stage.db, async () => {
      await work(stage);
      if (end === "rollback") throw new Undo();
    }),
  "begin()": async (stage, end) => {
    await using tx = await stage.db.begin();
    await work(stage);
    await tx[end]();
  },
  "a plain session": async (stage, end) => {
    try {
      await work(stage);
      await stage.db[end]();
    } catch (error) {
      await stage.db.rollback();
      throw error;
    }
  },
};

export const failure = async (work: Promise<unknown>): Promise<FlashDbError> => {
  try {
    await work;
  } catch (error) {
    return error as FlashDbError;
  }
  throw new Error("expected a failure, but it went through");
};

/** Rows and memory are as before the work, the pool has everything back, and the session and others go on working. */
export const expectUndone = async (stage: Stage): Promise<void> => {
  const { db, shelf, gone, added } = stage;
  expect([shelf.label, shelf.info, added.id]).toEqual(["before", { list: [] }, undefined]);
  expect([shelf, gone, added].map((object) => stateOf(object)?.status)).toEqual(["persistent", "persistent", "transient"]);
  expect([db.inTransaction, db.new.size, db.dirty.size, db.deleted.size]).toEqual([false, 0, 0, 0]);
  await expectRows(stage, [["before", "a"]], ["tag"]);
  await expectUsable(stage);
};

export const expectRows = async (
  { database, driver }: Stage,
  shelves: readonly (readonly string[])[],
  tags: readonly string[],
): Promise<void> => {
  expect(driver.out.size).toBe(0);
  driver.before = null;
  await using other = database.session();
  expect(await Shelf.objects.orderBy("code").valuesList("label", "code").fetch(other)).toEqual(shelves);
  expect(await Tag.objects.valuesList("label", { flat: true }).fetch(other)).toEqual(tags);
};

/** The same work goes through now, in the same session. */
export const expectUsable = async (stage: Stage): Promise<void> => {
  await atomic(stage.db, () => work(stage));
  await expectRows(
    stage,
    [
      ["changed", "a"],
      ["new", "b"],
    ],
    [],
  );
  expect(stage.driver.out.size).toBe(0);
};
