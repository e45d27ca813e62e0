/** Instances as plain objects: what they show, what classes may do, and what a row turns into. */

import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ArrayAgg, ConfigurationError, foreignKey, hasMany, model, Model, NotLoaded, t, timestamps } from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

let constructed = 0;
class Writer extends model<Writer>("ins_writers")(
  {
    name: t.text(),
    bio: t.text().nullable(),
    born: t.timestamp().nullable(),
    big: t.bigint().nullable(),
    money: t.decimal(12, 2).default("0"),
    raw: t.bytes().nullable(),
    settings: t.json<{ theme?: string }>().default(() => ({})),
    ...timestamps(),
    works: hasMany(() => Work, "writer"),
  },
  { ordering: ["id"] },
) {
  #visits = 0;
  private mood = "calm";
  loud = true;
  constructor(values?: ConstructorParameters<ReturnType<typeof Object>>[0]) {
    super(values as object);
    constructed++;
  }
  visit(): string {
    this.#visits++;
    return `${this.name} ${this.mood} ${this.#visits}`;
  }
}
class Work extends model<Work>("ins_works")(
  { title: t.text(), writer: foreignKey(() => Writer, { onDelete: "cascade" }) },
  { ordering: ["id"] },
) {}
/** A constructor that assigns a column: what is loaded wins. */
class Stubborn extends model<Stubborn>("ins_stubborn")({ name: t.text().nullable() }) {
  constructor(values?: object) {
    super(values);
    this.name ??= "given by the constructor";
  }
}
class Redeclared extends model<Redeclared>("ins_redeclared")({ name: t.text() }) {
  // @ts-expect-error a field may not shadow the column; at run time it is found too
  name = "shadow";
}
class Declared extends model<Declared>("ins_declared")({ name: t.text() }) {
  declare name: string;
}

const models = [Writer, Work, Stubborn, Declared];

eachDatabase("instances", models, (fresh) => {
  it("own exactly the columns, in the model's order, loaded or new", async () => {
    const database = await fresh();
    await using db = database.session();
    const columns = ["id", "name", "bio", "born", "big", "money", "raw", "settings", "createdAt", "updatedAt"];
    const made = await Writer.objects.create(db, { name: "Ada", money: "0.00" });
    await db.commit();
    await using other = database.session();
    const loaded = (await Writer.objects.first(other))!;
    for (const writer of [made, loaded]) {
      expect(Object.keys(writer)).toEqual([...columns, "mood", "loud"]);
      expect(Object.getOwnPropertySymbols(writer)).toEqual([]);
    }
    expect(Object.entries(loaded)).toEqual(Object.entries(made));
    expect(loaded).toEqual(made);
    expect(loaded).toBeInstanceOf(Model);
    expect(inspect(loaded)).toMatch(/^Writer \{\s+id: 1,\s+name: 'Ada',\s+bio: null,/);
    expect(inspect(loaded)).not.toMatch(/works|state|Symbol/);
  });

  it("show lists that a query computed as JSON can hold them", async () => {
    const database = await fresh();
    await using db = database.session();
    const ada = await Writer.objects.create(db, { name: "Ada", big: 9_007_199_254_740_993n, born: new Date(0) });
    const [row] = await Writer.objects.annotate({ bigs: ArrayAgg("big"), days: ArrayAgg("born") }).fetch(db);
    expect(row).toBe(ada);
    expect(JSON.parse(JSON.stringify(row))).toMatchObject({ bigs: ["9007199254740993"], days: ["1970-01-01T00:00:00.000Z"] });
  });

  it("keep class fields, private members and constructors of the user's class", async () => {
    const database = await fresh();
    await using db = database.session();
    await Writer.objects.bulkCreate(db, [{ name: "Ada" }, { name: "Bob" }]);
    await db.commit();
    await using other = database.session();
    constructed = 0;
    const [ada, bob] = await Writer.objects.fetch(other);
    expect(constructed).toBe(2);
    expect([ada!.visit(), ada!.visit(), bob!.visit()]).toEqual(["Ada calm 1", "Ada calm 2", "Bob calm 1"]);
  });

  it("hold what was loaded, whatever a constructor assigns", async () => {
    const database = await fresh();
    await using db = database.session();
    expect(new Stubborn().name).toBe("given by the constructor");
    await Stubborn.objects.bulkCreate(db, [{ name: "row" }]);
    await db.execute((await import("../../src/index.js")).sql`INSERT INTO ins_stubborn (name) VALUES (NULL)`);
    await db.commit();
    await using other = database.session();
    const loaded = await Stubborn.objects.orderBy("id").fetch(other);
    expect(loaded.map((one) => one.name)).toEqual(["row", null]);
    expect(other.dirty.size).toBe(0);
  });

  it("refuse classes that redeclare a column, at `new` and when loading", async () => {
    const database = await fresh();
    await database.createAll([Redeclared]);
    try {
      expect(() => new Redeclared({ name: "x" })).toThrow(ConfigurationError);
      await using db = database.session();
      await db.execute((await import("../../src/index.js")).sql`INSERT INTO ins_redeclared (name) VALUES ('row')`);
      await expect(Redeclared.objects.fetch(db)).rejects.toThrow(/Redeclared declares "name" again as a class field.*declare name/);
    } finally {
      await database.dropAll([Redeclared]);
    }
    expect(new Declared({ name: "kept" }).name).toBe("kept");
  });

  describe("columns that were not read", () => {
    it("throw when read, are no data, and come with load()", async () => {
      const database = await fresh();
      await using setup = database.session();
      await Writer.objects.create(setup, { name: "Ada", bio: "long" });
      await setup.commit();
      await using db = database.session();
      const [writer] = await Writer.objects.defer("bio", "raw").fetch(db);
      expect(() => (writer as unknown as Writer).bio).toThrow(/Writer\.bio was not read.*load\("bio"\)/);
      expect(Object.keys(writer!)).not.toContain("bio");
      expect(writer!.toJSON()).not.toHaveProperty("bio");
      expect(db.dirty.size).toBe(0);
      const full = await writer!.load("bio");
      expect(full.bio).toBe("long");
      expect(Object.keys(full)).toContain("bio");
    });

    it("are filled by a later query, and may be assigned", async () => {
      const database = await fresh();
      await using setup = database.session();
      await Writer.objects.create(setup, { name: "Ada", bio: "long" });
      await setup.commit();
      await using db = database.session();
      const [few] = await Writer.objects.only("name").fetch(db);
      const [all] = await Writer.objects.fetch(db);
      expect(all).toBe(few);
      expect(all!.bio).toBe("long");
      await using other = database.session();
      const [again] = await Writer.objects.only("name").fetch(other);
      (again as unknown as Writer).bio = "short";
      await other.commit();
      await using check = database.session();
      expect((await Writer.objects.first(check))!.bio).toBe("short");
    });
  });

  it("are written as JSON: dates ISO, bigint and decimal as text, bytes base64, no relations", async () => {
    const database = await fresh();
    await using db = database.session();
    const born = new Date("1815-12-10T00:00:00.000Z");
    const writer = await Writer.objects.create(db, {
      name: "Ada",
      born,
      big: 2n ** 60n,
      money: "12.50",
      raw: new Uint8Array([1, 2, 3]),
      settings: { theme: "dark" },
    });
    await writer.works.create({ title: "Notes", writer });
    await db.commit();
    await using other = database.session();
    const [loaded] = await Writer.objects.prefetchRelated("works").fetch(other);
    const json = JSON.parse(JSON.stringify(loaded)) as Record<string, unknown>;
    expect(json).toMatchObject({
      name: "Ada",
      bio: null,
      born: born.toISOString(),
      big: (2n ** 60n).toString(),
      money: "12.50",
      raw: "AQID",
      settings: { theme: "dark" },
    });
    expect(json).not.toHaveProperty("works");
    expect(loaded!.toObject({ include: ["works__title"] })).toMatchObject({ born, big: 2n ** 60n, works: [{ title: "Notes" }] });
    const [work] = await Work.objects.selectRelated("writer").fetch(other);
    expect(work!.toObject({ include: ["writer__name"] })).toEqual({
      id: work!.id,
      title: "Notes",
      writerId: loaded!.id,
      writer: { name: "Ada" },
    });
    expect(() => writer.toObject({ include: ["wroks"] } as object)).toThrow(/Did you mean 'works'/);
  });

  it("stay with their session: keys, refresh, detached ones refuse to load", async () => {
    const database = await fresh();
    const db = database.session();
    const writer = await Writer.objects.create(db, { name: "Ada" });
    expect([writer.pk, writer.isPersisted]).toEqual([writer.id, true]);
    expect([new Writer({ name: "x" }).pk, new Writer({ name: "x" }).isPersisted]).toEqual([undefined, false]);
    await db.commit();
    await using other = database.session();
    await Writer.objects.filter({ id: writer.id }).update(other, { name: "Countess" });
    await other.commit();
    await assertQueries(db, 1, () => writer.refresh());
    expect(writer.name).toBe("Countess");
    await db.close();
    await expect(writer.works.fetch()).rejects.toThrow(NotLoaded);
    expect(writer.name).toBe("Countess");
  });

  it("take values by set(), expressions too", async () => {
    const database = await fresh();
    await using db = database.session();
    const { F } = await import("../../src/index.js");
    const writer = await Writer.objects.create(db, { name: "Ada", money: "10" });
    writer.set({ bio: "set", money: F("money").add("2.5") });
    expect(writer.bio).toBe("set");
    await db.commit();
    expect(Number(writer.money)).toBe(12.5);
    expect(() => writer.set({ nmae: "x" } as object)).toThrow(/Did you mean 'name'/);
  });
});
