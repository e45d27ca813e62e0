/** Every builder, terminal, lookup and expression of the public list exists and gives the right answer on both databases. */

import { describe, expect, it } from "vitest";
import * as flash from "flash-db";
import {
  Abs,
  ArrayAgg,
  Avg,
  Case,
  Cast,
  Ceil,
  Coalesce,
  Concat,
  Count,
  CumeDist,
  DenseRank,
  Exists,
  Extract,
  F,
  FieldError,
  FirstValue,
  Floor,
  Greatest,
  JsonAgg,
  Json,
  Lag,
  LastValue,
  Lead,
  Least,
  Length,
  Lower,
  Max,
  Min,
  Mod,
  model,
  Now,
  NthValue,
  Ntile,
  NullIf,
  OuterRef,
  PercentRank,
  Power,
  Q,
  Random,
  Rank,
  Replace,
  Round,
  RowNumber,
  sql,
  StdDev,
  StringAgg,
  Subquery,
  Substr,
  Sum,
  t,
  Trim,
  Trunc,
  Upper,
  Value,
  Variance,
  When,
  Window,
  type QuerySet,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { fillGallery, gallery, Genre, Painter, Painting, Room } from "./gallery.js";

class Sample extends model<Sample>("everything_samples")({
  name: t.text(),
  small: t.smallint().nullable(),
  whole: t.integer(),
  big: t.bigint(),
  real: t.double(),
  money: t.decimal(12, 2),
  yes: t.boolean(),
  at: t.timestamp(),
  day: t.date(),
  clock: t.time(),
  span: t.duration(),
  settings: t.json<{ theme?: string; deep?: { list?: number[]; on?: boolean }; n?: number | null }>().nullable(),
  labels: t.array(t.text()).nullable(),
  kind: t.enum(["a", "b"]),
  key: t.uuid(),
  raw: t.bytes(),
}) {}
const first = {
  name: "  Ada Lovelace ",
  small: 3,
  whole: -7,
  big: 9_007_199_254_740_993n,
  real: 2.25,
  money: "10.55",
  yes: true,
  at: new Date("2024-03-31T01:30:15.500Z"),
  day: "2024-02-29",
  clock: "13:45:10",
  span: 90_000,
  settings: { theme: "dark", deep: { list: [1, 2], on: true }, n: null },
  labels: ["x", "y"],
  kind: "a",
  key: "018f0000-0000-7000-8000-000000000001",
  raw: new Uint8Array([1, 2]),
} as const;
const second = {
  ...first,
  name: "bob",
  small: null,
  whole: 4,
  big: 2n,
  real: -0.5,
  money: "0.10",
  yes: false,
  at: new Date("2023-12-31T23:30:00Z"),
  day: "2023-12-31",
  clock: "00:00:00",
  span: 0,
  settings: { theme: "light", n: 5 },
  labels: [],
  kind: "b",
  key: "018f0000-0000-7000-8000-000000000002",
  raw: new Uint8Array([]),
} as const;
const third = { ...second, name: "cy", whole: 5, settings: null, labels: null, key: "018f0000-0000-7000-8000-000000000003" } as const;

const fill = async (db: Parameters<typeof fillGallery>[0]): Promise<void> => {
  await fillGallery(db);
  await Sample.objects.bulkCreate(db, [first, second, third] as never);
};

describe("the public list", () => {
  it("has every builder and terminal on managers and querysets", () => {
    const builders =
      "all none filter exclude orderBy reverse distinct limit offset slice only defer selectRelated prefetchRelated annotate alias values valuesList union intersection difference selectForUpdate using withDeleted onlyDeleted fetchMode dates when pipe with";
    const terminals =
      "fetch first last get latest earliest count exists contains aggregate inBulk iterate paginate explain update delete create getOrCreate updateOrCreate bulkCreate bulkUpdate raw getByPk deleteByPk updateByPk toSQL";
    for (const name of `${builders} ${terminals}`.split(" ")) {
      expect((Sample.objects as unknown as Record<string, unknown>)[name], name).toBeTypeOf("function");
      expect((Sample.objects.filter({ whole: 1 }) as unknown as Record<string, unknown>)[name], name).toBeTypeOf("function");
    }
  });
  it("exports every expression and aggregate", () => {
    const names =
      "F Q Value Case When Coalesce Greatest Least NullIf Lower Upper Length Concat Substr Trim Replace Abs Round Ceil Floor Mod Power Now Extract Trunc Cast Random Count Sum Avg Min Max StdDev Variance StringAgg ArrayAgg JsonAgg Window RowNumber Rank DenseRank Lag Lead FirstValue LastValue NthValue Ntile PercentRank CumeDist Subquery Exists OuterRef sql Prefetch prefetchRelated Json";
    for (const name of names.split(" ")) expect((flash as Record<string, unknown>)[name], name).toBeDefined();
  });
});

eachSharedDatabase("everything", [...gallery, Sample], fill, (at) => {
  const names = (query: QuerySet<Sample>): Promise<string[]> =>
    query
      .orderBy("id")
      .valuesList("name", { flat: true })
      .fetch(at.db)
      .then((all) => all.map((name) => name.trim().split(" ")[0]!.toLowerCase()));

  describe("lookups", () => {
    const cases: readonly (readonly [object, readonly string[]])[] = [
      [{ name__exact: "bob" }, ["bob"]],
      [{ name__ne: "bob" }, ["ada", "cy"]],
      [{ name__iexact: "BOB" }, ["bob"]],
      [{ name__contains: "Love" }, ["ada"]],
      [{ name__icontains: "LOVE" }, ["ada"]],
      [{ name__startswith: "b" }, ["bob"]],
      [{ name__istartswith: "B" }, ["bob"]],
      [{ name__endswith: "y" }, ["cy"]],
      [{ name__iendswith: "Y" }, ["cy"]],
      [{ name__in: ["cy", "bob"] }, ["bob", "cy"]],
      [{ whole__gt: 4 }, ["cy"]],
      [{ whole__gte: 4 }, ["bob", "cy"]],
      [{ whole__lt: 4 }, ["ada"]],
      [{ whole__lte: 4 }, ["ada", "bob"]],
      [{ whole__range: [4, 5] }, ["bob", "cy"]],
      [{ small__isnull: true }, ["bob", "cy"]],
      [{ name__regex: "^[a-z]{2}$" }, ["cy"]],
      [{ name__iregex: "^BO" }, ["bob"]],
      [{ at__year: 2024 }, ["ada"]],
      [{ at__year__lt: 2024 }, ["bob", "cy"]],
      [{ day__year__gte: 2024 }, ["ada"]],
      [{ at__month: 3 }, ["ada"]],
      [{ at__day: 31 }, ["ada", "bob", "cy"]],
      [{ at__week: 13 }, ["ada"]],
      [{ day__week: 52 }, ["bob", "cy"]],
      [{ day__weekday: 5 }, ["ada"]],
      [{ day__quarter: 1 }, ["ada"]],
      [{ at__hour: 1 }, ["ada"]],
      [{ at__minute: 30, at__hour__gt: 20 }, ["bob", "cy"]],
      [{ at__second: 15 }, ["ada"]],
      [{ clock__hour: 13 }, ["ada"]],
      [{ at__date: "2024-03-31" }, ["ada"]],
      [{ at__date__gt: "2024-01-01" }, ["ada"]],
      [{ at__time: "23:30:00" }, ["bob", "cy"]],
      [{ at__time__lt: "12:00:00" }, ["ada"]],
      [{ span__gt: 1000 }, ["ada"]],
      [{ yes: false }, ["bob", "cy"]],
      [{ big__gt: 9_007_199_254_740_992n }, ["ada"]],
      [{ money__gt: "0.1" }, ["ada"]],
      [{ kind__in: ["a"] }, ["ada"]],
      [{ key: "018F0000-0000-7000-8000-000000000002" }, ["bob"]],
      [{ raw: new Uint8Array([1, 2]) }, ["ada"]],
      // JSON: keys, places, NULL of both kinds, what is in it
      [{ settings__theme: "dark" }, ["ada"]],
      [{ settings__theme__icontains: "IGH" }, ["bob"]],
      [{ settings__deep__list__0: 1 }, ["ada"]],
      [{ settings__deep__on: true }, ["ada"]],
      [{ settings__n__gte: 5 }, ["bob"]],
      [{ settings__n__range: [4, 10] }, ["bob"]],
      [{ settings__n__range: [F("whole"), 10] }, ["bob"]],
      [{ settings__theme__range: ["a", "e"] }, ["ada"]],
      [{ settings__n__lt: F("money") }, []],
      [{ settings__n__gt: F("whole") }, ["bob"]],
      [{ settings__theme: F("settings__theme") }, ["ada", "bob"]],
      [{ settings__deep__on: F("yes") }, ["ada"]],
      [{ settings__theme: Lower(Value("DARK")) }, ["ada"]],
      [{ settings__haskey: "deep" }, ["ada"]],
      [{ settings__deep__haskey: "list" }, ["ada"]],
      [{ settings__contains: { theme: "light" } }, ["bob"]],
      [{ settings__contains: { deep: { on: true } } }, ["ada"]],
      [{ settings: null }, ["cy"]],
      [{ settings__isnull: false }, ["ada", "bob"]],
      [{ settings__n: Json.null }, ["ada"]],
      [{ settings__deep__isnull: true }, ["bob", "cy"]],
      [{ settings: { theme: "light", n: 5 } }, ["bob"]],
      // arrays
      [{ labels__contains: ["x"] }, ["ada"]],
      [{ labels__overlap: ["y", "z"] }, ["ada"]],
      [{ labels__len: 0 }, ["bob"]],
      [{ labels__len__gte: 1 }, ["ada"]],
      [{ labels__0: "x" }, ["ada"]],
      [{ labels: ["x", "y"] }, ["ada"]],
      [{ labels: null }, ["cy"]],
    ];
    it("find their rows, and exclude() finds exactly the others", async () => {
      const all = ["ada", "bob", "cy"];
      for (const [where, expected] of cases) {
        const label = JSON.stringify(where, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
        expect(await names(Sample.objects.filter(where as never)), label).toEqual(expected);
        expect(await names(Sample.objects.exclude(where as never)), `not ${label}`).toEqual(all.filter((name) => !expected.includes(name)));
      }
    });
    it("take expressions and querysets as values", async () => {
      expect(await names(Sample.objects.filter({ whole__gt: F("real") }))).toEqual(["bob", "cy"]);
      expect(await names(Sample.objects.filter({ whole__range: [F("whole"), Value(4)] as never }))).toEqual(["ada", "bob"]);
      expect(await names(Sample.objects.filter({ name__in: Sample.objects.filter({ yes: true }).values("name") as never }))).toEqual([
        "ada",
      ]);
      expect(await names(Sample.objects.filter({ id: Sample.objects.orderBy("-id").values("id").limit(1) as never }))).toEqual(["cy"]);
      expect(await names(Sample.objects.filter({ at__gt: F("at").sub(1000) as never }))).toEqual(["ada", "bob", "cy"]);
      expect(await names(Sample.objects.filter({ settings__n: F("whole").add(1) } as never))).toEqual(["bob"]);
    });
    it("search() is a feature of some databases, said plainly elsewhere", async () => {
      const query = Sample.objects.filter({ name__search: "lovelace" });
      if (at.kind === "postgres") {
        expect(await names(query)).toEqual(["ada"]);
        expect(await names(Sample.objects.filter({ name__search: "lovelace ada" }))).toEqual(["ada"]);
        expect(await names(Sample.objects.exclude({ name__search: "lovelace" }))).toEqual(["bob", "cy"]);
      } else {
        const sent = await at.sent(() => expect(query.fetch(at.db)).rejects.toThrow(/search/i));
        expect(sent).toEqual([]);
        await expect(query.fetch(at.db)).rejects.toThrow(flash.FlashDbError);
      }
    });
  });

  describe("expressions", () => {
    const valueOf = async (expression: object): Promise<unknown> =>
      (
        await Sample.objects
          .orderBy("id")
          .annotate({ v: expression as never })
          .valuesList("v" as never, { flat: true } as never)
          .limit(1)
          .fetch(at.db)
      )[0];
    it("compute the same on both", async () => {
      const cases: readonly (readonly [string, object, unknown])[] = [
        ["Lower", Lower("name"), "  ada lovelace "],
        ["Upper", Upper(Trim("name")), "ADA LOVELACE"],
        ["Length", Length("name"), 15],
        ["Concat", Concat("kind", Value("-"), "whole"), "a--7"],
        ["Concat NULL", Concat("kind", Cast(Value(null), "text")), "a"],
        ["Substr", Substr("name", 3, 3), "Ada"],
        ["Trim", Trim("name"), "Ada Lovelace"],
        ["Replace", Replace("name", "a", "-"), "  Ad- Lovel-ce "],
        ["Abs", Abs("whole"), 7],
        ["Round", Round("money", 1), "10.6"],
        ["Round down", Round(F("real").mul(-1)), -2],
        ["Ceil", Ceil("real"), 3],
        ["Floor", Floor("money"), "10"],
        ["Mod", Mod("whole", 4), -3],
        ["Power", Power("small", 2), 9],
        ["Coalesce", Coalesce(NullIf("kind", "a"), Value("none")), "none"],
        ["Greatest", Greatest("whole", "small"), 3],
        ["Least", Least("whole", "small"), -7],
        ["NullIf", NullIf("kind", "a"), null],
        ["Case", Case([When({ whole__gt: 0 }, Value("up")), When(Q({ yes: true }), F("kind"))], { default: Value("x") }), "a"],
        ["Cast text", Cast("whole", "text"), "-7"],
        ["Cast integer", Cast(Value("12"), "integer"), 12],
        ["Cast decimal", Cast(Value("12.345"), "decimal", { precision: 6, scale: 2 }), "12.35"],
        ["Cast boolean", Cast(Value(1), "boolean"), true],
        ["Cast double", Cast("money", "double"), 10.55],
        ["Extract year", Extract("at", "year"), 2024],
        ["Extract week", Extract("day", "week"), 9],
        ["Extract weekday", Extract("day", "weekday"), 5],
        ["Extract isoWeekday", Extract("day", "isoWeekday"), 4],
        ["Extract quarter", Extract("at", "quarter"), 1],
        ["Extract hour there", Extract("at", "hour", { zone: "Europe/Berlin" }), 3],
        ["Extract day there", Extract("at", "day", { zone: "America/New_York" }), 30],
        ["Trunc month", Trunc("at", "month"), new Date("2024-03-01T00:00:00Z")],
        ["Trunc hour", Trunc("at", "hour"), new Date("2024-03-31T01:00:00Z")],
        ["Trunc week", Trunc("at", "week"), new Date("2024-03-25T00:00:00Z")],
        ["Trunc day there", Trunc("at", "day", { zone: "Europe/Berlin" }), new Date("2024-03-30T23:00:00Z")],
        ["Trunc day of a date", Trunc("day", "year"), "2024-01-01"],
        ["F of JSON", F("settings__theme"), "dark"],
        ["F of an array", F("labels__1"), "y"],
        ["F of a length", F("labels__len"), 2],
        ["F of a part", F("at__minute"), 30],
        ["arithmetic", F("whole").add(1).mul(2).sub(F("small")).div(4), -3.75],
        ["Value", Value("x"), "x"],
        ["condition", Q({ yes: true, whole__lt: 0 }), true],
        ["sql", sql`${F("whole")} + ${10}`, 3],
        ["duration", F("span"), 90_000],
        ["difference of instants", F("at").sub(new Date("2024-03-31T01:30:14.500Z")), 1000],
        ["instant and duration", F("at").add(F("span")), new Date("2024-03-31T01:31:45.500Z")],
        ["Exists", Exists(Sample.objects.filter({ whole__gt: OuterRef("whole") })), true],
        [
          "Subquery",
          Subquery(
            Sample.objects
              .filter({ whole__gt: OuterRef("whole") })
              .orderBy("-whole")
              .values("name")
              .limit(1),
          ),
          "cy",
        ],
      ];
      for (const [label, expression, expected] of cases) expect(await valueOf(expression), label).toEqual(expected);
      const now = (await valueOf(Now())) as Date;
      expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(60_000);
      const random = (await valueOf(Random())) as number;
      expect(random >= 0 && random < 1).toBe(true);
    });
    it("refuse what has no meaning before anything is sent", async () => {
      const sent = await at.sent(async () => {
        for (const bad of [
          () => F("name").add(1),
          () => Extract("name", "year"),
          () => Sum("name"),
          () => Trunc("clock", "day"),
          () => F("yes").mul(2),
        ]) {
          await expect(Sample.objects.annotate({ v: bad() as never }).fetch(at.db)).rejects.toThrow(FieldError);
        }
        expect(() => Extract("at", "minutes" as never)).toThrow(/minute/);
        expect(() => Extract("at", "hour", { zone: "Mars/Olympus" })).toThrow(FieldError);
      });
      expect(sent).toEqual([]);
    });
  });

  describe("aggregates", () => {
    it("of all rows, with filters, distinct, order and a value for nothing", async () => {
      const result = await Sample.objects.aggregate(at.db, {
        n: Count("*"),
        some: Count("small"),
        kinds: Count("kind", { distinct: true }),
        late: Count("id", { filter: Q({ at__year: 2024 }) }),
        sum: Sum("money"),
        bigSum: Sum("big", { filter: Q({ yes: false }) }),
        mean: Avg("whole"),
        least: Min("day"),
        most: Max("at"),
        none: Sum("whole", { filter: Q({ id__in: [] }), default: 0 }),
        spread: StdDev("whole", { filter: Q({ yes: false }) }),
        variance: Variance("whole", { filter: Q({ yes: false }), sample: true }),
        text: StringAgg("name", "|", { filter: Q({ yes: false }), orderBy: "-name" }),
        list: ArrayAgg("whole", { orderBy: "whole" }),
        json: JsonAgg("kind", { orderBy: "id" }),
        distinct: ArrayAgg("kind", { distinct: true, orderBy: "kind" }),
      });
      expect(result).toEqual({
        n: 3,
        some: 1,
        kinds: 2,
        late: 1,
        sum: "10.75",
        bigSum: 4n,
        mean: expect.closeTo(2 / 3, 10),
        least: "2023-12-31",
        most: first.at,
        none: 0,
        spread: 0.5,
        variance: 0.5,
        text: "cy|bob",
        list: [-7, 4, 5],
        json: ["a", "b", "b"],
        distinct: ["a", "b"],
      });
    });
    it("of each row's relations", async () => {
      const query = Painting.objects.annotate({
        names: StringAgg("genres__name", "+", { orderBy: "genres__name" }),
        list: ArrayAgg("genres__name", { orderBy: "-genres__name", filter: Q({ genres__isnull: false }) }),
        json: JsonAgg("genres__name", { orderBy: "genres__name", filter: Q({ genres__isnull: false }) }),
      });
      const rows = await query.orderBy("id").fetch(at.db);
      expect(rows.map((row) => row.names)).toEqual(["light+sea", "dark", "dark+light", null, "sea"]);
      expect(rows.map((row) => row.list ?? [])).toEqual([["sea", "light"], ["dark"], ["light", "dark"], [], ["sea"]]);
      expect(rows.map((row) => row.json ?? [])).toEqual([["light", "sea"], ["dark"], ["dark", "light"], [], ["sea"]]);
    });
    it("through windows", async () => {
      const by = { orderBy: "whole" } as const;
      const whole = { ...by, frame: { from: null, to: null } } as const;
      const query = Sample.objects.annotate({
        row: Window(RowNumber(), by),
        rank: Window(Rank(), { orderBy: "kind" }),
        dense: Window(DenseRank(), { orderBy: "kind" }),
        before: Window(Lag("whole"), by),
        after: Window(Lead("whole", 1, 0), by),
        first: Window(FirstValue("whole"), by),
        last: Window(LastValue("whole"), whole),
        second: Window(NthValue("whole", 2), whole),
        half: Window(Ntile(2), by),
        percent: Window(PercentRank(), by),
        share: Window(CumeDist(), { orderBy: "kind" }),
        sum: Window(Sum("whole"), { ...by, frame: { from: -1, to: 0 } }),
      });
      const rows = await query.orderBy("whole").fetch(at.db);
      expect(
        rows.map((row) => [
          row.row,
          row.rank,
          row.dense,
          row.before,
          row.after,
          row.first,
          row.last,
          row.second,
          row.half,
          row.percent,
          row.sum,
        ]),
      ).toEqual([
        [1, 1, 1, null, 4, -7, 5, 4, 1, 0, -7],
        [2, 2, 2, -7, 5, -7, 5, 4, 1, 0.5, -3],
        [3, 2, 2, 4, 0, -7, 5, 4, 2, 1, 9],
      ]);
      expect(rows.map((row) => row.share)).toEqual([expect.closeTo(1 / 3, 10), 1, 1]);
    });
  });

  describe("builders and terminals", () => {
    const titles = (query: QuerySet<Painting>): Promise<string[]> => query.orderBy("id").valuesList("title", { flat: true }).fetch(at.db);
    it("when() and pipe() change a query only where they should", async () => {
      const early = (query: QuerySet<Painting>): QuerySet<Painting> => query.filter({ year__lt: 1940 });
      expect(await titles(Painting.objects.when(false, early))).toHaveLength(5);
      expect(await titles(Painting.objects.when("yes", early))).toEqual(["Dawn", "Dusk"]);
      expect(await titles(Painting.objects.when(null, early, (query) => query.filter({ year: 1990 })))).toEqual(["Void"]);
      expect(await Painting.objects.pipe(early).pipe((query) => query.count(at.db))).toBe(2);
    });
    it("contains() asks whether an object is among the rows", async () => {
      const dawn = await Painting.objects.get(at.db, { title: "Dawn" });
      expect(await Painting.objects.filter({ year__lt: 1940 }).contains(at.db, dawn)).toBe(true);
      expect(await Painting.objects.filter({ year__gt: 1940 }).contains(at.db, dawn)).toBe(false);
      await expect(Painting.objects.contains(at.db, (await Room.objects.first(at.db)) as never)).rejects.toThrow(FieldError);
    });
    it("dates() and datetimes() give what occurs, once each", async () => {
      expect(await Sample.objects.dates("at", "year").fetch(at.db)).toEqual(["2023-01-01", "2024-01-01"]);
      expect(await Sample.objects.dates("day", "month", { order: "desc" }).fetch(at.db)).toEqual(["2024-02-01", "2023-12-01"]);
      expect(await Sample.objects.dates("at", "day", { zone: "Asia/Tokyo" }).fetch(at.db)).toEqual(["2024-01-01", "2024-03-31"]);
      expect(await Sample.objects.datetimes("at", "minute").fetch(at.db)).toEqual([second.at, new Date("2024-03-31T01:30:00Z")]);
      expect(() => Sample.objects.dates("at", "hour" as never)).toThrow(FieldError);
    });
    it("raw() gives instances from one's own SELECT; what it leaves out is not loaded", async () => {
      const rows = await Painting.objects.raw(
        at.db,
        sql`SELECT id, title, year FROM gallery_paintings WHERE year < ${1940} ORDER BY year DESC`,
      );
      expect(rows.map((row) => row.title)).toEqual(["Dusk", "Dawn"]);
      expect(rows[0]).toBeInstanceOf(Painting);
      expect(() => rows[0]!.note).toThrow(flash.NotLoaded);
      expect(await Painting.objects.get(at.db, { title: "Dusk" })).toBe(rows[0]);
      await expect(Painting.objects.raw(at.db, "SELECT 1" as never)).rejects.toThrow(/sql/);
    });
    it("explain() gives the database's plan, and with `analyze` what it took", async () => {
      const query = Painting.objects.filter({ painter__name: "Ada" });
      expect(await query.explain(at.db)).toMatch(/gallery_pain/);
      const analyzed = await query.explain(at.db, { analyze: true }).catch((error: unknown) => error);
      if (at.kind === "postgres") expect(analyzed).toMatch(/actual time|Execution Time/);
      else expect(typeof analyzed === "string" || analyzed instanceof flash.FlashDbError).toBe(true);
    });
    it("iterate() reads chunk by chunk, prefetches once per chunk, and lets go of what it gave", async () => {
      at.db.clear();
      const seen: string[] = [];
      const sent = await at.sent(async () => {
        for await (const painting of Painting.objects.prefetchRelated("genres").orderBy("id").iterate(at.db, { chunkSize: 2 }))
          seen.push(`${painting.title} ${painting.genres.length}`);
      });
      expect(seen).toEqual(["Dawn 2", "Dusk 1", "Tide 2", "Moor 0", "Void 1"]);
      expect(sent.filter((text) => text.includes("genres"))).toHaveLength(3);
      const given: Painting[] = [];
      for await (const painting of Painting.objects.orderBy("id").iterate(at.db, { chunkSize: 2 })) {
        given.push(painting);
        expect(at.db.has(painting)).toBe(true);
      }
      expect(given.map((one) => at.db.has(one))).toEqual([false, false, false, false, false]);
      const tracked: Painting[] = [];
      for await (const painting of Painting.objects.orderBy("id").iterate(at.db, { chunkSize: 2, track: true })) tracked.push(painting);
      expect(tracked.every((one) => at.db.has(one))).toBe(true);
      const first = await (async () => {
        for await (const painting of Painting.objects.orderBy("id").iterate(at.db, { chunkSize: 1 })) return painting;
        return null;
      })();
      expect(first?.title).toBe("Dawn");
    });
    it("with() reads a tree in one query, with depths and paths, from above and from below", async () => {
      const down = Genre.objects
        .with("tree", Genre.objects.filter({ name: "light" }).annotate({ depth: Value(0), path: Cast("name", "text") }), (tree) =>
          Genre.objects
            .filter({ parent: tree.ref("id") })
            .annotate({ depth: tree.ref("depth").add(1), path: Concat(tree.ref("path"), Value("/"), "name") }),
        )
        .orderBy("depth");
      const sent = await at.sent(async () => {
        const rows = await down.fetch(at.db);
        expect(rows.map((row) => [row.name, row.depth, row.path])).toEqual([
          ["light", 0, "light"],
          ["dark", 1, "light/dark"],
          ["sea", 2, "light/dark/sea"],
        ]);
        expect(rows[0]).toBeInstanceOf(Genre);
      });
      expect(sent).toHaveLength(1);
      expect(await down.filter({ depth__gt: 0 } as never).count(at.db)).toBe(2);
      const up = Genre.objects.with("up", Genre.objects.filter({ name: "sea" }), (tree) =>
        Genre.objects.filter({ id: tree.ref("parentId" as never) }),
      );
      expect((await up.orderBy("id").fetch(at.db)).map((row) => row.name)).toEqual(["light", "dark", "sea"]);
    });
    it("selectForUpdate() locks rows where rows have locks, within a transaction", async () => {
      const query = Painting.objects.filter({ year: 1930 });
      expect(query.selectForUpdate().toSQL("postgres").text).toMatch(/FOR UPDATE$/);
      expect(query.selectForUpdate({ skipLocked: true }).toSQL("postgres").text).toMatch(/FOR UPDATE SKIP LOCKED$/);
      expect(query.selectForUpdate({ noWait: true }).toSQL("postgres").text).toMatch(/FOR UPDATE NOWAIT$/);
      expect(
        query
          .selectRelated("painter")
          .selectForUpdate({ of: ["self", "painter"] })
          .toSQL("postgres").text,
      ).toMatch(/FOR UPDATE OF "[^"]+", "[^"]+"$/);
      expect(query.selectForUpdate().toSQL("sqlite").text).not.toMatch(/FOR UPDATE/);
      expect(() => query.selectForUpdate({ skipLocked: true, noWait: true })).toThrow(FieldError);
      expect(() => query.selectForUpdate({ skip: true } as never)).toThrow(/'skip'/);
      expect(at.db.inTransaction).toBe(false);
      expect(await query.selectForUpdate().fetch(at.db)).toHaveLength(1);
      expect(at.db.inTransaction).toBe(true);
    });
    it("using() binds a session, so that terminals take none", async () => {
      expect(await Painting.objects.using(at.db).filter({ year: 1930 }).count()).toBe(1);
      expect((await Painter.objects.filter({ name: "Ada" }).using(at.db).get({ born: 1900 })).name).toBe("Ada");
      await expect(Painting.objects.count(undefined as never)).rejects.toThrow(/session/i);
    });
    it("union(), intersection() and difference() are ordered and cut as a whole", async () => {
      const [early, east] = [Painting.objects.filter({ year__lt: 1940 }), Painting.objects.filter({ room__name: "East" })];
      const of = (query: QuerySet<Painting>): Promise<string[]> =>
        query
          .orderBy("title")
          .fetch(at.db)
          .then((rows) => rows.map((row) => row.title));
      expect(await of(early.union(east))).toEqual(["Dawn", "Dusk", "Tide"]);
      expect(await of(early.intersection(east))).toEqual(["Dawn"]);
      expect(await of(early.difference(east))).toEqual(["Dusk"]);
      expect((await early.union(east).orderBy("-title").limit(1).fetch(at.db)).map((row) => row.title)).toEqual(["Tide"]);
      expect(await early.union(east).count(at.db)).toBe(3);
      expect(await early.values("year").unionAll(east.values("year")).count(at.db)).toBe(4);
    });
    it("distinct() on a column keeps the first row of each", async () => {
      const rows = await Painting.objects.distinct("painter").orderBy("painter", "-year").fetch(at.db);
      expect(rows.map((row) => row.title)).toEqual(["Dusk", "Moor", "Void"]);
    });
    it("toSQL() shows the statement of either database", () => {
      const query = Painting.objects.filter({ year: 1930 }).only("title");
      expect(query.toSQL("sqlite")).toEqual({
        text: 'SELECT "gallery_paintings"."id", "gallery_paintings"."title" FROM "gallery_paintings" WHERE "gallery_paintings"."year" = ?',
        params: [1930],
      });
      expect(query.toSQL("postgres").text).toMatch(/"year" = \$1/);
    });
  });
});
