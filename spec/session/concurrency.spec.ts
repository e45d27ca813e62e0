/** One session used from many places at once, and many sessions at once on one database. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atomic, F, foreignKey, hasMany, model, PoolTimeout, t, type Session } from "flash-db";
import type { Database } from "../../src/connect.js";
import { eachDatabase, statements } from "../support/databases.js";
import type { Kind } from "../support/fresh.js";

class Counter extends model<Counter>("counters")({
  name: t.text().unique(),
  n: t.integer().default(0),
  entries: hasMany(() => Entry, "counter"),
}) {}
class Entry extends model<Entry>("entries")({ text: t.text(), counter: foreignKey(() => Counter, { onDelete: "cascade" }) }) {}
const models = [Counter, Entry];

const kinds: readonly Kind[] = ["sqlite", "sqlite file", "postgres"];
const times = <T>(n: number, work: (at: number) => T): T[] => Array.from({ length: n }, (_, at) => work(at));
const patient = { pool: { max: 10, acquireTimeout: 60_000 } };

/** Drivers warn of statements that are sent before others have ended. */
const warnings: Error[] = [];
const note = (warning: Error): void => void warnings.push(warning);
beforeAll(() => void process.on("warning", note));
afterAll(() => {
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

/** Transactions never overlap on one connection: what is sent reads BEGIN … COMMIT, BEGIN … COMMIT. */
const expectWhole = (texts: readonly string[]): void => {
  let depth = 0;
  for (const text of texts) {
    if (text.startsWith("BEGIN") || text.startsWith("START")) depth++;
    else if (text === "COMMIT" || text === "ROLLBACK") depth--;
    expect([0, 1]).toContain(depth);
  }
  expect(depth).toBe(0);
};

const total = async (database: Database): Promise<number> => {
  await using db = database.session();
  return (await Counter.objects.get(db, { name: "all" })).n;
};
const start = async (database: Database): Promise<number> => {
  await using db = database.session();
  const counter = await Counter.objects.create(db, { name: "all" });
  await db.commit();
  return counter.id;
};

eachDatabase(
  "one session",
  models,
  (open) => {
    it("with nothing to flush, updates and commits beside queries take turns too", async () => {
      const database = await open(patient);
      const id = await start(database);
      await using db = database.session();
      const seen = statements(database);
      await Promise.all(
        times(30, async () => {
          const counters = Counter.objects.filter({ id });
          await Promise.all([counters.update(db, { n: F("n").add(1) }), db.commit(), counters.values("n").fetch(db)]);
          await db.commit();
        }),
      );
      expect(db.inTransaction).toBe(false);
      expectWhole(seen.take());
      expect(await total(database)).toBe(30);
    });

    it("fifty saves, loads, flushes and commits at once take turns", async () => {
      const database = await open(patient);
      await using db = database.session();
      const seen = statements(database);
      await Promise.all(
        times(50, async (at) => {
          const counter = new Counter({ name: `c${at}` });
          await counter.save(db);
          await Promise.all([Counter.objects.filter({ name: `c${at}` }).fetch(db), counter.entries.fetch(), db.flush(), db.commit()]);
          counter.n = at;
          await Promise.all([counter.save(), db.commit(), db.get(Counter, counter.id)]);
        }),
      );
      await db.commit();
      expectWhole(seen.take());
      await using other = database.session();
      expect(await Counter.objects.orderBy("n").valuesList("n", { flat: true }).fetch(other)).toEqual(times(50, (at) => at));
    });

    it("flushes at once are one flush", async () => {
      const database = await open();
      await using db = database.session({ onUncommitted: "ignore" });
      db.add(...times(20, (at) => new Counter({ name: `c${at}` })));
      const seen = statements(database);
      await Promise.all(times(20, () => db.flush()));
      expect(seen.take().filter((text) => text.includes("INSERT")).length).toBe(1);
      expect(await Counter.objects.count(db)).toBe(20);
    });

    it("fifty getOrCreate() of one row make one row", async () => {
      const database = await open(patient);
      await using db = database.session();
      const made = await Promise.all(times(50, () => Counter.objects.getOrCreate(db, { name: "one" })));
      await db.commit();
      expect(new Set(made.map(([counter]) => counter)).size).toBe(1);
      expect(made.filter(([, created]) => created).length).toBe(1);
    });

    it("atomic blocks started side by side are transactions one after the other", async () => {
      const database = await open(patient);
      await using db = database.session();
      const seen = statements(database);
      const running = { now: 0, most: 0 };
      const outcomes = await Promise.allSettled(
        times(20, (at) =>
          atomic(db, async () => {
            running.most = Math.max(running.most, ++running.now);
            await Counter.objects.create(db, { name: `c${at}` });
            await sleep(1);
            running.now--;
            if (at % 2 === 1) throw new Error("odd");
          }),
        ),
      );
      expect([running.most, outcomes.filter(({ status }) => status === "rejected").length]).toEqual([1, 10]);
      expectWhole(seen.take());
      await using other = database.session();
      expect(await Counter.objects.count(other)).toBe(10);
    });

    it("closing it waits for what it is doing, and what comes after is refused", async () => {
      const database = await open();
      const db = database.session({ onUncommitted: "ignore" });
      const busy = Counter.objects.create(db, { name: "busy" });
      const closing = db.close();
      await expect(busy).resolves.toBeInstanceOf(Counter);
      await closing;
      await expect(db.flush()).rejects.toMatchObject({ code: "SESSION_CLOSED" });
      await using other = database.session();
      expect(await Counter.objects.count(other)).toBe(0);
    });
  },
  kinds,
);

eachDatabase(
  "many sessions",
  models,
  (open, kind) => {
    it("three hundred read, add one and write: none is lost, none is refused", { timeout: 120_000 }, async () => {
      const database = await open(patient);
      const id = await start(database);
      await Promise.all(
        times(300, async () => {
          await using db = database.session();
          await atomic(db, async () => {
            const [counter] = await Counter.objects.filter({ id }).selectForUpdate().fetch(db);
            (counter as Counter).n += 1;
            if (Math.random() < 0.5) await sleep(0);
          });
        }),
      );
      expect(await total(database)).toBe(300);
    });

    it("transactions of many sessions never see each other's unfinished work", { timeout: 120_000 }, async () => {
      const database = await open(patient);
      await start(database);
      const balance: number[] = [];
      const move = async (at: number): Promise<void> => {
        await using db = database.session();
        await atomic(db, async () => {
          await Counter.objects.create(db, { name: `plus ${at}`, n: 1 });
          await sleep(0);
          await Counter.objects.create(db, { name: `minus ${at}`, n: -1 });
          if (at % 3 === 0) throw new Error("every third is undone");
        }).catch(() => undefined);
      };
      const look = async (): Promise<void> => {
        await using db = database.session();
        const values = await Counter.objects.all().valuesList("n", { flat: true }).fetch(db);
        balance.push(values.reduce((sum, value) => sum + value, 0));
      };
      await Promise.all(times(100, (at) => (at % 2 === 0 ? move(at) : look())));
      expect(new Set(balance)).toEqual(new Set([0]));
    });

    it("fifty getOrCreate() of one row by as many sessions: one row, no error", { timeout: 120_000 }, async () => {
      const database = await open(patient);
      const made = await Promise.all(
        times(50, async () => {
          await using db = database.session();
          const [counter, created] = await Counter.objects.getOrCreate(db, { name: "one" }, { n: 1 });
          await db.commit();
          return [counter.id, created] as const;
        }),
      );
      expect(new Set(made.map(([id]) => id)).size).toBe(1);
      expect(made.filter(([, created]) => created).length).toBe(1);
    });

    it("transactions that each ask another session end with a PoolTimeout that names the holders, and everything goes on", async () => {
      const database = await open({ pool: { max: 2, acquireTimeout: 300 } });
      const id = await start(database);
      const asked: Promise<unknown>[] = [];
      const outcomes = await Promise.allSettled(
        times(2, async () => {
          await using outer = database.session();
          await atomic(outer, async () => {
            await Counter.objects.create(outer, { name: String(Math.random()) });
            await sleep(50);
            await using inner = database.session();
            const asking = kind === "postgres" ? Counter.objects.count(inner) : atomic(inner, () => Counter.objects.count(inner));
            asked.push(asking);
            await asking;
          });
        }),
      );
      const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) {
        expect(error).toBeInstanceOf(PoolTimeout);
        expect((error as Error).message).toMatch(/waited 300 ms .* held by: .*session/s);
      }
      await using db = database.session();
      await atomic(db, async () => {
        const counter = (await db.get(Counter, id)) as Counter;
        counter.n = 7;
      });
      expect(await total(database)).toBe(7);
    });

    it("closing the database waits for open transactions, and names what it cuts off", async () => {
      const database = await open();
      const id = await start(database);
      const work = async (db: Session): Promise<void> =>
        atomic(db, async () => {
          const counter = (await db.get(Counter, id)) as Counter;
          begun();
          await closing;
          counter.n = 1;
          await db.flush();
          await sleep(50);
        });
      let begun = (): void => undefined;
      let close = (): void => undefined;
      const beginning = new Promise<void>((resolve) => (begun = resolve));
      const closing = new Promise<void>((resolve) => (close = resolve));
      const db = database.session();
      const working = work(db);
      await beginning;
      const closed = database.close();
      close();
      expect(await closed).toEqual([]);
      await working;
      await expect(Counter.objects.count(db)).rejects.toMatchObject({ code: "SESSION_CLOSED" });
      expect(await database.close()).toEqual([]);
    });
  },
  kinds,
);

describe("closing with a timeout", () => {
  eachDatabase(
    "cuts off",
    models,
    (open) => {
      it("a transaction that does not end", async () => {
        const database = await open();
        const db = database.session({ onUncommitted: "ignore" });
        const counter = await Counter.objects.create(db, { name: "all" });
        const cut = await database.close({ timeout: 20 });
        expect(cut.length).toBe(1);
        expect(cut[0]).toContain("session");
        await expect(db.commit()).rejects.toMatchObject({ code: "SESSION_CLOSED" });
        await db.close();
        expect(counter.name).toBe("all");
      });
    },
    kinds,
  );
});
