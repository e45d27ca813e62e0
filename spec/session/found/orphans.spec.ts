/** Found by the fuzzer: a query gave rows that had lost their owner and were about to go. */

import { expect } from "vitest";
import { hasOne, model, oneToOne, t } from "flash-db";
import { exampleWith } from "../example.js";

class Desk extends model<Desk>("desks")({ name: t.text(), plate: hasOne(() => Plate, "desk", { orphans: "delete" }) }) {}
class Plate extends model<Plate>("plates")({ text: t.text(), desk: oneToOne(() => Desk, { onDelete: "cascade" }) }) {}
const scene = exampleWith([Desk, Plate]);

for (const loaded of [true, false]) {
  scene(
    `what is an orphan, or will be one${loaded ? "" : " when it is found"}, is flushed away before a query of its table`,
    async ({ db, open, sent }) => {
      const desk = await Desk.objects.create(db, { name: "d" });
      await Plate.objects.create(db, { text: "p", desk });
      await db.commit();
      const other = open();
      const mine = (await other.get(Desk, desk.id)) as Desk;
      if (loaded) await mine.plate;
      mine.plate = null;
      sent();
      expect(await Desk.objects.filter({ name: "d" }).count(other)).toBe(1);
      expect(sent()).toEqual(["SELECT desks"]);
      expect(await Plate.objects.filter({ text: "p" }).count(other)).toBe(0);
      await other.rollback();
      expect(await Plate.objects.filter({ text: "p" }).count(other)).toBe(1);
    },
  );
}
