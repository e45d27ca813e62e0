/** parseFilter(): data of requests becomes the conditions that are allowed, and nothing else. */

import { describe, expect, it } from "vitest";
import { ConfigurationError, FieldError, InvalidValue, parseFilter, type ConditionOn } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";
import { Note, Person, Tag } from "./models.js";

const allow = [
  "name",
  "name__icontains",
  "age",
  "age__gte",
  "age__range",
  "age__isnull",
  "role__in",
  "balance__gt",
  "points__lte",
  "active",
  "born__gte",
  "born__year",
  "day__lt",
  "labels__contains",
  "labels__len",
  "settings__theme",
  "notes__title__startswith",
  "notes__tags__label__in",
  "notes",
  "notes__in",
] as const;

const refused = (input: unknown, options: object = {}): InvalidValue => {
  try {
    parseFilter(Person, input, { allow, ...options });
  } catch (error) {
    if (error instanceof InvalidValue) return error;
    throw error;
  }
  throw new Error(`was accepted: ${JSON.stringify(input)}`);
};

eachDatabase("conditions of requests", [Person, Note, Tag], (open) => {
  it("find what the same conditions of the program find", async () => {
    const database = await open();
    await using db = database.session();
    const born = new Date("2000-02-29T12:00:00Z");
    const [ada, bob, cid] = await Person.objects.bulkCreate(db, [
      {
        name: "Ada",
        age: 36,
        role: "admin",
        balance: "10.50",
        points: 9_007_199_254_740_993n,
        born,
        day: "2000-02-29",
        labels: ["a", "b"],
      },
      { name: "Bob", age: null, active: false, settings: { theme: "dark" } },
      { name: "Cid", age: 18, labels: ["b"] },
    ]);
    const red = await Tag.objects.create(db, { label: "red" });
    const note = await Note.objects.create(db, { title: "On engines", author: ada! });
    note.tags.add(red);
    await Note.objects.create(db, { title: "Else", author: cid! });
    await db.commit();
    const found = async (where: ConditionOn<Person>): Promise<string> =>
      (await Person.objects.filter(where).orderBy("name").valuesList("name", { flat: true }).distinct().fetch(db)).join(" ");
    const answers: readonly (readonly [input: unknown, names: string])[] = [
      ["name=Ada", "Ada"],
      ["", "Ada Bob Cid"],
      [undefined, "Ada Bob Cid"],
      [{}, "Ada Bob Cid"],
      ["name__icontains=%41", "Ada"],
      ["name__icontains=%25", ""],
      ["age__gte=18&active=true", "Ada Cid"],
      [new URLSearchParams({ age__range: "18,20" }), "Cid"],
      [{ age__range: ["30", "40"] }, "Ada"],
      [{ age: null }, "Bob"],
      ["age__isnull=true", "Bob"],
      ["age__isnull=0", "Ada Cid"],
      ["role__in=admin", "Ada"],
      ["role__in=admin,member", "Ada Bob Cid"],
      ["role__in=admin&role__in=member", "Ada Bob Cid"],
      [{ role__in: ["admin"] }, "Ada"],
      [{ role__in: [] }, ""],
      ["balance__gt=10.49", "Ada"],
      ["points__lte=9007199254740992", "Bob Cid"],
      [{ active: false }, "Bob"],
      ["active=0", "Bob"],
      ["born__gte=2000-02-29", "Ada"],
      ["born__gte=2000-02-29T13:00:01%2B01:00", ""],
      ["born__year=2000", "Ada"],
      ["day__lt=2000-03-01", "Ada"],
      ["labels__contains=b", "Ada Cid"],
      [{ labels__contains: ["a", "b"] }, "Ada"],
      ["labels__len=1", "Cid"],
      ["settings__theme=dark", "Bob"],
      ["notes__title__startswith=On", "Ada"],
      ["notes__tags__label__in=red,blue", "Ada"],
      [`notes=${note.id}`, "Ada"],
      [{ notes__in: [note.id] }, "Ada"],
      [{ OR: [{ name: "Bob" }, { AND: [{ name: "Ada" }, { age__gte: 30 }] }] }, "Ada Bob"],
      [{ NOT: { name: "Bob" }, active: true }, "Ada Cid"],
      [{ NOT: { OR: [{ name: "Bob" }, { name: "Ada" }] } }, "Cid"],
    ];
    for (const [input, names] of answers) expect([input, await found(parseFilter(Person, input, { allow }))]).toEqual([input, names]);
    expect(bob?.isPersisted).toBe(true);
  });

  it("may have names of their own", async () => {
    const database = await open();
    await using db = database.session();
    await Person.objects.bulkCreate(db, [
      { name: "Ada", age: 36 },
      { name: "Bob", age: 7 },
    ]);
    await db.commit();
    const where = parseFilter(Person, { minAge: "18", q: "a" }, { allow: { minAge: "age__gte", q: "name__icontains" } });
    expect((await Person.objects.filter(where).fetch(db)).map(({ name }) => name)).toEqual(["Ada"]);
    expect(refused({ age__gte: 3 }, { allow: { minAge: "age__gte" } }).field).toBe("age__gte");
  });
});

describe("what a request may not do", () => {
  it("name what is not allowed, and is told what there is", () => {
    for (const name of [
      "passwordHash",
      "id",
      "name__regex",
      "age__lte",
      "notes__author__passwordHash",
      "settings",
      "pk",
      "",
      "names",
      "name__",
      "toString",
    ]) {
      const error = refused({ [name]: "x" });
      expect([error.field, error.model, error.code]).toEqual([name, "Person", "INVALID_VALUE"]);
      expect(error.message).toMatch(/cannot be filtered by; there are name, name__icontains/);
      expect(error).toBeInstanceOf(FieldError);
    }
  });

  it("reach prototypes", () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"name":"Ada"}}');
    expect(refused(hostile).field).toBe("__proto__");
    expect(refused("__proto__=x&constructor=y").field).toBe("__proto__");
    expect(refused(JSON.parse('{"constructor":{"prototype":{"polluted":true}}}')).field).toBe("constructor");
    expect(refused({ hasOwnProperty: "x" }, { allow: { n: "name" } }).field).toBe("hasOwnProperty");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    // What is inherited was not given.
    expect(refused({ OR: [Object.create({ name: "Ada" })] }).field).toBe("OR");
  });

  it("give lists or objects where one value is expected, or one where there are two", () => {
    for (const [name, value] of [
      ["name", ["Ada", "Bob"]],
      ["name", { ne: "Ada" }],
      ["age__gte", [1]],
      ["age__gte", {}],
      ["name__icontains", ["%"]],
      ["age__isnull", [true]],
      ["age__range", "3"],
      ["age__range", ["1", "2", "3"]],
      ["age__range", [1, [2]]],
      ["role__in", { 0: "admin" }],
      ["role__in", [["admin"]]],
      ["role__in", [{ toString: "admin" }]],
      ["settings__theme", { $ne: 1 }],
      ["notes", { id: 1 }],
    ] as const)
      expect(refused({ [name]: value }).field).toBe(name);
    expect(refused("name=Ada&name=Bob").message).toBe("name: expected one value, got an array of 2");
  });

  it("give values of another type", () => {
    for (const [name, value] of [
      ["age", "three"],
      ["age", ""],
      ["age", "1e3"],
      ["age", "0x10"],
      ["age", "99999999999999999999"],
      ["age", 1.5],
      ["age__gte", null],
      ["name", 3],
      ["name", "a\0b"],
      ["name", "\ud800"],
      ["active", "yes"],
      ["role__in", "root"],
      ["balance__gt", "ten"],
      ["balance__gt", 10],
      ["points__lte", "1.5"],
      ["points__lte", "9999999999999999999999"],
      ["born__gte", "yesterday"],
      ["born__gte", "2000-02-30"],
      ["born__gte", 951_825_600],
      ["day__lt", "2000-02-30"],
      ["labels__len", "many"],
      ["notes", "x"],
    ] as const) {
      const error = refused({ [name]: value });
      expect([name, value, error.field, error.message.startsWith(`${name}: expected`)]).toEqual([name, value, name, true]);
    }
  });

  it("nest without end", () => {
    const nested = (levels: number): object => (levels === 0 ? { name: "x" } : { NOT: nested(levels - 1) });
    expect(() => parseFilter(Person, nested(3), { allow })).not.toThrow();
    expect(refused(nested(4)).message).toBe("NOT: conditions may be nested 3 levels deep at most");
    let bottomless: object = { name: "x" };
    for (let level = 0; level < 100_000; level++) bottomless = { OR: [bottomless] };
    expect(refused(bottomless).field).toBe("OR");
    expect(refused({ NOT: { name: "x" } }, { depth: 0 }).field).toBe("NOT");
    const circle: { OR: unknown[] } = { OR: [] };
    circle.OR.push(circle);
    expect(refused(circle).field).toBe("OR");
  });

  it("send lists, conditions or groups without end", () => {
    expect(refused({ role__in: Array.from({ length: 101 }, () => "admin") }).message).toBe(
      "role__in: expected at most 100 values, got 101",
    );
    expect(refused(`role__in=${"admin,".repeat(200_000)}`).field).toBe("role__in");
    expect(refused({ labels__contains: Array.from({ length: 101 }, () => "a") }).field).toBe("labels__contains");
    expect(refused({ OR: Array.from({ length: 101 }, () => ({ name: "x" })) }).field).toBe("OR");
    const many = { AND: Array.from({ length: 100 }, () => ({ name: "x" })) };
    expect(refused(many).message).toBe("name: at most 50 conditions may be given");
    expect(() => parseFilter(Person, many, { allow, conditions: 100 })).not.toThrow();
    expect(refused({ role__in: ["admin", "member"] }, { items: 1 }).field).toBe("role__in");
  });

  it("leave groups empty, or make them of something else", () => {
    for (const input of [{ OR: [] }, { AND: [{}] }, { NOT: {} }, { OR: {} }, { OR: "name" }, { NOT: null }, { NOT: "" }, { NOT: 3 }])
      expect(["OR", "AND", "NOT"]).toContain(refused(input).field);
    for (const input of [3, true, [], [{ name: "x" }], () => undefined, Symbol("x")]) expect(refused(input).field).toBe("filter");
  });
});

describe("what the program may not allow", () => {
  it("hidden fields, wrong paths, and other options", () => {
    const parse = (allowed: unknown, input: object): unknown => parseFilter(Person, input, { allow: allowed as readonly "name"[] });
    expect(() => parse(["passwordHash__startswith"], { passwordHash__startswith: "a" })).toThrow(ConfigurationError);
    expect(() => parseFilter(Note, { author__passwordHash: "a" }, { allow: ["author__passwordHash"] })).toThrow(
      /reads passwordHash, which is hidden/,
    );
    expect(() => parse(["nam"], { nam: "a" })).toThrow(/`allow` holds a wrong path\. no field or relation 'nam' on Person/);
    expect(() => parse(["name__like"], { name__like: "a" })).toThrow(/no lookup 'like'/);
    expect(() => parseFilter(Note, { about: 1 }, { allow: ["about"] })).toThrow(ConfigurationError);
    expect(() => parse("name", {})).toThrow(ConfigurationError);
    expect(() => parse([3], {})).toThrow(ConfigurationError);
    expect(() => parseFilter(Person, {}, { allow: ["name"], depth: -1 })).toThrow(ConfigurationError);
    // @ts-expect-error no such option
    expect(() => parseFilter(Person, {}, { allow: ["name"], deep: 1 })).toThrow("no option 'deep'");
  });

  it("is checked by the compiler", () => {
    // @ts-expect-error no such field
    parseFilter(Person, {}, { allow: ["nam"] });
    // @ts-expect-error no such lookup
    parseFilter(Person, {}, { allow: ["name", "age__contains"] });
    // @ts-expect-error no such field at the end of a path
    parseFilter(Person, {}, { allow: { t: "notes__titel" } });
    // @ts-expect-error the condition is about another model
    Note.objects.filter(parseFilter(Person, {}, { allow: ["name"] }));
  });
});
