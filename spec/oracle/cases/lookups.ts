/** Lookups on one column: `ch.lookup.*`. */

import { F, Length, Q } from "flash-db";
import { raises, unordered, type Cases } from "../case.js";
import { Artist, Customer, Employee, Genre, Invoice, Track } from "../chinook.js";

const day = (text: string): Date => new Date(`${text}Z`);

export const lookups: Cases = {
  "ch.lookup.exact": ({ db }) => Genre.objects.filter({ name: "Metal" }).valuesList("id", "name").fetch(db),
  "ch.lookup.exact_wrong_case": ({ db }) => Genre.objects.filter({ name: "metal" }).valuesList("id", "name").fetch(db),
  "ch.lookup.iexact": ({ db }) => Genre.objects.filter({ name__iexact: "rOcK" }).valuesList("name", { flat: true }).fetch(db),
  "ch.lookup.iexact_wildcards": ({ db }) => Track.objects.filter({ name__iexact: "100% hardcore" }).valuesList("id", "name").fetch(db),
  "ch.lookup.iexact_none": ({ db }) => Customer.objects.filter({ company__iexact: null } as never).count(db),
  "ch.lookup.exact_none": ({ db }) => Invoice.objects.filter({ billingState: null }).count(db),
  "ch.lookup.contains_case": ({ db }) => Track.objects.filter({ name__contains: "love" }).count(db),
  "ch.lookup.icontains": ({ db }) => Track.objects.filter({ name__icontains: "love" }).count(db),
  "ch.lookup.icontains_non_ascii": ({ db }) =>
    Artist.objects.filter({ name__icontains: "MÖTLEY" }).valuesList("name", { flat: true }).fetch(db),
  "ch.lookup.contains_percent": async ({ db }) =>
    unordered(await Track.objects.filter({ name__contains: "%" }).valuesList("name", { flat: true }).fetch(db)),
  "ch.lookup.contains_backslash": async ({ db }) =>
    unordered(await Track.objects.filter({ name__contains: "\\" }).valuesList("id", { flat: true }).fetch(db)),
  "ch.lookup.contains_underscore": ({ db }) => Track.objects.filter({ name__contains: "_" }).count(db),
  "ch.lookup.endswith": ({ db }) =>
    Genre.objects
      .filter(Q({ name__endswith: "Metal" }).or({ name__endswith: "Rock" }))
      .valuesList("name", { flat: true })
      .fetch(db),
  "ch.lookup.iendswith": ({ db }) =>
    Customer.objects.filter({ email__iendswith: "@GMAIL.com" }).orderBy("id").valuesList("id", { flat: true }).fetch(db),
  "ch.lookup.gt_lt": ({ db }) => Track.objects.filter({ milliseconds__gt: 2_900_000, milliseconds__lt: 3_000_000 }).count(db),
  "ch.lookup.decimal_exact": async ({ db }) => [
    await Track.objects.filter({ unitPrice: "1.99" }).count(db),
    await Track.objects.filter({ unitPrice__exact: "1.99" }).count(db),
    await Track.objects.filter({ unitPrice: "1.990" }).count(db),
  ],
  "ch.lookup.in_empty": ({ db }) => Genre.objects.filter({ id__in: [] }).fetch(db),
  "ch.lookup.exclude_in_empty": ({ db }) => Genre.objects.exclude({ id__in: [] }).count(db),
  "ch.lookup.exclude_in_with_nulls": ({ db }) => Invoice.objects.exclude({ billingState__in: ["CA"] }).count(db),
  "ch.lookup.in_subquery_values": ({ db }) =>
    Track.objects.filter({ genreId__in: Genre.objects.filter({ name__startswith: "Alt" }).values("id") as never }).count(db),
  "ch.lookup.range": ({ db }) => Track.objects.filter({ bytes__range: [5_000_000, 5_050_000] }).count(db),
  "ch.lookup.range_dates": ({ db }) =>
    Invoice.objects
      .filter({ invoiceDate__range: [day("2021-01-01T00:00:00"), day("2021-01-31T23:59:59")] })
      .orderBy("id")
      .valuesList("id", { flat: true })
      .fetch(db),
  "ch.lookup.isnull": async ({ db }) => [
    await Employee.objects.filter({ reportsTo__isnull: true }).fetch(db),
    await Employee.objects.filter({ reportsTo__isnull: false }).count(db),
  ],
  "ch.lookup.exclude_nullable": ({ db }) => Track.objects.exclude({ composer: "AC/DC" }).count(db),
  "ch.lookup.exclude_icontains_nullable": ({ db }) => Track.objects.exclude({ composer__icontains: "a" }).count(db),
  "ch.lookup.exclude_gt_nullable": ({ db }) => Track.objects.exclude({ bytes__gt: 8_000_000 }).count(db),
  "ch.lookup.exclude_chained": ({ db }) => Customer.objects.exclude({ country: "Brazil" }).exclude({ state: "SP" }).count(db),
  "ch.lookup.iregex": ({ db }) =>
    Artist.objects.filter({ name__iregex: "^the .*(s|d)$" }).orderBy("name").valuesList("name", { flat: true }).fetch(db),
  "ch.lookup.pk_alias": async ({ db }) => [
    await Track.objects.filter({ pk: 1 }).count(db),
    await Track.objects.filter({ album__artist__pk: 1 }).count(db),
    await Track.objects.filter({ album__pk__in: [1, 4] } as never).count(db),
  ],
  "ch.lookup.bad_value": async ({ db, queries }) => [await raises(() => Track.objects.filter({ pk: "abc" as never }).fetch(db)), queries()],
  "ch.lookup.transform_length": ({ db }) =>
    Track.objects
      .annotate({ n: Length("composer") })
      .filter({ n__gt: 150 })
      .orderBy("id")
      .valuesList("id", "n")
      .fetch(db),
  "ch.lookup.expression_rhs": ({ db }) =>
    Track.objects
      .filter({ name: F("album__title") })
      .orderBy("id")
      .valuesList("name", { flat: true })
      .fetch(db),
  "ch.lookup.expression_rhs_like": ({ db }) => Track.objects.filter({ name__icontains: F("album__title") }).count(db),
  "ch.lookup.f_related": async ({ db }) => [
    await Invoice.objects.filter({ billingState: F("customer__supportRep__state") }).count(db),
    await Invoice.objects.exclude({ billingState: F("customer__supportRep__state") }).count(db),
  ],
  "ch.lookup.bit_ops": ({ db }) =>
    Genre.objects
      .annotate({ b: F("id").bitand(1) })
      .filter({ b: 1 })
      .orderBy("-id")
      .valuesList("id", { flat: true })
      .fetch(db),
  "ch.lookup.negated_f": ({ db }) => Genre.objects.orderBy(F("id").neg()).valuesList("id", { flat: true }).limit(4).fetch(db),
  "ch.lookup.annotated_boolean": ({ db }) =>
    Employee.objects
      .annotate({ boss: Q({ reportsTo: null }) })
      .orderBy("id")
      .valuesList("id", "boss")
      .fetch(db),
  "ch.lookup.fk_null_compare": async ({ db, lastSql }) => [
    await Employee.objects.filter({ reportsToId: null }).count(db),
    await Employee.objects.filter({ reportsTo__pk: null } as never).count(db),
    await Employee.objects.filter({ reportsTo__id__isnull: true }).count(db),
    lastSql().split("JOIN").length - 1,
  ],
};
