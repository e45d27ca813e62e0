/** Behind PgBouncer in transaction mode, each transaction may run on a connection that another program has used, and another one uses next. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "pg";
import { connect, model, sql, t } from "../../src/index.js";
import type { Database } from "../../src/connect.js";
import { makeDatabase, type FreshDatabase } from "../support/fresh.js";
import { hasPgBouncer, type Pooler, startPgBouncer } from "../support/pgbouncer.js";

class Item extends model<Item>("pooled_items")({
  name: t.text(),
  at: t.timestamp(),
  took: t.duration(),
  raw: t.bytes(),
  ratio: t.double(),
}) {}

describe.skipIf(!hasPgBouncer)("behind PgBouncer in transaction mode", () => {
  let made: FreshDatabase;
  let pooler: Pooler;
  const open: Database[] = [];
  const warnings: string[] = [];
  const note = (warning: Error & { code?: string }): void => void (warning.code === "FLASH_DB_POOLER" && warnings.push(warning.message));
  const database = async (options = {}): Promise<Database> => {
    const made = await connect(pooler.url, options);
    open.push(made);
    return made;
  };
  beforeAll(async () => {
    process.on("warning", note);
    made = await makeDatabase("postgres database");
    // One connection to the server: whatever one client leaves there, the next one meets.
    pooler = await startPgBouncer(made.url, 1);
    await using direct = await connect(made.url);
    await direct.createAll([Item]);
  });
  afterAll(async () => {
    process.off("warning", note);
    for (const one of open) await one.close({ timeout: 0 });
    await pooler.stop();
    await made.remove();
  });

  const values = (name: string) => ({
    name,
    at: new Date("2024-02-29T12:00:00.123Z"),
    took: 90_061_001,
    raw: new Uint8Array([0, 255]),
    ratio: 0.1 + 0.2,
  });

  it("is found out and told once, and statements are not prepared", async () => {
    const pooled = await database();
    await using db = pooled.session();
    await Item.objects.create(db, values("first"));
    await db.commit();
    for (let turn = 0; turn < 3; turn++) await Item.objects.filter({ name: "first" }).fetch(db);
    expect(await db.execute(sql`SELECT count(*) AS n FROM pg_prepared_statements WHERE name <> ''`, { readOnly: true })).toEqual([
      { n: 0 },
    ]);
    await new Promise((resume) => setImmediate(resume));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("is a connection pooler");
  });

  it("never runs the prepared statement of another client", async () => {
    const [reader, writer] = [await database({ prepare: false }), await database({ prepare: false })];
    await using a = reader.session();
    await using b = writer.session();
    await Item.objects.filter({ name: "none" }).delete(b);
    for (let turn = 0; turn < 20; turn++) {
      await Promise.all([
        Item.objects.filter({ name: "first" }).count(a),
        (async () => {
          await Item.objects.filter({ name: `gone ${turn}` }).delete(b);
          await b.commit();
        })(),
      ]);
    }
    expect(await Item.objects.filter({ name: "first" }).count(a)).toBe(1);
  });

  it("does not count on settings that another program has changed, and leaves none of its own", async () => {
    const settings = {
      IntervalStyle: "sql_standard",
      bytea_output: "escape",
      extra_float_digits: "-5",
      TimeZone: "Asia/Tokyo",
      DateStyle: "SQL, DMY",
    };
    const other = new Client(pooler.url);
    await other.connect();
    try {
      for (const [name, value] of Object.entries(settings)) await other.query(`SET ${name} TO '${value}'`);
      const pooled = await database({ prepare: false, statementTimeout: 1_234 });
      await using db = pooled.session();
      const expected = values("first");
      const read = async (): Promise<void> => {
        db.clear();
        const item = await Item.objects.get(db, { name: "first" });
        expect({ name: item.name, at: item.at, took: item.took, raw: [...item.raw], ratio: item.ratio }).toEqual({
          ...expected,
          raw: [0, 255],
        });
      };
      await read();
      for await (const item of Item.objects.iterate(db)) expect(item.took).toBe(expected.took);
      await Item.objects.create(db, values("second"));
      await read();
      await db.commit();
      const { rows } = await other.query<{ timeout: string; style: string }>(
        "SELECT current_setting('statement_timeout') AS timeout, current_setting('IntervalStyle') AS style",
      );
      expect(rows[0]).toEqual({ timeout: "0", style: "sql_standard" });
    } finally {
      await other.end();
    }
  });

  it("keeps transactions whole while others run between them", async () => {
    const pooled = await database({ prepare: false });
    await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        await using db = pooled.session();
        await Item.objects.create(db, values(`many ${n}`));
        await Item.objects.create(db, values(`many ${n}`));
        if (n % 2 === 0) await db.commit();
        else await db.rollback();
      }),
    );
    await using db = pooled.session();
    expect(await Item.objects.filter({ name__startswith: "many" }).count(db)).toBe(8);
  });
});
