/** Ordering, slices, terminals, values, deferred columns: `ch.order.*`, `ch.slice.*`, `ch.get.*`, `ch.cache.*`, `ch.values.*`, `ch.defer.*`. */

import { Count, F, Sum, type Session } from "flash-db";
import { raises, type Cases } from "../case.js";
import { Album, Customer, Genre, Track } from "../chinook.js";

const ids = { flat: true } as const;

/** Properties of a track that throw when they are read: what was left out. */
const deferredOf = (track: object): string[] => {
  const names = ["name", "albumId", "mediaTypeId", "genreId", "composer", "milliseconds", "bytes", "unitPrice"];
  const isDeferred = (name: string): boolean => {
    try {
      return (track as Record<string, unknown>)[name] === undefined;
    } catch {
      return true;
    }
  };
  return names
    .filter(isDeferred)
    .map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .sort();
};

export const rows: Cases = {
  "ch.order.nulls_default": ({ db }) =>
    Customer.objects
      .filter({ id__in: [1, 2, 5, 6] })
      .orderBy("company", "id")
      .valuesList("id", "company")
      .fetch(db),
  "ch.order.nulls_first_desc": ({ db }) =>
    Customer.objects
      .filter({ id__in: [1, 2, 5, 6] })
      .orderBy(F("company").desc({ nulls: "first" }), "id")
      .valuesList("id", ids)
      .fetch(db),
  "ch.order.distinct_with_relation": ({ db }) =>
    Album.objects
      .filter({ tracks__genre__name: "Classical" })
      .orderBy("artist__name", "id")
      .distinct()
      .valuesList("id", ids)
      .limit(8)
      .fetch(db),
  "ch.slice.offset_limit": ({ db }) => Track.objects.orderBy("id").valuesList("id", ids).slice(5, 10).fetch(db),
  "ch.slice.nested": async ({ db }) => [
    await Track.objects.orderBy("id").valuesList("id", ids).slice(10, 20).slice(5, 15).fetch(db),
    await Track.objects.orderBy("id").slice(10, 20).slice(2, 4).fetch(db),
    await Track.objects.orderBy("id").slice(0, 5).slice(5, 9).fetch(db),
  ],
  "ch.slice.index": async ({ db, queries }) => [
    (await Track.objects.orderBy("id").slice(7, 8).get(db, {})).id,
    await raises(() => Genre.objects.all().slice(100, 101).get(db, {})),
    queries(),
  ],
  "ch.slice.count": async ({ db, queries }) => [
    await Track.objects.all().slice(3500, 4000).count(db),
    await Track.objects.all().limit(10).count(db),
    (await Track.objects.orderBy("id").limit(10).fetch(db)).length,
    queries(),
  ],
  "ch.get.in_bulk": async ({ db, queries }) => [
    new Map([...(await Genre.objects.inBulk(db, [1, 2, 999]))].map(([key, genre]) => [key, genre.name])),
    await Genre.objects.inBulk(db, []),
    (await Genre.objects.inBulk(db)).size,
    queries(),
  ],
  "ch.get.in_bulk_non_unique": ({ db }) => raises(() => Track.objects.inBulk(db, ["x"] as never, { field: "name" } as never)),
  "ch.get.exists": async ({ db }) => [
    await Track.objects.filter({ name: "Balls to the Wall" }).exists(db),
    await Track.objects.filter({ name: "zz" }).exists(db),
    await Track.objects.all().offset(3503).exists(db),
    await Track.objects.all().offset(3502).exists(db),
  ],
  "ch.get.contains": async ({ db }) => {
    const track = await Track.objects.get(db, { pk: 3 });
    return [await Track.objects.filter({ album: 3 }).contains(db, track), await Track.objects.filter({ album: 1 }).contains(db, track)];
  },
  "ch.get.none": async ({ db, queries }) => {
    const none = Track.objects.none();
    return [
      await none.fetch(db),
      await none.count(db),
      await none.exists(db),
      await none.first(db),
      await none.filter({ id: 1 }).fetch(db),
      await none.aggregate(db, { n: Count("id"), s: Sum("bytes") }),
      await none.values("id").fetch(db),
      (await none.fetch(db)).length > 0,
      queries(),
    ];
  },
  // A QuerySet here is a description, it holds no rows: what is fetched once is an array.
  "ch.cache.evaluated_once": async ({ db }) => {
    const genres = await Genre.objects.orderBy("id").fetch(db);
    return [
      genres.length,
      genres.length > 0,
      genres[0]?.id,
      genres.map((genre) => genre.id).slice(0, 2),
      genres.length > 0,
      genres.length,
      genres[0]?.id,
      1,
    ];
  },
  "ch.cache.clone_fresh": async ({ db, queries }) => {
    const genres = Genre.objects.orderBy("id");
    await genres.fetch(db);
    await genres.all().fetch(db);
    return queries();
  },
  "ch.cache.lazy": async ({ queries }) => {
    Track.objects.filter({ name: "x" }).exclude({ id: 3 }).orderBy("name").limit(4).selectRelated("album");
    return queries();
  },
  "ch.values.dict": ({ db }) => Track.objects.filter({ id__lt: 4 }).orderBy("id").values("id", "album__title", "genre__name").fetch(db),
  "ch.values.all": ({ db }) => Album.objects.filter({ id: 4 }).values().fetch(db),
  "ch.values.fk_names": ({ db }) => Album.objects.filter({ id: 4 }).values("artist", "artistId").fetch(db),
  "ch.values.list_flat": async ({ db }) => [
    await Genre.objects.orderBy("id").valuesList("name", ids).limit(3).fetch(db),
    await raises(() =>
      (Genre.objects.valuesList as (...args: unknown[]) => { fetch(db: Session): Promise<unknown> })
        .call(Genre.objects, "id", "name", ids)
        .fetch(db),
    ),
  ],
  "ch.values.m2m": ({ db }) =>
    Track.objects
      .filter({ id__in: [2, 3] })
      .orderBy("id", "playlists__id")
      .valuesList("id", "playlists__name")
      .fetch(db),
  "ch.values.distinct": ({ db }) => Customer.objects.valuesList("country", ids).distinct().orderBy("country").fetch(db),
  "ch.values.distinct_count": async ({ db }) => [
    await Customer.objects.values("country").distinct().count(db),
    await Customer.objects.values("country").count(db),
    await Track.objects.values("composer").distinct().count(db),
    (await Track.objects.aggregate(db, { n: Count("composer", { distinct: true }) })).n,
  ],
  "ch.values.distinct_on": ({ db }) =>
    Track.objects.orderBy("genreId", "milliseconds").distinct("genreId").valuesList("genreId", "id").limit(5).fetch(db),
  "ch.defer.only": async ({ db, queries }) => {
    const track = await Track.objects.only("name").get(db, { pk: 1 });
    const before = queries();
    const { name } = track;
    const after = queries();
    const loaded = await (track as unknown as { load(...names: string[]): Promise<Track> }).load("composer");
    return [name, loaded.composer, before, after, queries(), deferredOf(track)];
  },
  "ch.defer.defer": async ({ db, queries }) => {
    const track = await Track.objects.defer("composer", "id" as never).get(db, { pk: 1 });
    return [deferredOf(track), track.bytes, queries()];
  },
  "ch.defer.conflict": ({ db }) =>
    raises(() =>
      Track.objects
        .selectRelated("album")
        .defer("album" as never)
        .fetch(db),
    ),
};
