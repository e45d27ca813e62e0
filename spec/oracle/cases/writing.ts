/** Inserts, updates, deletes, collections, transactions: `ch.write.*`. Each runs in a transaction that is rolled back. */

import { atomic, Case, F, OuterRef, Subquery, Value, When } from "flash-db";
import { raises, type Cases } from "../case.js";
import { Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track } from "../chinook.js";

const ids = { flat: true } as const;
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
/** Deleted rows per model as Django tells them: `[16, { "chinook.PlaylistTrack": 15, … }]`. */
const perModel = (counts: Readonly<Record<string, number>>): unknown => [
  Object.values(counts).reduce((sum, count) => sum + count, 0),
  new Map(
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => [`chinook.${name}`, count]),
  ),
];
const all = { count: "all" } as const;

export const writing: Cases = {
  "ch.write.update_f": async ({ db, queries }) => {
    const n = await Track.objects.filter({ album: 1 }).update(db, { milliseconds: F("milliseconds").add(1000) });
    return [n, (await Track.objects.get(db, { pk: 1 })).milliseconds, queries()];
  },
  "ch.write.update_m2m_filter": ({ db }) => Track.objects.filter({ playlists__name: "Music" }).update(db, { unitPrice: "1.05" }),
  "ch.write.update_subquery": async ({ db }) => {
    const artist = Artist.objects
      .filter({ albums__tracks: OuterRef("pk") })
      .values("name")
      .limit(1);
    const n = await Track.objects.filter({ album: 4 }).update(db, { composer: Subquery(artist) });
    return [n, await Track.objects.filter({ album: 4, composer: "AC/DC" }).count(db)];
  },
  "ch.write.update_case": async ({ db }) => {
    await Genre.objects
      .filter({ id__lt: 4 })
      .update(db, { name: Case([When({ id: 1 }, Value("A")), When({ id: 2 }, Value("B"))], { default: Value("C") }) });
    return Genre.objects.filter({ id__lt: 4 }).orderBy("id").valuesList("name", ids).fetch(db);
  },
  "ch.write.update_swap": async ({ db }) => {
    await Customer.objects.filter({ id: 1 }).update(db, { firstName: F("lastName"), lastName: F("firstName") });
    return Customer.objects.filter({ id: 1 }).valuesList("firstName", "lastName").fetch(db);
  },
  "ch.write.update_zero": async ({ db, queries }) => [
    await Track.objects.filter({ id: 0 }).update(db, { name: "x" }),
    await Track.objects.filter({ id__in: [] }).update(db, { name: "x" }),
    await Track.objects.none().update(db, { name: "x" }),
    queries(),
  ],
  "ch.write.update_unknown": async ({ db, queries }) => [
    await raises(() => Track.objects.update(db, { nope: 1 } as never, { all: true })),
    await raises(() => Artist.objects.update(db, { albums: 1 } as never, { all: true })),
    queries(),
  ],
  "ch.write.save_insert_update": async ({ db, queries }) => {
    const genre = new Genre({ name: "New" });
    await genre.save(db);
    const a = queries();
    const k = genre.pk !== undefined;
    genre.name = "Newer";
    await genre.save();
    const b = queries();
    return [k, a, b, await Genre.objects.filter({ name: "Newer" }).count(db), await Genre.objects.count(db)];
  },
  "ch.write.save_update_fields": async ({ db, lastSql }) => {
    const track = await Track.objects.get(db, { pk: 1 });
    track.name = "x";
    track.composer = "y";
    await track.save({ fields: ["name"] });
    const written = await db.noAutoflush(() => Track.objects.filter({ pk: 1 }).valuesList("name", "composer").fetch(db));
    return [written, lastSql() !== "", await raises(() => track.save({ fields: ["nope"] }))];
  },
  // A taken key is a UniqueViolation here; what Django's second save() means is said with merge().
  "ch.write.save_explicit_key": async ({ db, queries }) => {
    const genre = new Genre({ id: 500, name: "X" });
    await genre.save(db);
    const n = queries();
    await db.merge(new Genre({ id: 500, name: "Y" }));
    await db.flush();
    const written = queries();
    return [n, written, (await Genre.objects.get(db, { pk: 500 })).name, await Genre.objects.count(db)];
  },
  "ch.write.save_deferred": async ({ db }) => {
    const track = await Track.objects.only("name").get(db, { pk: 1 });
    await Track.objects.filter({ pk: 1 }).update(db, { composer: "changed" });
    track.name = "n";
    await (track as unknown as Track).save();
    const read = await Track.objects.get(db, { pk: 1 });
    return [read.name, read.composer];
  },
  "ch.write.save_fk_sync": async ({ db }) => {
    const track = await Track.objects.get(db, { pk: 1 });
    track.album = await Album.objects.get(db, { pk: 4 });
    const a = track.albumId;
    track.albumId = 1;
    const b = (await track.album)?.id;
    track.album = null;
    return [a, b, track.albumId];
  },
  "ch.write.get_or_create": async ({ db }) => {
    const [a, x] = await Genre.objects.getOrCreate(db, { name: "Jazz" }, { id: 900 });
    const [b, y] = await Genre.objects.getOrCreate(db, { name: "Nu" }, { id: 901 });
    const [d, z] = await Genre.objects.getOrCreate(db, { name: "Nu" });
    return [a.id, x, b.id, y, d.id, z];
  },
  "ch.write.get_or_create_many": async ({ db }) => {
    const [a, x] = await Genre.objects.getOrCreate(db, { name__iexact: "jAZZ" }, { name: "Jazz" });
    const [b, y] = await Genre.objects.getOrCreate(db, { name__iexact: "zydeco" }, { name: "Zydeco" });
    return [await raises(() => Playlist.objects.getOrCreate(db, { name: "Music" })), a.name, x, b.name, y];
  },
  "ch.write.update_or_create": async ({ db }) => {
    const [a, x] = await Genre.objects.updateOrCreate(db, { id: 2 }, { name: "Jazz!" });
    const [b, y] = await Genre.objects.updateOrCreate(db, { id: 902 }, { name: "u" }, { name: "c" });
    return [a.name, x, b.name, y, (await Genre.objects.get(db, { pk: 2 })).name];
  },
  "ch.write.create_related": async ({ db }) => {
    const artist = await Artist.objects.get(db, { pk: 25 });
    const album = await artist.albums.create({ title: "Z" } as never);
    const [, made] = await artist.albums.getOrCreate({ title: "Z" });
    return [album.artistId, made, await artist.albums.count()];
  },
  "ch.write.bulk_create_ignore": async ({ db }) => {
    await Genre.objects.bulkCreate(
      db,
      [
        { id: 1, name: "X" },
        { id: 903, name: "Y" },
      ],
      { ignoreConflicts: true },
    );
    return Genre.objects
      .filter({ id__in: [1, 903] })
      .orderBy("id")
      .valuesList("id", "name")
      .fetch(db);
  },
  "ch.write.bulk_create_upsert": async ({ db }) => {
    await Genre.objects.bulkCreate(
      db,
      [
        { id: 1, name: "X" },
        { id: 904, name: "Y" },
      ],
      { updateConflicts: { fields: ["name"], on: ["id"] } },
    );
    return Genre.objects
      .filter({ id__in: [1, 904] })
      .orderBy("id")
      .valuesList("id", "name")
      .fetch(db);
  },
  "ch.write.bulk_update": async ({ db, queries, since }) => {
    const tracks = await Track.objects
      .filter({ id__in: [1, 2, 3] })
      .orderBy("id")
      .fetch(db);
    for (const [index, track] of tracks.entries()) {
      track.name = `n${index}`;
      track.set({ bytes: F("bytes").add(index) });
    }
    const before = queries();
    const n = await Track.objects.bulkUpdate(db, tracks, ["name", "bytes"]);
    return [
      n,
      since(before),
      await Track.objects
        .filter({ id__in: [1, 2, 3] })
        .orderBy("id")
        .valuesList("name", "bytes")
        .fetch(db),
      await raises(() => Track.objects.bulkUpdate(db, tracks, ["id"])),
      await raises(() => Track.objects.bulkUpdate(db, [new Track()], ["name"])),
      await raises(() => Track.objects.bulkUpdate(db, tracks, [])),
    ];
  },
  "ch.write.delete_cascade": async ({ db }) => perModel(await Playlist.objects.filter({ pk: 16 }).delete(db, all)),
  // An instance that was deleted keeps its key here: it is how a rollback finds it again.
  "ch.write.delete_set_null": async ({ db }) => {
    const counts = perModel(await Employee.objects.filter({ pk: 3 }).delete(db, all));
    return [counts, await Customer.objects.filter({ supportRep: null }).count(db), null];
  },
  "ch.write.delete_protect": async ({ db }) => [
    await raises(() =>
      atomic(db, async () => {
        await (await MediaType.objects.get(db, { pk: 1 })).delete();
      }),
    ),
    await MediaType.objects.count(db),
  ],
  "ch.write.delete_restrict": async ({ db }) => {
    const a = await raises(() =>
      atomic(db, async () => {
        await (await Customer.objects.get(db, { pk: 1 })).delete();
      }),
    );
    const b = perModel(await Invoice.objects.filter({ customer: 1 }).delete(db, all));
    const d = perModel(await Customer.objects.filter({ pk: 1 }).delete(db, all));
    return [a, b, d];
  },
  "ch.write.delete_deep": async ({ db }) => {
    const counts = perModel(await Artist.objects.filter({ name: "AC/DC" }).delete(db, all));
    return [counts, await Track.objects.filter({ album: null }).count(db)];
  },
  "ch.write.delete_queryset_join": async ({ db }) => [
    perModel(await InvoiceLine.objects.filter({ invoice__customer__country: "India" }).delete(db, all)),
    await InvoiceLine.objects.count(db),
  ],
  "ch.write.delete_fast": async ({ db, queries }) => [
    perModel(await PlaylistTrack.objects.filter({ playlistId: 18 }).delete(db, all)),
    queries(),
  ],
  "ch.write.delete_none": async ({ db }) => [
    perModel(await Track.objects.none().delete(db, all)),
    perModel(await InvoiceLine.objects.filter({ id: 0 }).delete(db, all)),
  ],
  "ch.write.delete_self_fk_tree": async ({ db }) => {
    await Customer.objects.update(db, { supportRep: null }, { all: true });
    return perModel(await Employee.objects.all().delete(db, { all: true, count: "all" }));
  },
  "ch.write.m2m_add_remove": async ({ db }) => {
    const playlist = await Playlist.objects.get(db, { pk: 18 });
    const keys = async (): Promise<number[]> => {
      await db.flush();
      return sorted(await playlist.tracks.valuesList("id", ids).fetch());
    };
    playlist.tracks.add(1, 2);
    playlist.tracks.add(2, 3);
    const a = await keys();
    playlist.tracks.remove(2, 999);
    const b = await keys();
    await playlist.tracks.set([3, 4]);
    const d = await keys();
    playlist.tracks.clear();
    await db.flush();
    return [a, b, d, await playlist.tracks.all().count()];
  },
  "ch.write.m2m_set_minimal": async ({ db, queries, since }) => {
    const playlist = await Playlist.objects.get(db, { pk: 16 });
    const keys = sorted(await playlist.tracks.valuesList("id", ids).fetch());
    let before = queries();
    await playlist.tracks.set(keys);
    await db.flush();
    const same = since(before);
    before = queries();
    await playlist.tracks.set([...keys.slice(1), 1]);
    await db.flush();
    return [same, since(before), await playlist.tracks.all().count()];
  },
  "ch.write.m2m_reverse_add": async ({ db }) => {
    const track = await Track.objects.get(db, { pk: 1 });
    track.playlists.add(await Playlist.objects.get(db, { pk: 2 }), 4);
    await db.flush();
    return sorted(await track.playlists.valuesList("id", ids).fetch());
  },
  "ch.write.reverse_set": async ({ db }) => {
    const employee = await Employee.objects.get(db, { pk: 6 });
    const keys = async (): Promise<number[]> => {
      await db.flush();
      return sorted(await employee.subordinates.valuesList("id", ids).fetch());
    };
    await employee.subordinates.set(await Employee.objects.filter({ id__in: [8, 5] }).fetch(db));
    const a = await keys();
    const b = (await Employee.objects.get(db, { pk: 7 })).reportsToId;
    employee.subordinates.remove(await Employee.objects.get(db, { pk: 8 }));
    const artist = await Artist.objects.get(db, { pk: 1 });
    return [
      a,
      b,
      await keys(),
      "remove" in artist.albums &&
        typeof artist.albums.remove === "function" &&
        (await raises(() => artist.albums.remove(1 as never))) === undefined,
    ];
  },
  "ch.write.refresh_deleted": async ({ db }) => {
    const genre = await Genre.objects.create(db, { name: "x" });
    await Genre.objects.filter({ pk: genre.pk }).delete(db);
    return raises(() => genre.refresh());
  },
  "ch.write.savepoint": async ({ db }) => {
    await Genre.objects.filter({ id: 1 }).update(db, { name: "outer" });
    await atomic(db, async () => {
      await Genre.objects.filter({ id: 2 }).update(db, { name: "inner" });
      throw new RangeError("undo");
    }).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
    });
    return Genre.objects.filter({ id__lt: 3 }).orderBy("id").valuesList("name", ids).fetch(db);
  },
  "ch.write.savepoint_integrity": async ({ db }) => {
    const a = await raises(() =>
      atomic(db, async () => {
        await Genre.objects.create(db, { id: 1, name: "dup" });
      }),
    );
    await Genre.objects.create(db, { id: 905, name: "ok" });
    return [a, await Genre.objects.filter({ id__in: [1, 905] }).count(db)];
  },
  "ch.write.for_update": async ({ db, lastSql }) => {
    await Genre.objects.selectForUpdate().filter({ id: 1 }).fetch(db);
    return lastSql().includes("FOR UPDATE");
  },
  "ch.write.create_db_types": async ({ db }) => {
    const customer = await Customer.objects.create(db, { firstName: "A", lastName: "B", email: "c@d" });
    const { id } = await Invoice.objects.create(db, { customer, invoiceDate: new Date("2026-02-28T23:59:59Z"), total: "12.5" });
    await db.flush();
    db.clear();
    const invoice = await Invoice.objects.get(db, { pk: id });
    return [invoice.invoiceDate, invoice.total, `${invoice.total}`, invoice.billingCity];
  },
};
