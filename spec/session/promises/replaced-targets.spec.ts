/** Rows that are pointed at a new row under the key, or with a unique value, of one that is deleted in the same flush: the last assignment is what is stored. */

import assert from "node:assert/strict";
import { atomic, foreignKey, hasMany, model, oneToOne, t } from "flash-db";
import { rejectionOf } from "../../support/rejection.js";
import { itOnEachDatabase } from "../../support/databases.js";

class Region extends model<Region>("replaced_regions")({
  code: t.text().primaryKey(),
  label: t.text().unique().nullable(),
  emptied: hasMany(() => Emptied, "region"),
}) {}
const region = (): typeof Region => Region;
class Emptied extends model<Emptied>("replaced_emptied")({
  region: foreignKey(region, { onDelete: "setNull", onUpdate: "cascade" }).nullable(),
}) {}
class EmptiedBySession extends model<EmptiedBySession>("replaced_emptied_here")({
  region: foreignKey(region, { onDelete: "setNull", by: "session" }).nullable(),
}) {}
class Gone extends model<Gone>("replaced_gone")({ region: foreignKey(region, { onDelete: "cascade" }).nullable() }) {}
class GoneBySession extends model<GoneBySession>("replaced_gone_here")({
  region: foreignKey(region, { onDelete: "cascade", by: "session" }).nullable(),
}) {}
class Refusing extends model<Refusing>("replaced_refusing")({ region: foreignKey(region, { onDelete: "protect" }).nullable() }) {}
class Only extends model<Only>("replaced_only")({ region: oneToOne(region, { onDelete: "setNull" }).nullable() }) {}
class Versioned extends model<Versioned>("replaced_versioned")({
  region: foreignKey(region, { onDelete: "cascade" }).nullable(),
  version: t.version(),
}) {}
class Bound extends model<Bound>("replaced_bound")({ region: foreignKey(region, { onDelete: "cascade" }) }) {}
const followers = { Emptied, EmptiedBySession, Gone, GoneBySession, Refusing, Only, Versioned };
const models = [Region, ...Object.values(followers), Bound];

for (const [name, Follower] of Object.entries(followers))
  for (const from of ["r1", "r2", null])
    itOnEachDatabase(`${name}: a row of ${from ?? "nothing"} is given the new row under the key of the deleted one`, async (database) => {
      await database.createAll(models);
      await using db = database.session();
      await Region.objects.bulkCreate(db, [{ code: "r1" }, { code: "r2" }]);
      const { id } = await Follower.objects.create(db, { regionId: from });
      await db.commit();
      for (const [at, loads] of [false, true].entries()) {
        const row = await Follower.objects.get(db, { id });
        const former = await Region.objects.get(db, { code: "r1" });
        if (loads) await former.emptied.fetch();
        db.delete(former);
        const next = new Region({ code: "r1", label: `new ${at}` });
        db.add(next);
        row.set({ region: next });
        await db.commit();
        assert.deepEqual([row.regionId, row.region, db.isModified(row)], ["r1", next, false]);
        await using fresh = database.session();
        assert.equal((await Follower.objects.get(fresh, { id })).regionId, "r1");
        assert.equal((await Region.objects.get(fresh, { code: "r1" })).label, `new ${at}`);
        db.clear();
      }
    });

for (const [name, Follower] of Object.entries(followers))
  itOnEachDatabase(`${name}: a row moves to a new row that takes over a unique value of the deleted one`, async (database) => {
    await database.createAll(models);
    await using db = database.session();
    const former = await Region.objects.create(db, { code: "r1", label: "only" });
    const row = await Follower.objects.create(db, { regionId: "r1" });
    await db.commit();
    db.delete(former);
    const next = new Region({ code: "r9", label: "only" });
    db.add(next);
    row.set({ region: next });
    await db.commit();
    await using fresh = database.session();
    assert.equal((await Follower.objects.get(fresh, { id: row.id })).regionId, "r9");
  });

itOnEachDatabase("members given to the collection of the new row are stored there", async (database) => {
  await database.createAll(models);
  await using db = database.session();
  const former = await Region.objects.create(db, { code: "r1" });
  const row = await Emptied.objects.create(db, { region: former });
  await db.commit();
  db.delete(former);
  const next = new Region({ code: "r1" });
  db.add(next);
  next.emptied.add(row);
  await db.commit();
  assert.deepEqual([row.regionId, row.region, await next.emptied.fetch()], ["r1", next, [row]]);
  await using fresh = database.session();
  assert.equal((await Emptied.objects.get(fresh, { id: row.id })).regionId, "r1");
});

itOnEachDatabase("a savepoint that rolls back brings the former row and the reference to it back", async (database) => {
  await database.createAll(models);
  await using db = database.session();
  const former = await Region.objects.create(db, { code: "r1" });
  const row = await Gone.objects.create(db, { region: former });
  await db.commit();
  await assert.rejects(
    atomic(db, async () => {
      db.delete(former);
      const next = new Region({ code: "r1" });
      db.add(next);
      row.region = next;
      await db.flush();
      throw new Error("back");
    }),
    /back/,
  );
  assert.deepEqual([row.regionId, row.region, db.isModified(row)], ["r1", former, false]);
  await db.commit();
  await using fresh = database.session();
  assert.equal((await Gone.objects.get(fresh, { id: row.id })).regionId, "r1");
});

itOnEachDatabase("a row that can point nowhere meanwhile is refused, and nothing is written", async (database) => {
  await database.createAll(models);
  await using db = database.session({ onUncommitted: "ignore" });
  const former = await Region.objects.create(db, { code: "r1" });
  const row = await Bound.objects.create(db, { region: former });
  await db.commit();
  db.delete(former);
  const next = new Region({ code: "r1" });
  db.add(next);
  row.region = next;
  const { message } = await rejectionOf(db.commit());
  assert.match(message, /^Bound 1 \(regionId\) refers to Region r1, which is deleted in the same flush/);
  await db.rollback();
  assert.deepEqual([await Bound.objects.count(db), await Region.objects.count(db)], [1, 1]);
});

itOnEachDatabase("a list follows a member whose former owner left the session and was read again", async (database) => {
  await database.createAll(models);
  await using db = database.session();
  const former = await Region.objects.create(db, { code: "r1" });
  const row = await Emptied.objects.create(db, { region: former });
  await db.commit();
  db.expunge(former);
  const read = await Region.objects.get(db, { code: "r1" });
  assert.deepEqual(await read.emptied.fetch(), [row]);
  row.region = null;
  assert.deepEqual(await read.emptied.fetch(), []);
  await db.commit();
});
