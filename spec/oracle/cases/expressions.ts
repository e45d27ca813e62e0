/** Sub-queries, expressions, windows, set operations: `ch.sub.*`, `ch.expr.*`, `ch.win.*`, `ch.set.*`. */

import {
  Abs,
  Avg,
  Case,
  Cast,
  Ceil,
  Coalesce,
  Concat,
  Count,
  DenseRank,
  Exists,
  F,
  Floor,
  Greatest,
  Least,
  Max,
  Mod,
  OuterRef,
  Power,
  Q,
  Rank,
  Round,
  RowNumber,
  Sign,
  Sqrt,
  Subquery,
  Sum,
  Value,
  When,
  Window,
} from "flash-db";
import { raises, unordered, type Cases } from "../case.js";
import { Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, Track } from "../chinook.js";

const ids = { flat: true } as const;

export const expressions: Cases = {
  "ch.sub.exists": ({ db }) =>
    Customer.objects
      .filter(Exists(InvoiceLine.objects.filter({ invoice__customer: OuterRef("pk"), track__genre__name: "Jazz" })))
      .count(db),
  "ch.sub.not_exists": ({ db }) => Track.objects.filter(Exists(InvoiceLine.objects.filter({ track: OuterRef("pk") })).not()).count(db),
  "ch.sub.correlated_avg": ({ db }) => {
    const mean = Track.objects
      .filter({ genre: OuterRef("genre") })
      .orderBy()
      .values("genre")
      .annotate({ a: Avg("milliseconds") })
      .values("a");
    return Track.objects
      .annotate({ avg: Subquery(mean) })
      .filter({ milliseconds__gt: F("avg").mul(3) } as never)
      .exclude({ genre: 1 })
      .orderBy("id")
      .valuesList("id", ids)
      .fetch(db);
  },
  "ch.sub.nested_outerref": ({ db }) => {
    const line = InvoiceLine.objects.filter({
      track__album: OuterRef("pk"),
      track__album__artist: OuterRef(OuterRef("pk") as never),
    } as never);
    return Artist.objects.filter(Exists(Album.objects.filter(Exists(line)))).count(db);
  },
  "ch.sub.exclude_in_subquery_null": async ({ db }) => {
    const employees = Employee.objects.orderBy("id").valuesList("id", ids);
    return [
      await employees.exclude({ id__in: Employee.objects.values("reportsTo") } as never).fetch(db),
      await employees.exclude({ id__in: Employee.objects.filter({ reportsTo__isnull: false }).values("reportsTo") } as never).fetch(db),
      await employees.filter(Exists(Employee.objects.filter({ reportsTo: OuterRef("pk") })).not() as never).fetch(db),
    ];
  },
  "ch.sub.filter_reuse": ({ db }) => {
    const albums = Album.objects.filter({ artist: OuterRef("pk") });
    return Artist.objects
      .filter(Exists(albums.filter({ title__startswith: "A" })), Exists(albums.filter({ title__startswith: "B" })))
      .count(db);
  },
  "ch.expr.case_order": ({ db }) =>
    Customer.objects
      .filter({ country__in: ["Brazil", "USA", "India"] })
      .orderBy(Case([When({ country: "India" }, 0), When({ country: "USA" }, 1)], { default: 2 }), "id")
      .valuesList("id", ids)
      .fetch(db),
  "ch.expr.case_first_match": ({ db }) =>
    Genre.objects
      .filter({ id: 1 })
      .annotate({ x: Case([When({ id__in: [] }, Value("never")), When({ id__lt: 5 }, Value("first")), When({ id: 1 }, Value("second"))]) })
      .valuesList("x", ids)
      .fetch(db),
  "ch.expr.concat": ({ db }) =>
    Customer.objects
      .filter({ id__in: [1, 2] })
      .orderBy("id")
      .annotate({ x: Concat("firstName", Value(" "), "lastName", Value(" / "), "company") })
      .valuesList("x", ids)
      .fetch(db),
  "ch.expr.coalesce": ({ db }) =>
    Customer.objects
      .filter({ id__in: [1, 2, 3] })
      .orderBy("id")
      .annotate({ x: Coalesce("company", "state", Value("-")) })
      .valuesList("x", ids)
      .fetch(db),
  "ch.expr.greatest_nulls": ({ db }) =>
    Track.objects
      .filter({ id: 63 })
      .annotate({ a: Greatest("bytes", "milliseconds"), b: Least("composer", Value("zzz")) })
      .valuesList("a", "b")
      .fetch(db),
  "ch.expr.math": ({ db }) =>
    Track.objects
      .filter({ id: 1 })
      .annotate({
        a: Abs(F("id").sub(10)),
        b: Ceil("unitPrice"),
        c: Floor("unitPrice"),
        d: Round("unitPrice", 1),
        e: Mod("milliseconds", 1000),
        f: Power("id", 3),
        g: Sign(F("id").sub(5)),
        h: Sqrt(F("id").add(3)),
      })
      .valuesList("a", "b", "c", "d", "e", "f", "g", "h")
      .fetch(db),
  "ch.expr.cast": ({ db }) =>
    Track.objects
      .filter({ id: 12 })
      .annotate({ a: Cast("id", "text"), b: Cast(Cast("id", "text"), "integer"), c: Cast("unitPrice", "integer") })
      .valuesList("a", "b", "c")
      .fetch(db),
  "ch.expr.mixed_types": async ({ db }) => [
    await raises(() =>
      Track.objects
        .annotate({ x: F("unitPrice").add(F("album__title")) as never })
        .filter({ id: 1 })
        .fetch(db),
    ),
    await Track.objects
      .annotate({ x: F("unitPrice").mul(F("milliseconds")) })
      .filter({ id: 1 })
      .valuesList("x", ids)
      .fetch(db),
  ],
  "ch.expr.value_in_filter": ({ db }) =>
    Genre.objects
      .annotate({ v: Value(3) })
      .filter({ id__lt: F("v") })
      .count(db),
  "ch.win.row_number": ({ db }) =>
    Track.objects
      .filter({ genre__in: [11, 17], milliseconds__gt: 250_000 })
      .annotate({ r: Window(RowNumber(), { partitionBy: "genreId", orderBy: ["-milliseconds", "id"] }) })
      .orderBy("genreId", "r")
      .valuesList("genreId", "id", "r")
      .fetch(db),
  "ch.win.rank_ties": ({ db }) =>
    Employee.objects
      .annotate({ a: Window(Rank(), { orderBy: "hireDate" }), b: Window(DenseRank(), { orderBy: "hireDate" }) })
      .orderBy("id")
      .valuesList("id", "a", "b")
      .fetch(db),
  "ch.win.running_sum": ({ db }) =>
    Invoice.objects
      .filter({ customer: 1 })
      .annotate({ s: Window(Sum("total"), { orderBy: "invoiceDate" }) })
      .orderBy("invoiceDate")
      .valuesList("id", "s")
      .fetch(db),
  "ch.win.filter": ({ db }) =>
    Track.objects
      .filter({ genreId__lt: 5 })
      .annotate({ r: Window(RowNumber(), { partitionBy: "genreId", orderBy: ["-milliseconds", "id"] }) })
      .filter({ r: 1 })
      .orderBy("genreId")
      .valuesList("genreId", "id")
      .fetch(db),
  "ch.win.share": ({ db }) =>
    Employee.objects
      .filter({ reportsTo__isnull: false })
      .annotate({ n: Window(Count("id"), { partitionBy: "reportsTo" as never }) })
      .orderBy("id")
      .valuesList("id", "n")
      .fetch(db),
  "ch.win.aggregate_over": async ({ db }) => [
    await Track.objects.annotate({ r: Window(RowNumber(), { orderBy: "id" }) }).aggregate(db, { m: Max("r") }),
    await raises(() => Track.objects.annotate({ x: Sum(Window(RowNumber(), {})) }).fetch(db)),
  ],
  "ch.set.union_all": async ({ db }) =>
    (
      await Customer.objects
        .filter({ country: "Canada" })
        .valuesList("city")
        .unionAll(Employee.objects.valuesList("city") as never)
        .fetch(db)
    ).length,
  "ch.set.intersection": async ({ db }) =>
    unordered(
      await Customer.objects
        .valuesList("city")
        .intersection(Employee.objects.valuesList("city") as never)
        .fetch(db),
    ),
  "ch.set.difference": ({ db }) =>
    Customer.objects
      .valuesList("country")
      .difference(Customer.objects.filter({ company__isnull: false }).valuesList("country"))
      .orderBy("country")
      .fetch(db),
  "ch.set.union_models": async ({ db }) =>
    (
      await Genre.objects
        .filter({ id: 1 })
        .orderBy()
        .union(Genre.objects.filter({ id__in: [1, 2] }).orderBy())
        .orderBy("id")
        .fetch(db)
    ).map((genre) => genre.name),
  "ch.set.union_none": async ({ db }) => {
    const genres = Genre.objects.orderBy().filter({ id__lt: 4 });
    return [
      (await genres.union(genres.none()).fetch(db)).length,
      (await genres.intersection(genres.none()).fetch(db)).length,
      (await genres.difference(genres.none()).fetch(db)).length,
    ];
  },
  // QuerySets have no operators here: what they would merge is said with conditions.
  "ch.set.or_and": async ({ db }) => {
    const [opera, bodyCount] = [Q({ genre__name: "Opera" }), Q({ album__title: "Body Count" })];
    const [a, b] = [Q({ genre: 25 }), Q({ id__gt: 3500 })];
    return [
      await Track.objects.filter(opera.or(bodyCount)).count(db),
      await Track.objects.filter(opera.and(bodyCount)).count(db),
      await Track.objects.filter(opera.or(bodyCount)).distinct().count(db),
      await Track.objects.filter(a.and(b.not()).or(b.and(a.not()))).count(db),
    ];
  },
};
