/** What must be refused, or is only ever a value: `ch.sec.*`. */

import { Trunc, Value } from "flash-db";
import { raises, type Cases } from "../case.js";
import { Genre, Invoice } from "../chinook.js";

export const security: Cases = {
  "ch.sec.alias": async ({ db, queries }) => {
    const names = ['al"ias', "al'ias", "al ias", "alias--", "ali/*as*/", "alias;", "alias["];
    return [await Promise.all(names.map((name) => raises(() => Genre.objects.annotate({ [name]: Value(1) }).fetch(db)))), queries()];
  },
  "ch.sec.values": async ({ db }) => [
    await Genre.objects.filter({ name: "x' OR '1'='1" }).count(db),
    await Genre.objects.filter({ name__contains: "'; --" }).count(db),
    await Genre.objects.filter({ name__in: ["') OR 1=1 --"] }).count(db),
    await Genre.objects.count(db),
  ],
  "ch.sec.connector_key": async ({ db, queries }) => [
    await raises(() => Genre.objects.filter({ _connector: "OR", id: 1 } as never).fetch(db)),
    await raises(() => Genre.objects.exclude({ _negated: true } as never).fetch(db)),
    queries(),
  ],
  "ch.sec.json_like_key": async ({ db, queries }) => [
    await raises(() => Genre.objects.filter({ 'name") OR (1=1': 1 } as never).fetch(db)),
    await raises(() => Genre.objects.values('name" from genre--' as never).fetch(db)),
    queries(),
  ],
  "ch.sec.date_trunc_kind": async ({ db }) => [
    await raises(() => Invoice.objects.annotate({ x: Trunc("invoiceDate", "year' FROM x--" as never) }).fetch(db)),
    await raises(() => Invoice.objects.dates("invoiceDate", "year'--" as never).fetch(db)),
  ],
};
