/** An inventory: counters that several people change, keys of two parts, and moves that happen wholly or not at all. */

import { describe, expect } from "vitest";
import { atomic, check, CheckViolation, F, foreignKey, hasMany, model, StaleDataError, t, timestamps } from "flash-db";
import { exampleWith, type Play } from "../session/example.js";
import { rejection } from "../session/uow/stage.js";
import { expectSettled } from "./settled.js";

class Place extends model<Place>("inv_places")({ name: t.text().unique(), lots: hasMany(() => Lot, "place") }) {}
class Lot extends model<Lot>("inv_lots")(
  {
    item: t.text().primaryKey(),
    place: foreignKey(() => Place, { onDelete: "cascade" }).primaryKey(),
    count: t.integer().default(0),
    version: t.version(),
    ...timestamps(),
  },
  { constraints: [check("inv_lots_count", { count__gte: 0 })] },
) {}
class Move extends model<Move>("inv_moves")(
  {
    item: t.text(),
    count: t.integer(),
    from: foreignKey(() => Place, { onDelete: "protect" }),
    to: foreignKey(() => Place, { onDelete: "protect" }),
  },
  { ordering: ["id"] },
) {}

const example = exampleWith([Place, Lot, Move]);
const filled = async ({ db }: Play): Promise<{ north: Place; south: Place; here: Lot; there: Lot }> => {
  const [north, south] = [new Place({ name: "north" }), new Place({ name: "south" })];
  const [here, there] = [new Lot({ item: "bolt", place: north, count: 10 }), new Lot({ item: "bolt", place: south })];
  db.add(here, there);
  await db.commit();
  return { north, south, here, there };
};

describe("an inventory", () => {
  example("moves pieces wholly or not at all: the part that fails is taken back, the rest of the day stays", async (play) => {
    const { db } = play;
    const { north, south, here, there } = await filled(play);
    const carry = async (count: number): Promise<void> => {
      await atomic(db, async () => {
        db.add(new Move({ item: "bolt", count, from: north, to: south }));
        here.count -= count;
        there.count += count;
      });
    };
    await atomic(db, async () => {
      await carry(4);
      expect(await rejection(carry(7))).toBeInstanceOf(CheckViolation);
      expect([here.count, there.count, here.version]).toEqual([6, 4, 2]);
      await carry(6);
    });
    expect([here.count, there.count]).toEqual([0, 10]);
    expect(await Move.objects.valuesList("count", { flat: true }).fetch(play.open())).toEqual([4, 6]);
    await expectSettled(play, here, there);
  });

  example("computes counters in the database, several to a flush, and tells what came of them", async (play) => {
    const { db, sent } = play;
    const { here, there } = await filled(play);
    here.set({ count: F("count").add(5) });
    there.set({ count: F("count").add(7) });
    expect([here.count, there.count]).toEqual([10, 0]);
    sent();
    await db.commit();
    expect([here.count, there.count, here.version, there.version]).toEqual([15, 7, 2, 2]);
    here.set({ count: F("count").add(1) });
    here.count = 3;
    await db.commit();
    expect(here.count).toBe(3);
    await expectSettled(play, here, there);
  });

  example("moves a lot to another place: its key changes, and it is still the same object", async (play) => {
    const { db } = play;
    const { north, here, there } = await filled(play);
    const east = new Place({ name: "east" });
    here.place = east;
    db.add(east);
    await db.commit();
    expect(here.pk).toEqual({ item: "bolt", placeId: east.id });
    expect(await db.get(Lot, { item: "bolt", placeId: east.id })).toBe(here);
    expect(await db.get(Lot, { item: "bolt", placeId: north.id })).toBeNull();
    await expectSettled(play, here, there, east);
  });

  example("refuses a batch of counts when one of them was changed meanwhile, and writes none of it", async (play) => {
    const { db, open } = play;
    const { here, there } = await filled(play);
    const other = open();
    await Lot.objects.filter({ count: 0 }).update(other, { count: 1 });
    await other.commit();
    here.count = 20;
    there.count = 30;
    expect(await rejection(Lot.objects.bulkUpdate(db, [here, there], ["count"]))).toBeInstanceOf(StaleDataError);
    await db.rollback();
    expect([here.count, there.count]).toEqual([10, 0]);
    expect(await Lot.objects.orderBy("count").valuesList("count", { flat: true }).fetch(open())).toEqual([1, 10]);
    await db.refresh(there);
    there.count = 30;
    await db.commit();
    await expectSettled(play, here, there);
  });

  example("closes a place with its lots, and refuses one that moves still speak of", async (play) => {
    const { db } = play;
    const { north, south, here, there } = await filled(play);
    const move = new Move({ item: "bolt", count: 1, from: north, to: south });
    db.add(move);
    await db.commit();
    db.delete(north);
    expect((await rejection(db.commit())).code).toBe("FOREIGN_KEY_VIOLATION");
    expect([north.isPersisted, here.isPersisted]).toEqual([true, true]);
    expect(db.deleted.has(north)).toBe(true);
    db.delete(move);
    await db.commit();
    expect([db.has(here), db.has(there), await Place.objects.count(db)]).toEqual([false, true, 1]);
    await expectSettled(play, south, there);
  });
});
