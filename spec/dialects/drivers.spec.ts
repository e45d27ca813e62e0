/** What drivers promise of statements, errors, transactions and waiting, on every database. */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { QueryEvent } from "../../src/database/contracts.js";
import {
  CheckViolation,
  ConfigurationError,
  DatabaseError,
  FlashDbError,
  ForeignKeyViolation,
  type IntegrityError,
  NotNullViolation,
  PoolTimeout,
  TransactionAborted,
  UniqueViolation,
} from "../../src/errors.js";
import { types } from "../../src/sql/types.js";
import { eachCore, query, run, who } from "../support/drivers.js";

const rejection = async (work: Promise<unknown>): Promise<FlashDbError> => {
  const error: unknown = await work.then(
    () => new Error("expected a rejection"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FlashDbError);
  return error as FlashDbError;
};

eachCore("statements", (open, kind) => {
  it("give rows as arrays, the names of outputs and the number of changed rows", async () => {
    const core = await open();
    await run(core, "CREATE TABLE t (a integer, b text)");
    expect(await run(core, "INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'z')")).toMatchObject({ rows: [], affected: 3 });
    expect(await run(core, "UPDATE t SET b = 'y' WHERE a > 1 RETURNING b", [], [types.text])).toMatchObject({
      rows: [["y"], ["y"]],
      names: ["b"],
      affected: 2,
    });
    expect(await run(core, "DELETE FROM t WHERE a = 5")).toMatchObject({ affected: 0 });
    const read = await run(core, "SELECT a, b AS other FROM t WHERE a < ? ORDER BY a", [3], [types.integer, types.text]);
    const decode = core.dialect.codec(types.integer).decode;
    expect(read.names).toEqual(["a", "other"]);
    expect(read.rows.map(([a, b]) => [decode?.(a), b])).toEqual([
      [1, "x"],
      [2, "y"],
    ]);
    expect(read.affected).toBe(0);
  });

  it("read cells of unknown type alike", async () => {
    const core = await open();
    const big = "9223372036854775807";
    const text = `SELECT 1 AS one, ${big} AS big, 1.5 * 1 AS half, 'x' AS x, NULL AS missing, count(*) AS n FROM (SELECT 1 AS a) AS s`;
    const half = kind === "postgres" ? "1.5" : 1.5;
    const read = await run(
      core,
      text,
      [],
      Array.from({ length: 6 }, () => types.unknown),
    );
    const { decode } = core.dialect.codec(types.unknown);
    expect(read.rows[0]?.map((cell) => (cell === null || decode === undefined ? cell : decode(cell)))).toEqual([
      1,
      BigInt(big),
      half,
      "x",
      null,
      1,
    ]);
    const raw = await run(core, text);
    const cells = raw.rows[0]?.map((cell, at) => {
      const codec = core.dialect.codec(raw.types?.[at] ?? types.unknown);
      return cell === null || codec.decode === undefined ? cell : codec.decode(cell);
    });
    expect(cells).toEqual([1, BigInt(big), half, "x", null, 1]);
  });

  it("survive a table that becomes another one", async () => {
    const core = await open();
    for (const type of [types.integer, types.text, types.boolean]) {
      await run(core, "DROP TABLE IF EXISTS t");
      await run(core, `CREATE TABLE t (a ${core.dialect.schema.typeName(type)}, b integer)`);
      const { encode, decode } = core.dialect.codec(type);
      const value = { integer: 5, text: "five", boolean: true }[type.kind as "text"];
      await run(core, "INSERT INTO t (a, b) VALUES (?, ?)", [encode(value), 1]);
      const { rows } = await run(core, "SELECT a FROM t", [], [type]);
      expect(decode === undefined ? rows[0]?.[0] : decode(rows[0]?.[0])).toBe(value);
      await run(core, "ALTER TABLE t ADD COLUMN c integer");
      expect((await run(core, "SELECT * FROM t")).names).toEqual(["a", "b", "c"]);
    }
  });

  it("come in chunks, and a loop may stop early", async () => {
    const core = await open();
    await run(core, "CREATE TABLE t (a integer)");
    for (let at = 0; at < 10; at++) await run(core, "INSERT INTO t VALUES (?)", [at]);
    const all = query(core, "SELECT a FROM t ORDER BY a", [], [types.integer]);
    const sizes: number[] = [];
    for await (const rows of core.stream(all, 4, who())) sizes.push(rows.length);
    expect(sizes).toEqual([4, 4, 2]);
    for await (const rows of core.stream(all, 5, who())) {
      expect(rows.length).toBe(5);
      break;
    }
    for await (const rows of core.stream(query(core, "SELECT a FROM t WHERE a < 0"), 4, who())) expect(rows).toBe("never");
    expect((await run(core, "SELECT a FROM t")).rows.length).toBe(10);
    await expect(async () => {
      for await (const rows of core.stream(query(core, "SELECT nonsense"), 4, who())) expect(rows).toBe("never");
    }).rejects.toThrow(DatabaseError);
    await expect(async () => {
      for await (const rows of core.stream(all, 3, who())) throw new Error(`stop at ${rows.length}`);
    }).rejects.toThrow("stop at 3");
    expect((await run(core, "SELECT a FROM t")).rows.length).toBe(10);
  });

  it("that are many and different stay few prepared ones", async () => {
    const core = await open();
    for (let at = 0; at < 1200; at++) await run(core, `SELECT ${at}`);
    for (let at = 0; at < 1200; at += 100)
      expect((await run(core, `SELECT ${at} AS a`, [], [types.unknown])).rows).toEqual([[kind === "postgres" ? at : BigInt(at)]]);
    if (kind !== "postgres") return;
    const { rows } = await run(core, "SELECT count(*) FROM pg_prepared_statements", [], [types.unknown]);
    expect(rows[0]?.[0]).toBeLessThan(300);
  });
});

eachCore("errors", (open, kind) => {
  it("of constraints say where", async () => {
    const core = await open();
    await run(
      core,
      "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL UNIQUE, age integer, org integer, CONSTRAINT age_positive CHECK (age > 0))",
    );
    await run(
      core,
      "CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users (id), a integer, b integer, UNIQUE (a, b))",
    );
    await run(core, "CREATE UNIQUE INDEX by_org ON users (org)");
    await run(core, "INSERT INTO users VALUES (1, 'a@b.c', 5, 7)");
    await run(core, "INSERT INTO posts VALUES (1, 1, 2, 3)");
    const failing = async (text: string, type: abstract new (...args: never[]) => IntegrityError): Promise<IntegrityError> => {
      const error = await rejection(run(core, text));
      expect(error).toBeInstanceOf(type);
      expect(error.cause).toBeInstanceOf(Error);
      return error as IntegrityError;
    };
    const pg = kind === "postgres";
    expect(await failing("INSERT INTO users VALUES (2, 'a@b.c', 5, 8)", UniqueViolation)).toMatchObject({
      code: "UNIQUE_VIOLATION",
      table: "users",
      columns: ["email"],
      constraint: pg ? "users_email_key" : undefined,
    });
    expect(await failing("INSERT INTO users VALUES (1, 'x', 5, 8)", UniqueViolation)).toMatchObject({ table: "users", columns: ["id"] });
    expect(await failing("UPDATE users SET org = 7, id = 3 WHERE id = 1 RETURNING (SELECT 1)", ForeignKeyViolation)).toMatchObject({});
    expect(await failing("INSERT INTO posts VALUES (2, 1, 2, 3)", UniqueViolation)).toMatchObject({ table: "posts", columns: ["a", "b"] });
    expect(await failing("INSERT INTO users VALUES (2, NULL, 5, 8)", NotNullViolation)).toMatchObject({
      code: "NOT_NULL_VIOLATION",
      table: "users",
      columns: ["email"],
    });
    expect(await failing("INSERT INTO users VALUES (2, 'x', -5, 8)", CheckViolation)).toMatchObject({
      code: "CHECK_VIOLATION",
      table: "users",
      constraint: "age_positive",
    });
    expect(await failing("INSERT INTO posts VALUES (3, 9, 5, 5)", ForeignKeyViolation)).toMatchObject({
      code: "FOREIGN_KEY_VIOLATION",
      table: "posts",
    });
    expect(await failing("DELETE FROM users", ForeignKeyViolation)).toMatchObject({ columns: pg ? ["id"] : [] });
  });

  it("of the statement name it, and leave the connection usable", async () => {
    const core = await open();
    const error = await rejection(run(core, "SELECT nonsense FROM nowhere"));
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error.message).toMatch(/nowhere.*In: SELECT nonsense|nowhere.*in: SELECT nonsense/);
    expect((await run(core, "SELECT 1", [], [types.integer])).rows.length).toBe(1);
    await rejection(run(core, "SELECT 1; SELECT 2"));
    await rejection(run(core, "SELECT ?", []));
    expect((await run(core, "SELECT 1", [], [types.integer])).rows.length).toBe(1);
  });
});

eachCore("transactions", (open, kind) => {
  const table = async (options = {}): Promise<Awaited<ReturnType<typeof open>>> => {
    const core = await open(options);
    await run(core, "CREATE TABLE t (a integer PRIMARY KEY)");
    return core;
  };
  const count = async (core: Awaited<ReturnType<typeof open>>): Promise<number> => (await run(core, "SELECT a FROM t")).rows.length;

  it("commit, roll back, and give their connection back", async () => {
    const core = await table({ pool: { max: 1, acquireTimeout: 200 } });
    for (const end of ["commit", "rollback"] as const) {
      const transaction = await core.begin({}, who());
      expect(transaction).toMatchObject({ status: "open", wrote: false });
      await transaction.run(query(core, "INSERT INTO t VALUES (?)", [end.length]));
      expect(transaction.wrote).toBe(true);
      await transaction[end]();
      expect(transaction.status).toBe("ended");
      await transaction.rollback();
      expect(await rejection(transaction.run(query(core, "SELECT 1")))).toBeInstanceOf(TransactionAborted);
      expect(await rejection(transaction.commit())).toBeInstanceOf(TransactionAborted);
    }
    expect((await run(core, "SELECT a FROM t", [], [types.integer])).rows.map(([a]) => Number(a))).toEqual([6]);
  });

  it("have savepoints of their own names", async () => {
    const core = await table();
    const transaction = await core.begin({}, who());
    const insert = (a: number): Promise<unknown> => transaction.run(query(core, "INSERT INTO t VALUES (?)", [a]));
    await insert(1);
    const outer = await transaction.savepoint();
    await insert(2);
    const inner = await transaction.savepoint();
    expect(inner).not.toBe(outer);
    await insert(3);
    await transaction.rollbackTo(inner);
    await transaction.release(inner);
    await insert(4);
    await transaction.release(outer);
    const again = await transaction.savepoint();
    expect([outer, inner]).not.toContain(again);
    await insert(5);
    await transaction.rollbackTo(again);
    await transaction.commit();
    expect((await run(core, "SELECT a FROM t ORDER BY a", [], [types.integer])).rows.map(([a]) => Number(a))).toEqual([1, 2, 4]);
  });

  it("remember their first error where an error aborts them", async () => {
    const core = await table();
    const transaction = await core.begin({}, who());
    const insert = (a: number): Promise<unknown> => transaction.run(query(core, "INSERT INTO t VALUES (?)", [a]));
    await insert(1);
    const savepoint = await transaction.savepoint();
    const first = await rejection(insert(1));
    if (core.dialect.features.errorAbortsTransaction) {
      expect(transaction.status).toBe("aborted");
      const second = await rejection(insert(2));
      expect(second).toBeInstanceOf(TransactionAborted);
      expect(second.cause).toBe(first);
      expect(await rejection(transaction.savepoint())).toBeInstanceOf(TransactionAborted);
      await transaction.rollbackTo(savepoint);
      expect(transaction.status).toBe("open");
    }
    await insert(2);
    await rejection(insert(2));
    if (core.dialect.features.errorAbortsTransaction) {
      const refused = await rejection(transaction.commit());
      expect(refused).toBeInstanceOf(TransactionAborted);
      expect(refused.cause).toBeInstanceOf(UniqueViolation);
      expect(transaction.status).toBe("ended");
      expect(await count(core)).toBe(0);
    } else {
      await transaction.commit();
      expect(await count(core)).toBe(2);
    }
  });

  it("that only read refuse to write", async () => {
    const core = await table();
    const reading = await core.begin({ readOnly: true }, who());
    expect((await reading.run(query(core, "SELECT a FROM t"))).rows).toEqual([]);
    expect(await rejection(reading.run(query(core, "INSERT INTO t VALUES (1)")))).toBeInstanceOf(DatabaseError);
    await reading.rollback();
    const writing = await core.begin({}, who());
    await writing.run(query(core, "INSERT INTO t VALUES (1)"));
    await writing.commit();
    expect(await count(core)).toBe(1);
  });

  it("whose COMMIT fails are rolled back", async () => {
    const core = await table({ pool: { max: 1, acquireTimeout: 200 } });
    await run(core, "CREATE TABLE child (t integer REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)");
    const transaction = await core.begin({}, who());
    await transaction.run(query(core, "INSERT INTO child VALUES (99)"));
    expect(await rejection(transaction.commit())).toBeInstanceOf(ForeignKeyViolation);
    expect(transaction.status).toBe("ended");
    expect((await run(core, "SELECT t FROM child")).rows).toEqual([]);
    const next = await core.begin({}, who());
    await next.run(query(core, "INSERT INTO t VALUES (1)"));
    await next.commit();
  });

  it("wait in turn, and who waits too long is told for whom", async () => {
    const core = await table({ pool: { max: 1, acquireTimeout: 150 } });
    const holder = await core.begin({}, who("atomic at checkout.ts:12"));
    const error = await rejection(core.begin({}, who("atomic at report.ts:7")));
    expect(error).toBeInstanceOf(PoolTimeout);
    expect(error.message).toMatch(/atomic at report\.ts:7 waited 150 ms.*atomic at checkout\.ts:12 \(for \d+ ms\)/);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (at) => {
      const transaction = await core.begin({}, who());
      order.push(at);
      await transaction.run(query(core, "INSERT INTO t VALUES (?)", [at]));
      await transaction.commit();
    });
    await sleep(20);
    expect(order).toEqual([]);
    await holder.rollback();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect(await count(core)).toBe(3);
  });

  it("are not seen by others before they commit", async () => {
    const core = await table();
    const transaction = await core.begin({}, who());
    await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
    const other = count(core);
    // In memory there is only one connection: others wait rather than see what is not committed.
    if (kind === "sqlite") expect(await Promise.race([other, sleep(50).then(() => "waits")])).toBe("waits");
    else expect(await other).toBe(0);
    await transaction.rollback();
    expect(await other).toBe(0);
  });

  it("end with the database, which names what it cut off", async () => {
    const core = await table();
    const transaction = await core.begin({}, who("a long import"));
    await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
    expect(await core.close(30)).toEqual(["a long import"]);
    expect(await core.close()).toEqual(["a long import"]);
    await transaction.rollback();
    expect(transaction.status).toBe("ended");
    expect(core.closed).toBe(true);
    expect((await rejection(run(core, "SELECT 1"))).message).toMatch(/closed/);
  });
});

eachCore("observers", (open) => {
  it("are told of statements and of transaction control apart, until they end", async () => {
    const core = await open();
    const session = {};
    const queries: QueryEvent[] = [];
    const controls: string[] = [];
    const off = core.onQuery((event) => queries.push(event));
    core.onTransaction((event) => controls.push(event.sql));
    await core.run(query(core, "SELECT 1 AS a", [], [types.integer]), { session, label: "" });
    const transaction = await core.begin({}, { session, label: "" });
    await rejection(transaction.run(query(core, "SELECT nonsense")));
    await transaction.rollback();
    expect(queries.map(({ sql, rows }) => [sql, rows])).toEqual([
      ["SELECT 1 AS a", 1],
      ["SELECT nonsense", 0],
    ]);
    expect(queries.every((event) => event.session === session && event.durationMs >= 0)).toBe(true);
    expect(queries[1]?.error).toBeInstanceOf(DatabaseError);
    expect(controls.map((sql) => sql.split(" ")[0])).toEqual(["BEGIN", "ROLLBACK"]);
    off();
    await run(core, "SELECT 2");
    expect(queries.length).toBe(2);
  });

  it("see streams, and never spoil a result", async () => {
    const core = await open();
    const seen: (readonly [string, number, boolean])[] = [];
    core.onQuery((event) => seen.push([event.sql, event.rows, event.error === undefined]));
    const failing = new Error("a listener's own");
    core.onQuery(() => {
      throw failing;
    });
    const thrown: unknown[] = [];
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => thrown.push(error));
    try {
      expect((await run(core, "SELECT 1 AS a")).rows.length).toBe(1);
      for await (const rows of core.stream(query(core, "SELECT 2 AS a UNION SELECT 3"), 1, who())) expect(rows.length).toBe(1);
      await rejection(
        (async () => {
          for await (const rows of core.stream(query(core, "SELECT nonsense"), 1, who())) expect(rows).toBe("never");
        })(),
      );
      await sleep(5);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const other of others) process.on("uncaughtException", other);
    }
    expect(seen).toEqual([
      ["SELECT 1 AS a", 1, true],
      ["SELECT 2 AS a UNION SELECT 3", 2, true],
      ["SELECT nonsense", 0, false],
    ]);
    expect(thrown).toEqual([failing, failing, failing]);
  });

  it("may listen on the diagnostics channel, or read the echo", async () => {
    const lines: string[] = [];
    const core = await open({ echo: (line) => lines.push(line) });
    const told: unknown[] = [];
    const listener = (event: unknown): void => void told.push(event);
    subscribe("flash-db:query", listener);
    await run(core, "SELECT 1 AS a WHERE 2 > ?", [1]);
    unsubscribe("flash-db:query", listener);
    await run(core, "SELECT 2");
    expect(told).toMatchObject([{ params: [1], rows: 1 }]);
    expect(lines[0]).toMatch(/^\d+\.\d\d ms {2}SELECT 1 AS a WHERE 2 > (\?|\$1) -- \[1\]$/);
    expect(lines.length).toBe(2);
  });
});

describe("an option that cannot be", () => {
  it.each([
    [{ pool: { max: 0 } }, /pool\.max.*at least 1, got the number 0/],
    [{ pool: { acquireTimeout: NaN } }, /pool\.acquireTimeout/],
    [{ busyTimeout: -1 }, /busyTimeout/],
    [{ statementTimeout: "5s" as unknown as number }, /statementTimeout.*got the string "5s"/],
  ])("%j", async (options, message) => {
    const { open } = await import("../../src/dialects/sqlite/index.js");
    await expect(open("sqlite::memory:", options)).rejects.toThrow(message);
  });
});

describe("a URL that cannot be", () => {
  it.each([
    ["sqlite", "sqlite:", /file name/],
    ["sqlite", "sqlite://app.db", /leave out the two slashes/],
    ["sqlite", "sqlite:file:app.db?mode=ro", /plain path/],
    ["sqlite", "sqlite:/no/such/folder/app.db", /does not exist/],
    ["sqlite", "sqlite:/tmp", /is a folder/],
    ["postgres", "postgres:localhost", /Expected a URL like/],
    ["postgres", "postgres://user:sec%ret@host/db", /%25|cannot be read/],
    ["postgres", "postgres://user:secret@host/db/other", /one database name/],
    ["postgres", "postgres://user:secret@127.0.0.1:1/db", /Cannot connect/],
  ] as const)("%s %s", async (name, url, message) => {
    const { open } = await (name === "sqlite"
      ? import("../../src/dialects/sqlite/index.js")
      : import("../../src/dialects/postgres/index.js"));
    const error = await rejection(open(url));
    if (!url.includes("127.0.0.1")) expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("secret");
  });
});
