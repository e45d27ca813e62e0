/** Prepared statements of PostgreSQL: what their names mean, and what happens when their plans no longer fit. */

import { describe, expect, it } from "vitest";
import { SerializationFailure } from "../../src/errors.js";
import { types } from "../../src/sql/types.js";
import { openCore, query, run, who } from "../support/drivers.js";
import { fresh } from "../support/fresh.js";
import { rejectionOf } from "../support/rejection.js";

type Core = Awaited<ReturnType<typeof openCore>>;
const one = { pool: { max: 1, acquireTimeout: 300 } };
const prepared = async (core: Core): Promise<Map<unknown, unknown>> => {
  const { rows } = await run(core, "SELECT name, statement FROM pg_prepared_statements", [], [types.text, types.text]);
  return new Map(rows.map(([name, text]) => [name, text]));
};

describe("the name of a prepared statement", () => {
  it("is the same for one text on every connection, and another for every other text", async () => {
    const url = await fresh("postgres");
    const [first, second] = [await openCore(url, one), await openCore(url, one)];
    const texts = ["SELECT 1", "SELECT 2", "SELECT ?::integer", "SELECT ?::integer "];
    for (const text of texts) await run(first, text, text.includes("?") ? [1] : []);
    for (const text of [...texts].reverse()) await run(second, text, text.includes("?") ? [1] : []);
    const [here, there] = [await prepared(first), await prepared(second)];
    expect(new Set(here.values()).size).toBe(5);
    expect([...here].sort()).toEqual([...there].sort());
    for (const name of here.keys()) expect(String(name)).toMatch(/^flash_[\w-]{32}$/);
  });

  it("is closed on the server when it is no longer kept", async () => {
    const core = await openCore(await fresh("postgres"), one);
    for (let at = 0; at < 700; at++) await run(core, `SELECT ${at}`);
    expect((await prepared(core)).size).toBeLessThanOrEqual(260);
  });

  it("that somebody else has prepared on the connection is used by nobody, and does no harm", async () => {
    const core = await openCore(await fresh("postgres"), one);
    await run(core, "SELECT ?::integer AS a", [1]);
    const [name] = [...(await prepared(core))].find(([, text]) => String(text).includes("AS a")) ?? [];
    await run(core, "DEALLOCATE ALL");
    await run(core, `PREPARE "${String(name)}" AS SELECT 99 AS wrong`);
    expect((await run(core, "SELECT ?::integer AS a", [2], [types.integer])).rows).toEqual([[2]]);
    expect((await run(core, "SELECT ?::integer AS a", [3], [types.integer])).rows).toEqual([[3]]);
  });
});

describe("a plan that no longer fits", () => {
  const changed = async (): Promise<{ core: Core; alter: (text: string) => Promise<unknown> }> => {
    const url = await fresh("postgres");
    const core = await openCore(url, one);
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "INSERT INTO t VALUES (1)");
    const other = await openCore(url);
    return { core, alter: (text) => run(other, text) };
  };
  const all = (core: Core) => query(core, "SELECT * FROM t", [], [types.text]);

  it.each(["ALTER TABLE t ALTER a TYPE text", "ALTER TABLE t ADD b integer"])("is made again outside a transaction: %s", async (text) => {
    const { core, alter } = await changed();
    await core.run(all(core), who());
    await alter(text);
    for (let again = 0; again < 2; again++) expect((await core.run(all(core), who())).rows[0]?.[0]).toBe("1");
  });

  it("ends a transaction with an error that a retry gets over, and is forgotten by it", async () => {
    const { core, alter } = await changed();
    await core.run(all(core), who());
    await alter("ALTER TABLE t ALTER a TYPE text");
    const transaction = await core.begin({}, who());
    const error = await rejectionOf(transaction.run(all(core)));
    expect(error).toBeInstanceOf(SerializationFailure);
    expect(error.cause).toMatchObject({ code: "0A000" });
    await transaction.rollback();
    const second = await core.begin({}, who());
    expect((await second.run(all(core))).rows).toEqual([["1"]]);
    await second.commit();
  });

  it.each(["DEALLOCATE ALL", "DISCARD PLANS; DEALLOCATE ALL"])("is forgotten inside a transaction after %s by a function", async (text) => {
    const { core } = await changed();
    await core.run(all(core), who());
    await run(core, `DO $$ BEGIN EXECUTE '${text}'; END $$`);
    const transaction = await core.begin({}, who());
    expect(await rejectionOf(transaction.run(all(core)))).toBeInstanceOf(SerializationFailure);
    await transaction.rollback();
    const second = await core.begin({}, who());
    expect((await second.run(all(core))).rows).toEqual([["1"]]);
    await second.commit();
  });

  it.each(["DEALLOCATE ALL", "DISCARD ALL"])("is made again after %s, also inside a transaction", async (text) => {
    const { core } = await changed();
    await core.run(all(core), who());
    await run(core, text);
    const transaction = await core.begin({}, who());
    expect((await transaction.run(all(core))).rows).toEqual([["1"]]);
    await transaction.commit();
  });

  it("because its parameters have other types now is made again", async () => {
    const { core, alter } = await changed();
    const find = (value: string) => query(core, "SELECT a FROM t WHERE a = ?", [value], [types.text]);
    const insert = (value: string) => query(core, "INSERT INTO t VALUES (?)", [value]);
    await core.run(find("1"), who());
    await core.run(insert("2"), who());
    await alter("ALTER TABLE t ALTER a TYPE text");
    expect((await core.run(find("one"), who())).rows).toEqual([]);
    await core.run(insert("two"), who());
    expect((await core.run(find("two"), who())).rows).toEqual([["two"]]);
  });

  it("is forgotten by every connection of the pool, not only by the one that met it", async () => {
    const url = await fresh("postgres");
    const core = await openCore(url, { pool: { max: 2 } });
    await run(core, "CREATE TABLE t (a integer)");
    await run(core, "INSERT INTO t VALUES (1)");
    const both = async (): Promise<unknown[]> => {
      const transactions = [await core.begin({}, who()), await core.begin({}, who())];
      const answers = await Promise.allSettled(transactions.map((transaction) => transaction.run(all(core))));
      for (const transaction of transactions) await transaction.rollback();
      return answers.map(({ status }) => status);
    };
    await both();
    await run(await openCore(url), "ALTER TABLE t ALTER a TYPE text");
    const first = await core.begin({}, who());
    await rejectionOf(first.run(all(core)));
    await first.rollback();
    expect(await both()).toEqual(["fulfilled", "fulfilled"]);
  });

  it("does not hide an error that the statement always has", async () => {
    const { core } = await changed();
    for (let again = 0; again < 3; again++) {
      const error = await rejectionOf(run(core, "SELECT 1 / (a - 1) FROM t"));
      expect(error.message).toContain("22012");
      expect((await rejectionOf(run(core, "SELECT (a || 'x')::integer FROM t"))).message).toContain("22P02");
    }
  });
});
