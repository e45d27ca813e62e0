/** Transactions: the three forms of atomic, levels, retries, what waits for the commit. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import {
  atomic,
  CommitHookError,
  SerializationFailure,
  SessionClosed,
  SessionError,
  signals,
  sql,
  UniqueViolation,
  type Session,
} from "flash-db";
import { exampleWith } from "./example.js";
import { models, Slug, User } from "./uow/models.js";
import { rejection, statusOf } from "./uow/stage.js";

const example = exampleWith(models);
const names = (db: Session): Promise<unknown[]> => User.objects.orderBy("id").valuesList("name", { flat: true }).fetch(db);
const boom = (): never => {
  throw new Error("boom");
};

describe("atomic", () => {
  example("commits at the end and gives the result of its body", async ({ db, open, sent }) => {
    expect(
      await atomic(db, async (given) => {
        expect(given).toBe(db);
        await User.objects.create(given, { name: "a" });
        return 42;
      }),
    ).toBe(42);
    expect(sent()).toEqual(["BEGIN", "INSERT users", "COMMIT"]);
    expect(await names(open())).toEqual(["a"]);
  });

  example("refuses options and isolations that there are not, before anything is sent", async ({ db, sent }) => {
    const body = (): Promise<void> => Promise.resolve();
    expect((await rejection(atomic(db, body, { isolationLevel: "serializable" } as object))).message).toMatch(/no option 'isolationLevel'/);
    expect((await rejection(atomic(db, body, { isolation: "snapshot" as "serializable" }))).message).toMatch(
      /"serializable".*got the string "snapshot"/,
    );
    expect((await rejection(db.begin({ readonly: true } as object))).message).toMatch(/Did you mean 'readOnly'/);
    expect(sent()).toEqual([]);
    expect([await names(db), db.inTransaction]).toEqual([[], false]);
  });

  example("rolls back when its body throws, and the error goes on", async ({ db }) => {
    const error = await rejection(
      atomic(db, async () => {
        await User.objects.create(db, { name: "a" });
        boom();
      }),
    );
    expect(error.message).toBe("boom");
    expect(db.inTransaction).toBe(false);
    expect(await names(db)).toEqual([]);
  });

  example("wraps a function whose first argument is the session, and keeps `this` and the other arguments", async ({ db }) => {
    const service = {
      greeting: "hello ",
      make: atomic(async function (this: { greeting: string }, session: Session, name: string) {
        return User.objects.create(session, { name: this.greeting + name });
      }),
    };
    await service.make(db, "you");
    expect(await names(db)).toEqual(["hello you"]);
    expect(await rejection(service.make({} as Session, "x"))).toBeInstanceOf(SessionError);
  });

  example("decorates a method", async ({ db }) => {
    class Bank {
      readonly prefix = "bank ";
      async open(session: Session, name: string): Promise<string> {
        await User.objects.create(session, { name: this.prefix + name });
        return name;
      }
    }
    // What a standard decorator does, by hand: plain type stripping does not run them.
    const context = {
      kind: "method",
      name: "open",
      static: false,
      private: false,
      addInitializer: () => undefined,
      metadata: {},
      access: { has: () => true, get: (bank: Bank) => bank.open },
    };
    Bank.prototype.open = atomic(Bank.prototype.open, context as unknown as ClassMethodDecoratorContext<Bank>) as Bank["open"];
    expect(await new Bank().open(db, "one")).toBe("one");
    expect(db.inTransaction).toBe(false);
    expect(await names(db)).toEqual(["bank one"]);
  });

  example("inside a transaction that a plain write opened is a savepoint and does not commit", async ({ db, open, sent }) => {
    await User.objects.create(db, { name: "a" });
    await atomic(db, async () => void (await User.objects.create(db, { name: "b" })));
    expect(db.inTransaction).toBe(true);
    expect(sent().filter((text) => text === "COMMIT")).toEqual([]);
    await db.rollback();
    expect(await names(open())).toEqual([]);
  });

  example("nested blocks side by side run one after the other", async ({ db }) => {
    const order: string[] = [];
    await atomic(db, async () => {
      const nested = (name: string): Promise<void> =>
        atomic(db, async () => {
          order.push(`${name} begins`);
          await User.objects.create(db, { name });
          await sleep(2);
          order.push(`${name} ends`);
        });
      await Promise.all([nested("a"), nested("b")]);
    });
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    expect(await names(db)).toEqual(["a", "b"]);
  });

  example("work from outside waits until the block is over", async ({ db }) => {
    let inside = false;
    const block = atomic(db, async () => {
      inside = true;
      await User.objects.create(db, { name: "a" });
      await sleep(10);
      inside = false;
      boom();
    });
    const outside = User.objects.create(db, { name: "b" }).then(() => expect(inside).toBe(false));
    await rejection(block);
    await outside;
    await db.commit();
    expect(await names(db)).toEqual(["b"]);
  });

  example("commit(), rollback() and close() in its body throw", async ({ db }) => {
    await atomic(db, async () => {
      for (const verb of ["commit", "rollback", "close"] as const) expect((await rejection(db[verb]())).message).toMatch(verb);
    });
  });

  example("an error that was caught inside leaves the block usable", async ({ db }) => {
    await Slug.objects.create(db, { value: "taken" });
    await db.commit();
    await atomic(db, async () => {
      expect(await rejection(Slug.objects.create(db, { value: "taken" }))).toBeInstanceOf(UniqueViolation);
      await Slug.objects.create(db, { value: "free" });
    });
    expect(await Slug.objects.count(db)).toBe(2);
  });

  example("a read-only block refuses to write", async ({ db }) => {
    const user = await User.objects.create(db, { name: "a" });
    await db.commit();
    user.name = "b";
    await atomic(
      db,
      async () => {
        expect(await names(db)).toEqual(["a"]);
        expect(await rejection(User.objects.create(db, { name: "c" }))).toBeInstanceOf(SessionError);
      },
      { readOnly: true },
    );
    expect(user.name).toBe("b");
    await db.commit();
    expect(await names(db)).toEqual(["b"]);
  });
});

describe("a read-only block inside a transaction", () => {
  const insert = (db: Session, value: string): Promise<unknown> =>
    db.execute(sql`INSERT INTO slugs (value) VALUES (${value})`, { readOnly: true });

  example("refuses to write, for the session and for the database, and leaves the transaction able to", async ({ db }) => {
    await atomic(db, async () => {
      const user = await User.objects.create(db, { name: "a" });
      await atomic(
        db,
        async () => {
          user.name = "b";
          expect(await names(db)).toEqual(["a"]);
          expect(await rejection(User.objects.create(db, { name: "c" }))).toBeInstanceOf(SessionError);
          await atomic(db, async () => {
            expect(await rejection(db.flush())).toBeInstanceOf(SessionError);
            expect(await names(db)).toEqual(["a"]);
          });
          expect(await rejection(atomic(db, () => insert(db, "c")))).toMatchObject({
            message: expect.stringMatching(/read.?only/) as string,
          });
        },
        { readOnly: true },
      );
      expect(await names(db)).toEqual(["b"]);
      await User.objects.create(db, { name: "d" });
    });
    expect(await names(db)).toEqual(["b", "d"]);
  });

  example("is over when it throws, or when a block around it does", async ({ db }) => {
    const failing = async (): Promise<void> => {
      await names(db);
      throw new Error("own");
    };
    await atomic(db, async () => {
      await expect(atomic(db, failing, { readOnly: true })).rejects.toThrow("own");
      await User.objects.create(db, { name: "a" });
    });
    await using tx = await db.begin();
    const around = await db.begin();
    await db.begin({ readOnly: true });
    await around.rollback();
    await User.objects.create(db, { name: "b" });
    await tx.commit();
    expect(await names(db)).toEqual(["a", "b"]);
  });
});

describe("retries", () => {
  example("run the body again with memory restored first", async ({ db }) => {
    const user = await User.objects.create(db, { name: "a", hits: 1 });
    await db.commit();
    const pending = new User({ name: "pending" });
    db.add(pending);
    const seen: unknown[] = [];
    await atomic(
      db,
      async () => {
        seen.push([user.hits, pending.name]);
        user.hits += 10;
        pending.name = `${pending.name}!`;
        await db.flush();
        if (seen.length < 3) throw new SerializationFailure("try again");
      },
      { retries: 5 },
    );
    expect(seen).toEqual([
      [1, "pending"],
      [1, "pending"],
      [1, "pending"],
    ]);
    expect(await User.objects.orderBy("id").values("name", "hits").fetch(db)).toEqual([
      { name: "a", hits: 11 },
      { name: "pending!", hits: 0 },
    ]);
  });

  example("end after as many as were asked for, and leave other errors alone", async ({ db }) => {
    let runs = 0;
    await rejection(
      atomic(
        db,
        async () => {
          runs++;
          throw new SerializationFailure("again");
        },
        { retries: 2 },
      ),
    );
    expect(runs).toBe(3);
    await rejection(
      atomic(
        db,
        async () => {
          runs++;
          boom();
        },
        { retries: 2 },
      ),
    );
    expect(runs).toBe(4);
  });

  example("are the outermost level's", async ({ db }) => {
    let inner = 0;
    let outer = 0;
    await atomic(
      db,
      async () => {
        outer++;
        await atomic(
          db,
          async () => {
            inner++;
            if (inner < 2) throw new SerializationFailure("again");
          },
          { retries: 5 },
        );
      },
      { retries: 5 },
    );
    expect([outer, inner]).toEqual([2, 2]);
  });

  example(
    "resolve real serialization failures",
    async ({ database, db }) => {
      await User.objects.create(db, { name: "counter", hits: 0 });
      await db.commit();
      const count = async (): Promise<void> => {
        const own = database.session();
        await atomic(
          own,
          async () => {
            const user = await User.objects.get(own, { name: "counter" });
            await sleep(5);
            user.hits += 1;
          },
          { isolation: "serializable", retries: 20 },
        );
        await own.close();
      };
      await Promise.all(Array.from({ length: 6 }, count));
      await db.refresh(await User.objects.get(db, { name: "counter" }));
      expect((await User.objects.get(db, { name: "counter" })).hits).toBe(6);
    },
    ["postgres"],
  );
});

describe("begin()", () => {
  example("is the whole session's until it is committed", async ({ db, open }) => {
    const tx = await db.begin();
    await User.objects.create(db, { name: "a" });
    expect(db.inTransaction).toBe(true);
    await tx.commit();
    expect(db.inTransaction).toBe(false);
    expect(await names(open())).toEqual(["a"]);
    expect(await rejection(tx.commit())).toBeInstanceOf(SessionError);
  });

  example("rolls back when its scope ends without a commit", async ({ db }) => {
    const user = await User.objects.create(db, { name: "a" });
    await db.commit();
    const tx = await db.begin();
    user.name = "b";
    await db.flush();
    await tx[Symbol.asyncDispose]();
    expect([user.name, db.inTransaction]).toEqual(["a", false]);
  });

  example("inside a transaction is a savepoint", async ({ db, sent }) => {
    await using outer = await db.begin();
    await User.objects.create(db, { name: "a" });
    const inner = await db.begin();
    const lost = await User.objects.create(db, { name: "b" });
    await inner.rollback();
    expect(statusOf(lost)).toBe("transient");
    await outer.commit();
    expect(await names(db)).toEqual(["a"]);
    expect(sent().filter((text) => text === "SAVEPOINT").length).toBeGreaterThan(0);
  });

  example("the outer one cannot end before the inner one", async ({ db }) => {
    const outer = await db.begin();
    await db.begin();
    expect((await rejection(outer.commit())).message).toMatch(/still open/);
  });

  example("rollback() ends everything", async ({ db }) => {
    await db.begin();
    const a = await User.objects.create(db, { name: "a" });
    const inner = await db.begin();
    await db.rollback();
    expect([statusOf(a), db.inTransaction]).toEqual(["transient", false]);
    expect(await rejection(inner.commit())).toBeInstanceOf(SessionError);
  });
});

describe("what waits for the commit", () => {
  example("runs after the outermost COMMIT, in order, and is dropped with its level", async ({ db }) => {
    const ran: string[] = [];
    await atomic(db, async () => {
      db.onCommit(() => ran.push(`outer, ${db.inTransaction ? "before" : "after"} the commit`));
      await rejection(
        atomic(db, async () => {
          db.onCommit(() => ran.push("rolled back"));
          boom();
        }),
      );
      await atomic(db, async () => db.onCommit(async () => void ran.push("inner")));
      expect(ran).toEqual([]);
    });
    expect(ran).toEqual(["outer, after the commit", "inner"]);
    db.onCommit(() => ran.push("never"));
    await db.rollback();
    await db.commit();
    expect(ran).toHaveLength(2);
  });

  example("all of it runs, then its errors come as one that says the work is committed", async ({ db, open }) => {
    const ran: string[] = [];
    const off = signals.on("post_commit", () => {
      ran.push("listener");
      boom();
    });
    await User.objects.create(db, { name: "a" });
    db.onCommit(boom);
    db.onCommit(() => ran.push("callback"));
    const error = await rejection(db.commit());
    off();
    expect(error).toBeInstanceOf(CommitHookError);
    expect([(error as CommitHookError).committed, (error as CommitHookError).causes.length, ran]).toEqual([
      true,
      2,
      ["listener", "callback"],
    ]);
    expect(await names(open())).toEqual(["a"]);
  });

  example("post_commit and post_rollback fire once each, and only where there was something", async ({ db }) => {
    const fired: string[] = [];
    const offs = [signals.on("post_commit", () => fired.push("commit")), signals.on("post_rollback", () => fired.push("rollback"))];
    await db.commit();
    await db.rollback();
    await User.objects.create(db, { name: "a" });
    await db.commit();
    await User.objects.create(db, { name: "b" });
    await db.rollback();
    for (const off of offs) off();
    expect(fired).toEqual(["commit", "rollback"]);
  });
});

describe("the end of a session", () => {
  example("rolls back and warns with the place of the first write", async ({ database, open }) => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on("warning", hear);
    {
      await using own = database.session();
      await User.objects.create(own, { name: "lost" });
    }
    await sleep(5);
    process.off("warning", hear);
    const [warning] = warnings.filter((one) => (one as { code?: string }).code === "FLASH_DB_UNCOMMITTED");
    expect(warning?.message).toMatch(/transactions\.spec\.ts/);
    expect(await names(open())).toEqual([]);
  });

  example("names the place whatever it was that wrote first", async ({ database }) => {
    const writes: Readonly<Record<string, (db: Session) => Promise<unknown>>> = {
      updateAll: async (db) => await User.objects.update(db, { name: "lost" }, { all: true }),
      deleteAll: async (db) => await User.objects.delete(db, { all: true }),
      flush: async (db) => {
        db.add(new User({ name: "lost" }));
        await db.flush();
      },
      execute: async (db) => await db.execute(sql`DELETE FROM users`),
    };
    for (const [name, write] of Object.entries(writes)) {
      const own = database.session({ onUncommitted: "throw" });
      await write(own);
      expect((await rejection(own.close())).message, name).toMatch(/the first write was at .*transactions\.spec\.ts:\d+/);
    }
  });

  example("names the statement where nobody waits for the first write", async ({ database }) => {
    const own = database.session({ onUncommitted: "throw" });
    const creating = User.objects.create(own, { name: "lost" }).catch(() => undefined);
    expect((await rejection(own.close())).message).toMatch(
      /the first write was not awaited by its caller; its SQL begins with INSERT INTO "users"/,
    );
    await creating;
  });

  example("names what was never sent, and the line of the first add() or delete(), else of the end", async ({ db, database }) => {
    const stored = await User.objects.create(db, { name: "stored" });
    await db.commit();
    const endings: Readonly<Record<string, (own: Session) => Promise<void>>> = {
      "a new User; the first was given at": async (own) => own.add([new User({ name: "new" })]),
      "the deleted User 1; the first was given at": async (own) => own.delete((await own.get(User, stored.id)) as User),
      "the changed User 1; the session was closed at": async (own) =>
        void ((await own.get(User, stored.id)) as User).set({ name: "other" }),
    };
    for (const [told, work] of Object.entries(endings)) {
      const own = database.session({ onUncommitted: "throw" });
      await work(own);
      const { message } = await rejection(own.close());
      expect(message).toContain(`changes that were never sent: ${told}`);
      expect(message).toMatch(/transactions\.spec\.ts:\d+/);
    }
    expect(await names(db)).toEqual(["stored"]);
  });

  example("compares at most 1,000 rows of a model before it warns, and all of them before it throws", async ({ db, database }) => {
    await User.objects.bulkCreate(
      db,
      Array.from({ length: 1001 }, (_, index) => ({ name: `user ${index}` })),
    );
    await db.commit();
    const warnings: string[] = [];
    const hear = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", hear);
    const closeWith = async (changed: number, onUncommitted: "warn" | "throw"): Promise<void> => {
      const own = database.session({ onUncommitted });
      const users = await User.objects.orderBy("id").fetch(own);
      (users[changed] as User).name = `changed ${changed}`;
      await own.close();
    };
    await closeWith(999, "warn");
    await closeWith(1000, "warn");
    await sleep(5);
    process.off("warning", hear);
    expect(warnings.map((message) => /the changed User \d+/.exec(message)?.[0])).toEqual(["the changed User 1000"]);
    expect((await rejection(closeWith(1000, "throw"))).message).toContain("the changed User 1001");
  });

  example("says nothing of what was taken back", async ({ database }) => {
    const own = database.session({ onUncommitted: "throw" });
    own.add(new User({ name: "never flushed" }));
    await own.rollback();
    await own.close();
  });

  example("can throw instead", async ({ database }) => {
    const own = database.session({ onUncommitted: "throw" });
    await User.objects.create(own, { name: "lost" });
    expect(await rejection(own.close())).toBeInstanceOf(SessionError);
  });

  example("says nothing when nothing was changed, twice is fine, and everything after throws", async ({ database }) => {
    const own = database.session({ onUncommitted: "throw" });
    await names(own);
    await own.close();
    await own.close();
    for (const work of [
      () => own.flush(),
      () => own.commit(),
      () => names(own),
      () => own.get(User, 1),
      () => own.execute(sql`select 1`),
      () => atomic(own, async () => 1),
    ]) {
      expect(await rejection((async () => work())())).toBeInstanceOf(SessionClosed);
    }
    expect(() => own.add(new User({ name: "x" }))).toThrow(SessionClosed);
  });

  example("its objects can be added to another session", async ({ db, database }) => {
    const own = database.session();
    const user = await User.objects.create(own, { name: "a" });
    await own.commit();
    await own.close();
    expect(statusOf(user)).toBe("detached");
    db.add(user);
    user.name = "b";
    await db.commit();
    expect(await names(db)).toEqual(["b"]);
  });
});

describe("statements of one's own", () => {
  example("open the transaction unless they only read, and control statements are refused", async ({ db, sent }) => {
    expect(await db.execute(sql`select 1 as one`, { readOnly: true })).toEqual([{ one: 1 }]);
    expect([sent(), db.inTransaction]).toEqual([["BEGIN", "SELECT", "ROLLBACK"], false]);
    await db.execute(sql`insert into slugs (value) values (${"raw"})`);
    expect(db.inTransaction).toBe(true);
    for (const text of ["COMMIT", " begin", "/* x */ rollback", "-- x\nSAVEPOINT a", "END"])
      expect(await rejection(db.execute(sql.raw(text)))).toBeInstanceOf(SessionError);
    await db.rollback();
    expect(await Slug.objects.count(db)).toBe(0);
  });
});
