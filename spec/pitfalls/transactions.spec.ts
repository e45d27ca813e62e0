/** Transactions, hooks and connections where other mappers leak, hang or lie. Broken connections are in session/faults. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { atomic, CommitHookError, QueryTimeout, signals, sql, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { onServer } from "../support/fresh.js";
import { exampleWith } from "../session/example.js";
import { rejection, statusOf } from "../session/uow/stage.js";
import { models, Post, Tag, User } from "./models.js";

const example = exampleWith(models);
class Undo extends Error {}
const offs: (() => void)[] = [];
afterEach(() => {
  for (const off of offs.splice(0)) off();
});
const emails = (db: Session): Promise<string[]> =>
  User.objects.orderBy("email").valuesList("email", { flat: true }).fetch(db) as Promise<string[]>;

describe("a connection that the server ends", () => {
  eachDatabase(
    "never ends the process",
    models,
    (open) => {
      it("idle, in a query, in a transaction", async () => {
        const database = await open({ pool: { max: 3 } });
        const raised: unknown[] = [];
        const note = (error: unknown): void => void raised.push(error);
        process.on("uncaughtException", note).on("unhandledRejection", note);
        try {
          await using db = database.session({ onUncommitted: "ignore" });
          const pid = async (): Promise<string> =>
            String((await db.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`, { readOnly: true }))[0]?.pid);
          await onServer(`SELECT pg_terminate_backend(${await pid()})`);
          await sleep(30);
          expect(await User.objects.count(db)).toBe(0);
          const user = await User.objects.create(db, { name: "a", email: "a@x" });
          const mine = await pid();
          const sleeping = rejection(db.execute(sql`SELECT pg_sleep(5)`));
          await sleep(50);
          await onServer(`SELECT pg_terminate_backend(${mine})`);
          expect(await sleeping).toMatchObject({ code: "CONNECTION_LOST", outcome: "rolled back" });
          await db.rollback();
          expect(statusOf(user)).toBe("transient");
          await User.objects.create(db, { name: "b", email: "b@x" });
          await onServer(`SELECT pg_terminate_backend(${await pid()})`);
          await sleep(30);
          expect(await rejection(db.commit())).toMatchObject({ code: "CONNECTION_LOST", outcome: "rolled back" });
          db.add(new User({ name: "c", email: "c@x" }));
          await db.commit();
          expect(await emails(db)).toEqual(["c@x"]);
          await sleep(20);
        } finally {
          process.off("uncaughtException", note).off("unhandledRejection", note);
        }
        expect(raised).toEqual([]);
      });
    },
    ["postgres"],
  );
});

eachDatabase(
  "time that runs out",
  models,
  (open) => {
    it("ends the work with an error and undoes it; there is no limit that nobody set", async () => {
      const database = await open({ statementTimeout: 100 });
      await using db = database.session();
      const user = await User.objects.create(db, { name: "a", email: "a@x" });
      await db.commit();
      const error = await rejection(
        atomic(db, async () => {
          user.name = "b";
          await db.flush();
          await db.execute(sql`SELECT pg_sleep(5)`);
        }),
      );
      expect(error).toBeInstanceOf(QueryTimeout);
      expect([user.name, db.inTransaction]).toEqual(["a", false]);
      await atomic(db, async () => {
        user.name = "slow, but well";
        await sleep(300);
      });
      expect(user.version).toBe(2);
    });
  },
  ["postgres"],
);

example(
  "savepoints have names of their own, and what comes after one that was rolled back is in the right place",
  async ({ db, recorder, open }) => {
    await atomic(db, async () => {
      for (const name of ["a", "b", "c"]) {
        await atomic(db, async () => {
          db.add(new User({ name, email: `${name}@x` }));
          await atomic(db, async () => {
            db.add(new Tag({ label: name }));
          });
          if (name === "b") throw new Undo();
        }).catch(() => undefined);
      }
    });
    const names = recorder.all.map(({ sql: text }) => /^SAVEPOINT (\S+)/.exec(text)?.[1]).filter((name) => name !== undefined);
    expect(names.length).toBeGreaterThanOrEqual(6);
    expect(new Set(names).size).toBe(names.length);
    const other = open();
    expect([await emails(other), await Tag.objects.count(other)]).toEqual([["a@x", "c@x"], 2]);
  },
);

describe("events", () => {
  example("of the commit come after it, those of what was rolled back never", async ({ db, open }) => {
    const heard: string[] = [];
    offs.push(
      signals.on(
        "post_commit",
        async ({ db: session }) => void (session === db && heard.push(`commit, ${await User.objects.count(open())} rows`)),
      ),
    );
    offs.push(signals.on("post_rollback", ({ db: session }) => void (session === db && heard.push("rollback"))));
    db.onCommit(() => heard.push("kept"));
    await atomic(db, async () => {
      db.add(new User({ name: "a", email: "a@x" }));
      await atomic(db, async () => {
        db.onCommit(() => heard.push("dropped"));
        throw new Undo();
      }).catch(() => undefined);
      await db.flush();
      expect(heard).toEqual([]);
    });
    await atomic(db, async () => {
      db.onCommit(() => heard.push("dropped too"));
      throw new Undo();
    }).catch(() => undefined);
    expect(heard).toEqual(["commit, 1 rows", "kept", "rollback"]);
  });

  example("that throw, late or at once, or save again after the commit", async ({ db, open }) => {
    const extra = new User({ name: "extra", email: "extra@x" });
    offs.push(
      signals.on("post_commit", () => {
        throw new Error("at once");
      }),
      signals.on("post_commit", async () => {
        await sleep(1);
        throw new Error("late");
      }),
      signals.on("post_commit", async ({ db: session }) => {
        if (statusOf(extra) !== "transient") return;
        (session as Session).add(extra);
        await (session as Session).commit().catch((error: unknown) => expect(error).toBeInstanceOf(CommitHookError));
      }),
    );
    db.add(new User({ name: "a", email: "a@x" }));
    const error = (await rejection(db.commit())) as unknown as CommitHookError;
    expect([error.code, error.committed, error.causes.map(String)]).toEqual(["COMMIT_HOOK", true, ["Error: at once", "Error: late"]]);
    expect(await emails(open())).toEqual(["a@x", "extra@x"]);
  });
});

describe("work inside hooks", () => {
  example("a save in a listener joins the running flush, a commit there is refused", async ({ db, open }) => {
    const refused: string[] = [];
    offs.push(
      signals.on("post_save", User, async ({ instance, created, db: session }) => {
        if (!created) return;
        await Post.objects.create(session as Session, { title: `of ${instance.name}`, author: instance });
        refused.push((await rejection((session as Session).commit())).code);
      }),
    );
    db.add(new User({ name: "a", email: "a@x" }), new User({ name: "b", email: "b@x" }));
    await db.commit();
    expect(refused).toEqual(["SESSION", "SESSION"]);
    expect(await Post.objects.orderBy("title").valuesList("title", { flat: true }).fetch(open())).toEqual(["of a", "of b"]);
  });

  example("listeners that set each other off without end are stopped, and nothing is written", async ({ db, open }) => {
    offs.push(signals.on("post_save", User, ({ instance }) => void (instance.name += "!")));
    db.add(new User({ name: "a", email: "a@x" }));
    expect((await rejection(db.commit())).message).toMatch(/rounds/);
    offs.splice(0).forEach((off) => off());
    expect(await User.objects.count(open())).toBe(0);
    await db.commit();
    expect(await User.objects.count(open())).toBe(1);
  });
});

example("listeners are awaited in their order, and their rejections are the caller's", async ({ db, open }) => {
  const order: string[] = [];
  offs.push(
    signals.on("pre_save", User, async () => {
      await sleep(5);
      order.push("slow");
    }),
    signals.on("pre_save", User, () => void order.push("quick")),
  );
  const user = new User({ name: "a", email: "a@x" });
  db.add(user);
  await db.flush();
  expect(order).toEqual(["slow", "quick"]);
  offs.push(signals.on("pre_save", User, () => Promise.reject(new Undo("late"))));
  user.name = "b";
  await expect(db.flush()).rejects.toBeInstanceOf(Undo);
  await db.rollback();
  expect(await User.objects.count(open())).toBe(0);
});

example("a row that others make at the same moment is found, not an error; in a transaction too", async ({ database, open }) => {
  const made = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      await using db = database.session();
      return atomic(db, async () => {
        const [user, created] = await User.objects.updateOrCreate(db, { email: "one@x" }, { name: `n${at}` });
        await Tag.objects.getOrCreate(db, { label: "one" });
        return [user.id, created] as const;
      });
    }),
  );
  expect(new Set(made.map(([id]) => id)).size).toBe(1);
  expect(made.filter(([, created]) => created).length).toBe(1);
  const other = open();
  expect([await User.objects.count(other), await Tag.objects.count(other)]).toEqual([1, 1]);
  expect((await User.objects.fetch(other))[0]?.version).toBe(20);
});

eachDatabase(
  "closing",
  models,
  (open) => {
    it("waits for what is under way, refuses what comes, and may be asked for twice", async () => {
      const database = await open();
      const db = database.session();
      let written = (): void => {};
      const writing = new Promise<void>((resolve) => (written = resolve));
      const adding = atomic(db, async () => {
        db.add(new User({ name: "a", email: "a@x" }));
        await db.flush();
        written();
        await sleep(50);
        return "done";
      });
      await writing;
      const [first, second] = [database.close(), database.close()];
      expect(() => database.session()).toThrow(/closed/);
      expect([await adding, await first, await second]).toEqual(["done", [], []]);
      await db.close();
      await db.close();
    });

    it("ends with a loop over rows that was left open", async () => {
      const database = await open();
      const db = database.session();
      db.add(...Array.from({ length: 50 }, (_, n) => new User({ name: "n", email: `${n}@x` })));
      await db.commit();
      const rows = User.objects.orderBy("id").iterate(db, { chunkSize: 10 })[Symbol.asyncIterator]();
      expect((await rows.next()).done).toBe(false);
      await rows.return?.();
      await db.close();
      expect(await database.close()).toEqual([]);
    });
  },
  ["sqlite", "sqlite file", "postgres"],
);
