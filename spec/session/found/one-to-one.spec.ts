/** Found by the fuzzer: places that only one can have, taken by create() and save(). */

import { expect } from "vitest";
import { foreignKey, hasOne, model, oneToOne, t } from "flash-db";
import { exampleWith } from "../example.js";
import { rejection, statusOf } from "../uow/stage.js";

class Desk extends model<Desk>("desks")({
  name: t.text(),
  lamp: hasOne(() => Lamp, "desk"),
  plate: hasOne(() => Plate, "desk", { orphans: "delete" }),
}) {}
class Lamp extends model<Lamp>("lamps")({
  watts: t.integer(),
  code: t.text().unique(),
  desk: oneToOne(() => Desk, { onDelete: "setNull" }).nullable(),
}) {}
class Plate extends model<Plate>("plates")({ text: t.text(), desk: oneToOne(() => Desk, { onDelete: "cascade" }) }) {}
class Mailbox extends model<Mailbox>("mailboxes")({
  address: t.text(),
  owner: foreignKey(() => Desk),
}) {
  override clean(): void {
    if (!this.address.includes("@")) throw new Error("no address");
  }
}

const scene = exampleWith([Desk, Lamp, Plate, Mailbox]);

scene("a create() that fails leaves the place to who had it", async ({ db }) => {
  const desk = await Desk.objects.create(db, { name: "d" });
  const lamp = await Lamp.objects.create(db, { watts: 40, code: "a", desk });
  await db.commit();
  for (const make of [
    () => Lamp.objects.create(db, { watts: 60, code: "a", desk }),
    () => Lamp.objects.getOrCreate(db, { code: "b" }, { watts: 1.5, desk }),
  ]) {
    await rejection(make());
    expect([lamp.deskId, await lamp.desk, await desk.lamp, db.isModified(lamp)]).toEqual([desk.id, desk, lamp, false]);
  }
});

scene("a create() that goes through takes the place: who had it makes room first", async ({ db, open }) => {
  const desk = await Desk.objects.create(db, { name: "d" });
  const lamp = await Lamp.objects.create(db, { watts: 40, code: "a", desk });
  const plate = await Plate.objects.create(db, { text: "p", desk });
  await db.commit();
  const brighter = await Lamp.objects.create(db, { watts: 60, code: "b", desk });
  const other = new Plate({ text: "q", desk });
  await other.save(db);
  await db.commit();
  expect([lamp.deskId, brighter.deskId, statusOf(plate), statusOf(other)]).toEqual([null, desk.id, "detached", "persistent"]);
  const second = open();
  expect(await Lamp.objects.orderBy("code").valuesList("deskId", { flat: true }).fetch(second)).toEqual([null, desk.id]);
  expect(await Plate.objects.valuesList("text", { flat: true }).fetch(second)).toEqual(["q"]);
});

for (const loaded of [true, false]) {
  scene(`so does a save(), where who had it was ${loaded ? "" : "not "}loaded`, async ({ db, open }) => {
    const desk = await Desk.objects.create(db, { name: "d" });
    await Lamp.objects.create(db, { watts: 40, code: "a", desk });
    await db.commit();
    const other = open();
    const again = (await other.get(Desk, desk.id)) as Desk;
    if (loaded) await again.lamp;
    const brighter = new Lamp({ watts: 60, code: "b" });
    again.lamp = brighter;
    await brighter.save(other);
    await other.commit();
    expect(await Lamp.objects.orderBy("code").valuesList("deskId", { flat: true }).fetch(open())).toEqual([null, desk.id]);
  });
}

scene("a value that is missing is what is told, not what clean() made of it", async ({ db }) => {
  const owner = await Desk.objects.create(db, { name: "d" });
  const error = await rejection(Mailbox.objects.create(db, { owner } as never));
  expect(error).toMatchObject({ code: "VALIDATION", errors: { address: ["is required"] } });
  expect(error.cause).toBeInstanceOf(TypeError);
  expect((await rejection(Mailbox.objects.create(db, { owner, address: "x" }))).message).toBe("no address");
});
