/** Keys that change before they are stored: whoever was pointed at the object in between follows it, and nobody else. */

import assert from "node:assert/strict";
import { foreignKey, model, oneToOne, t } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

class Region extends model<Region>("passing_regions")({ code: t.text().primaryKey() }) {}
class Town extends model<Town>("passing_towns")({
  region: oneToOne(() => Region, { onDelete: "cascade", onUpdate: "cascade" }).primaryKey(),
}) {}
class House extends model<House>("passing_houses")({ town: foreignKey(() => Town, { onDelete: "cascade", onUpdate: "cascade" }) }) {}
class Guest extends model<Guest>("passing_guests")({
  region: foreignKey(() => Region, { onDelete: "setNull", onUpdate: "cascade" }).nullable(),
}) {}
const models = [Region, Town, House, Guest];

const pointed: Readonly<Record<string, (region: Region) => Guest>> = {
  "by its constructor": (region) => new Guest({ region }),
  "by an assignment": (region) => {
    const guest = new Guest({});
    guest.region = region;
    return guest;
  },
};

for (const [how, point] of Object.entries(pointed))
  for (const stored of [true, false])
    itOnEachDatabase(
      `a ${stored ? "stored" : "new"} row's key changes twice, and rows pointed at it in between, ${how}, follow`,
      async (database) => {
        await database.createAll(models);
        await using db = database.session();
        const region = new Region({ code: "a" });
        db.add(region);
        if (stored) await db.commit();
        region.code = "b";
        const guest = point(region);
        const town = new Town({ region });
        const house = new House({ town });
        db.add(guest, house);
        region.code = "c";
        await db.commit();
        assert.deepEqual([guest.regionId, town.regionId, house.townId, guest.region], ["c", "c", "c", region]);
        await using fresh = database.session();
        assert.deepEqual(await Guest.objects.valuesList("regionId", { flat: true }).fetch(fresh), ["c"]);
        assert.deepEqual(await House.objects.valuesList("town__region__code", { flat: true }).fetch(fresh), ["c"]);
      },
    );

itOnEachDatabase("a stored row that was pointed at the passing key follows too", async (database) => {
  await database.createAll(models);
  await using db = database.session();
  const region = await Region.objects.create(db, { code: "a" });
  const guest = await Guest.objects.create(db, {});
  await db.commit();
  region.code = "b";
  guest.region = region;
  region.code = "c";
  await db.commit();
  await using fresh = database.session();
  assert.deepEqual([guest.regionId, (await Guest.objects.get(fresh, { id: guest.id })).regionId], ["c", "c"]);
});

itOnEachDatabase("once a key is stored, a passing one given as a value means whoever has it then", async (database) => {
  await database.createAll(models);
  await using db = database.session();
  const region = new Region({ code: "a" });
  const guest = new Guest({ region });
  db.add(guest);
  region.code = "c";
  await db.commit();
  await Region.objects.create(db, { code: "a" });
  guest.regionId = "a";
  await db.commit();
  await using fresh = database.session();
  assert.equal((await Guest.objects.get(fresh, { id: guest.id })).regionId, "a");
});
