/** Aggregates, annotations and groups: `ch.agg.*`, `ch.ann.*`. */

import { Avg, Case, Count, F, Max, Min, Q, StdDev, Substr, Sum, Value, Variance, When } from "flash-db";
import { raises, unordered, type Cases } from "../case.js";
import { Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, Track } from "../chinook.js";

export const aggregates: Cases = {
  "ch.agg.default_names": async ({ db }) => {
    const { n, m } = await Invoice.objects.aggregate(db, { n: Count("id"), m: Max("total") });
    return { id__count: n, total__max: m };
  },
  "ch.agg.stddev": async ({ db }) => {
    const { p, s, v } = await Invoice.objects.aggregate(db, {
      p: StdDev("total"),
      s: StdDev("total", { sample: true }),
      v: Variance("total"),
    });
    return { p: Number(p), s: Number(s), v: Number(v) };
  },
  "ch.agg.empty": ({ db }) =>
    Invoice.objects
      .filter({ id__lt: 0 })
      .aggregate(db, { n: Count("id"), s: Sum("total"), a: Avg("total"), d: Sum("total", { default: "0" } as never) }),
  "ch.agg.distinct_sum": ({ db }) => Track.objects.aggregate(db, { s: Sum("unitPrice", { distinct: true }) }),
  "ch.agg.filter": ({ db }) =>
    Invoice.objects.aggregate(db, {
      usa: Count("id", { filter: Q({ billingCountry: "USA" }) }),
      big: Sum("total", { filter: Q({ total__gt: "10" }) }),
      none: Sum("total", { filter: Q({ total__gt: "1000" }) }),
    }),
  "ch.agg.expression": ({ db }) =>
    InvoiceLine.objects.aggregate(db, { r: Sum(F("unitPrice").mul(F("quantity"))), x: Max(F("unitPrice").sub(1)) }),
  "ch.agg.related": ({ db }) =>
    Artist.objects
      .filter({ name: "Iron Maiden" })
      .aggregate(db, { n: Count("albums"), t: Count("albums__tracks"), ms: Sum("albums__tracks__milliseconds") }),
  "ch.agg.sliced": ({ db }) =>
    Track.objects
      .orderBy("id")
      .limit(10)
      .aggregate(db, { n: Count("id"), s: Sum("milliseconds") }),
  "ch.agg.distinct_rows": async ({ db }) => {
    const { m } = (await Customer.objects
      .orderBy()
      .values("supportRep")
      .distinct()
      .aggregate(db, { m: Max("supportRep") } as never)) as { m: unknown };
    return [
      await Customer.objects
        .values("country")
        .distinct()
        .aggregate(db, { n: Count("country") }),
      { support_rep__max: m },
    ];
  },
  "ch.ann.count_reverse": ({ db }) =>
    Artist.objects
      .annotate({ n: Count("albums") })
      .orderBy("-n", "name")
      .valuesList("name", "n")
      .limit(6)
      .fetch(db),
  "ch.ann.count_zero": ({ db }) =>
    Artist.objects
      .annotate({ n: Count("albums") })
      .filter({ n: 0 })
      .count(db),
  "ch.ann.having": ({ db }) =>
    Artist.objects
      .annotate({ n: Count("albums") })
      .filter({ n__gte: 10 })
      .orderBy("-n")
      .valuesList("name", "n")
      .fetch(db),
  "ch.ann.having_and_where": ({ db }) =>
    Genre.objects
      .filter({ tracks__milliseconds__gt: 300_000 })
      .annotate({ n: Count("tracks") })
      .filter({ n__gt: 20 })
      .orderBy("-n")
      .valuesList("name", "n")
      .fetch(db),
  "ch.ann.filter_after_annotate": ({ db }) =>
    Genre.objects
      .annotate({ n: Count("tracks") })
      .filter({ tracks__milliseconds__gt: 3_000_000 })
      .orderBy("name")
      .valuesList("name", "n")
      .fetch(db),
  "ch.ann.having_or": ({ db }) =>
    Customer.objects
      .annotate({ s: Sum("invoices__total") })
      .filter(Q({ s__gt: "45" }).or({ country: "India" }))
      .orderBy("id")
      .valuesList("id", "s")
      .fetch(db),
  "ch.ann.exclude_aggregate": async ({ db }) =>
    unordered(
      await Customer.objects
        .annotate({ n: Count("invoices") })
        .exclude({ n: 7 })
        .valuesList("id", "n")
        .fetch(db),
    ),
  "ch.ann.having_f": async ({ db }) => [
    await Invoice.objects
      .annotate({ n: Count("lines"), q: Sum("lines__quantity") })
      .filter({ q__gt: F("n") })
      .count(db),
    await Invoice.objects
      .annotate({ n: Count("lines") })
      .filter({ n__gt: F("total") } as never)
      .count(db),
  ],
  "ch.ann.two_relations_inflate": ({ db }) =>
    Track.objects
      .filter({ id__in: [1, 2, 3] })
      .annotate({ p: Count("playlists"), s: Count("invoiceLines") })
      .orderBy("id")
      .valuesList("id", "p", "s")
      .fetch(db),
  "ch.ann.two_relations_distinct": ({ db }) =>
    Track.objects
      .filter({ id__in: [1, 2, 3] })
      .annotate({ p: Count("playlists", { distinct: true }), s: Count("invoiceLines", { distinct: true }) })
      .orderBy("id")
      .valuesList("id", "p", "s")
      .fetch(db),
  "ch.ann.sum_deep": ({ db }) =>
    Artist.objects
      .annotate({ r: Sum(F("albums__tracks__invoiceLines__unitPrice").mul(F("albums__tracks__invoiceLines__quantity"))) })
      .filter({ r__isnull: false })
      .orderBy("-r", "id")
      .valuesList("name", "r")
      .limit(5)
      .fetch(db),
  "ch.ann.group_by_values": ({ db }) =>
    Customer.objects
      .values("country")
      .annotate({ n: Count("id") })
      .filter({ n__gt: 3 })
      .orderBy("-n", "country")
      .fetch(db),
  "ch.ann.group_by_related": ({ db }) =>
    Invoice.objects
      .values("customer__supportRep__lastName")
      .annotate({ n: Count("id"), s: Sum("total") })
      .orderBy("customer__supportRep__lastName")
      .fetch(db),
  "ch.ann.group_by_default_ordering": ({ db }) =>
    Genre.objects
      .values("tracks__mediaType")
      .annotate({ n: Count("id") })
      .orderBy("tracks__mediaType")
      .valuesList("tracks__mediaType", "n")
      .fetch(db),
  "ch.ann.aggregate_of_annotation": ({ db }) =>
    Customer.objects.annotate({ s: Sum("invoices__total") }).aggregate(db, { a: Avg("s"), m: Max("s"), n: Count("id") }),
  "ch.ann.count_grouped": async ({ db }) => [
    await Artist.objects
      .annotate({ n: Count("albums") })
      .filter({ n__gt: 1 })
      .count(db),
    await Customer.objects
      .values("country")
      .annotate({ n: Count("id") })
      .count(db),
    await Customer.objects
      .values("country")
      .annotate({ n: Count("id") })
      .filter({ n__gt: 1 })
      .count(db),
  ],
  "ch.ann.conditional_count": ({ db }) =>
    Employee.objects
      .filter({ title: "Sales Support Agent" })
      .annotate({
        n: Count("customers"),
        usa: Count("customers", { filter: Q({ customers__country: "USA" }) }),
        co: Count("customers", { filter: Q({ customers__company__isnull: false }) }),
      })
      .orderBy("id")
      .valuesList("lastName", "n", "usa", "co")
      .fetch(db),
  "ch.ann.conditional_sum_case": ({ db }) =>
    MediaType.objects
      .annotate({ n: Sum(Case([When({ tracks__milliseconds__gt: 600_000 }, 1)], { default: 0 })) })
      .orderBy("id")
      .valuesList("id", "n")
      .fetch(db),
  "ch.ann.alias": async ({ db }) => {
    const artists = Artist.objects
      .alias({ n: Count("albums") })
      .filter({ n__gt: 10 })
      .orderBy("-n");
    const found = await artists.fetch(db);
    return [found, "n" in (found[0] as object), await raises(() => artists.values("n" as never).fetch(db))];
  },
  "ch.ann.conflict": async ({ db }) => [
    await raises(() => Artist.objects.annotate({ name: Count("albums") } as never).fetch(db)),
    await raises(() => Artist.objects.annotate({ albums: Count("albums") } as never).fetch(db)),
    await raises(() =>
      Artist.objects
        .annotate({ albums__count: Count("albums") } as never)
        .annotate({ albums__count: Value(1) } as never)
        .fetch(db),
    ),
  ],
  "ch.ann.m2m_count": ({ db }) =>
    Playlist.objects
      .annotate({ n: Count("tracks") })
      .orderBy("id")
      .valuesList("id", "n")
      .fetch(db),
  "ch.ann.order_by_aggregate_no_select": async ({ db }) => {
    if ((await raises(() => Genre.objects.orderBy(Count("tracks").desc()).fetch(db))) === undefined)
      throw new Error("a bare aggregate in orderBy was not refused");
    return Genre.objects
      .alias({ n: Count("tracks") })
      .orderBy(F("n").desc(), "id")
      .valuesList("name", { flat: true })
      .limit(3)
      .fetch(db);
  },
  "ch.ann.min_max_dates": ({ db }) =>
    Customer.objects
      .filter({ id__lt: 4 })
      .annotate({ a: Min("invoices__invoiceDate"), b: Max("invoices__invoiceDate") })
      .orderBy("id")
      .valuesList("a", "b")
      .fetch(db),
  "ch.ann.exists_on_grouped": async ({ db }) => [
    await Artist.objects
      .annotate({ n: Count("albums") })
      .filter({ n__gt: 20 })
      .exists(db),
    await Artist.objects
      .annotate({ n: Count("albums") })
      .filter({ n__gt: 30 })
      .exists(db),
  ],
  "ch.ann.case_insensitive_group": ({ db }) =>
    Customer.objects
      .annotate({ c: Substr("country", 1, 1) })
      .values("c")
      .annotate({ n: Count("id") })
      .orderBy("-n", "c")
      .limit(4)
      .fetch(db),
};
