/** Relations touched one at a time: what one statement covers, and what happens while it is under way. */

import { expect, it } from "vitest";
import { foreignKey, hasMany, hasOne, model, NotLoaded, oneToOne, t } from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

class Band extends model<Band>("lb_bands")(
  {
    name: t.text(),
    songs: hasMany(() => Song, "band"),
    logo: hasOne(() => Logo, "band"),
  },
  { ordering: ["id"] },
) {}
class Logo extends model<Logo>("lb_logos")({ url: t.text(), band: oneToOne(() => Band, { onDelete: "cascade" }) }) {}
class Song extends model<Song>("lb_songs")(
  { title: t.text(), band: foreignKey(() => Band, { onDelete: "cascade" }) },
  { ordering: ["id"] },
) {}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

eachDatabase("relations touched one at a time", [Band, Logo, Song], (open) => {
  const seeded = async () => {
    const database = await open();
    await using db = database.session();
    const bands = await Band.objects.bulkCreate(
      db,
      Array.from({ length: 6 }, (_, n) => ({ name: `Band ${n}` })),
    );
    await Logo.objects.bulkCreate(
      db,
      bands.slice(0, 3).map((band) => ({ url: `${band.name}.png`, band })),
    );
    await Song.objects.bulkCreate(
      db,
      bands.flatMap((band) => [1, 2].map((n) => ({ title: `${band.name} song ${n}`, band }))),
    );
    await db.commit();
    return database;
  };

  it("who asks while the statement for the siblings is under way waits for it", async () => {
    const database = await seeded();
    await using db = database.session();
    const songs = await Song.objects.fetch(db);
    await assertQueries(db, 1, async () => {
      const names: string[] = [];
      const first = songs[0]!.band;
      const asking = Promise.resolve(first).then((band) => names.push(band.name));
      for (const song of songs.slice(1)) {
        await turn();
        names.push((await song.band).name);
      }
      await asking;
      expect(names).toHaveLength(12);
    });
  });

  it("two relations are two statements, whatever the order of touching", async () => {
    const database = await seeded();
    await using db = database.session();
    const bands = await Band.objects.fetch(db);
    await assertQueries(db, 2, async () => {
      const all = await Promise.all(bands.flatMap((band) => [Promise.resolve(band.logo), band.songs.fetch()]));
      expect(all).toHaveLength(12);
    });
    expect(await Promise.all(bands.map(async (band) => band.logo))).toEqual([
      expect.any(Logo),
      expect.any(Logo),
      expect.any(Logo),
      null,
      null,
      null,
    ]);
  });

  it('with fetchMode "one", what is asked in one tick is still one statement', async () => {
    const database = await seeded();
    await using db = database.session({ fetchMode: "one" });
    const bands = await Band.objects.fetch(db);
    await assertQueries(db, 1, () => Promise.all([bands[0]!.songs.fetch(), bands[1]!.songs.fetch()]));
    await assertQueries(db, 1, () => bands[2]!.songs.fetch());
    await assertQueries(db, 0, () => bands[0]!.songs.fetch());
  });

  it("each result has its own siblings", async () => {
    const database = await seeded();
    await using db = database.session();
    const [a, b] = await Band.objects.limit(2).fetch(db);
    const [c] = await Band.objects.offset(2).limit(1).fetch(db);
    await assertQueries(db, 1, () => a!.songs.fetch());
    await assertQueries(db, 0, () => b!.songs.fetch());
    await assertQueries(db, 1, () => c!.songs.fetch());
  });

  it("siblings that left the session are left alone", async () => {
    const database = await seeded();
    await using db = database.session();
    const [a, b] = await Band.objects.limit(2).fetch(db);
    db.expunge(b!);
    await a!.songs.fetch();
    await expect(b!.songs.fetch()).rejects.toThrow(NotLoaded);
  });

  it("a failed statement fails for all who waited, and can be tried again", async () => {
    const database = await seeded();
    await using db = database.session();
    const songs = await Song.objects.fetch(db);
    await database.dropAll([Logo]);
    const bands = await Promise.all(songs.map(async (song) => song.band));
    const outcomes = await Promise.allSettled(bands.map(async (band) => band.logo));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    await database.createAll([Logo]);
    expect(await bands[0]!.logo).toBeNull();
  });

  it("new objects have what they were given, and nothing more", async () => {
    const database = await seeded();
    await using db = database.session();
    const band = new Band({ name: "New" });
    expect([await band.logo, await band.songs.fetch(), await band.songs.count()]).toEqual([null, [], 0]);
    const song = new Song({ title: "First", band });
    expect([song.bandId, await song.band]).toEqual([undefined, band]);
    expect(await band.songs.fetch()).toEqual([song]);
    await expect(Promise.resolve(new Song({ bandId: 1 }).band)).rejects.toThrow(/belongs to no session/);
    const added = new Song({ title: "By key", bandId: 1 });
    db.add(added);
    expect((await added.band).name).toBe("Band 0");
  });
});
