/** Rows of `iterate()` outside a transaction come by one statement on a connection of their own, which ends with the loop or with the session. */

import { expect, it } from "vitest";
import { model, SessionClosed, t } from "../../src/index.js";
import { eachDatabase, statements } from "../support/databases.js";

class Row extends model<Row>("iterated_rows")({ n: t.integer(), seen: t.boolean().default(false) }) {}

eachDatabase(
  "iterate()",
  [Row],
  (open) => {
    const filled = async (count: number, options = {}) => {
      const database = await open(options);
      await using db = database.session();
      await Row.objects.bulkCreate(
        db,
        Array.from({ length: count }, (_, n) => ({ n })),
      );
      await db.commit();
      return database;
    };

    it("gives its connection back when the session is closed before the last row", async () => {
      const database = await filled(100, { pool: { max: 1, acquireTimeout: 500 } });
      for (let turn = 0; turn < 3; turn++) {
        const db = database.session();
        const met: number[] = [];
        const reading = async (): Promise<void> => {
          for await (const row of Row.objects.orderBy("id").iterate(db, { chunkSize: 10 })) {
            met.push(row.n);
            if (met.length === 1) await db.close();
          }
        };
        await expect(reading()).rejects.toThrow(SessionClosed);
        expect(met).toHaveLength(10);
      }
      await using other = database.session();
      expect(await Row.objects.count(other)).toBe(100);
    });

    it("gives its connection back when the loop is left, and when its body throws", async () => {
      const database = await filled(100, { pool: { max: 1, acquireTimeout: 500 } });
      await using db = database.session();
      for await (const row of Row.objects.iterate(db, { chunkSize: 10 })) if (row.n >= 0) break;
      const failing = async (): Promise<void> => {
        for await (const row of Row.objects.iterate(db, { chunkSize: 10 })) throw new Error(`stopped at ${row.n}`);
      };
      await expect(failing()).rejects.toThrow("stopped at");
      expect(await Row.objects.count(db)).toBe(100);
    });

    it("sends one statement, and the loop may write and commit meanwhile", async () => {
      const database = await filled(50);
      await using db = database.session();
      const sent = statements(database);
      const met: number[] = [];
      for await (const row of Row.objects.orderBy("n").iterate(db, { chunkSize: 10 })) {
        met.push(row.n);
        row.seen = true;
        if (met.length % 20 === 0) await db.commit();
      }
      await db.commit();
      expect(met).toEqual(Array.from({ length: 50 }, (_, n) => n));
      expect(sent.take().filter((text) => text.startsWith("SELECT"))).toHaveLength(1);
      expect(await Row.objects.filter({ seen: true }).count(db)).toBe(50);
    });

    it("lets timers run between the chunks", async () => {
      const database = await filled(200);
      await using db = database.session();
      let ticks = 0;
      let going = true;
      const tick = (): void => {
        ticks++;
        if (going) setImmediate(tick);
      };
      setImmediate(tick);
      let rows = 0;
      for await (const row of Row.objects.iterate(db, { chunkSize: 5 })) rows += row.n >= 0 ? 1 : 0;
      going = false;
      expect(rows).toBe(200);
      expect(ticks).toBeGreaterThan(10);
    });
  },
  ["sqlite file", "postgres"],
);
