/** The functions that no other spec asks for: each gives the same on both databases. */

import { beforeEach, expect, it } from "vitest";
import {
  BoolAnd,
  BoolOr,
  Exp,
  Extract,
  F,
  InvalidValue,
  Left,
  Ln,
  Log,
  LPad,
  LTrim,
  Q,
  Repeat,
  Reverse,
  Right,
  RPad,
  RTrim,
  Sign,
  Sqrt,
  StrIndex,
  Trunc,
  TruncDate,
  Value,
  type Session,
} from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { Article, fillShelf, Person, shelf } from "./shelf.js";

eachDatabase("functions", shelf, (open) => {
  let db: Session;
  beforeEach(async () => {
    db = (await open()).session({ onUncommitted: "ignore" });
    await fillShelf(db);
    db.clear();
  });
  const one = Article.objects.filter({ title: "one" });

  it("cut, fill and turn text by code points", async () => {
    const texts = one.values({
      leading: LTrim(Value("  é  ")),
      trailing: RTrim(Value("  é  ")),
      first: Left("title", 2),
      last: Right("title", 2),
      all: Right("title", 9),
      nothing: Left("title", 0),
      turned: Reverse("title"),
      turnedWide: Reverse(Value("a😀b")),
      filled: LPad("title", 5, "*-"),
      cut: LPad("title", 2),
      filledAfter: RPad("title", 6, "*-"),
      twice: Repeat("title", 2),
      never: Repeat("title", 0),
      at: StrIndex("title", "ne"),
      wide: StrIndex(Value("😀b"), "b"),
      nowhere: StrIndex("title", "N"),
    });
    expect(await texts.get(db)).toEqual({
      leading: "é  ",
      trailing: "  é",
      first: "on",
      last: "ne",
      all: "one",
      nothing: "",
      turned: "eno",
      turnedWide: "b😀a",
      filled: "*-one",
      cut: "on",
      filledAfter: "one*-*",
      twice: "oneone",
      never: "",
      at: 2,
      wide: 2,
      nowhere: 0,
    });
  });

  it("keep NULL NULL", async () => {
    const two = Article.objects.filter({ title: "two" });
    const nulls = two.values({
      l: Left("body", 1),
      r: Reverse("body"),
      p: LPad("body", 3),
      t: Repeat("body", 2),
      i: StrIndex("body", "a"),
      d: TruncDate(F("editor__articles__publishedAt")),
    });
    expect(await nulls.get(db)).toEqual({ l: null, r: null, p: null, t: null, i: null, d: null });
  });

  it("compute with real numbers", async () => {
    const numbers = one.values({
      root: Sqrt(Value(2.25)),
      power: Exp("views"),
      natural: Ln("views"),
      decimal: Log(10, "views"),
      sign: Sign(F("views").mul(-1)),
      zero: Sign(F("views").sub(10)),
    });
    const found = await numbers.get(db);
    expect(found.root).toBe(1.5);
    expect(found.power).toBeCloseTo(Math.exp(10), 6);
    expect(found.natural).toBeCloseTo(Math.log(10), 12);
    expect(found.decimal).toBeCloseTo(1, 12);
    expect([found.sign, found.zero]).toEqual([-1, 0]);
  });

  it("tell the day of an instant, here and there", async () => {
    const days = Article.objects
      .filter({ title: "four" })
      .values({ utc: TruncDate("publishedAt"), there: TruncDate("publishedAt", { zone: "Europe/Berlin" }) });
    expect(await days.get(db)).toEqual({ utc: "2023-12-31", there: "2024-01-01" });
  });

  it("read clocks at an offset, which is positive east of Greenwich on every database and engine", async () => {
    const shown = (zone: string) =>
      Article.objects.filter({ title: "four" }).values({
        hour: Extract("publishedAt", "hour", { zone }),
        day: TruncDate("publishedAt", { zone }),
        start: Trunc("publishedAt", "day", { zone }),
      });
    const [utc] = await shown("UTC").fetch(db);
    const east = await shown("+05:30").get(db);
    const hours = (Number(utc?.hour) + 5) % 24;
    expect([hours, (hours + 1) % 24]).toContain(east.hour);
    expect(east).toEqual(await shown("+0530").get(db));
    expect(east).toEqual(await shown("Asia/Kolkata").get(db));
    expect(await shown("-03").get(db)).toEqual(await shown("America/Sao_Paulo").get(db));
    for (const zone of ["+15:00", "+5", "5:30", "+05:60", "-", "UTC+3x", 5 as never])
      expect(() => Extract("publishedAt", "hour", { zone }), zone).toThrow(InvalidValue);
  });

  it("say whether all or any of the rows fulfil a condition", async () => {
    expect(
      await Article.objects.aggregate(db, {
        all: BoolAnd(Q({ views__gte: 10 })),
        notAll: BoolAnd(Article.c.views.gt(10)),
        any: BoolOr(Q({ author__name: "Cy" })),
        none: BoolOr(Q({ views__gt: 100 })),
        some: BoolAnd(Q({ views__gt: 20 }), { filter: Q({ author__name: "Bob" }) }),
        nothing: BoolAnd(Q({ views__gt: 20 }), { filter: Q({ views__gt: 100 }) }),
        instead: BoolOr(Q({ views__gt: 20 }), { filter: Q({ views__gt: 100 }), default: false }),
      }),
    ).toEqual({ all: true, notAll: false, any: true, none: false, some: true, nothing: null, instead: false });
    const people = Person.objects
      .annotate({ read: BoolAnd(Q({ articles__views__gt: 10 })) })
      .filter({ read: true })
      .orderBy("id");
    expect(await people.valuesList("name", { flat: true }).fetch(db)).toEqual(["Bob", "Cy"]);
    // @ts-expect-error a path that leads nowhere
    await expect(Article.objects.aggregate(db, { x: BoolAnd(Q({ viws: 1 })) })).rejects.toThrow("viws");
  });
});
