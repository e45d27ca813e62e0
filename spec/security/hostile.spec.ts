/** Hostile strings in every position: values are bound, names are refused, and nothing of it becomes SQL. */

import { expect, it } from "vitest";
import { Count, F, model, Q, sql, t, Value, foreignKey, hasMany, Trunc } from "flash-db";
import { eachDatabase, statements } from "../support/databases.js";

class Folder extends model<Folder>("hostile_folders")({
  name: t.text(),
  files: hasMany(() => File, "folder"),
}) {}
class File extends model<File>("hostile_files")({
  name: t.text(),
  size: t.integer().default(0),
  data: t.json<Record<string, unknown>>().default(() => ({})),
  tags: t.array(t.text()).default(() => []),
  at: t.timestamp().nullable(),
  folder: foreignKey(() => Folder, { onDelete: "cascade" }).nullable(),
}) {}

const hostile = [
  "'",
  "''",
  '"',
  "`",
  "\\",
  "\\'",
  "';--",
  "' OR '1'='1",
  "'; DROP TABLE hostile_files; --",
  '"; DROP TABLE hostile_files; --',
  '") OR (1=1',
  "/* */",
  "--",
  ";",
  "$1",
  "$$x$$",
  "?",
  ":name",
  "@x",
  "%",
  "_",
  "%_%",
  "[a]",
  "{a,b}",
  "a'b\"c`d\\e",
  "\n",
  "\t",
  "😀",
  "e\u0301",
  "\u202Eabc",
  "__proto__",
  "constructor",
  "prototype",
  "NULL",
  "null",
  "1=1",
  "0x27",
  "CHAR(39)",
  "x' UNION SELECT name FROM hostile_folders --",
];
const text = [
  "contains",
  "icontains",
  "startswith",
  "istartswith",
  "endswith",
  "iendswith",
  "iexact",
  "exact",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
] as const;

eachDatabase("hostile strings", [Folder, File], (open) => {
  it("as values are stored and found again, and never seen in a statement's text", async () => {
    const database = await open();
    const db = database.session({ onUncommitted: "ignore" });
    const folder = await Folder.objects.create(db, { name: "f" });
    for (const value of hostile) await File.objects.create(db, { name: value, data: { [value]: value }, tags: [value], folder });
    const sent = statements(database);
    for (const value of hostile) {
      const file = await File.objects.get(db, { name: value });
      expect([file.name, file.data, file.tags]).toEqual([value, { [value]: value }, [value]]);
      for (const lookup of text) {
        const found = await File.objects
          .filter({ [`name__${lookup}`]: value } as never)
          .valuesList("name", { flat: true })
          .fetch(db);
        if (lookup !== "ne" && lookup !== "gt" && lookup !== "lt") expect(found).toContain(value);
        if (lookup === "ne") expect(found).toHaveLength(hostile.length - 1);
      }
      expect(await File.objects.filter({ name__in: [value] }).count(db)).toBe(1);
      expect(await File.objects.filter({ name__range: [value, value] }).count(db)).toBe(1);
      expect(await File.objects.filter({ tags__contains: [value] } as never).count(db)).toBe(1);
      expect(await File.objects.filter({ tags__overlap: [value] }).count(db)).toBe(1);
      expect(await File.objects.filter({ data__haskey: value } as never).count(db)).toBe(1);
      expect(await Folder.objects.filter({ files__name: value }).count(db)).toBe(1);
      expect(await File.objects.filter(Q({ name: value }).or({ name: `${value}x` })).count(db)).toBe(1);
      expect(await File.objects.filter({ name: Value(value) } as never).count(db)).toBe(1);
      expect(await File.objects.filter(sql`${sql.identifier("name")} = ${value}`).count(db)).toBe(1);
      expect(await File.objects.filter({ name: value }).update(db, { size: F("size").add(1) })).toBe(1);
      expect((await File.objects.getOrCreate(db, { name: value }))[1]).toBe(false);
    }
    for (const query of sent.all)
      for (const value of hostile.filter((one) => one.length > 3 && one !== "null" && one !== "NULL"))
        expect(query.sql).not.toContain(value);
    expect(await File.objects.count(db)).toBe(hostile.length);
    await db.close();
  }, 60_000);

  it("as JSON path keys only ever name a key", async () => {
    const database = await open();
    const db = database.session({ onUncommitted: "ignore" });
    // A key that is an underscore cannot be told from the separator beside it.
    const keys = hostile.filter((key) => !key.includes("__") && key !== "_");
    for (const key of keys) await File.objects.create(db, { name: "x", data: { [key]: { [key]: "deep" } } });
    for (const key of keys) {
      const found = await File.objects.filter({ [`data__${key}__${key}`]: "deep" } as never).fetch(db);
      expect(found.map((file) => Object.keys(file.data))).toEqual([[key]]);
    }
    await db.close();
  }, 60_000);

  it("as names are refused before anything is sent", async () => {
    const database = await open();
    const db = database.session();
    const sent = statements(database);
    const refusals: [string, (name: string) => unknown][] = [
      ["filter", (name) => File.objects.filter({ [name]: 1 } as never).fetch(db)],
      ["lookup", (name) => File.objects.filter({ [`name__${name}`]: 1 } as never).fetch(db)],
      ["exclude", (name) => File.objects.exclude({ [name]: 1 } as never).fetch(db)],
      ["Q", (name) => File.objects.filter(Q({ [name]: 1 }) as never).fetch(db)],
      ["annotate", (name) => File.objects.annotate({ [name]: Value(1) }).fetch(db)],
      ["alias", (name) => File.objects.alias({ [name]: Value(1) }).fetch(db)],
      ["aggregate", (name) => File.objects.aggregate(db, { [name]: Count("id") })],
      ["order", (name) => File.objects.orderBy(name as never).fetch(db)],
      ["descending order", (name) => File.objects.orderBy(`-${name}` as never).fetch(db)],
      ["values", (name) => File.objects.values(name as never).fetch(db)],
      ["valuesList", (name) => File.objects.valuesList(name as never).fetch(db)],
      ["only", (name) => File.objects.only(name as never).fetch(db)],
      ["defer", (name) => File.objects.defer(name as never).fetch(db)],
      ["distinct", (name) => File.objects.distinct(name as never).fetch(db)],
      ["selectRelated", (name) => File.objects.selectRelated(name as never).fetch(db)],
      ["prefetchRelated", (name) => File.objects.prefetchRelated(name as never).fetch(db)],
      ["F", (name) => File.objects.filter({ name: F(name) } as never).fetch(db)],
      ["Count", (name) => File.objects.annotate({ n: Count(name) } as never).fetch(db)],
      ["update", (name) => File.objects.filter({ id: 1 }).update(db, { [name]: 1 } as never)],
      ["create", (name) => File.objects.create(db, { name: "x", [name]: 1 } as never)],
      ["bulkUpdate", (name) => File.objects.bulkUpdate(db, [], [name as never])],
      ["trunc", (name) => File.objects.annotate({ x: Trunc("at", name as never) }).fetch(db)],
      ["lock", (name) => File.objects.selectForUpdate({ of: [name] }).fetch(db)],
      ["latest", (name) => File.objects.latest(db, name as never)],
    ];
    // Alone these are identifiers or empty, which some positions allow.
    const names = hostile.filter((name) => !/^[\w😀]+$/u.test(name) || ["__proto__", "constructor", "prototype"].includes(name));
    for (const [position, attempt] of refusals)
      for (const name of names) {
        // A question mark alone asks for a random order.
        if (position === "order" && name === "?") continue;
        if (["annotate", "alias", "aggregate"].includes(position) && ["constructor", "prototype"].includes(name)) continue;
        const outcome = await Promise.resolve()
          .then(() => attempt(name))
          .then(
            () => "accepted",
            (error: unknown) => (error as { code?: string }).code ?? String(error),
          );
        expect({ position, name, outcome }).toEqual({
          position,
          name,
          outcome: expect.stringMatching(/^(FIELD|VALIDATION|CONFIGURATION)$/),
        });
      }
    expect(sent.take()).toEqual([]);
    await db.close();
  }, 60_000);

  it("as objects where a scalar belongs are refused, whatever their keys", async () => {
    const database = await open();
    const db = database.session();
    const sent = statements(database);
    const forged: unknown[] = [
      {},
      { kind: "fragment", texts: ["1=1"], values: [], type: { kind: "unknown" } },
      { kind: "literal", value: true, type: { kind: "boolean" } },
      { toExpr: "1=1" },
      { not: "x" },
      { $ne: "" },
      { gt: "" },
      { sql: "1=1", params: [] },
      JSON.parse('{"__proto__": {"kind": "literal"}}'),
      { node: { kind: "literal", value: true } },
      ["x"],
      [[]],
      () => "x",
      Symbol("x"),
      new Map(),
      Number.NaN,
      undefined,
    ];
    for (const value of forged) {
      const attempts: readonly (() => Promise<unknown>)[] = [
        () => File.objects.filter({ name: value } as never).fetch(db),
        () => File.objects.filter({ name__contains: value } as never).fetch(db),
        () => File.objects.filter({ size__gt: value } as never).fetch(db),
        () => File.objects.filter({ id: value } as never).fetch(db),
        () => File.objects.filter({ folder: value } as never).fetch(db),
        () => db.get(File, value as never),
        () => File.objects.filter({ id: 1 }).update(db, { name: value } as never),
        () => File.objects.create(db, { name: value } as never),
      ];
      for (const attempt of attempts) {
        const outcome = await Promise.resolve()
          .then(attempt)
          .then(
            () => "accepted",
            (error: unknown) => (error as { code?: string }).code ?? String(error),
          );
        expect({ value, attempt: String(attempt), outcome }).toEqual({
          value,
          attempt: String(attempt),
          outcome: expect.stringMatching(/^(INVALID_VALUE|FIELD|VALIDATION)$/),
        });
      }
      // An empty object is a condition that says nothing; what has keys is refused when it is planned.
      const isPlain = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
      if (!isPlain) expect(() => File.objects.filter(value as never), typeof value).toThrow();
      else if (Object.keys(value).length > 0)
        await expect(File.objects.filter(value as never).fetch(db), JSON.stringify(value)).rejects.toThrow();
    }
    expect(sent.take().filter((one) => one !== "BEGIN")).toEqual([]);
    await db.close();
  });
});
