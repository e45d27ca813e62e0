/** Imports: rows from elsewhere meet rows that are stored, held and changed. */

import { describe, expect } from "vitest";
import { foreignKey, hasMany, model, t, UniqueViolation } from "flash-db";
import { exampleWith } from "../session/example.js";
import { rejection } from "../session/uow/stage.js";
import { expectSettled } from "./settled.js";

class Maker extends model<Maker>("import_makers")({ name: t.text().unique(), parts: hasMany(() => Part, "maker") }) {}
class Part extends model<Part>("import_parts")(
  {
    code: t.text().unique(),
    label: t.text(),
    price: t.decimal(8, 2).default("0.00"),
    seen: t.integer().default(1),
    version: t.version(),
    maker: foreignKey(() => Maker, { onDelete: "cascade" }).nullable(),
  },
  { ordering: ["code"] },
) {}

const example = exampleWith([Maker, Part]);

describe("an import", () => {
  example("updates what is there and adds the rest; objects that the session holds follow, unsaved changes stay", async (play) => {
    const { db, open } = play;
    const [a, b] = [new Part({ code: "a", label: "old a" }), new Part({ code: "b", label: "old b" })];
    db.add(a, b);
    await db.commit();
    b.seen = 9;
    const rows = ["a", "b", "c"].map((code) => ({ code, label: `new ${code}`, price: "1.50" }));
    const parts = await Part.objects.bulkCreate(db, rows, { updateConflicts: { on: ["code"], fields: ["label", "price"] } });
    expect([parts[0] === a, parts[1] === b]).toEqual([true, true]);
    expect([a.label, a.price, a.seen, b.seen]).toEqual(["new a", "1.50", 1, 9]);
    await db.commit();
    expect(await Part.objects.valuesList("code", "label", "seen").fetch(open())).toEqual([
      ["a", "new a", 1],
      ["b", "new b", 9],
      ["c", "new c", 1],
    ]);
    await expectSettled(play, ...parts);
  });

  example("leaves nothing behind when one row in the middle is refused, and goes through when it is mended", async (play) => {
    const { db, open } = play;
    const parts = Array.from({ length: 50 }, (_, at) => new Part({ code: `c${at === 30 ? 7 : at}`, label: "x" }));
    const done: number[] = [];
    const run = (): Promise<Part[]> => Part.objects.bulkCreate(db, parts, { batchSize: 10, onProgress: (count) => void done.push(count) });
    expect(await rejection(run())).toBeInstanceOf(UniqueViolation);
    expect(done).toEqual([10, 20, 30]);
    expect(parts.some((part) => part.isPersisted || db.has(part) || part.id !== undefined)).toBe(false);
    expect(await Part.objects.count(open())).toBe(0);
    (parts[30] as Part).code = "c30";
    await run();
    await db.commit();
    await expectSettled(play, ...parts.slice(28, 32));
  });

  example("finds or makes the maker of each line, also one that the session holds unsaved", async (play) => {
    const { db } = play;
    db.add(new Maker({ name: "Acme" }));
    const lines = [
      ["p1", "Acme"],
      ["p2", "Bolts"],
      ["p3", "Acme"],
    ] as const;
    const made: boolean[] = [];
    for (const [code, name] of lines) {
      const [maker, created] = await Maker.objects.getOrCreate(db, { name });
      made.push(created);
      maker.parts.add(new Part({ code, label: code }));
    }
    await db.commit();
    expect(made).toEqual([false, true, false]);
    const makers = await Maker.objects.orderBy("name").prefetchRelated("parts").fetch(db);
    expect(makers.map((maker) => maker.parts.map(({ code }) => code))).toEqual([["p1", "p3"], ["p2"]]);
    await expectSettled(play, ...makers);
  });

  example("goes through a large table in chunks, changes some rows and commits after each chunk", async (play) => {
    const { db, open } = play;
    await Part.objects.bulkCreate(
      db,
      Array.from({ length: 95 }, (_, at) => ({ code: String(at).padStart(3, "0"), label: "x" })),
    );
    await db.commit();
    db.clear();
    let count = 0;
    for await (const part of Part.objects.orderBy("code").iterate(db, { chunkSize: 20 })) {
      if (count % 3 === 0) part.seen += 1;
      if (++count % 20 === 0) await db.commit();
    }
    await db.commit();
    expect([count, await Part.objects.filter({ seen: 2 }).count(open())]).toEqual([95, 32]);
    await expectSettled(play);
  });

  example("takes copies from another system over: changed values are written, older copies are refused", async (play) => {
    const { db, open } = play;
    const part = await Part.objects.create(db, { code: "a", label: "a" });
    await db.commit();
    const elsewhere = await Part.objects.get(open(), { code: "a" });
    const older = await Part.objects.get(open(), { code: "a" });
    elsewhere.label = "from elsewhere";
    expect(await db.merge(elsewhere)).toBe(part);
    await db.commit();
    expect([part.label, part.version]).toEqual(["from elsewhere", 2]);
    older.label = "too late";
    expect((await rejection(db.merge(older))).code).toBe("STALE_DATA");
    expect(part.label).toBe("from elsewhere");
    await expectSettled(play, part);
  });

  example("changes or makes by updateOrCreate, and a failed change leaves the object as it was", async (play) => {
    const { db } = play;
    const [first, created] = await Part.objects.updateOrCreate(db, { code: "a" }, { label: "one" });
    const [second, again] = await Part.objects.updateOrCreate(db, { code: "a" }, { label: "two", price: "3.00" });
    expect([created, again, first === second, first.label, first.price]).toEqual([true, false, true, "two", "3.00"]);
    await Part.objects.create(db, { code: "b", label: "b" });
    await db.commit();
    expect(await rejection(Part.objects.updateOrCreate(db, { code: "a" }, { code: "b" }))).toBeInstanceOf(UniqueViolation);
    await db.rollback();
    expect([first.code, first.label]).toEqual(["a", "two"]);
    await expectSettled(play, first);
  });
});
