/** "Differences that remain" of docs/queries.md and docs/databases.md, each as it is; and what was made alike beside them. */

import { expect, it } from "vitest";
import {
  Case,
  Cast,
  Concat,
  Count,
  DatabaseError,
  F,
  LPad,
  Max,
  Min,
  model,
  Repeat,
  Sum,
  t,
  Value,
  When,
  Window,
  type Session,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Listing extends model<Listing>("difference_listings")({
  numbers: t.array(t.integer()),
  lasts: t.duration(),
  exact: t.double(),
  short: t.real(),
}) {}
class Sample extends model<Sample>("difference_samples")({
  text: t.text(),
  double: t.double().default(0),
  real: t.real().default(0),
  big: t.bigint().default(0n),
  price: t.decimal(10, 2).default("1"),
  data: t.json<unknown>().nullable(),
}) {}
const texts = ["a\nb", "é", "a1", "_", "A b", "word-x", "aaa", "", "line\n", "ab ab", "\t", "x.y", "Ω", "a{2}", "]\\b"];
const fill = async (db: Session): Promise<void> => {
  await Sample.objects.bulkCreate(
    db,
    texts.map((text) => ({ text })),
  );
};

eachSharedDatabase("regular expressions", [Sample], fill, (stage) => {
  const matching = async (lookup: "regex" | "iregex", pattern: string): Promise<string[]> =>
    Sample.objects
      .filter({ [`text__${lookup}`]: pattern } as { text__regex: string })
      .orderBy("id")
      .valuesList("text", { flat: true })
      .fetch(stage.db);
  const answers: Readonly<Record<string, readonly string[]>> = {
    "a.b": ["a\nb"],
    b$: ["a\nb", "A b", "ab ab", "]\\b"],
    "^b": [],
    line$: [],
    "\\Aa.?1\\Z": ["a1"],
    "^\\w$": ["é", "_", "Ω"],
    "^\\W$": ["\t"],
    "^[\\w-]{3,}$": ["word-x", "aaa"],
    "^[[:alpha:]]$": ["é", "Ω"],
    "\\d": ["a1", "a{2}"],
    "\\bab\\b": ["ab ab"],
    "\\yab\\y": ["ab ab"],
    "x\\B": [],
    "a\\B": ["a1", "aaa", "ab ab"].filter((text) => text !== ""),
    "(a)\\1": ["aaa"],
    "^a+?$": ["aaa"],
    "a(?=b)": ["ab ab"],
    "(?<=a)b": ["ab ab"],
    "(?<!a)b$": ["a\nb", "A b", "]\\b"],
    "(?i)^A.B$": ["a\nb", "A b"],
    "x|é": ["é", "word-x", "x.y"],
    "\\u00e9": ["é"],
    "[]\\\\]b": ["]\\b"],
  };
  it.each(Object.entries(answers))("%s finds the same", async (pattern, answer) => {
    expect(await matching("regex", pattern)).toEqual(answer);
  });
  it("without case find letters of all of Unicode", async () => {
    expect(await matching("iregex", "^[É-Ω]$")).toEqual(["é", "Ω"]);
    expect(await matching("iregex", "^a b$")).toEqual(["A b"]);
  });
  it("in columns may be PostgreSQL's own too", async () => {
    expect(
      await Sample.objects
        .filter({ text__regex: Concat(Value("\\y"), "text", Value("\\y")), text: "aaa" })
        .valuesList("text", { flat: true })
        .fetch(stage.db),
    ).toEqual(["aaa"]);
  });
  it("with named groups or \\p{…} are an error on PostgreSQL", async () => {
    for (const pattern of ["(?<letter>a)\\k<letter>", "^\\p{L}$"]) {
      const found = matching("regex", pattern);
      if (stage.kind === "postgres") {
        await expect(found).rejects.toThrow(DatabaseError);
        await stage.db.rollback();
      } else expect(await found).not.toEqual([]);
    }
  });
});

const numbers = [0.1, 0.2 + 0.1, 0.7999999999999999, 1, -1, 100, 123456.5, 1e14, 1e15, 3.5e20, 1.5e-9, 0.0001, 0.00001, -0, 1e100, 5e-324];
eachSharedDatabase(
  "numbers as text",
  [Sample],
  async (db) =>
    void (await Sample.objects.bulkCreate(
      db,
      numbers.map((double) => ({ text: "", double, real: Math.abs(double) < 1e30 ? Math.fround(double) : 0 })),
    )),
  (stage) => {
    it("are the same", async () => {
      const read = async (name: "double" | "real"): Promise<(string | null)[]> =>
        Sample.objects
          .orderBy("id")
          .annotate({ written: Cast(name, "text") })
          .valuesList("written", { flat: true })
          .fetch(stage.db);
      expect(await read("double")).toEqual(
        "0.1 0.30000000000000004 0.7999999999999999 1 -1 100 123456.5 100000000000000 1e+15 3.5e+20 1.5e-09 0.0001 1e-05 0 1e+100 5e-324".split(
          " ",
        ),
      );
      expect(await read("real")).toEqual("0.1 0.3 0.8 1 -1 100 123456.5 1e+14 1e+15 3.5e+20 1.5e-09 0.0001 1e-05 0 0 0".split(" "));
      const joined = await Sample.objects
        .annotate({ written: Concat(Cast("double", "text"), Value("!")) })
        .orderBy("id")
        .values("written")
        .slice(3, 4)
        .fetch(stage.db);
      expect(joined).toEqual([{ written: "1!" }]);
    });
  },
);

eachSharedDatabase("differences that remain", [Sample], fill, (stage) => {
  const isPostgres = (): boolean => stage.kind === "postgres";
  const failsOnPostgres = async (work: Promise<unknown>, otherwise: unknown): Promise<void> => {
    if (isPostgres()) {
      await expect(work).rejects.toThrow(DatabaseError);
      await stage.db.rollback();
    } else expect(await work).toEqual(otherwise);
  };
  const one = Sample.objects.orderBy("id").slice(0, 1);

  it("division by zero: an error on PostgreSQL, NULL on SQLite", async () => {
    await failsOnPostgres(
      one
        .annotate({ x: F("double").div(0) })
        .valuesList("x", { flat: true })
        .fetch(stage.db),
      [null],
    );
    await failsOnPostgres(
      one
        .annotate({ x: F("id").mod(0) })
        .valuesList("x", { flat: true })
        .fetch(stage.db),
      [null],
    );
  });
  it("overflow: an error on PostgreSQL; on SQLite doubles become Infinity, and integers an error when they are read", async () => {
    await Sample.objects.update(stage.db, { double: 1e308, big: 2n ** 63n - 1n }, { all: true });
    await failsOnPostgres(
      one
        .annotate({ x: F("double").mul(1e308) })
        .valuesList("x", { flat: true })
        .fetch(stage.db),
      [Infinity],
    );
    await stage.db.rollback();
    await Sample.objects.update(stage.db, { big: 2n ** 63n - 1n }, { all: true });
    await expect(one.annotate({ x: F("big").add(F("big")) }).fetch(stage.db)).rejects.toThrow(DatabaseError);
    await stage.db.rollback();
  });
  it("full text search: PostgreSQL only", async () => {
    const found = Sample.objects.filter({ text__search: "aaa" }).count(stage.db);
    if (isPostgres()) expect(await found).toBe(1);
    else await expect(found).rejects.toThrow(/search/);
  });
  it("DISTINCT tells computed decimals 1.0 and 1 apart on SQLite; groups do not", async () => {
    await Sample.objects.filter({ text: "aaa" }).update(stage.db, { price: "0.5" });
    const ones = Sample.objects
      .filter({ text__in: ["aaa", "a1"] })
      .annotate({ x: Case([When({ text: "aaa" }, F("price").mul("2.0"))], { default: F("price") }) });
    expect(await ones.values("x").distinct().count(stage.db)).toBe(isPostgres() ? 1 : 2);
    expect(
      await ones
        .values("x")
        .annotate({ n: Sum("id") })
        .count(stage.db),
    ).toBe(1);
    expect(await ones.aggregate(stage.db, { x: Count("x", { distinct: true }) })).toEqual({ x: 1 });
  });
  it("text of JSON: each database's own form", async () => {
    await Sample.objects.filter({ text: "aaa" }).update(stage.db, { data: { bb: 1, a: [1, 2] } });
    const [written] = await Sample.objects
      .filter({ text: "aaa" })
      .annotate({ x: Cast("data", "text") })
      .valuesList("x", { flat: true })
      .fetch(stage.db);
    expect(written).toBe(isPostgres() ? '{"a": [1, 2], "bb": 1}' : '{"bb":1,"a":[1,2]}');
  });
  it("Max of JSON as a window: SQLite only", async () => {
    await failsOnPostgres(
      one
        .annotate({ x: Window(Max("data")) })
        .valuesList("x", { flat: true })
        .fetch(stage.db),
      [null],
    );
  });
  it("a sum of bigints beyond 64 bits is exact when read, and on SQLite larger than every number in a condition", async () => {
    await Sample.objects.filter({ text__in: ["aaa", "a1", "_"] }).update(stage.db, { big: 2n ** 63n - 1n });
    const sums = Sample.objects.values("price").annotate({ x: Sum("big") });
    expect((await sums.fetch(stage.db)).map(({ x }) => String(x))).toEqual([String(3n * (2n ** 63n - 1n))]);
    expect(await sums.filter({ x__gt: 2n ** 63n - 1n }).count(stage.db)).toBe(1);
  });
  it("Repeat and LPad: at most 50 million characters on SQLite", async () => {
    if (isPostgres()) return;
    for (const long of [Repeat("text", 60_000_000), LPad("text", 60_000_000)])
      await expect(Sample.objects.filter({ text: "a1" }).annotate({ x: long }).values("x").fetch(stage.db)).rejects.toThrow(DatabaseError);
  });
});

eachSharedDatabase(
  "differences that remain in arrays, durations and single precision",
  [Listing],
  async (db) => {
    await Listing.objects.bulkCreate(db, [
      { numbers: [9], lasts: 3_600_000, exact: 0.1, short: 0.1 },
      { numbers: [10, 1], lasts: 1500, exact: 0.5, short: 0.5 },
    ]);
  },
  (stage) => {
    const by = <T>(postgres: T, sqlite: T): T => (stage.kind === "postgres" ? postgres : sqlite);

    it("arrays in an order, Max and Min: element by element on PostgreSQL, as JSON text on SQLite", async () => {
      expect(await Listing.objects.orderBy("numbers").valuesList("numbers", { flat: true }).fetch(stage.db)).toEqual(
        by([[9], [10, 1]], [[10, 1], [9]]),
      );
      expect(await Listing.objects.aggregate(stage.db, { most: Max("numbers"), least: Min("numbers") })).toEqual(
        by({ most: [10, 1], least: [9] }, { most: [9], least: [10, 1] }),
      );
    });
    it("durations and arrays as text: each database's own form", async () => {
      const written = Listing.objects.orderBy("id").annotate({ lasting: Cast("lasts", "text"), listed: Cast("numbers", "text") });
      expect(await written.valuesList("lasting", "listed").fetch(stage.db)).toEqual(
        by(
          [
            ["01:00:00", "{9}"],
            ["00:00:01.5", "{10,1}"],
          ],
          [
            ["3600000", "[9]"],
            ["1500", "[10,1]"],
          ],
        ),
      );
    });
    it("a real beside a double: of 32 bits on PostgreSQL, of 64 on SQLite", async () => {
      expect(await Listing.objects.filter({ short: F("exact") }).count(stage.db)).toBe(by(1, 2));
      expect(await Listing.objects.filter({ short: 0.1 }).count(stage.db)).toBe(1);
    });
  },
);

eachSharedDatabase("casts of text that does not fit", [Sample], fill, (stage) => {
  const cast = async (type: "integer" | "double" | "time" | "date" | "decimal" | "timestamp" | "json", text: string): Promise<unknown> => {
    const made = Sample.objects.filter({ text: "aaa" }).annotate({ made: Cast(Value(text), type) });
    return (await made.valuesList("made", { flat: true }).fetch(stage.db))[0];
  };
  it.each(["decimal", "timestamp", "json"] as const)("to %s are an error on both", async (type) => {
    await expect(cast(type, "abc")).rejects.toThrow(DatabaseError);
    await stage.db.rollback();
  });
  it.each([
    ["integer", "abc"],
    ["double", "abc"],
    ["time", "25:00"],
    ["date", "2024-13-01"],
  ] as const)("to %s are an error on PostgreSQL only", async (type, text) => {
    if (stage.kind === "postgres") await expect(cast(type, text)).rejects.toThrow(DatabaseError);
    else await cast(type, text);
    await stage.db.rollback();
  });
});
