/** Conditions on windows, where databases take shortcuts. */

import { expect, it } from "vitest";
import { Count, model, Sum, t, Window, type Session } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Lap extends model<Lap>("window_laps")({ seconds: t.integer().nullable(), track: t.text() }) {}

const fill = async (db: Session): Promise<void> => {
  await Lap.objects.bulkCreate(
    db,
    [60, 61, null, 62].map((seconds) => ({ seconds, track: "a" })),
  );
};

eachSharedDatabase("conditions on a count over a frame that excludes rows", [Lap], fill, (stage) => {
  const excluded = { from: null, to: null } as const;
  const others = (exclude: "current row" | "group" | "ties") =>
    Lap.objects.annotate({ n: Window(Count("seconds"), { orderBy: "id", frame: { ...excluded, exclude } }) }).orderBy("id");

  it("find rows behind one that they reject", async () => {
    for (const exclude of ["current row", "group"] as const) {
      const counts = others(exclude);
      expect(await counts.valuesList("n", { flat: true }).fetch(stage.db)).toEqual([2, 2, 3, 2]);
      expect(await counts.filter({ n__gt: 2 }).valuesList("id", { flat: true }).fetch(stage.db)).toEqual([3]);
      expect(await counts.exclude({ n: 2 }).count(stage.db)).toBe(1);
      expect(await counts.filter({ n: 3 }).exists(stage.db)).toBe(true);
    }
    expect(await others("ties").filter({ n__gte: 3 }).count(stage.db)).toBe(4);
  });
  it("find them for sums and within partitions too", async () => {
    const sums = Lap.objects.annotate({
      s: Window(Sum("seconds"), { partitionBy: "track", orderBy: "id", frame: { ...excluded, exclude: "current row" } }),
      n: Window(Count("seconds"), { partitionBy: "track", orderBy: "id", frame: { ...excluded, exclude: "current row" } }),
    });
    expect(await sums.filter({ s__gt: 123 }).count(stage.db)).toBe(1);
    expect(await sums.filter({ n__gt: 2 }).valuesList("id", "n").fetch(stage.db)).toEqual([[3, 3]]);
  });
});
