/** Distinct rows in slices and chunks: the key makes their order total wherever they hold it. */

import { expect, it } from "vitest";
import { model, t } from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Shoe extends model<Shoe>("dis_shoes")({ color: t.text(), size: t.integer() }) {}

eachSharedDatabase(
  "distinct rows",
  [Shoe],
  async (db) => {
    for (const [color, size] of [
      ["red", 41],
      ["blue", 40],
      ["red", 41],
      ["green", 40],
      ["blue", 43],
      ["amber", 40],
    ] as const)
      await Shoe.objects.create(db, { color, size });
  },
  (stage) => {
    it("are iterated in the order of their key after a slice", async () => {
      const ids: number[] = [];
      for await (const shoe of Shoe.objects.orderBy("size").distinct().slice(0, 5).iterate(stage.db, { chunkSize: 2 })) ids.push(shoe.id);
      expect(ids).toEqual([2, 4, 6, 1, 3]);
      expect(await Shoe.objects.orderBy("-size").distinct().valuesList("id", "size").slice(1, 4).fetch(stage.db)).toEqual([
        [1, 41],
        [3, 41],
        [2, 40],
      ]);
    });
  },
);
