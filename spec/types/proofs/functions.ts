/** The results of functions, aggregates and windows: their types, where null may come from, and their paths checked. */

import * as f from "flash-db";
import { F, Q, type Session } from "flash-db";
import { Author, Book } from "./models.js";
import { exact } from "./exact.js";

export async function texts(db: Session) {
  const [row] = await Book.objects
    .annotate({
      up: f.Upper("title"),
      low: f.Lower("editor__name"),
      size: f.Length("editor__name"),
      both: f.Concat("title", f.Value(" "), "editor__name"),
    })
    .annotate({ cut: f.Substr("up", 1, 3), replaced: f.Replace("title", "a", "b"), trimmed: f.Trim(f.Lower("low")) })
    .fetch(db);
  exact<string>()(row!.up);
  exact<string | null>()(row!.low);
  exact<number | null>()(row!.size);
  exact<string>()(row!.both);
  exact<string>()(row!.cut);
  exact<string | null>()(row!.trimmed);
  exact<string>()(row!.replaced);
  // @ts-expect-error no such path
  Book.objects.annotate({ x: f.Upper("titel") });
  // @ts-expect-error no such path, inside
  Book.objects.annotate({ x: f.Trim(f.Lower("author__nam")) });
  // @ts-expect-error the last one is no path
  Book.objects.annotate({ x: f.Concat("title", f.Value(" "), "nam") });
}

export async function numbers(db: Session) {
  const [row] = await Book.objects
    .annotate({
      abs: f.Abs("pages"),
      rounded: f.Round("price", 1),
      rest: f.Mod("pages", 2),
      power: f.Power("pages", F("editor__age")),
      most: f.Greatest("pages", 10),
      least: f.Least("pages", "editor__age"),
      sure: f.Coalesce("price", "author__balance"),
      unsure: f.Coalesce("price", "editor__name"),
      zero: f.Coalesce("editor__age", 0),
      none: f.NullIf("pages", 0),
      text: f.Cast("pages", "text"),
      chance: f.Random(),
    })
    .fetch(db);
  exact<number>()(row!.abs);
  exact<string | null>()(row!.rounded);
  exact<number>()(row!.rest);
  exact<number | null>()(row!.power);
  exact<string>()(row!.sure);
  exact<string | null>()(row!.unsure);
  exact<number>()(row!.zero);
  exact<number | null>()(row!.none);
  exact<string>()(row!.text);
  exact<number>()(row!.chance);
  exact<number>()(row!.most);
  exact<number | null>()(row!.least);
  const [computed] = await Book.objects
    .annotate({ a: F("pages").mod(2).pow(2).neg(), b: F("pages").add(F("editor__age")), c: F("pages").bitand(1).shiftLeft(2) })
    .fetch(db);
  exact<number>()(computed!.a);
  exact<number | null>()(computed!.b);
  exact<number>()(computed!.c);
  // @ts-expect-error the exponent's path is wrong
  Book.objects.annotate({ x: f.Power("pages", F("agee")) });
}

export async function dates(db: Session) {
  const [row] = await Author.objects
    .annotate({
      year: f.Extract("createdAt", "year"),
      month: f.Trunc("createdAt", "month"),
      now: f.Now(),
      gone: f.Extract("deletedAt", "quarter", { zone: "Europe/Vienna" }),
    })
    .fetch(db);
  exact<number>()(row!.year);
  exact<Date>()(row!.month);
  exact<Date>()(row!.now);
  exact<number | null>()(row!.gone);
  // @ts-expect-error no such part
  Author.objects.annotate({ year: f.Extract("createdAt", "yaer") });
}

export async function aggregates(db: Session) {
  const all = await Book.objects.aggregate(db, {
    spread: f.StdDev("pages", { sample: true }),
    variance: f.Variance("pages"),
    titles: f.StringAgg("title", ", ", { orderBy: "-pages" }),
    list: f.ArrayAgg("pages"),
    json: f.JsonAgg("title"),
    total: f.Sum("pages", { default: 0 }),
    double: f.Sum(F("pages").mul(2)),
    names: f.Count("author__name", { distinct: true, filter: { pages__gt: 3 } }),
    upper: f.Max(f.Upper("title")),
  });
  exact<number | null>()(all.spread);
  exact<number | null>()(all.variance);
  exact<string | null>()(all.titles);
  exact<number[] | null>()(all.list);
  exact<string[] | null>()(all.json);
  exact<number>()(all.total);
  exact<number | null>()(all.double);
  exact<number>()(all.names);
  exact<string | null>()(all.upper);
  // @ts-expect-error the filter's path is wrong, in a plain object too
  await Book.objects.aggregate(db, { n: f.Count("isbn", { filter: { pagez__gt: 3 } }) });
  // @ts-expect-error the filter's value is wrong
  await Book.objects.aggregate(db, { n: f.Count("isbn", { filter: Q({ pages__gt: "3" }) }) });
  // @ts-expect-error a text cannot be the frame of nothing: no such path
  await Book.objects.aggregate(db, { n: f.StringAgg("titel", ", ") });
}

export async function windows(db: Session) {
  const [row] = await Book.objects
    .annotate({
      place: f.Window(f.RowNumber(), { partitionBy: "author", orderBy: "-pages" }),
      rank: f.Window(f.DenseRank(), { orderBy: [F("pages").desc({ nulls: "last" })] }),
      before: f.Window(f.Lag("title"), { orderBy: "pages" }),
      after: f.Window(f.Lead("title", 2, ""), { orderBy: "pages" }),
      running: f.Window(f.Sum("pages"), { orderBy: "isbn", frame: { unit: "rows", from: null, to: 0 } }),
      third: f.Window(f.NthValue("pages", 3)),
      part: f.Window(f.Ntile(4), { orderBy: "pages" }),
      share: f.Window(f.PercentRank(), { orderBy: "pages" }),
      first: f.Window(f.FirstValue("title"), { orderBy: "pages" }),
    })
    .fetch(db);
  exact<number>()(row!.place);
  exact<number>()(row!.rank);
  exact<string | null>()(row!.before);
  exact<string>()(row!.after);
  exact<number | null>()(row!.running);
  exact<number | null>()(row!.third);
  exact<number>()(row!.part);
  exact<number>()(row!.share);
  exact<string | null>()(row!.first);
  // @ts-expect-error no such path to part by
  Book.objects.annotate({ x: f.Window(f.RowNumber(), { partitionBy: "autor" }) });
  // @ts-expect-error no such path
  Book.objects.annotate({ x: f.Window(f.Lag("titel"), { orderBy: "pages" }) });
}
