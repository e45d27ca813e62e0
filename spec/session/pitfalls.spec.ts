/** What users of other ORMs suffer, tried here: state, cascades, transactions. */

import { describe, expect } from "vitest";
import {
  atomic,
  F,
  foreignKey,
  ForeignKeyViolation,
  hasMany,
  hasOne,
  model,
  NotNullViolation,
  oneToOne,
  SessionError,
  sql,
  StaleDataError,
  t,
  TransactionAborted,
  UniqueViolation,
  ValidationError,
  type Session,
} from "flash-db";
import { exampleWith } from "./example.js";
import { Address, Doc, Item, Keyword, Line, models, Node, Order, Slug, User } from "./uow/models.js";
import { rejection, statusOf } from "./uow/stage.js";

const example = exampleWith(models);

describe("state", () => {
  example("a row that the transaction deleted is not inserted again by the outer flush", async ({ db }) => {
    const user = await User.objects.create(db, { name: "a" });
    await db.commit();
    await atomic(db, async () => {
      await atomic(db, async () => {
        db.delete(user);
      });
      user.name = "changed after";
      await db.flush();
    });
    expect(await User.objects.count(db)).toBe(0);
  });

  example("two sessions that change the same two rows lose nothing in 100 rounds", async ({ database, db }) => {
    const docs = await Doc.objects.bulkCreate(db, [{ title: "0" }, { title: "0" }]);
    await db.commit();
    const ids = docs.map(({ id }) => id as number);
    let written = 0;
    const write = async (): Promise<void> => {
      await using own = database.session({ onUncommitted: "ignore" });
      try {
        const mine = await Doc.objects.filter({ id__in: ids }).orderBy("id").fetch(own);
        for (const doc of mine) doc.title = String(Number(doc.title) + 1);
        await own.commit();
        written++;
      } catch (error) {
        if (!(error instanceof StaleDataError) && (error as { code?: string }).code !== "DEADLOCK_DETECTED") throw error;
      }
    };
    for (let round = 0; round < 100; round++) await Promise.all([write(), write()]);
    await using reader = database.session();
    const titles = await Doc.objects.orderBy("id").valuesList("title", "version").fetch(reader);
    expect(titles).toEqual([
      [String(written), written + 1],
      [String(written), written + 1],
    ]);
    expect(written).toBeGreaterThanOrEqual(100);
  });

  example(
    "a stale object writes nothing but what was changed, and counts in the database where it is told to",
    async ({ database, db }) => {
      const user = await User.objects.create(db, { name: "a", hits: 1 });
      await db.commit();
      await using other = database.session();
      const theirs = await User.objects.get(other, { id: user.id });
      theirs.name = "theirs";
      theirs.hits = 10;
      await other.commit();
      user.set({ hits: F("hits").add(1) });
      await db.commit();
      expect(user.hits).toBe(11);
      await db.refresh(user);
      expect([user.name, user.hits]).toEqual(["theirs", 11]);
    },
  );

  example("a row that is read again refreshes what was not changed", async ({ database, db }) => {
    const user = await User.objects.create(db, { name: "a", hits: 1 });
    await db.commit();
    await using other = database.session();
    (await User.objects.get(other, { id: user.id })).hits = 5;
    await User.objects.all().update(other, { hits: 6 }, { all: true });
    await other.commit();
    user.name = "mine";
    await db.noAutoflush(async () => void (await User.objects.all().fetch(db)));
    expect([user.name, user.hits, db.isModified(user)]).toEqual(["mine", 6, true]);
  });

  example("fifty pieces of work at once on one session take turns", async ({ db }) => {
    const users = await User.objects.bulkCreate(
      db,
      Array.from({ length: 10 }, (_, at) => ({ name: `u${at}` })),
    );
    await db.commit();
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const user = users[at % 10]!;
        if (at % 5 === 0) await Address.objects.create(db, { email: `e${at}`, user });
        else if (at % 5 === 1) {
          user.hits += 1;
          await user.save();
        } else if (at % 5 === 2) expect((await User.objects.filter({ id: user.id! }).fetch(db))[0]).toBe(user);
        else if (at % 5 === 3) await user.addresses.fetch();
        else await db.commit();
      }),
    );
    await db.commit();
    expect([await Address.objects.count(db), await User.objects.filter({ hits: 0 }).count(db)]).toEqual([10, 8]);
  });

  example(
    "an object of another session is refused wherever it comes in",
    async ({ open, db }) => {
      const other = open();
      const foreign = await User.objects.create(other, { name: "theirs" });
      const own = await User.objects.create(db, { name: "mine" }).catch(() => null);
      for (const verb of [
        () => db.add(foreign),
        () => db.delete(foreign),
        () => db.expunge(foreign),
        () => db.expire(foreign),
        () => db.isModified(foreign),
      ])
        expect(verb).toThrow(SessionError);
      expect(await rejection(db.refresh(foreign))).toBeInstanceOf(SessionError);
      expect(await rejection(foreign.save(db))).toBeInstanceOf(SessionError);
      const address = new Address({ email: "x" });
      db.add(address);
      expect(() => (address.user = foreign)).toThrow(SessionError);
      void own;
      await other.rollback();
    },
    ["postgres"],
  );

  example("a tree of depth five, and two tables that need each other", async ({ db }) => {
    let parent: Node | null = null;
    const nodes: Node[] = [];
    for (let depth = 0; depth < 5; depth++) nodes.push((parent = new Node({ name: `n${depth}`, parent })));
    db.add(...nodes.reverse());
    await db.commit();
    expect(await Node.objects.filter({ parent__parent__parent__parent__name: "n0" }).valuesList("name", { flat: true }).fetch(db)).toEqual([
      "n4",
    ]);
  });
});

describe("cascades and relations", () => {
  example("children that were never loaded are left alone by what is added and saved beside them", async ({ db, open }) => {
    const order = new Order({ name: "o" });
    order.lines.add(new Line({ text: "a" }), new Line({ text: "b" }));
    db.add(order);
    await db.commit();
    const other = open();
    const again = await Order.objects.get(other, { name: "o" });
    again.lines.add(new Line({ text: "c" }));
    again.name = "renamed";
    await other.commit();
    expect((await again.lines.fetch()).map(({ text }) => text).sort()).toEqual(["a", "b", "c"]);
    await again.lines.set([(await again.lines.fetch())[0]!]);
    await other.commit();
    expect(await Line.objects.count(other)).toBe(1);
  });

  example("links that were never loaded likewise, from both sides at once", async ({ db, open }) => {
    const item = new Item({ name: "i" });
    item.keywords.add(new Keyword({ word: "a" }), new Keyword({ word: "b" }));
    db.add(item);
    await db.commit();
    const other = open();
    const again = await Item.objects.get(other, { name: "i" });
    const known = await Keyword.objects.get(other, { word: "a" });
    again.keywords.add(known, new Keyword({ word: "c" }));
    known.items.add(again);
    await other.commit();
    expect((await again.keywords.fetch()).map(({ word }) => word).sort()).toEqual(["a", "b", "c"]);
    again.keywords.clear();
    again.keywords.add(known);
    await other.commit();
    await using reader = open();
    expect(await Keyword.objects.filter({ items__name: "i" }).valuesList("word", { flat: true }).fetch(reader)).toEqual(["a"]);
  });

  example("what refers to a row protects it, in memory too", async ({ db }) => {
    const { Person, Ball } = await import("./uow/models.js");
    const person = new Person({ name: "p" });
    const ball = new Ball({ color: "red", person });
    db.add(ball);
    await db.commit();
    expect(await rejection(person.delete())).toBeInstanceOf(ForeignKeyViolation);
    expect([statusOf(person), statusOf(ball), db.deleted.size]).toEqual(["persistent", "persistent", 0]);
    await db.commit();
    expect(await Person.objects.count(db)).toBe(1);
  });
});

describe("transactions", () => {
  example("an error caught inside atomic, then the end: what is written is what was not undone", async ({ db, open }) => {
    await Slug.objects.create(db, { value: "taken" });
    await db.commit();
    await atomic(db, async () => {
      await Slug.objects.create(db, { value: "first" });
      await rejection(Slug.objects.create(db, { value: "taken" }));
      await Slug.objects.create(db, { value: "second" });
    });
    expect(await Slug.objects.orderBy("value").valuesList("value", { flat: true }).fetch(open())).toEqual(["first", "second", "taken"]);
  });

  example(
    "a transaction that an own statement broke says so until it is rolled back, with the first error as the cause",
    async ({ db, open }) => {
      await Slug.objects.create(db, { value: "a" });
      const first = await rejection(db.execute(sql`insert into slugs (value) values ('a')`));
      expect(first).toBeInstanceOf(UniqueViolation);
      const after = await rejection(Slug.objects.count(db));
      expect(after).toBeInstanceOf(TransactionAborted);
      expect(after.cause).toBe(first);
      expect(await rejection(db.commit())).toBeInstanceOf(TransactionAborted);
      await db.rollback();
      expect(await Slug.objects.count(db)).toBe(0);
      expect(await Slug.objects.count(open())).toBe(0);
    },
    ["postgres"],
  );

  example(
    "without savepoints a failed flush leaves the transaction broken until its rollback",
    async ({ open }) => {
      const own = open({ savepoints: false });
      await Slug.objects.create(own, { value: "a" });
      expect(await rejection(Slug.objects.create(own, { value: "a" }))).toBeInstanceOf(UniqueViolation);
      expect(await rejection(Slug.objects.create(own, { value: "b" }))).toBeInstanceOf(TransactionAborted);
      await own.rollback();
      await Slug.objects.create(own, { value: "b" });
      await own.commit();
      expect(await Slug.objects.valuesList("value", { flat: true }).fetch(own)).toEqual(["b"]);
    },
    ["postgres"],
  );

  example(
    "two transactions at once keep apart, and the one that throws leaves nothing",
    async ({ database, open }) => {
      const transfer = (name: string, fail: boolean): Promise<unknown> =>
        (async () => {
          await using own = database.session({ onUncommitted: "ignore" });
          await atomic(own, async () => {
            await User.objects.create(own, { name });
            await new Promise((resolve) => setTimeout(resolve, 3));
            await User.objects.create(own, { name: `${name} too` });
            if (fail) throw new Error("no");
          });
        })();
      const results = await Promise.allSettled([transfer("a", false), transfer("b", true), transfer("c", false)]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await User.objects.valuesList("name", { flat: true }).fetch(open())).sort()).toEqual(["a", "a too", "c", "c too"]);
    },
    ["sqlite", "sqlite file", "postgres"],
  );

  example(
    "more sessions than connections wait for their turn instead of for ever",
    async ({ database, open }) => {
      const work = async (at: number): Promise<void> => {
        await using own = database.session();
        await atomic(own, async () => {
          await User.objects.create(own, { name: `u${at}` });
          await User.objects.count(own);
        });
      };
      await Promise.all(Array.from({ length: 40 }, (_, at) => work(at)));
      expect(await User.objects.count(open())).toBe(40);
    },
    ["sqlite", "sqlite file", "postgres"],
  );

  example("what the database refuses is named by the model before it is sent", async ({ db, sent }) => {
    sent();
    const error = await rejection(User.objects.create(db, { name: null as unknown as string }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).not.toBeInstanceOf(NotNullViolation);
    expect(sent()).toEqual([]);
  });
});

class Parent extends model<Parent>("pit_parents")({ name: t.text(), children: hasMany(() => Child, "parent") }) {}
class Child extends model<Child>("pit_children")({
  name: t.text(),
  parent: foreignKey(() => Parent, { onDelete: "cascade", by: "session" }),
}) {
  override async delete(db?: Session): Promise<void> {
    deleted.push(this.name);
    await super.delete(db);
  }
}
class Twig extends model<Twig>("pit_twigs")({ name: t.text(), parent: foreignKey(() => Twig).nullable() }) {
  override async delete(db?: Session): Promise<void> {
    deleted.push(this.name);
    await super.delete(db);
  }
}
let deleted: string[] = [];

describe("dependants that the session deletes", () => {
  const bySession = exampleWith([Parent, Child, Twig]);
  bySession("go with their own delete(), before what they depend on", async ({ db, open }) => {
    const parent = new Parent({ name: "p" });
    parent.children.add(new Child({ name: "a" }), new Child({ name: "b" }));
    db.add(parent);
    await db.commit();
    deleted = [];
    await using other = open();
    await (await Parent.objects.get(other, { name: "p" })).delete();
    await other.commit();
    expect([deleted.sort(), await Child.objects.count(other), await Parent.objects.count(other)]).toEqual([["a", "b"], 0, 0]);
  });

  bySession("and rows of one tree, leaves first", async ({ db }) => {
    const root = new Twig({ name: "root" });
    const leaf = new Twig({ name: "leaf", parent: root });
    db.add(leaf);
    await db.commit();
    deleted = [];
    db.delete(root, leaf);
    await db.commit();
    expect([deleted, await Twig.objects.count(db)]).toEqual([["leaf", "root"], 0]);
  });
});

class Keeper extends model<Keeper>("pit_keepers")({
  name: t.text(),
  badge: hasOne(() => Medal, "keeper", { orphans: "delete" }),
  note: hasOne(() => Memo, "keeper"),
}) {}
class Medal extends model<Medal>("pit_medals")({ text: t.text(), keeper: oneToOne(() => Keeper, { onDelete: "cascade" }) }) {}
class Memo extends model<Memo>("pit_memos")({ text: t.text(), keeper: oneToOne(() => Keeper, { onDelete: "setNull" }).nullable() }) {}

describe("one place for one", () => {
  const oneToOnes = exampleWith([Keeper, Medal, Memo]);
  oneToOnes("is given to another although the one that has it was never loaded", async ({ db, open }) => {
    const keeper = new Keeper({ name: "k" });
    keeper.badge = new Medal({ text: "first" });
    keeper.note = new Memo({ text: "first" });
    db.add(keeper);
    await db.commit();
    await using other = open();
    const again = await Keeper.objects.get(other, { name: "k" });
    again.badge = new Medal({ text: "second" });
    again.note = new Memo({ text: "second" });
    await other.commit();
    expect(await Medal.objects.valuesList("text", { flat: true }).fetch(other)).toEqual(["second"]);
    expect(await Memo.objects.orderBy("text").values("text", "keeper__name").fetch(other)).toEqual([
      { text: "first", keeper__name: null },
      { text: "second", keeper__name: "k" },
    ]);
    again.note = null;
    await other.rollback();
    again.badge = null;
    await other.commit();
    expect([await Medal.objects.count(other), await Memo.objects.filter({ keeper: again }).count(other)]).toEqual([0, 1]);
  });
});
