/** What a run that ended in the middle leaves behind, and how the next one goes on. */

import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import type { Database } from "flash-db";
import {
  addColumn,
  addConstraint,
  addIndex,
  addTable,
  backfill,
  check,
  code,
  foreignKey,
  index,
  type MigrationItem,
  noTransaction,
  past,
  sql as statement,
  t,
} from "flash-db/migrations";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/connect.js";
import { runTo } from "../../../src/kit/commands/running.js";
import { takeLock } from "../../../src/kit/databases/lock.js";
import { createOwnTables } from "../../../src/kit/databases/own-tables.js";
import { readPicture } from "../../../src/kit/databases/read-picture.js";
import { readHistory, type RunEvent } from "../../../src/kit/history/index.js";
import { graphOf } from "../../../src/kit/state/index.js";
import { itOnEachDatabase } from "../../support/databases.js";
import { afterwards, fresh } from "../../support/fresh.js";
import { given } from "../migrations.js";
import { withSession } from "../support/there-and-back.js";

const users = given("0001", [], addTable("users", { id: t.id(), name: t.text(), size: t.integer().nullable() }));

/** Runs 0001 and a second migration of these entries; gives the events of the second run. */
const run = async (database: Database, ...items: readonly MigrationItem[]): Promise<readonly RunEvent[]> => {
  const events: RunEvent[] = [];
  await runTo(database, graphOf([users, given("0002", ["0001"], ...items)]), () => undefined, {
    onEvent: (event) => events.push(event),
    lockTimeout: 200,
    retries: 3,
  });
  return events;
};
const execute = (database: Database, ...texts: readonly string[]): Promise<void> =>
  withSession(database, async (session) => {
    for (const text of texts) await session.execute(text);
  });
const rows = (database: Database, text: string): Promise<readonly (readonly unknown[])[]> =>
  withSession(database, (session) => session.rows(text));
const unfinished = async (database: Database) => (await withSession(database, readHistory)).unfinished;
const table = async (database: Database) => (await withSession(database, readPicture)).tables.find(({ name }) => name.name === "users");
const twoOfAName = async (database: Database): Promise<void> => {
  await runTo(database, graphOf([users]), () => undefined, {});
  await execute(database, "INSERT INTO users (name, size) VALUES ('Ada', 1), ('Ada', -2)");
};

itOnEachDatabase(
  "an index that was left invalid is recognised, and made anew",
  async (database) => {
    const items = [noTransaction(), addIndex("users", index(["name"], { unique: true, name: "users_name_once" }))];
    await twoOfAName(database);
    await expect(run(database, ...items)).rejects.toThrow(/0002: .*duplicat/is);
    expect((await table(database))?.indexes).toMatchObject([{ name: "users_name_once", valid: false }]);
    expect(await unfinished(database)).toMatchObject({ name: "0002", done: 0, step: expect.stringContaining("users_name_once") as string });
    await execute(database, "UPDATE users SET name = 'Bob' WHERE size < 0");
    await run(database, ...items);
    expect((await table(database))?.indexes).toMatchObject([{ name: "users_name_once", valid: true }]);
    expect(await unfinished(database)).toBeNull();
  },
  ["postgres database"],
);

itOnEachDatabase(
  "an index that was finished, but not noted, is not made twice; one of another table is no such",
  async (database) => {
    await twoOfAName(database);
    await execute(
      database,
      "CREATE TABLE others (name text)",
      "CREATE INDEX others_name ON others (name)",
      "CREATE INDEX own ON users (name)",
    );
    await run(database, noTransaction(), addIndex("users", index(["name"], { name: "own" })));
    await expect(
      runTo(
        database,
        graphOf([
          users,
          given("0002", ["0001"], noTransaction(), addIndex("users", index(["name"], { name: "own" }))),
          given("0003", ["0002"], noTransaction(), addIndex("users", index(["size"], { name: "others_name" }))),
        ]),
        () => undefined,
        {},
      ),
    ).rejects.toThrow(/0003: .*already exists/);
  },
  ["postgres database"],
);

itOnEachDatabase(
  "a constraint that was left NOT VALID stands, and is validated by the next run",
  async (database) => {
    const items = [noTransaction(), addConstraint("users", check("users_sized", statement`"size" >= 0`))];
    await twoOfAName(database);
    await expect(run(database, ...items)).rejects.toThrow(/0002: .*users_sized/);
    expect((await table(database))?.checks).toMatchObject([{ name: "users_sized", valid: false }]);
    expect(await unfinished(database)).toMatchObject({ done: 1, step: expect.stringContaining("VALIDATE CONSTRAINT") as string });
    await execute(database, "UPDATE users SET size = 0 WHERE size < 0");
    await run(database, ...items);
    expect((await table(database))?.checks).toMatchObject([{ name: "users_sized", valid: true }]);
  },
  ["postgres database"],
);

itOnEachDatabase(
  "a foreign key that only has to look at its rows is validated where it stands",
  async (database) => {
    const added = given(
      "0002",
      ["0001"],
      addTable("groups", { id: t.id() }),
      addColumn("users", "group_id", t.key().nullable()),
      addConstraint("users", foreignKey("group_id", "groups.id", { valid: false })),
    );
    await twoOfAName(database);
    await runTo(database, graphOf([users, added]), () => undefined, {});
    const { alterTable } = await import("../../../src/kit/databases/postgres/alter-table.js");
    const { postgresDialect } = await import("flash-db/internal");
    const before = await table(database);
    if (before === undefined) throw new Error("there is no table");
    const after = { ...before, foreignKeys: before.foreignKeys.map((key) => ({ ...key, valid: true })) };
    const step = { kind: "alterTable" as const, before, after, renamed: {}, fill: {}, using: {} };
    expect(alterTable(step, postgresDialect)).toEqual([`ALTER TABLE "users" VALIDATE CONSTRAINT "users_group_id_fkey"`]);
  },
  ["postgres database"],
);

itOnEachDatabase(
  "code and backfills that fail leave nothing of their part, and the next run begins with it",
  async (database) => {
    await twoOfAName(database);
    const User = past("users", { name: t.text(), label: t.text().nullable() });
    let broken = true;
    const items = [
      addColumn("users", "label", t.text().nullable()),
      backfill(User, { where: { label: null }, set: { label: "x" }, batch: 1 }),
      code("fail once", {
        models: [User],
        up: async (db) => {
          await User.objects.filter({ label: "x" }).update(db, { label: "y" });
          if (broken) throw new Error("not today");
        },
      }),
    ];
    await expect(run(database, ...items)).rejects.toThrow('0002: code "fail once" failed: not today');
    expect(await rows(database, "SELECT label FROM users")).toEqual([["x"], ["x"]]);
    expect(await unfinished(database)).toMatchObject({ name: "0002", done: 2, steps: 3, step: "-- code: fail once" });
    broken = false;
    const events = await run(database, ...items);
    expect(events.filter(({ kind }) => kind === "part")).toMatchObject([{ part: 3, parts: 3 }]);
    expect(await rows(database, "SELECT label FROM users")).toEqual([["y"], ["y"]]);
  },
  ["sqlite", "postgres database"],
);

itOnEachDatabase(
  "a migration that was edited after it ended in the middle is refused",
  async (database) => {
    await twoOfAName(database);
    const fails = code("fail", {
      up: () => {
        throw new Error("not today");
      },
    });
    await expect(run(database, addColumn("users", "label", t.text().nullable()), fails)).rejects.toThrow("not today");
    await expect(run(database, addColumn("users", "other", t.text().nullable()), fails)).rejects.toThrow(
      /"0002" was edited after it ended in the middle \(1 of 2 parts are done/,
    );
  },
  ["sqlite", "postgres database"],
);

describe("the lock of migrations on SQLite", () => {
  const opened = async (): Promise<readonly [string, Database]> => {
    const url = await fresh("sqlite file");
    const database = await connect(url, { busyTimeout: 50 });
    afterwards(() => database.close({ timeout: 0 }));
    await withSession(database, async (session) => {
      for (const text of createOwnTables(session.dialect)) await session.execute(text);
    });
    return [url, database];
  };
  const lockRow = (pid: number): string =>
    `INSERT INTO flash_migration_lock (only, holder, host, pid, since, step) VALUES (1, 'process ${pid}', '${os.hostname()}', ${pid}, '2020-01-01T00:00:00.000Z', '0007_orders')`;

  it("of a process that is gone, or that had the number of this one, holds nobody up", async () => {
    const [, database] = await opened();
    for (const pid of [process.pid, 2 ** 22 + 7]) {
      await execute(database, lockRow(pid));
      const lock = await takeLock(database, null, { timeout: 0 });
      await lock.release();
    }
  });

  it("of a living process is waited for, and its holder named", async () => {
    const [, database] = await opened();
    await execute(database, lockRow(process.ppid));
    const seen: string[] = [];
    await expect(takeLock(database, null, { timeout: 100, onWait: ({ who, step }) => seen.push(`${who} ${step}`) })).rejects.toThrow(
      `another run of migrations holds the lock: process ${process.ppid}, since 2020-01-01T00:00:00.000Z, at 0007_orders`,
    );
    expect(seen).toEqual([`process ${process.ppid} 0007_orders`]);
  });

  it("waits for a long transaction of somebody else instead of failing", async () => {
    const [url, database] = await opened();
    const other = new Sqlite(url.replace("sqlite:", ""));
    afterwards(() => Promise.resolve(other.close()));
    other.exec("BEGIN IMMEDIATE");
    const waiting: string[] = [];
    const taken = takeLock(database, null, { onWait: ({ step }) => waiting.push(step) });
    await sleep(300);
    other.exec("ROLLBACK");
    await (await taken).release();
    expect(waiting).toEqual(["it writes to this database"]);
  });
});
