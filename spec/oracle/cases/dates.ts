/** Parts of dates, truncation, arithmetic: `ch.date.*`. */

import { Count, Extract, F, Sum, Trunc } from "flash-db";
import type { Cases } from "../case.js";
import { Employee, Invoice, InvoiceLine } from "../chinook.js";

const dayMs = 24 * 60 * 60 * 1000;

export const dates: Cases = {
  "ch.date.year_cmp": async ({ db }) => [
    await Invoice.objects.filter({ invoiceDate__year__gte: 2024 }).count(db),
    await Invoice.objects.filter({ invoiceDate__year__lt: 2022 }).count(db),
    await Invoice.objects.filter({ invoiceDate__year__lte: 2022 }).count(db),
    await Invoice.objects.filter({ invoiceDate__year__in: [2021, 2025] }).count(db),
  ],
  "ch.date.parts": async ({ db }) => [
    await Invoice.objects.filter({ invoiceDate__month: 2 }).count(db),
    await Invoice.objects.filter({ invoiceDate__day: 29 }).count(db),
    await Invoice.objects.filter({ invoiceDate__week: 1 }).count(db),
    await Invoice.objects.filter({ invoiceDate__quarter: 4 }).count(db),
  ],
  "ch.date.week_day": async ({ db }) => [
    await Invoice.objects.filter({ invoiceDate__weekday: 1 }).count(db),
    await Invoice.objects.filter({ invoiceDate__isoWeekday: 7 }).count(db),
    await Invoice.objects.filter({ invoiceDate__weekday: 7 }).count(db),
  ],
  "ch.date.iso_year": ({ db }) =>
    Invoice.objects
      .filter({ invoiceDate__year: 2021 })
      .exclude({ invoiceDate__isoYear: 2021 })
      .orderBy("id")
      .valuesList("id", "invoiceDate")
      .fetch(db),
  "ch.date.date_gt": ({ db }) =>
    Invoice.objects.filter({ invoiceDate__date__gt: "2025-12-05" }).orderBy("id").valuesList("id", "invoiceDate").fetch(db),
  "ch.date.month_of_related": ({ db }) => InvoiceLine.objects.filter({ invoice__invoiceDate__month: 12 }).count(db),
  "ch.date.extract": ({ db }) =>
    Employee.objects
      .annotate({ y: Extract("birthDate", "year"), m: Extract("birthDate", "month"), d: Extract("birthDate", "day") })
      .orderBy("id")
      .valuesList("y", "m", "d")
      .fetch(db),
  "ch.date.trunc_month_group": ({ db }) =>
    Invoice.objects
      .filter({ invoiceDate__year: 2021 })
      .annotate({ m: Trunc("invoiceDate", "month") })
      .values("m")
      .annotate({ n: Count("id"), s: Sum("total") })
      .orderBy("m")
      .fetch(db),
  "ch.date.dates": async ({ db }) => [
    await Invoice.objects.dates("invoiceDate", "year").fetch(db),
    await Invoice.objects.dates("invoiceDate", "month", { order: "desc" }).limit(3).fetch(db),
  ],
  "ch.date.datetimes": ({ db }) => Employee.objects.datetimes("hireDate", "month").fetch(db),
  "ch.date.f_plus_interval": ({ db }) =>
    Invoice.objects
      .annotate({ due: F("invoiceDate").add(3 * dayMs) })
      .filter({ due__gt: new Date("2025-12-17T00:00:00Z") } as never)
      .orderBy("id")
      .valuesList("id", "due")
      .fetch(db),
  "ch.date.birthday_diff": async ({ db }) =>
    (
      await Employee.objects
        .annotate({ age: F("hireDate").sub(F("birthDate")) })
        .orderBy("id")
        .valuesList("age", { flat: true })
        .fetch(db)
    ).map((age) => ({ seconds: Number(age) / 1000 })),
};
