/** Sessions that race for the same rows: versions lose no update, and what the database ends is tried again from restored memory. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { atomic, DeadlockDetected, model, SerializationFailure, StaleDataError, t } from "flash-db";
import { eachDatabase } from "../support/databases.js";
import type { Kind } from "../support/fresh.js";

class Doc extends model<Doc>("docs")({ title: t.text().unique(), n: t.integer().default(0), version: t.version() }) {}

const kinds: readonly Kind[] = ["sqlite", "sqlite file", "postgres"];

eachDatabase(
  "two sessions that race",
  [Doc],
  (open, kind) => {
    const rounds = kind === "postgres" ? 1000 : 500;
    it(`over two versioned rows for ${rounds} rounds lose no update`, { timeout: 180_000 }, async () => {
      const database = await open({ pool: { acquireTimeout: 60_000 } });
      await using first = database.session();
      await using second = database.session();
      const docs = [await Doc.objects.create(first, { title: "a" }), await Doc.objects.create(first, { title: "b" })];
      await first.commit();
      const won = docs.map(() => 0);
      const lost: unknown[] = [];
      for (let round = 0; round < rounds; round++) {
        await Promise.all(
          [first, second].map(async (db, at) => {
            try {
              const mine = await Doc.objects.orderBy("title").fetch(db);
              // Both change both rows, or each its own and one in common, so that batches and single rows are checked.
              const touched = round % 3 === 0 ? [0, 1] : round % 3 === 1 ? [0] : [at, 1];
              for (const doc of new Set(touched.map((index) => mine[index] as Doc))) doc.n += 1;
              await db.commit();
              for (const index of new Set(touched)) won[index] = (won[index] as number) + 1;
            } catch (error) {
              lost.push(error);
              await db.rollback();
            }
          }),
        );
      }
      // Both write two rows by one statement: the database may also end one of them, openly.
      for (const error of lost) expect(error instanceof StaleDataError || error instanceof DeadlockDetected, String(error)).toBe(true);
      await using third = database.session();
      const rows = await Doc.objects.orderBy("title").fetch(third);
      expect(rows.map(({ n }) => n)).toEqual(won);
      expect(rows.map(({ version }) => version)).toEqual(won.map((count) => count + 1));
      expect(lost.length).toBeGreaterThan(0);
    });

    it("inside atomic with a retry of their own all come through", { timeout: 60_000 }, async () => {
      const database = await open({ pool: { acquireTimeout: 60_000 } });
      await using setup = database.session();
      const { id } = await Doc.objects.create(setup, { title: "a" });
      await setup.commit();
      const add = async (): Promise<void> => {
        await using db = database.session();
        for (;;) {
          try {
            await atomic(db, async () => {
              const doc = (await db.get(Doc, id)) as Doc;
              await db.refresh(doc);
              doc.n += 1;
            });
            return;
          } catch (error) {
            expect(error).toBeInstanceOf(StaleDataError);
          }
        }
      };
      await Promise.all(Array.from({ length: 20 }, add));
      await setup.refresh((await setup.get(Doc, id)) as Doc);
      expect((await setup.get(Doc, id))?.n).toBe(20);
    });
  },
  kinds,
);

eachDatabase(
  "what the database ends",
  [Doc],
  (open) => {
    it("a serialization failure is tried again, memory restored first", { timeout: 60_000 }, async () => {
      const database = await open();
      await using setup = database.session();
      setup.add(new Doc({ title: "a" }), new Doc({ title: "b" }));
      await setup.commit();
      let tries = 0;
      const starts: string[] = [];
      const meet = barrier(2);
      // Each adds up both rows and writes the sum into its own: only one of two at once can be right.
      const sum = async (title: string): Promise<void> => {
        await using db = database.session();
        await atomic(
          db,
          async () => {
            tries++;
            const docs = await Doc.objects.fetch(db);
            const own = docs.find((doc) => doc.title === title) as Doc;
            starts.push(`${own.n}, version ${own.version}, ${db.dirty.size} changed`);
            const total = docs.reduce((all, { n }) => all + n, 0);
            own.n = total + 1;
            await db.flush();
            if (tries <= 2) await meet();
          },
          { isolation: "serializable", retries: 5 },
        );
      };
      await Promise.all([sum("a"), sum("b")]);
      expect(tries).toBeGreaterThan(2);
      expect(new Set(starts)).toEqual(new Set(["0, version 1, 0 changed"]));
      await using check = database.session();
      expect((await Doc.objects.orderBy("n").fetch(check)).map(({ n }) => n)).toEqual([1, 2]);
    });

    it("without retries the failure comes out, and memory is as before", { timeout: 60_000 }, async () => {
      const database = await open();
      await using one = database.session();
      await using two = database.session();
      one.add(new Doc({ title: "a" }), new Doc({ title: "b" }));
      await one.commit();
      const serializable = { isolation: "serializable" } as const;
      const [txOne, txTwo] = [await one.begin(serializable), await two.begin(serializable)];
      const [mine, theirs] = [await Doc.objects.orderBy("title").fetch(one), await Doc.objects.orderBy("title").fetch(two)] as [
        Doc[],
        Doc[],
      ];
      (mine[0] as Doc).n = 1;
      (theirs[1] as Doc).n = 1;
      await one.flush();
      await two.flush();
      await txOne.commit();
      await expect(txTwo.commit()).rejects.toBeInstanceOf(SerializationFailure);
      expect([theirs[1]?.n, theirs[1]?.version, two.dirty.size, two.inTransaction]).toEqual([0, 1, 0, false]);
      (theirs[1] as Doc).n = 5;
      await two.commit();
    });

    it("a deadlock is tried again, memory restored first", { timeout: 60_000 }, async () => {
      const database = await open();
      await using setup = database.session();
      setup.add(new Doc({ title: "a" }), new Doc({ title: "b" }));
      await setup.commit();
      let tries = 0;
      const seen: number[] = [];
      const meet = barrier(2);
      const both = async (order: readonly string[]): Promise<void> => {
        await using db = database.session();
        await atomic(
          db,
          async () => {
            const first = ++tries <= 2;
            for (const title of order) {
              const [doc] = (await Doc.objects.filter({ title }).selectForUpdate().fetch(db)) as [Doc];
              seen.push(doc.n - doc.version);
              doc.n += 1;
              await db.flush();
              if (first && title === order[0]) await meet();
            }
          },
          { retries: 3 },
        );
      };
      await Promise.all([both(["a", "b"]), both(["b", "a"])]);
      // The one that is tried again may meet the other once more.
      expect(tries).toBeGreaterThan(2);
      // Version and number go up together: a try that began with values of the one before would show here.
      expect(new Set(seen)).toEqual(new Set([-1]));
      await using check = database.session();
      expect((await Doc.objects.fetch(check)).map(({ n }) => n)).toEqual([2, 2]);
    });

    it("a deadlock without retries is one for its caller", { timeout: 60_000 }, async () => {
      const database = await open();
      await using one = database.session();
      await using two = database.session();
      one.add(new Doc({ title: "a" }), new Doc({ title: "b" }));
      await one.commit();
      const lock = (db: typeof one, title: string): Promise<Doc[]> => Doc.objects.filter({ title }).selectForUpdate().fetch(db);
      await lock(one, "a");
      await lock(two, "b");
      const outcomes = await Promise.allSettled([
        lock(one, "b").then(() => one.commit()),
        sleep(20)
          .then(() => lock(two, "a"))
          .then(() => two.commit()),
      ]);
      const errors = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
      expect(errors.length).toBe(1);
      expect(errors[0]).toBeInstanceOf(DeadlockDetected);
      await one.rollback();
      await two.rollback();
      expect(await Doc.objects.count(two)).toBe(2);
    });
  },
  ["postgres"],
);

/** Who comes waits until so many are there. */
const barrier = (count: number): (() => Promise<void>) => {
  let waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length < count) return;
      for (const go of waiting) go();
      waiting = [];
    });
};
