/** Transactions, rollback and savepoints. */

import { expect } from "vitest";
import { atomic } from "flash-db";
import { Address, User } from "./models.js";
import { rejection, scenario, statusOf } from "./stage.js";

scenario("rollback of pending, never flushed work", async ({ db, sent }) => {
  const user = new User({ name: "a" });
  db.add(user);
  await db.rollback();
  expect(statusOf(user)).toBe("transient");
  expect(db.new.size).toBe(0);
  expect(sent.take()).toEqual([]);
});

scenario("rollback of a change, flushed or not", async ({ db }) => {
  const [a, c] = [await User.objects.create(db, { name: "a" }), await User.objects.create(db, { name: "c" })];
  await db.commit();
  a.name = "b";
  await db.flush();
  c.name = "d";
  await db.rollback();
  expect([a.name, c.name]).toEqual(["a", "c"]);
  expect(db.dirty.size).toBe(0);
});

scenario("rollback of a list", async ({ db }) => {
  const user = await User.objects.create(db, { name: "a" });
  const x = await Address.objects.create(db, { email: "x", user });
  await db.commit();
  await User.objects.prefetchRelated("addresses").fetch(db);
  const y = new Address({ email: "y" });
  user.addresses.add(y);
  user.addresses.remove(x);
  await db.flush();
  await db.rollback();
  expect((await user.addresses.fetch()).map((address) => address.email)).toEqual(["x"]);
  expect([statusOf(y), x.userId]).toEqual(["transient", user.id]);
});

scenario("insert, then delete in one transaction, then rollback", async ({ db, rows }) => {
  const user = new User({ name: "a" });
  db.add(user);
  await db.flush();
  db.delete(user);
  await db.flush();
  await db.rollback();
  expect(statusOf(user)).toBe("transient");
  expect(await rows("select id from users")).toEqual([]);
});

scenario("a failed commit leaves a session that can be corrected", async ({ db, rows }) => {
  const first = await User.objects.create(db, { name: "a" });
  await db.commit();
  const twin = new User({ id: first.id, name: "twin" });
  db.add(twin);
  expect((await rejection(db.commit())).code).toBe("UNIQUE_VIOLATION");
  twin.id = first.id + 100;
  await db.commit();
  expect(await rows("select name from users order by id")).toEqual([["a"], ["twin"]]);
});

scenario("begin() inside a transaction is a savepoint", async ({ db, sent, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  sent.take();
  const inner = await db.begin();
  user.name = "b";
  await inner.rollback();
  expect(user.name).toBe("a");
  await db.commit();
  expect(sent.take()[0]).toBe("SAVEPOINT");
  expect(await rows("select name from users")).toEqual([["a"]]);
});

class Undo extends Error {}
const undo = async (work: Promise<unknown>): Promise<void> => {
  await expect(work).rejects.toBeInstanceOf(Undo);
};

scenario("a rolled back savepoint undoes the inner work only", async ({ db, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  user.name = "b";
  await db.flush();
  const inner = new User({ name: "n" });
  await undo(
    atomic(db, async () => {
      user.name = "c";
      db.add(inner);
      await db.flush();
      throw new Undo();
    }),
  );
  await db.commit();
  expect([user.name, statusOf(inner)]).toEqual(["b", "transient"]);
  expect(await rows("select name from users")).toEqual([["b"]]);
});

scenario("a delete inside a rolled back savepoint", async ({ db, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  await User.objects.create(db, { name: "outer" });
  await undo(
    atomic(db, async () => {
      db.delete(user);
      await db.flush();
      throw new Undo();
    }),
  );
  expect(statusOf(user)).toBe("persistent");
  expect(await db.get(User, user.id)).toBe(user);
  await db.commit();
  expect(await rows("select count(*) from users")).toEqual([[2]]);
});

scenario("a released savepoint belongs to the outer transaction", async ({ db, rows }) => {
  await User.objects.create(db, { name: "outer" });
  const user = new User({ name: "a" });
  await atomic(db, async () => {
    db.add(user);
  });
  const inside = statusOf(user);
  await db.rollback();
  expect([inside, statusOf(user)]).toEqual(["persistent", "transient"]);
  expect(await rows("select id from users")).toEqual([]);
});

scenario("three levels", async ({ db, rows }) => {
  const [first, second, third] = ["a", "b", "c"].map((name) => new User({ name })) as [User, User, User];
  await atomic(db, async () => {
    db.add(first);
    await undo(
      atomic(db, async () => {
        db.add(second);
        await atomic(db, async () => {
          db.add(third);
        });
        throw new Undo();
      }),
    );
  });
  expect([first, second, third].map(statusOf)).toEqual(["persistent", "transient", "transient"]);
  expect(await rows("select name from users")).toEqual([["a"]]);
});

scenario("an integrity error inside a savepoint", async ({ db, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  await atomic(db, async () => {
    user.name = "b";
    const twin = new User({ id: user.id, name: "twin" });
    expect(
      (
        await rejection(
          atomic(db, async () => {
            db.add(twin);
          }),
        )
      ).code,
    ).toBe("UNIQUE_VIOLATION");
    expect(statusOf(twin)).toBe("transient");
  });
  expect(await rows("select name from users")).toEqual([["b"]]);
});

scenario("what was changed before a savepoint keeps its flushed values after its rollback", async ({ db, rows }) => {
  const user = await User.objects.create(db, { name: "a" });
  await db.commit();
  await atomic(db, async () => {
    user.name = "b";
    await undo(
      atomic(db, async () => {
        user.name = "c";
        throw new Undo();
      }),
    );
    expect(user.name).toBe("b");
  });
  expect(await rows("select name from users")).toEqual([["b"]]);
});

scenario("whole rollback from inside a savepoint", async ({ db, rows }) => {
  const [outer, inner] = [new User({ name: "a" }), new User({ name: "b" })];
  db.add(outer);
  await db.flush();
  await db.begin();
  db.add(inner);
  await db.flush();
  await db.rollback();
  expect([outer, inner].map(statusOf)).toEqual(["transient", "transient"]);
  expect(db.inTransaction).toBe(false);
  expect(await rows("select id from users")).toEqual([]);
});
