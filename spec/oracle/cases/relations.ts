/** Filters across relations, single and multi-valued: `ch.rel.*`. */

import { Count, Q } from "flash-db";
import { unordered, type Cases } from "../case.js";
import { Artist, Customer, Employee, Genre, Invoice, Playlist, Track } from "../chinook.js";

const joins = (text: string): number => text.split("JOIN").length - 1;
const ids = { flat: true } as const;

export const relations: Cases = {
  "ch.rel.join_trim": async ({ db, lastSql }) => [
    await Track.objects.filter({ album__id: 1 }).count(db),
    joins(lastSql()),
    await Track.objects.filter({ album__artist__id: 1 }).count(db),
    joins(lastSql()),
    await Track.objects.filter({ album__artistId: 1 }).count(db),
    joins(lastSql()),
  ],
  "ch.rel.join_reuse_single_valued": async ({ db, lastSql }) => [
    await Track.objects
      .filter({ album__artist__name: "Iron Maiden" })
      .filter({ album__artist__name__startswith: "Iron", album__title__contains: "Live" })
      .count(db),
    joins(lastSql()),
  ],
  "ch.rel.reverse_fk_duplicates": ({ db }) =>
    Artist.objects.filter({ albums__title__icontains: "live" }).orderBy("id").valuesList("id", ids).fetch(db),
  "ch.rel.reverse_isnull_false": async ({ db }) => [
    await Artist.objects.filter({ albums__isnull: false }).count(db),
    await Artist.objects.filter({ albums__isnull: false }).distinct().count(db),
    await Artist.objects.exclude({ albums__isnull: true }).count(db),
  ],
  "ch.rel.m2m_forward": ({ db }) =>
    Playlist.objects.filter({ tracks__genre__name: "Jazz" }).distinct().orderBy("id").valuesList("id", "name").fetch(db),
  "ch.rel.m2m_reverse": ({ db }) => Track.objects.filter({ playlists__name: "Grunge" }).orderBy("name").valuesList("name", ids).fetch(db),
  "ch.rel.m2m_and_via_chain": ({ db }) => Track.objects.filter({ playlists: 16 }).filter({ playlists: 8 }).count(db),
  "ch.rel.m2m_and_single_filter": ({ db }) => Track.objects.filter(Q({ playlists: 16 }).and({ playlists: 8 })).count(db),
  "ch.rel.single_filter_multi": ({ db }) =>
    Customer.objects
      .filter({ invoices__total__gt: "10", invoices__invoiceDate__year: 2021 })
      .distinct()
      .orderBy("id")
      .valuesList("id", ids)
      .fetch(db),
  "ch.rel.chained_filter_multi": ({ db }) =>
    Customer.objects
      .filter({ invoices__total__gt: "10" })
      .filter({ invoices__invoiceDate__year: 2021 })
      .distinct()
      .orderBy("id")
      .valuesList("id", ids)
      .fetch(db),
  "ch.rel.chained_filter_multi_rows": ({ db }) =>
    Customer.objects.filter({ invoices__total__gt: "10" }).filter({ invoices__invoiceDate__year: 2021 }).count(db),
  "ch.rel.exclude_multi": ({ db }) => Customer.objects.exclude({ invoices__total__gt: "20" }).count(db),
  "ch.rel.exclude_multi_two_conditions": ({ db }) =>
    Customer.objects
      .exclude({ invoices__total__gt: "15", invoices__invoiceDate__year: 2022 })
      .orderBy("id")
      .valuesList("id", ids)
      .fetch(db),
  "ch.rel.exclude_multi_same_row": ({ db }) =>
    Customer.objects
      .exclude({ invoices__in: Invoice.objects.filter({ total__gt: "15", invoiceDate__year: 2022 }) })
      .orderBy("id")
      .valuesList("id", ids)
      .fetch(db),
  "ch.rel.exclude_m2m": ({ db }) => Playlist.objects.exclude({ tracks__genre__name: "Rock" }).orderBy("id").valuesList("id", ids).fetch(db),
  "ch.rel.exclude_two_level_reverse": ({ db }) => Artist.objects.exclude({ albums__tracks__genre__name: "Rock" }).count(db),
  "ch.rel.exclude_forward_nullable": ({ db }) =>
    Employee.objects.exclude({ reportsTo__lastName: "Edwards" }).orderBy("id").valuesList("id", ids).fetch(db),
  "ch.rel.exclude_forward_then_reverse": ({ db }) => Track.objects.exclude({ album__artist__albums__title: "Unplugged" }).count(db),
  "ch.rel.or_left_join": ({ db }) =>
    Artist.objects
      .filter(Q({ name__startswith: "N" }).or({ albums__title__startswith: "N" }))
      .distinct()
      .orderBy("name")
      .valuesList("name", ids)
      .fetch(db),
  "ch.rel.or_same_relation": ({ db }) => Track.objects.filter(Q({ genre__name: "Opera" }).or({ genre__name: "Bossa Nova" })).count(db),
  "ch.rel.not_q_reverse": async ({ db }) => [
    await Artist.objects.filter(Q({ albums__title__startswith: "A" }).not()).count(db),
    await Artist.objects.exclude({ albums__title__startswith: "A" }).count(db),
  ],
  "ch.rel.not_and_nullable": ({ db }) => Customer.objects.filter(Q({ state: "CA" }).and({ company: null }).not()).count(db),
  "ch.rel.xor": ({ db }) => {
    const inUsa = Q({ country: "USA" });
    const withCompany = Q({ company__isnull: false });
    return Customer.objects
      .filter(inUsa.and(withCompany.not()).or(withCompany.and(inUsa.not())))
      .orderBy("id")
      .valuesList("id", ids)
      .fetch(db);
  },
  "ch.rel.q_empty_in": async ({ db, queries }) => [
    await Genre.objects.filter(Q({ id__in: [] }).or({ id: 2 })).count(db),
    await Genre.objects.filter(Q({ id__in: [] }).not()).count(db),
    await Genre.objects.filter(Q({ id__in: [] }).and({ id: 2 })).count(db),
    queries(),
  ],
  "ch.rel.q_positional_and_kw": ({ db }) =>
    Customer.objects.filter({ state: "CA" }, Q({ country: "USA" }).or({ country: "Canada" })).count(db),
  "ch.rel.self_fk_two_levels": ({ db }) =>
    Employee.objects.filter({ reportsTo__reportsTo__lastName: "Adams" }).orderBy("id").valuesList("lastName", ids).fetch(db),
  "ch.rel.self_fk_reverse": async ({ db }) =>
    unordered(
      await Employee.objects.filter({ subordinates__subordinates__isnull: false }).distinct().valuesList("lastName", ids).fetch(db),
    ),
  "ch.rel.filtered_relation": ({ db }) =>
    Artist.objects
      .annotate({ n: Count("albums", { filter: Q({ albums__title__startswith: "L" }) }) })
      .filter({ n__gt: 1 })
      .orderBy("-n", "name")
      .valuesList("name", "n")
      .fetch(db),
  "ch.rel.m2m_manager": async ({ db }) => {
    const playlist = await Playlist.objects.get(db, { pk: 17 });
    const track = await playlist.tracks.orderBy("id").first();
    return [await playlist.tracks.count(), track?.id, await track?.playlists.orderBy("id").valuesList("id", ids).fetch()];
  },
  "ch.rel.order_by_relation": ({ db }) =>
    Track.objects.orderBy("album__artist__name", "album__title", "id").valuesList("id", ids).limit(5).fetch(db),
  "ch.rel.order_by_fk_default_ordering": async ({ db }) => [
    await Track.objects.orderBy("genre", "id").valuesList("id", ids).limit(3).fetch(db),
    await Track.objects.orderBy("genreId", "id").valuesList("id", ids).limit(3).fetch(db),
  ],
};
