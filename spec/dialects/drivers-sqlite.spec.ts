/** What only SQLite's driver promises: one writer in a fair queue, readers beside it, an event loop that runs on, rows of other programs. */

import Sqlite from "better-sqlite3";
import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { codecFor } from "../../src/dialects/sqlite/codecs.js";
import { refuseBrokenPair } from "../../src/dialects/sqlite/driver.js";
import { open as openSqlite } from "../../src/dialects/sqlite/index.js";
import { ConfigurationError, LockNotAvailable, PoolTimeout, TransactionAborted, UniqueViolation } from "../../src/errors.js";
import { type ColumnType, types } from "../../src/sql/types.js";
import { openCore, query, run, who } from "../support/drivers.js";
import { afterwards, fresh } from "../support/fresh.js";

const fileOf = (url: string): string => url.slice("sqlite:".length);
const values = async (core: Awaited<ReturnType<typeof openCore>>): Promise<unknown[]> =>
  (await run(core, "SELECT a FROM t ORDER BY rowid", [], [types.integer])).rows.map(([a]) => a);

describe("one file", () => {
  it("has one queue of writers, however often and by whatever path it is opened", async () => {
    const url = await fresh("sqlite file");
    const first = await openCore(url);
    await mkdir(join(dirname(fileOf(url)), "other"));
    const link = join(dirname(fileOf(url)), "other", "link.db");
    await symlink(fileOf(url), link);
    const second = await openCore(`sqlite:${link}`, { pool: { acquireTimeout: 100 } });
    await run(first, "CREATE TABLE t (a integer)");
    const holder = await first.begin({}, who("the first connect"));
    await holder.run(query(first, "INSERT INTO t VALUES (1)"));
    const error: unknown = await second.begin({}, who()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PoolTimeout);
    expect((error as Error).message).toContain("the first connect");
    const order: string[] = [];
    const writers = ["a", "b", "c", "d"].map(async (name, at) => {
      const core = at % 2 === 0 ? second : first;
      const transaction = await core.begin({}, who(name));
      order.push(name);
      await transaction.run(query(core, "INSERT INTO t VALUES (2)"));
      await sleep(1);
      await transaction.commit();
    });
    await holder.commit();
    await Promise.all(writers);
    expect(order).toEqual(["a", "b", "c", "d"]);
    expect(await values(second)).toEqual([1, 2, 2, 2, 2]);
  });

  it("is read while it is written, each reader at its own moment", async () => {
    const core = await openCore(await fresh("sqlite file"));
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "INSERT INTO t VALUES (1)");
    const reader = await core.begin({ readOnly: true }, who());
    const select = query(core, "SELECT a FROM t", [], [types.integer]);
    expect((await reader.run(select)).rows).toEqual([[1]]);
    const writer = await core.begin({}, who());
    await writer.run(query(core, "INSERT INTO t VALUES (2)"));
    expect(await values(core)).toEqual([1]);
    await writer.commit();
    expect(await values(core)).toEqual([1, 2]);
    expect((await reader.run(select)).rows).toEqual([[1]]);
    await reader.commit();
  });

  it("is written while rows are read in chunks", async () => {
    const core = await openCore(await fresh("sqlite file"));
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "INSERT INTO t VALUES (1), (2), (3)");
    const seen: unknown[] = [];
    for await (const rows of core.stream(query(core, "SELECT a FROM t", [], [types.integer]), 1, who())) {
      seen.push(...rows.flat());
      await run(core, "INSERT INTO t VALUES (9)");
    }
    expect(seen).toEqual([1, 2, 3]);
    expect((await values(core)).length).toBe(6);
  });

  it("that another process has locked is waited for without stopping the event loop", async () => {
    const url = await fresh("sqlite file");
    const core = await openCore(url, { busyTimeout: 3000 });
    await run(core, "CREATE TABLE t (a integer)");
    const other = fork(fileURLToPath(new URL("./lock-holder.mjs", import.meta.url)), [fileOf(url), "400"], { execArgv: [] });
    afterwards(async () => void other.kill());
    await once(other, "message");
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const start = performance.now();
    const transaction = await core.begin({}, who());
    clearInterval(timer);
    expect(performance.now() - start).toBeGreaterThan(200);
    expect(ticks).toBeGreaterThan(20);
    await transaction.run(query(core, "INSERT INTO t VALUES (2)"));
    await transaction.commit();
    expect(await values(core)).toEqual([1, 2]);
  });

  it("that stays locked is LockNotAvailable after busyTimeout, for transactions and for single statements", async () => {
    const url = await fresh("sqlite file");
    const core = await openCore(url, { busyTimeout: 60 });
    await run(core, "CREATE TABLE t (a integer)");
    const other = new Sqlite(fileOf(url));
    other.exec("BEGIN IMMEDIATE");
    await expect(core.begin({}, who())).rejects.toThrow(LockNotAvailable);
    await expect(run(core, "INSERT INTO t VALUES (1)")).rejects.toThrow(/Waited 60 ms/);
    expect(await values(core)).toEqual([]);
    other.exec("ROLLBACK");
    other.close();
    await run(core, "INSERT INTO t VALUES (1)");
    expect(await values(core)).toEqual([1]);
  });

  it("that is locked is waited for by who reads it in portions too", async () => {
    const url = await fresh("sqlite file");
    const core = await openCore(url, { busyTimeout: 100 });
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "INSERT INTO t VALUES (1)");
    // Without its write-ahead log a file is closed to readers while another program writes.
    await run(core, "PRAGMA journal_mode = DELETE");
    const other = new Sqlite(fileOf(url));
    afterwards(async () => void other.close());
    const read = async (): Promise<unknown[]> => {
      const cells: unknown[] = [];
      for await (const rows of core.stream(query(core, "SELECT a FROM t", [], [types.integer]), 10, who())) cells.push(...rows.flat());
      return cells;
    };
    expect(await read()).toEqual([1]);
    other.exec("BEGIN EXCLUSIVE");
    await expect(read()).rejects.toThrow(LockNotAvailable);
    setTimeout(() => other.exec("ROLLBACK"), 20);
    expect(await read()).toEqual([1]);
  });

  it("keeps what was committed, and leaves no journal behind when it is closed", async () => {
    const url = await fresh("sqlite file");
    const core = await openCore(url);
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "INSERT INTO t VALUES (1)");
    await values(core);
    expect(await core.close()).toEqual([]);
    const file = new Sqlite(fileOf(url), { readonly: true });
    expect(file.prepare("SELECT a FROM t").pluck().all()).toEqual([1]);
    expect(file.pragma("journal_mode", { simple: true })).toBe("wal");
    file.close();
    expect(await values(await openCore(url))).toEqual([1]);
  });

  it("that is locked when it is opened is waited for, and then is LockNotAvailable", async () => {
    const url = await fresh("sqlite file");
    const other = new Sqlite(fileOf(url));
    afterwards(() => Promise.resolve(other.close()));
    other.exec("CREATE TABLE t (a integer)");
    other.exec("BEGIN EXCLUSIVE");
    await expect(openSqlite(url, { busyTimeout: 100 })).rejects.toThrow(LockNotAvailable);
    setTimeout(() => other.exec("COMMIT"), 100);
    const core = await openCore(url, { busyTimeout: 5_000 });
    expect(await values(core)).toEqual([]);
  });

  it("that cannot be written is read, and writes are refused by name", async () => {
    const url = await fresh("sqlite file");
    const file = fileOf(url);
    const other = new Sqlite(file);
    other.exec("CREATE TABLE t (a integer); INSERT INTO t VALUES (1)");
    other.close();
    await chmod(file, 0o444);
    await chmod(dirname(file), 0o555);
    const root = process.getuid?.() === 0;
    // Permissions do not bind root.
    if (root) process.seteuid?.(65_534);
    try {
      const core = await openCore(url);
      expect(await values(core)).toEqual([1]);
      await expect(run(core, "INSERT INTO t VALUES (2)")).rejects.toThrow("the file or its folder cannot be written");
      await core.close();
    } finally {
      if (root) process.seteuid?.(0);
      await chmod(dirname(file), 0o755);
    }
  });

  it("that is no database says so", async () => {
    const url = await fresh("sqlite file");
    const { writeFile } = await import("node:fs/promises");
    await writeFile(fileOf(url), "this is a letter, and not a database, although it is long enough to look like one".repeat(20));
    await expect(openCore(url)).rejects.toThrow(ConfigurationError);
  });
});

describe("a database in memory", () => {
  it("is its own, and everything takes turns", async () => {
    const [one, two] = [await openCore("sqlite::memory:"), await openCore("sqlite::memory:")];
    await run(one, "CREATE TABLE t (a integer)");
    await expect(run(two, "SELECT a FROM t")).rejects.toThrow(/no such table/);
    const transaction = await one.begin({}, who("the writer"));
    const reading = values(one);
    await transaction.run(query(one, "INSERT INTO t VALUES (1)"));
    await transaction.commit();
    expect(await reading).toEqual([1]);
  });

  it("lets a loop over its rows write, inside a transaction and outside", async () => {
    const core = await openCore("sqlite::memory:", { pool: { acquireTimeout: 100 } });
    const { source } = await openSqlite("sqlite::memory:");
    const lease = await source.acquire("write", "spec");
    await lease.connection.run(query(core, "CREATE TABLE t (a integer)"));
    await lease.connection.run(query(core, "INSERT INTO t VALUES (1), (2)"));
    for await (const rows of lease.connection.stream(query(core, "SELECT a FROM t", [], [types.integer]), 1)) {
      await lease.connection.run(query(core, "INSERT INTO t VALUES (?)", [rows[0]?.[0]]));
    }
    expect((await lease.connection.run(query(core, "SELECT a FROM t", [], [types.integer]))).rows.flat()).toEqual([1, 2, 1, 2]);
    lease.release();
    await source.close();
  });

  it("outlives a transaction that SQLite rolls back by itself; nothing runs outside of it", async () => {
    const core = await openCore("sqlite::memory:");
    await run(core, "CREATE TABLE t (a integer PRIMARY KEY)");
    for (const end of ["commit", "rollback"] as const) {
      const transaction = await core.begin({}, who());
      await transaction.run(query(core, "INSERT INTO t VALUES (1)"));
      await expect(transaction.run(query(core, "INSERT OR ROLLBACK INTO t VALUES (1)"))).rejects.toThrow(UniqueViolation);
      const refused: unknown = await transaction.run(query(core, "INSERT INTO t VALUES (2)")).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(TransactionAborted);
      expect((refused as Error).cause).toBeInstanceOf(UniqueViolation);
      if (end === "commit") await expect(transaction.commit()).rejects.toThrow(TransactionAborted);
      else await transaction.rollback();
      expect(await values(core)).toEqual([]);
    }
  });
});

describe("rows that other programs wrote are read", () => {
  it.each<[ColumnType, unknown, unknown]>([
    [types.decimal(20, 4), 1.5, "1.5000"],
    [types.decimal(20, 4), 1e20, "100000000000000000000.0000"],
    [types.decimal(20, 4), 7, "7.0000"],
    [types.decimal(), 0.1, "0.1"],
    [types.timestamp, "2024-02-03 04:05:06", new Date("2024-02-03T04:05:06Z")],
    [types.timestamp, "2024-02-03 04:05:06.789123", new Date("2024-02-03T04:05:06.789Z")],
    [types.timestamp, "2024-02-03T04:05:06+02:00", new Date("2024-02-03T02:05:06Z")],
    [types.timestamp, "2024-02-03", new Date("2024-02-03T00:00:00Z")],
    [types.timestamp, 1_706_933_106_789, new Date(1_706_933_106_789)],
    [types.date, "2024-02-03 00:00:00", "2024-02-03"],
    [types.boolean, 1, true],
    [types.bigint, 5, 5n],
    [types.double, 5, 5],
    [types.integer, 5n, 5],
    [types.bytes, "abc", new Uint8Array([97, 98, 99])],
    [types.json, '{"a":1}', { a: 1 }],
  ])("%j from %s", async (type, stored, expected) => {
    const core = await openCore("sqlite::memory:");
    await run(core, `CREATE TABLE t (x ${core.dialect.schema.typeName(type)})`);
    await run(core, "INSERT INTO t VALUES (?)", [stored]);
    const { rows } = await run(core, "SELECT x FROM t", [], [type]);
    const { decode } = codecFor(type);
    expect(decode === undefined ? rows[0]?.[0] : decode(rows[0]?.[0])).toEqual(expected);
  });

  it("unless they cannot be what the column says", async () => {
    const core = await openCore("sqlite::memory:");
    const read = async (text: string, type: ColumnType): Promise<unknown> =>
      codecFor(type).decode?.((await run(core, text, [], [type])).rows[0]?.[0]);
    await expect(read("SELECT 9007199254740993", types.integer)).rejects.toThrow(/safe range/);
    await expect(read("SELECT 2", types.boolean)).rejects.toThrow(/0 or 1/);
    await expect(read("SELECT 'soon'", types.timestamp)).rejects.toThrow(/timestamp/);
    await expect(read("SELECT 'much'", types.decimal())).rejects.toThrow(/decimal/);
    expect(await read("SELECT 9007199254740993", types.bigint)).toBe(9007199254740993n);
  });
});

describe("loading the driver", () => {
  it("refuses the pair that ends the process", () => {
    expect(() => refuseBrokenPair("13.0.1", "20.20.2")).toThrow(/needs Node 22 or later, this is Node 20/);
    for (const [driver, node] of [
      ["12.11.1", "20.20.2"],
      ["13.0.1", "22.1.0"],
      [null, "20.1.0"],
    ] as const)
      expect(() => refuseBrokenPair(driver, node)).not.toThrow();
  });
});
