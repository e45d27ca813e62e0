/** What only PostgreSQL's driver promises: broken connections, timeouts, collisions, poolers. */

import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenTransaction } from "../../src/database/handle.js";
import {
  ConnectionLost,
  DatabaseError,
  DeadlockDetected,
  FlashDbError,
  LockNotAvailable,
  QueryTimeout,
  SerializationFailure,
  TransactionAborted,
  UniqueViolation,
} from "../../src/errors.js";
import { types } from "../../src/sql/types.js";
import { fresh, onServer } from "../support/fresh.js";
import { type CoreOptions, openCore, query, run, who } from "../support/drivers.js";

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeAll(() => void process.on("uncaughtException", note).on("unhandledRejection", note));
afterAll(() => {
  process.off("uncaughtException", note).off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

const open = async (options: CoreOptions = {}): ReturnType<typeof openCore> => openCore(await fresh("postgres"), options);
type Core = Awaited<ReturnType<typeof open>>;

const rejection = async (work: Promise<unknown>): Promise<FlashDbError> => {
  const error: unknown = await work.then(
    () => new Error("expected a rejection"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FlashDbError);
  return error as FlashDbError;
};
/** Answers when the server's process is gone: what it sent last, and the end of its connection, have arrived here by then, and have been read a turn later. */
const terminate = async (pid: unknown): Promise<void> => {
  await onServer(`SELECT pg_terminate_backend(${Number(pid)}, 10000)`);
  await turn();
};
const pidOf = async (on: Core | OpenTransaction, core: Core): Promise<unknown> => {
  const ask = query(core, "SELECT pg_backend_pid()", [], [types.integer]);
  return (await ("begin" in on ? on.run(ask, who()) : on.run(ask))).rows[0]?.[0];
};

describe("a killed connection", () => {
  it("that is idle is replaced unnoticed", async () => {
    const core = await open({ pool: { max: 1 } });
    const pid = await pidOf(core, core);
    await terminate(pid);
    expect(await pidOf(core, core)).not.toBe(pid);
  });

  it("in a query is ConnectionLost, and the next query has a new one", async () => {
    const core = await open({ pool: { max: 1 } });
    const pid = await pidOf(core, core);
    const sleeping = rejection(run(core, "SELECT pg_sleep(10)"));
    await sleep(50);
    await terminate(pid);
    const error = await sleeping;
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ outcome: "rolled back" });
    expect(await pidOf(core, core)).not.toBe(pid);
  });

  it("in a transaction aborts it; the slot comes back", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    await run(core, "CREATE TABLE t (a integer)");
    for (const end of ["commit", "rollback"] as const) {
      const transaction = await core.begin({}, who());
      await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
      await terminate(await pidOf(transaction, core));
      const error = await rejection(transaction.run(query(core, "INSERT INTO t VALUES (2)")));
      expect(error).toBeInstanceOf(ConnectionLost);
      if (end === "commit")
        expect(await rejection(transaction.commit())).toMatchObject({ code: "CONNECTION_LOST", outcome: "rolled back" });
      else await transaction.rollback();
      expect(transaction.status).toBe("ended");
      expect((await run(core, "SELECT a FROM t")).rows).toEqual([]);
    }
  });

  it("during COMMIT leaves the outcome unknown", async () => {
    const core = await open();
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(10); RETURN NULL; END $$");
    await run(core, "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()");
    const transaction = await core.begin({}, who());
    await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
    const pid = await pidOf(transaction, core);
    const committing = rejection(transaction.commit());
    await sleep(100);
    await terminate(pid);
    const error = await committing;
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(transaction.status).toBe("ended");
  });

  it("before COMMIT is ConnectionLost too, and frees the slot", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    const transaction = await core.begin({}, who());
    await terminate(await pidOf(transaction, core));
    expect(await rejection(transaction.commit())).toBeInstanceOf(ConnectionLost);
    expect((await run(core, "SELECT 1")).rows.length).toBe(1);
  });

  it("while rows are read in chunks ends the loop with ConnectionLost", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    const pid = await pidOf(core, core);
    const reading = async (): Promise<void> => {
      for await (const rows of core.stream(query(core, "SELECT generate_series(1, 100000)"), 10, who())) {
        expect(rows.length).toBe(10);
        await terminate(pid);
      }
    };
    expect(await rejection(reading())).toBeInstanceOf(ConnectionLost);
    expect(await pidOf(core, core)).not.toBe(pid);
  });

  it("all of them at once are all replaced", async () => {
    const core = await open({ pool: { max: 5 } });
    const pids = await Promise.all(
      Array.from({ length: 5 }, () => run(core, "SELECT pg_backend_pid(), pg_sleep(0.05)", [], [types.integer, types.text])),
    );
    await Promise.all(pids.map(({ rows }) => terminate(rows[0]?.[0])));
    await Promise.all(Array.from({ length: 10 }, () => run(core, "SELECT 1")));
  });
});

describe("BEGIN with the first statement", () => {
  const travelling = (core: Core): Promise<OpenTransaction> => core.begin({ travels: true }, who());

  it("opens a transaction, for a named and for an unnamed statement", async () => {
    for (const prepare of [true, false]) {
      const core = await open({ prepare, pool: { max: 1, acquireTimeout: 300 } });
      await run(core, "CREATE TABLE t (a integer)");
      for (const end of ["commit", "rollback", "commit"] as const) {
        const transaction = await travelling(core);
        const told = await transaction.run(query(core, "INSERT INTO t VALUES (1), (2)"));
        expect(told.affected).toBe(2);
        await transaction[end]();
      }
      expect((await run(core, "SELECT count(*) FROM t", [], [types.integer])).rows).toEqual([[4]]);
    }
  });

  it("with isolation, read-only, and before a savepoint", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    const strict = await core.begin({ travels: true, isolation: "serializable", readOnly: true }, who());
    expect((await strict.run(query(core, "SHOW transaction_isolation", [], [types.text]))).rows).toEqual([["serializable"]]);
    await rejection(strict.run(query(core, "CREATE TABLE t (a integer)")));
    await strict.rollback();
    const levels = await travelling(core);
    const name = await levels.savepoint();
    await levels.run(query(core, "CREATE TABLE t (a integer)"));
    await levels.rollbackTo(name);
    await levels.run(query(core, "CREATE TABLE u (a integer)"));
    await levels.commit();
    await run(core, "SELECT a FROM u");
    await rejection(run(core, "SELECT a FROM t"));
  });

  it("sends nothing where no statement follows", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    const sent: string[] = [];
    core.onTransaction(({ sql }) => sent.push(sql));
    await (await travelling(core)).commit();
    await (await travelling(core)).rollback();
    expect(sent).toEqual([]);
    const transaction = await travelling(core);
    await transaction.run(query(core, "SELECT 1"));
    await transaction.commit();
    expect(sent).toEqual(["BEGIN", "COMMIT"]);
  });

  it("is aborted by a statement that fails when it is parsed, and when it runs", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    for (const text of ["SELECT nonsense", "SELECT 1 / 0"])
      for (let again = 0; again < 2; again++) {
        const transaction = await travelling(core);
        expect(await rejection(transaction.run(query(core, text)))).toBeInstanceOf(DatabaseError);
        expect(await rejection(transaction.run(query(core, "SELECT 1")))).toBeInstanceOf(TransactionAborted);
        await transaction.rollback();
      }
    expect((await run(core, "SELECT 1", [], [types.integer])).rows).toEqual([[1]]);
  });

  it("begins anew where the first statement's plan no longer fits", async () => {
    const url = await fresh("postgres");
    const core = await openCore(url, { pool: { max: 1, acquireTimeout: 300 } });
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "INSERT INTO t VALUES (1)");
    const all = query(core, "SELECT * FROM t", [], [types.text]);
    await core.run(all, who());
    await run(await openCore(url), "ALTER TABLE t ALTER a TYPE text");
    const transaction = await travelling(core);
    expect((await transaction.run(all)).rows).toEqual([["1"]]);
    await transaction.run(query(core, "INSERT INTO t VALUES ('2')"));
    await transaction.rollback();
    expect((await core.run(all, who())).rows).toEqual([["1"]]);
  });

  it("on a connection that had broken is sent on another one", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    await run(core, "CREATE TABLE t (a integer)");
    const pid = await pidOf(core, core);
    const transaction = await travelling(core);
    await terminate(pid);
    await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
    await transaction.commit();
    expect((await run(core, "SELECT a FROM t", [], [types.integer])).rows).toEqual([[1]]);
  });
});

describe("a failed control statement", () => {
  it.each([
    ["a savepoint that is not there", (transaction: OpenTransaction): Promise<unknown> => transaction.release("nowhere")],
    ["a rollback to nowhere", (transaction: OpenTransaction): Promise<unknown> => transaction.rollbackTo("nowhere")],
  ])("ends the connection: %s", async (_, fail) => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    const pid = await pidOf(core, core);
    const transaction = await core.begin({}, who());
    await rejection(fail(transaction));
    expect(await rejection(transaction.run(query(core, "SELECT 1")))).toBeInstanceOf(TransactionAborted);
    await transaction.rollback();
    expect(await pidOf(core, core)).not.toBe(pid);
  });

  it("is COMMIT that is answered with ROLLBACK, too", async () => {
    const core = await open({ pool: { max: 1, acquireTimeout: 300 } });
    await run(core, "CREATE TABLE t (a integer PRIMARY KEY)");
    const transaction = await core.begin({}, who());
    await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
    // An error that the transaction does not see, as a statement that hides its own would make it.
    await rejection((transaction as unknown as { run: typeof transaction.run }).run(query(core, "INSERT INTO t VALUES (1)")));
    const error = await rejection(transaction.commit());
    expect(error).toBeInstanceOf(TransactionAborted);
    expect(error.cause).toBeInstanceOf(UniqueViolation);
    const { source } = await (await import("../../src/dialects/postgres/index.js")).open(await fresh("postgres"));
    const lease = await source.acquire("write", "spec");
    await lease.connection.control("BEGIN");
    await rejection(lease.connection.run(query(core, "SELECT nonsense")));
    expect(await rejection(lease.connection.control("COMMIT"))).toBeInstanceOf(TransactionAborted);
    expect(lease.connection.broken).toBe(true);
    lease.release();
    await source.close(0);
    expect((await run(core, "SELECT a FROM t")).rows).toEqual([]);
  });
});

describe("collisions and limits have names", () => {
  it("statement timeout", async () => {
    const core = await open({ statementTimeout: 100 });
    const error = await rejection(run(core, "SELECT pg_sleep(5)"));
    expect(error).toBeInstanceOf(QueryTimeout);
    expect(error.message).toContain("pg_sleep");
    expect((await run(core, "SELECT 1")).rows.length).toBe(1);
  });

  it("locks, deadlocks, serialization", async () => {
    const core = await open();
    await run(core, "CREATE TABLE t (a integer PRIMARY KEY, b integer)");
    await run(core, "INSERT INTO t VALUES (1, 0), (2, 0)");
    const update = (transaction: OpenTransaction, a: number): Promise<unknown> =>
      transaction.run(query(core, "UPDATE t SET b = b + 1 WHERE a = ?", [a]));

    const [first, second] = [await core.begin({}, who()), await core.begin({}, who())];
    await update(first, 1);
    expect(await rejection(second.run(query(core, "SELECT a FROM t WHERE a = 1 FOR UPDATE NOWAIT")))).toBeInstanceOf(LockNotAvailable);
    await second.rollback();
    const third = await core.begin({}, who());
    await update(third, 2);
    const both = await Promise.allSettled([update(first, 2), update(third, 1)]);
    expect(both.filter(({ status }) => status === "rejected").map((one) => (one as PromiseRejectedResult).reason as unknown)).toEqual([
      expect.any(DeadlockDetected),
    ]);
    await Promise.all([first.rollback(), third.rollback()]);

    const [one, two] = [
      await core.begin({ isolation: "repeatable read" }, who()),
      await core.begin({ isolation: "repeatable read" }, who()),
    ];
    for (const transaction of [one, two]) await transaction.run(query(core, "SELECT b FROM t"));
    await update(one, 1);
    await one.commit();
    expect(await rejection(update(two, 1))).toBeInstanceOf(SerializationFailure);
    await two.rollback();
  });

  it("a value that the database refuses", async () => {
    const core = await open();
    const error = await rejection(run(core, "SELECT ?::integer", ["3000000000"]));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error.message).toMatch(/out of range.*22003/);
  });
});

describe("sessions", () => {
  it("read text in known forms, whatever the server is set to", async () => {
    const url = await fresh("postgres database");
    const name = new URL(url).pathname.slice(1);
    for (const setting of [
      "timezone TO 'America/New_York'",
      "datestyle TO 'German'",
      "intervalstyle TO 'iso_8601'",
      "bytea_output TO 'escape'",
      "extra_float_digits TO -15",
    ]) {
      await onServer(`ALTER DATABASE ${name} SET ${setting}`);
    }
    const core = await openCore(url);
    const outputs = [types.timestamp, types.date, types.duration, types.bytes, types.double];
    const { rows } = await run(
      core,
      "SELECT timestamptz '2024-07-01 12:00:00.5+02', date '2024-07-01', interval '1 day 02:00', bytea 'a', 0.1::float8",
      [],
      outputs,
    );
    expect(rows[0]?.map((cell, at) => core.dialect.codec(outputs[at] ?? types.text).decode?.(cell) ?? cell)).toEqual([
      new Date("2024-07-01T10:00:00.500Z"),
      "2024-07-01",
      26 * 3_600_000,
      new Uint8Array([97]),
      0.1,
    ]);
  });

  it("name their statements, or not at all", async () => {
    for (const prepare of [true, false]) {
      const core = await open({ prepare, pool: { max: 1 } });
      for (let at = 0; at < 3; at++) expect((await run(core, "SELECT ?::integer AS a", [at], [types.integer])).rows).toEqual([[at]]);
      const { rows } = await run(
        core,
        "SELECT count(*)::integer FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1%'",
        [],
        [types.integer],
      );
      expect(rows).toEqual([[prepare ? 1 : 0]]);
    }
  });

  it("go on when the server has forgotten their statements", async () => {
    const core = await open({ pool: { max: 1 } });
    await run(core, "SELECT ?::integer AS a", [1]);
    await run(core, "DEALLOCATE ALL");
    expect((await run(core, "SELECT ?::integer AS a", [2])).rows).toEqual([["2"]]);
  });

  it("carry values of every size", async () => {
    const core = await open();
    const large = "ä".repeat(3_000_000);
    const { rows } = await run(core, "SELECT ?::text, length(?::text)", [large, large], [types.text, types.integer]);
    expect(rows[0]?.[0]).toBe(large);
    expect(rows[0]?.[1]).toBe(3_000_000);
  });

  it("are at most as many as the pool may have", async () => {
    const core = await open({ pool: { max: 3 } });
    const peak = await Promise.all(
      Array.from({ length: 20 }, () => run(core, "SELECT pg_backend_pid(), pg_sleep(0.01)", [], [types.integer, types.text])),
    );
    expect(new Set(peak.map(({ rows }) => rows[0]?.[0])).size).toBeLessThanOrEqual(3);
  });
});
