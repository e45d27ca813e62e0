/** Related objects, joined and prefetched: `ch.load.*`. */

import { Prefetch, prefetchRelated } from "flash-db";
import { raises, type Cases } from "../case.js";
import { Album, Artist, Employee, Playlist, Track } from "../chinook.js";

const keys = (objects: Iterable<{ readonly id: number }>): number[] => [...objects].map((object) => object.id).sort((a, b) => a - b);

export const loading: Cases = {
  "ch.load.select_related_self_depth": async ({ db, queries }) => {
    const employee = await Employee.objects.selectRelated("reportsTo__reportsTo").get(db, { pk: 8 });
    return [employee.reportsTo?.lastName, employee.reportsTo?.reportsTo?.lastName, queries()];
  },
  "ch.load.select_related_bad": async ({ db }) => [
    await raises(() => Artist.objects.selectRelated("albums" as never).fetch(db)),
    await raises(() => Track.objects.selectRelated("nope" as never).fetch(db)),
    await raises(() => Track.objects.selectRelated("name" as never).fetch(db)),
  ],
  "ch.load.select_related_reset": async () => {
    const tracks = Track.objects.selectRelated("album").selectRelated("genre").filter({ pk: 1 });
    const joins = (text: string): number => text.split("JOIN").length - 1;
    return [joins(tracks.toSQL("sqlite").text), joins(tracks.selectRelated(null as never).toSQL("sqlite").text)];
  },
  "ch.load.prefetch_m2m": async ({ db, queries }) => {
    const playlists = await Playlist.objects
      .filter({ id__in: [2, 9, 18] })
      .orderBy("id")
      .prefetchRelated("tracks")
      .fetch(db);
    const tracks = await Track.objects
      .filter({ id__in: [1, 597] })
      .orderBy("id")
      .prefetchRelated("playlists")
      .fetch(db);
    return [
      playlists.map((playlist) => [playlist.id, keys(playlist.tracks)]),
      tracks.map((track) => [track.id, keys(track.playlists)]),
      queries(),
    ];
  },
  "ch.load.prefetch_forward": async ({ db, queries }) => {
    const tracks = await Track.objects
      .filter({ album__in: [1, 2] })
      .orderBy("id")
      .prefetchRelated("album")
      .fetch(db);
    return [tracks.map((track) => track.album?.id), new Set(tracks.map((track) => track.album)).size, queries()];
  },
  "ch.load.prefetch_then_filter": async ({ db, queries }) => {
    const artist = await Artist.objects.prefetchRelated("albums").get(db, { pk: 90 });
    const first = [(await artist.albums.fetch()).length, await artist.albums.count(), await artist.albums.exists(), queries()];
    return [first, await artist.albums.filter({ title__startswith: "T" }).count(), queries()];
  },
  "ch.load.prefetch_to_attr": async ({ db, queries }) => {
    const artists = await Artist.objects
      .filter({ id__in: [90, 22] })
      .orderBy("id")
      .prefetchRelated(new Prefetch("albums", Album.objects.filter({ title__contains: "Live" }).orderBy("-title"), { toAttr: "live" }))
      .fetch(db);
    return [artists.map((artist) => [artist.id, artist.live.map((album) => album.title)]), await artists[0]?.albums.count(), queries()];
  },
  "ch.load.prefetch_nested": async ({ db, queries }) => {
    const long = Track.objects.filter({ milliseconds__gt: 400_000 }).selectRelated("genre").orderBy("id");
    const albums = Album.objects.orderBy("id").prefetchRelated(new Prefetch("tracks", long, { toAttr: "long" }));
    const artists = await Artist.objects
      .filter({ id__in: [1, 50] })
      .orderBy("id")
      .prefetchRelated(new Prefetch("albums", albums))
      .fetch(db);
    return [
      artists.map((artist) => artist.albums.map((album) => [album.id, album.long.map((track) => [track.id, track.genre?.name])])),
      queries(),
    ];
  },
  "ch.load.prefetch_sliced": async ({ db, queries }) => {
    const artists = await Artist.objects
      .filter({ id__in: [22, 50, 90] })
      .orderBy("id")
      .prefetchRelated(new Prefetch("albums", Album.objects.orderBy("title", "id").limit(2), { toAttr: "two" }))
      .fetch(db);
    return [artists.map((artist) => artist.two.map((album) => album.title)), queries()];
  },
  "ch.load.prefetch_empty": async ({ db, queries }) => {
    await Artist.objects.filter({ id: 0 }).prefetchRelated("albums__tracks").fetch(db);
    return queries();
  },
  "ch.load.prefetch_after_select_related": async ({ db, queries }) => {
    const tracks = await Track.objects
      .filter({ id__in: [1, 6] })
      .orderBy("id")
      .selectRelated("album")
      .prefetchRelated("album__artist__albums")
      .fetch(db);
    return [tracks.map((track) => keys(track.album?.artist.albums ?? [])), queries()];
  },
  "ch.load.prefetch_bad": async ({ db }) => [
    await raises(() => Artist.objects.prefetchRelated("nope" as never).fetch(db)),
    await raises(() => Artist.objects.prefetchRelated("name" as never).fetch(db)),
    await raises(() => Artist.objects.prefetchRelated("albums", new Prefetch("albums", Album.objects.all())).fetch(db)),
    await raises(() => new Prefetch("albums", Album.objects.values("id"))),
  ],
  "ch.load.prefetch_objects": async ({ db, queries }) => {
    const artists = await Artist.objects.filter({ id__lt: 4 }).fetch(db);
    await prefetchRelated(db, artists, "albums");
    await prefetchRelated(db, artists, "albums");
    return queries();
  },
  "ch.load.prefetch_reverse_sets_parent": async ({ db, queries, since }) => {
    const first = await Artist.objects.prefetchRelated("albums").get(db, { pk: 1 });
    const n = queries();
    const x = await Promise.all([...first.albums].map(async (album) => (await album.artist) === first));
    const second = await Artist.objects.get(db, { pk: 2 });
    const m = queries();
    const y = await Promise.all((await second.albums.fetch()).map(async (album) => (await album.artist) === second));
    return [x, n, y, since(m)];
  },
};
