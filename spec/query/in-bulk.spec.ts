/** inBulk(): a Map that is asked by the values of keys, however these are written. */

import { beforeEach, describe, expect, it } from "vitest";
import { FieldError, foreignKey, model, t, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";

const [a, b] = ["018f0000-0000-7000-8000-00000000000a", "018f0000-0000-7000-8000-00000000000b"] as const;

class Team extends model<Team>("bulk_teams")({
  code: t.uuid().primaryKey(),
  name: t.text().unique(),
  founded: t.timestamp().unique(),
  seal: t.bytes().unique(),
  colours: t.array(t.text()).unique(),
  price: t.decimal(10, 2).unique(),
}) {}
class Seat extends model<Seat>("bulk_seats")({
  team: foreignKey(() => Team, { onDelete: "cascade" }).primaryKey(),
  number: t.bigint().primaryKey(),
  label: t.text().nullable(),
}) {}

eachDatabase("inBulk()", [Team, Seat], (open) => {
  let db: Session;
  const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
  beforeEach(async () => {
    db = (await open()).session({ onUncommitted: "ignore" });
    await Team.objects.bulkCreate(db, [
      { code: a, name: "A", founded: day(1), seal: new Uint8Array([1, 2]), colours: ["red", "blue"], price: "1.50" },
      { code: b, name: "B", founded: day(2), seal: new Uint8Array([3]), colours: [], price: "2" },
    ]);
    await Seat.objects.bulkCreate(db, [
      { teamId: a, number: 1n, label: "first" },
      { teamId: a, number: 2n },
      { teamId: b, number: 1n },
    ]);
    await db.commit();
  });

  describe("of a key of several columns", () => {
    it("finds rows by an object of values, not by the very object", async () => {
      const seats = await Seat.objects.inBulk(db, [
        { teamId: a, number: 1n },
        { teamId: b, number: 1n },
        { teamId: b, number: 9n },
      ]);
      expect(seats.size).toBe(2);
      expect(seats.get({ teamId: a, number: 1n })?.label).toBe("first");
      expect(seats.get({ number: 1n, teamId: b.toUpperCase() })?.teamId).toBe(b);
      expect([seats.has({ teamId: b, number: 1n }), seats.has({ teamId: b, number: 9n })]).toEqual([true, false]);
      expect(seats.get({ teamId: a } as never)).toBeUndefined();
      expect(seats.get(1 as never)).toBeUndefined();
      const all = await Seat.objects.inBulk(db);
      expect([...all.keys()]).toContainEqual({ teamId: a, number: 2n });
      for (const [key, seat] of all) expect([all.get(key), all.get(seat), all.get({ ...key })]).toEqual([seat, seat, seat]);
    });

    it("stays one entry for a key when it is written into", async () => {
      const seats = await Seat.objects.inBulk(db);
      const [one, two] = [
        { teamId: a, number: 1n },
        { teamId: b, number: 1n },
      ];
      seats.set({ ...one }, seats.get(two) as Seat);
      expect([seats.size, seats.get(one)?.teamId]).toEqual([3, b]);
      expect([seats.delete({ ...one }), seats.delete({ ...one }), seats.size, seats.has(one)]).toEqual([true, false, 2, false]);
      seats.clear();
      expect([seats.size, seats.has(two)]).toEqual([0, false]);
    });
  });

  it("finds rows by keys that can be written in several ways", async () => {
    expect((await Team.objects.inBulk(db, [a.toUpperCase()])).get(a.toUpperCase())?.name).toBe("A");
    expect((await Team.objects.inBulk(db, [day(2)], { field: "founded" })).get(day(2))?.name).toBe("B");
    expect((await Team.objects.inBulk(db, [new Uint8Array([3])], { field: "seal" })).get(new Uint8Array([3]))?.name).toBe("B");
    expect((await Team.objects.inBulk(db, [["red", "blue"]], { field: "colours" })).get(["red", "blue"])?.name).toBe("A");
    expect((await Team.objects.inBulk(db, ["1.5"], { field: "price" })).get("1.5")?.name).toBe("A");
  });

  it("gives a plain Map where a key has one form", async () => {
    const named = await Team.objects.inBulk(db, ["B"], { field: "name" });
    expect(named).toEqual(new Map([["B", await Team.objects.get(db, { code: b })]]));
  });

  it("is refused where rows are no objects of the model", async () => {
    const pairs = Team.objects.values("name") as unknown as typeof Team.objects;
    await expect(pairs.inBulk(db)).rejects.toThrow(FieldError);
  });
});
