/** Whole sets, many rows at once, and rows that may be there already. */

import { describe, expect } from "vitest";
import {
  F,
  foreignKey,
  hasMany,
  model,
  signals,
  softDelete,
  StaleDataError,
  t,
  timestamps,
  UniqueViolation,
  ValidationError,
  FieldError,
} from "flash-db";
import { exampleWith } from "./example.js";
import { rejection, statusOf } from "./uow/stage.js";

class Shop extends model<Shop>("bulk_shops")({
  name: t.text().unique(),
  hits: t.integer().default(0),
  goods: hasMany(() => Good, "shop"),
}) {}
class Good extends model<Good>("bulk_goods")({
  code: t.text().unique(),
  stock: t.integer().default(0),
  version: t.version(),
  ...timestamps(),
  shop: foreignKey(() => Shop, { onDelete: "cascade" }).nullable(),
}) {}
class Part extends model<Part>("bulk_parts")({ label: t.text(), key: t.uuid().primaryKey() }) {}
class Trash extends model<Trash>("bulk_trash")({ name: t.text(), ...softDelete() }) {}
const example = exampleWith([Shop, Good, Part, Trash]);

describe("update() of a set", () => {
  example("flushes first, changes tracked objects, and is undone with the transaction", async ({ db, sent }) => {
    const [a, b] = [new Good({ code: "a", stock: 1 }), new Good({ code: "b", stock: 5 })];
    db.add(a, b);
    await db.commit();
    b.code = "bb";
    sent();
    expect(await Good.objects.filter({ code: "bb" }).update(db, { stock: F("stock").add(1) })).toBe(1);
    const [begin, flushed, whole, ...rest] = sent();
    expect([begin, rest]).toEqual(["BEGIN", []]);
    expect([flushed, whole]).toEqual([
      expect.stringContaining("UPDATE bulk_goods set code"),
      expect.stringContaining("UPDATE bulk_goods set stock"),
    ]);
    expect([a.stock, b.stock, a.version, b.version]).toEqual([1, 6, 1, 3]);
    await db.flush();
    expect(sent()).toEqual([]);
    await db.rollback();
    expect([b.code, b.stock, b.version]).toEqual(["b", 5, 1]);
  });

  example("leaves unsaved changes of other columns, and versions stay right", async ({ db }) => {
    const good = await Good.objects.create(db, { code: "a" });
    await db.commit();
    await db.noAutoflush(async () => {
      good.code = "mine";
      await Good.objects.all().update(db, { stock: 7 }, { all: true });
    });
    expect([good.code, good.stock]).toEqual(["mine", 7]);
    await db.commit();
    expect(await Good.objects.values("code", "stock", "version").fetch(db)).toEqual([{ code: "mine", stock: 7, version: 3 }]);
  });
});

describe("delete() of a set", () => {
  example("takes tracked objects and their dependants out, and a rollback brings them back", async ({ db }) => {
    const shop = new Shop({ name: "s" });
    const good = new Good({ code: "g", shop });
    db.add(good, new Shop({ name: "other" }));
    await db.commit();
    expect(await Shop.objects.filter({ name: "s" }).delete(db)).toBe(1);
    expect([statusOf(shop), statusOf(good)]).toEqual(["deleted", "deleted"]);
    expect(await db.get(Shop, shop.id)).toBeNull();
    await db.rollback();
    expect([statusOf(shop), statusOf(good), await db.get(Shop, shop.id)]).toEqual(["persistent", "persistent", shop]);
  });

  example("counts per model on request", async ({ db }) => {
    const shop = new Shop({ name: "s" });
    db.add(new Good({ code: "a", shop }), new Good({ code: "b", shop }));
    await db.commit();
    expect(await Shop.objects.filter({ name: "s" }).delete(db, { count: "all" })).toEqual({ Shop: 1, Good: 2 });
    await db.commit();
    expect([await Shop.objects.count(db), await Good.objects.count(db)]).toEqual([0, 0]);
  });

  example("marks where the model deletes softly, without signals", async ({ db }) => {
    const [a, b] = [new Trash({ name: "a" }), new Trash({ name: "b" })];
    db.add(a, b);
    await db.commit();
    let fired = 0;
    const off = signals.on("pre_delete", Trash, () => fired++);
    expect(await Trash.objects.filter({ name: "a" }).delete(db)).toBe(1);
    off();
    expect([fired, a.deletedAt instanceof Date, b.deletedAt, await db.get(Trash, a.id)]).toEqual([0, true, null, null]);
    expect(await Trash.objects.count(db)).toBe(1);
    expect(await Trash.objects.onlyDeleted().delete(db, { hard: true, all: true })).toBe(1);
    expect(await Trash.objects.withDeleted().count(db)).toBe(1);
  });
});

describe("bulkCreate", () => {
  example("counts keys up in the order given, whether a row has relations or not, and takes all back", async ({ db, sent }) => {
    const shop = await Shop.objects.create(db, { name: "s" });
    await db.commit();
    sent();
    const goods = await Good.objects.bulkCreate(db, [{ code: "a", shop }, { code: "b" }, { code: "c", shop }, { code: "d" }]);
    expect(sent().filter((text) => text.startsWith("INSERT"))).toHaveLength(1);
    expect(await Good.objects.orderBy("id").valuesList("code", { flat: true }).fetch(db)).toEqual(["a", "b", "c", "d"]);
    await db.rollback();
    const made = [undefined, undefined, undefined];
    expect(goods.map(({ id, createdAt, version }) => [id, createdAt, version])).toEqual([made, made, made, made]);
  });

  example("gives each object its own key in one statement per batch, tells of its progress, and fires nothing", async ({ db, sent }) => {
    let fired = 0;
    const off = signals.on("pre_save", Good, () => fired++);
    const progress: unknown[] = [];
    sent();
    const goods = await Good.objects.bulkCreate(
      db,
      Array.from({ length: 25 }, (_, at) => (at % 2 === 0 ? { code: `c${at}`, stock: at } : new Good({ code: `c${at}`, stock: at }))),
      {
        batchSize: 10,
        onProgress: (done, total) => progress.push([done, total]),
      },
    );
    off();
    expect([fired, progress]).toEqual([
      0,
      [
        [10, 25],
        [20, 25],
        [25, 25],
      ],
    ]);
    expect(sent().filter((text) => text.startsWith("INSERT"))).toHaveLength(3);
    await db.commit();
    const stored = await Good.objects.orderBy("id").valuesList("id", "code", "stock").fetch(db);
    expect(stored).toEqual(goods.map((good) => [good.id, good.code, good.stock]));
    expect(await db.get(Good, goods[3]!.id)).toBe(goods[3]);
  });

  example("makes uuid keys here, and rows with given keys keep them", async ({ db }) => {
    const given = "0190163d-8694-739b-aea5-966c26f8ad91";
    const parts = await Part.objects.bulkCreate(db, [{ label: "a" }, { label: "b", key: given }]);
    expect([parts[0]!.key.length, parts[1]!.key]).toEqual([36, given]);
    expect(await Part.objects.count(db)).toBe(2);
  });

  example("leaves nothing behind when one row is refused", async ({ db }) => {
    await Good.objects.create(db, { code: "taken" });
    await db.commit();
    const rows = [new Good({ code: "free" }), new Good({ code: "taken" })];
    expect(await rejection(Good.objects.bulkCreate(db, rows))).toBeInstanceOf(UniqueViolation);
    expect([rows.map(statusOf), rows[0]!.id, db.new.size]).toEqual([["transient", "transient"], undefined, 0]);
    expect(await rejection(Good.objects.bulkCreate(db, [{ code: "x" }, { stock: 1 } as unknown as { code: string }]))).toBeInstanceOf(
      ValidationError,
    );
    await db.commit();
    expect(await Good.objects.count(db)).toBe(1);
  });

  example("ignores conflicts on request", async ({ db }) => {
    await Good.objects.create(db, { code: "a", stock: 1 });
    await Good.objects.bulkCreate(
      db,
      [
        { code: "a", stock: 2 },
        { code: "b", stock: 3 },
      ],
      { ignoreConflicts: true },
    );
    expect(await Good.objects.orderBy("code").valuesList("code", "stock").fetch(db)).toEqual([
      ["a", 1],
      ["b", 3],
    ]);
  });

  example("updates conflicting rows on request: kept columns are kept, tracked objects follow", async ({ db }) => {
    const known = await Good.objects.create(db, { code: "a", stock: 1 });
    await db.commit();
    const [, made] = await Good.objects.bulkCreate(
      db,
      [
        { code: "a", stock: 10 },
        { code: "b", stock: 20 },
      ],
      { updateConflicts: { fields: ["stock"], on: ["code"] } },
    );
    expect([known.stock, known.version, made!.id! > 0, made!.version]).toEqual([10, 2, true, 1]);
    known.stock = 11;
    await db.commit();
    expect(await Good.objects.orderBy("code").valuesList("code", "stock", "version").fetch(db)).toEqual([
      ["a", 11, 3],
      ["b", 20, 1],
    ]);
    expect(
      await rejection(Good.objects.bulkCreate(db, [{ code: "x" }], { updateConflicts: { fields: ["stok" as "stock"], on: ["code"] } })),
    ).toBeInstanceOf(FieldError);
  });
});

describe("bulkUpdate", () => {
  example("writes the fields named, one statement, versions checked", async ({ db, sent, open }) => {
    const goods = await Good.objects.bulkCreate(db, [{ code: "a" }, { code: "b" }, { code: "c" }]);
    await db.commit();
    goods.forEach((good, at) => {
      good.stock = at + 1;
      good.code = `${good.code}${good.code}`;
    });
    sent();
    expect(await Good.objects.bulkUpdate(db, goods, ["stock"])).toBe(3);
    expect(sent().filter((text) => text.startsWith("UPDATE"))).toHaveLength(1);
    expect(goods.map(({ version }) => version)).toEqual([2, 2, 2]);
    expect(
      await Good.objects
        .orderBy("id")
        .valuesList("code", "stock")
        .using(db)
        .fetch()
        .catch(() => []),
    ).toHaveLength(3);
    await db.commit();
    const other = open();
    const theirs = await Good.objects.get(other, { code: "bb" });
    theirs.stock = 99;
    await other.commit();
    goods.forEach((good) => (good.stock = 5));
    const error = await rejection(Good.objects.bulkUpdate(db, goods, ["stock"]));
    expect(error).toBeInstanceOf(StaleDataError);
    expect((error as StaleDataError).object).toBe(goods[1]);
    await db.rollback();
    expect(await Good.objects.orderBy("id").valuesList("stock", { flat: true }).fetch(db)).toEqual([1, 99, 3]);
  });
});

describe("getOrCreate and updateOrCreate", () => {
  example("find, or make what they were told", async ({ db }) => {
    const [made, created] = await Good.objects.getOrCreate(db, { code: "a" }, { stock: 3 });
    const [found, again] = await Good.objects.getOrCreate(db, { code: "a" }, { stock: 9 });
    expect([created, again, found === made, made.stock, made.version]).toEqual([true, false, true, 3, 1]);
    const [changed, isNew] = await Good.objects.updateOrCreate(db, { code: "a" }, { stock: 5 });
    expect([changed === made, isNew, made.stock, made.version]).toEqual([true, false, 5, 2]);
    const [fresh, wasNew] = await Good.objects.updateOrCreate(db, { code: "b" }, { stock: 6 });
    expect([fresh.stock, wasNew]).toEqual([6, true]);
    await db.commit();
    expect(await Good.objects.orderBy("code").valuesList("code", "stock").fetch(db)).toEqual([
      ["a", 5],
      ["b", 6],
    ]);
  });

  example(
    "make one row when fifty ask at once",
    async ({ database, db }) => {
      const results = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const own = database.session();
          try {
            const [shop, created] = await Shop.objects.getOrCreate(own, { name: "one" }, { hits: 1 });
            await own.commit();
            return [shop.id, created] as const;
          } finally {
            await own.close();
          }
        }),
      );
      expect(new Set(results.map(([id]) => id)).size).toBe(1);
      expect(results.filter(([, created]) => created)).toHaveLength(1);
      expect(await Shop.objects.count(db)).toBe(1);
    },
    ["sqlite", "sqlite file", "postgres"],
  );

  example("are refused values that another unique column has", async ({ db }) => {
    await Good.objects.create(db, { code: "a" });
    await db.commit();
    const error = await rejection(Good.objects.getOrCreate(db, { stock: 77 }, { code: "a" }));
    expect(["INTEGRITY", "UNIQUE_VIOLATION"]).toContain(error.code);
  });

  example("fire their signals, and validate", async ({ db }) => {
    const fired: unknown[] = [];
    const offs = [
      signals.on("pre_save", Good, ({ created }) => fired.push(["pre", created])),
      signals.on("post_save", Good, ({ created }) => fired.push(["post", created])),
    ];
    await Good.objects.getOrCreate(db, { code: "a" });
    await Good.objects.getOrCreate(db, { code: "a" });
    await Good.objects.updateOrCreate(db, { code: "a" }, { stock: 2 });
    for (const off of offs) off();
    expect(fired).toEqual([
      ["pre", true],
      ["post", true],
      ["pre", false],
      ["post", false],
    ]);
    expect(await rejection(Good.objects.getOrCreate(db, { stock: 1 } as never))).toBeInstanceOf(ValidationError);
  });
});

describe("iterate()", () => {
  example("gives every row once, holds only a chunk, and commits may happen between", async ({ db }) => {
    await Good.objects.bulkCreate(
      db,
      Array.from({ length: 55 }, (_, at) => ({ code: `c${String(at).padStart(2, "0")}` })),
    );
    await db.commit();
    db.clear();
    const codes: string[] = [];
    for await (const good of Good.objects.orderBy("-code").iterate(db, { chunkSize: 10 })) {
      codes.push(good.code);
      if (good.code === "c40") {
        good.stock = 1;
        await db.commit();
      }
    }
    expect(codes).toEqual(Array.from({ length: 55 }, (_, at) => `c${String(54 - at).padStart(2, "0")}`));
    const stays = await Good.objects.get(db, { code: "c01" });
    let met: unknown;
    for await (const good of Good.objects.filter({ code__lt: "c05" }).iterate(db, { chunkSize: 2 })) if (good.code === "c01") met = good;
    expect(met).toBe(stays);
    expect(db.has(stays)).toBe(true);
  });

  example("works inside a transaction, sees its rows, and writes may go on", async ({ db }) => {
    await Good.objects.bulkCreate(
      db,
      Array.from({ length: 12 }, (_, at) => ({ code: `c${at}` })),
    );
    let count = 0;
    for await (const good of Good.objects.all().iterate(db, { chunkSize: 5 })) {
      good.stock = 1;
      count++;
    }
    expect(count).toBe(12);
    await db.commit();
    expect(await Good.objects.filter({ stock: 1 }).count(db)).toBe(12);
  });
});
