/** What user classes may do: constructors, fields, private members, mixins, statics, hooks. */

import { describe, expect, it } from "vitest";
import {
  ConfigurationError,
  DoesNotExist,
  FlashDbError,
  foreignKey,
  model,
  MultipleObjectsReturned,
  t,
  ValidationError,
  type Model,
  type Session,
} from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";

class Base extends model<Base>("cls_rows")({ name: t.text().nullable(), kind: t.text() }, { ordering: ["id"] }) {
  touched: boolean;
  constructor(values?: object) {
    super(values);
    this.touched = this.name !== null;
    this.name ??= "from the constructor";
  }
}
class Special extends Base.subtype<Special>("special")({ extra: t.integer().nullable() }) {
  notes: string[] = [];
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a mixin's constructor can only be written so
const Named = <B extends abstract new (...args: any[]) => Model>(Above: B) => {
  abstract class WithLabel extends Above {
    #labels = 0;
    label(): string {
      return `${this.constructor.name} ${String(this.pk)} ${++this.#labels}`;
    }
  }
  return WithLabel;
};
class Mixed extends Named(model<Mixed>("cls_mixed")({ title: t.text(), parent: foreignKey(() => Mixed).nullable() })) {
  static readonly known = "static";
  static titled(title: string) {
    return this.objects.filter({ title });
  }
  override async save(db?: Session): Promise<this> {
    this.title = this.title.trim();
    return super.save(db);
  }
}
/** A constructor that builds another model before its own row is taken. */
class Builder extends model<Builder>("cls_builders")({ name: t.text() }) {
  helper: Mixed;
  constructor(values?: { name?: string }) {
    const helper = new Mixed({ title: "helper" });
    super(values);
    this.helper = helper;
  }
}
class Dated extends model<Dated>("cls_dated")({ at: t.timestamp() }) {
  readonly made: boolean;
  constructor(values?: { at: Date }) {
    super(values);
    this.made = true;
  }
}
class Demanding extends model<Demanding>("cls_demanding")({ name: t.text() }) {
  readonly size: number;
  constructor(values: { name: string }) {
    super(values);
    this.size = values.name.length;
  }
}

eachDatabase("model classes", [Base, Special, Mixed, Builder, Dated, Demanding], (open) => {
  it("what is loaded wins over what a constructor assigns, in subtypes too", async () => {
    const database = await open();
    await using setup = database.session();
    setup.add(new Special({ name: "kept", extra: 1 }), new Base({ kind: "plain" }));
    await setup.commit();
    const { sql } = await import("../../src/index.js");
    await setup.execute(sql`UPDATE cls_rows SET name = NULL WHERE extra IS NULL`);
    await setup.execute(sql`INSERT INTO cls_rows (name, kind, extra) VALUES (NULL, 'special', 2)`);
    await setup.commit();
    await using db = database.session();
    const rows = await Base.objects.fetch(db);
    expect(rows.map((row) => [row.constructor, row.name, row.touched])).toEqual([
      [Special, "kept", true],
      [Base, null, false],
      [Special, null, false],
    ]);
    expect(rows[2]).toHaveProperty("notes", []);
    expect(db.dirty.size).toBe(0);
  });

  it("a model that its constructor builds does not take its row", async () => {
    const database = await open();
    await using setup = database.session();
    await Builder.objects.bulkCreate(setup, [{ name: "one" }, { name: "two" }]);
    await setup.commit();
    await using db = database.session();
    const built = await Builder.objects.orderBy("id").fetch(db);
    expect(built.map(({ name, helper }) => [name, helper.title, helper.isPersisted])).toEqual([
      ["one", "helper", false],
      ["two", "helper", false],
    ]);
  });

  it("a constructor that cannot work without arguments is named when a row is loaded", async () => {
    const database = await open();
    await using setup = database.session();
    setup.add(new Demanding({ name: "four" }));
    await setup.commit();
    await using db = database.session();
    const error: unknown = await Demanding.objects.fetch(db).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/constructor of Demanding failed.*must work without arguments/),
      cause: expect.any(TypeError),
    });
  });

  it("a cell that cannot be read is not blamed on a constructor, and the next row is made as ever", async () => {
    const database = await open();
    const { sql } = await import("../../src/index.js");
    await using setup = database.session();
    await Dated.objects.bulkCreate(setup, [{ at: new Date(1) }, { at: new Date(2) }, { at: new Date(3) }]);
    await setup.commit();
    await Dated.objects.fetch(setup);
    // SQLite keeps any text, and PostgreSQL knows instants that no Date can hold.
    await setup.execute(sql`UPDATE cls_dated SET at = 'infinity' WHERE id = 2`);
    await setup.commit();
    await using db = database.session();
    const error: unknown = await Dated.objects
      .orderBy("id")
      .fetch(db)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(/timestamp/) });
    expect(error).not.toBeInstanceOf(ConfigurationError);
    const made = new Dated({ at: new Date(4) });
    expect([made.isPersisted, made.at]).toEqual([false, new Date(4)]);
    expect(await Dated.objects.filter({ id: 3 }).get(db)).toMatchObject({ at: new Date(3), made: true });
  });

  it("mixins, statics and overridden hooks are the class's own", async () => {
    const database = await open();
    await using db = database.session();
    const mixed = new Mixed({ title: "  spaced " });
    db.add(mixed);
    await db.commit();
    expect([mixed.title, mixed.label(), mixed.label()]).toEqual(["spaced", `Mixed ${mixed.id} 1`, `Mixed ${mixed.id} 2`]);
    expect(await Mixed.titled("spaced").count(db)).toBe(1);
    await using other = database.session();
    expect((await Mixed.objects.first(other))!.label()).toBe(`Mixed ${mixed.id} 1`);
    expect(Mixed.known).toBe("static");
  });
});

describe("what stands on a model class", () => {
  it("has errors of its own, told apart by class and code", async () => {
    expect(Mixed.DoesNotExist).not.toBe(Builder.DoesNotExist);
    const missing = new Mixed.DoesNotExist("gone");
    expect(missing).toBeInstanceOf(DoesNotExist);
    expect(missing).toBeInstanceOf(FlashDbError);
    expect(missing).not.toBeInstanceOf(Builder.DoesNotExist);
    expect([missing.name, missing.code]).toEqual(["Mixed.DoesNotExist", "DOES_NOT_EXIST"]);
    expect(new Special.DoesNotExist("gone")).toBeInstanceOf(Base.DoesNotExist);
    expect(new Mixed.MultipleObjectsReturned("two")).toBeInstanceOf(MultipleObjectsReturned);
  });

  it("gives the same manager and columns each time, a subtype its own", () => {
    expect(Mixed.objects).toBe(Mixed.objects);
    expect(Mixed.c).toBe(Mixed.c);
    expect(Special.objects).not.toBe(Base.objects);
    expect(() => (Mixed.c as unknown as Record<string, unknown>)["titel"]).toThrow(/Did you mean 'title'/);
  });

  it("refuses what cannot be a model", () => {
    expect(() => model<object>("x")(null as never)).toThrow(/model\("x"\): expected the fields by name, got null/);
    expect(() => model<object>("x", { ordering: ["id"] })({ a: t.text() }, { ordering: ["id"] })).toThrow(/options are given twice/);
    expect(() => model<object>("x")({ save: t.text() })).toThrow(ConfigurationError);
    expect(() => model<object>("x")({ a__b: t.text() })).toThrow(ConfigurationError);
  });
});

describe("new", () => {
  it("says which model and which name", () => {
    expect(() => new Mixed({ titel: "x" } as object)).toThrow(ValidationError);
    expect(() => new Mixed({ titel: "x" } as object)).toThrow(/Mixed: titel is not a field of Mixed\. Did you mean 'title'\?/);
    expect(() => new Mixed(3 as never)).toThrow(/expected an object of values, got number/);
    expect(() => new Mixed({ parent: "someone" as never })).toThrow(/Mixed\.parent takes Mixed, got the string "someone"/);
  });

  it("takes no columns from what the values inherit", () => {
    const values = Object.create({ title: "inherited" }) as object;
    expect(new Mixed(values).title).toBeUndefined();
    expect(() => new Mixed(JSON.parse('{"__proto__": {"title": "x"}}') as object)).toThrow(/__proto__ is not a field/);
  });
});
