/** Single-table inheritance: subtypes share their base's fields and relations, and are found by what their rows are stored with. */

import { describe, expect, it } from "vitest";
import { t } from "../../src/metadata/fields.js";
import { foreignKey, hasMany } from "../../src/metadata/relations.js";
import { metadataOf } from "../../src/metadata/registry.js";
import { define, messageOf, subtype } from "./models.js";

class Person extends define(
  "people",
  { name: t.text(), kind: t.text(), city: foreignKey(() => City).nullable() },
  { ordering: ["name"] },
) {}
class City extends define("cities", {
  mayor: foreignKey(() => Admin).nullable(),
  people: hasMany(() => Person, "city"),
  admins: hasMany(() => Admin, "city"),
}) {}
class Admin extends subtype(Person, "admin", { level: t.integer(), boss: foreignKey(() => Admin).nullable() }) {}

describe("a subtype", () => {
  it("has its base's fields, the very same, then its own", () => {
    const [person, admin] = [metadataOf(Person), metadataOf(Admin)];
    expect(person.fields.map((field) => field.name)).toEqual(["id", "name", "kind", "cityId"]);
    expect(admin.fields.map((field) => [field.name, field.position])).toEqual([
      ["id", 0],
      ["name", 1],
      ["kind", 2],
      ["cityId", 3],
      ["level", 4],
      ["bossId", 5],
    ]);
    for (const name of ["id", "name", "cityId"]) expect(admin.fieldsByName.get(name)).toBe(person.fieldsByName.get(name));
    expect(admin).toMatchObject({ table: "people", name: "Admin", ctor: Admin, ordering: ["name"] });
    expect(admin.primaryKey).toEqual(person.primaryKey);
  });
  it("is stored under its name", () => {
    expect(metadataOf(Admin).fieldsByName.get("kind")?.default).toEqual({ value: "admin" });
    expect(metadataOf(Person).fieldsByName.get("kind")?.default).toBeNull();
  });
  it("has its base's relations, the very same, then its own", () => {
    expect(metadataOf(Admin).relations.get("city")).toBe(metadataOf(Person).relations.get("city"));
    expect(metadataOf(Person).relations.has("boss")).toBe(false);
    expect(metadataOf(Admin).relations.get("boss")?.target).toBe(metadataOf(Admin));
    expect(metadataOf(City).relations.get("admins")).toMatchObject({ kind: "toMany", via: metadataOf(Person).relations.get("city") });
  });
  it("is found by the name its rows are stored with, as is the base", () => {
    const [person, admin] = [metadataOf(Person), metadataOf(Admin)];
    expect(person.subtypes).toMatchObject({ name: "person", base: person });
    expect([...(person.subtypes?.byName ?? [])]).toEqual([
      ["person", person],
      ["admin", admin],
    ]);
    expect(admin.subtypes).toMatchObject({ name: "admin", base: person });
    expect([...(admin.subtypes?.byName ?? [])]).toEqual([["admin", admin]]);
    expect(metadataOf(City).subtypes).toBeNull();
  });
  it("shares dependants with its base: their rows are the same", () => {
    const columns = (model: unknown) =>
      metadataOf(model)
        .dependants()
        .map((key) => `${key.owner.name}.${key.name}`);
    expect(columns(Person)).toEqual(["City.mayor", "Admin.boss"]);
    expect(columns(Admin)).toEqual(columns(Person));
  });
  it("may be defined after its base was used, and have subtypes of its own", () => {
    class Animal extends define("animals", { type: t.enum(["animal", "dog", "puppy"]).default("animal") }) {}
    expect(metadataOf(Animal).subtypes).toBeNull();
    class Dog extends subtype(Animal, "dog", { name: t.text() }) {}
    expect([...(metadataOf(Animal).subtypes?.byName.keys() ?? [])]).toEqual(["animal", "dog"]);
    class Puppy extends subtype(Dog, "puppy", { weeks: t.integer() }) {}
    expect([...(metadataOf(Animal).subtypes?.byName.values() ?? [])]).toEqual([metadataOf(Animal), metadataOf(Dog), metadataOf(Puppy)]);
    expect([...(metadataOf(Dog).subtypes?.byName.keys() ?? [])]).toEqual(["dog", "puppy"]);
    expect(metadataOf(Puppy).fields.map((field) => field.name)).toEqual(["id", "type", "name", "weeks"]);
    expect(metadataOf(Puppy).subtypes?.base).toBe(metadataOf(Animal));
  });
});

describe("the option `subtypes`", () => {
  it("says nothing of other names where the base has none of its own", () => {
    class Base extends define("listed", { kind: t.text() }, { subtypes: () => [] }) {}
    class Sub extends subtype(Base, "sub", { x: t.integer() }) {}
    metadataOf(Sub);
    expect(metadataOf(Base).subtypes).toMatchObject({ complete: false });
  });
  it("names the classes, and says that there are no others", () => {
    class Base extends define("listed", { kind: t.text().default("base") }, { subtypes: (): readonly unknown[] => [Sub] }) {}
    class Sub extends subtype(Base, "sub", { x: t.integer() }) {}
    expect(metadataOf(Base).subtypes).toMatchObject({ complete: true });
    expect(metadataOf(Base).subtypes?.byName.get("sub")?.ctor).toBe(Sub);
  });
  it.each<[string, unknown, string]>([
    ["a list", [Admin], "expected a function that gives a list of classes as `subtypes`"],
    ["no list", () => Admin, "Base.subtypes: expected the function to give a list of classes, got the function Admin"],
    ["a class of another table", () => [Admin], "Base.subtypes: expected classes that extend Base.subtype(…), got the function Admin"],
    ["no class", () => ["sub"], 'Base.subtypes: expected classes that extend Base.subtype(…), got the string "sub"'],
  ])("refuses %s", (_, subtypes, message) => {
    expect(
      messageOf(() => {
        class Base extends define("listed", { kind: t.text() }, { subtypes: subtypes as never }) {}
        return metadataOf(Base).subtypes;
      }),
    ).toContain(message);
  });
});

describe("two classes with one stored name", () => {
  const subtypesOf = (model: unknown) => metadataOf(model).subtypes;

  it("are refused when both are in use, whichever is asked", () => {
    class Staff extends define("staff", { kind: t.text() }) {}
    class Cook extends subtype(Staff, "cook", {}) {}
    class Chef extends subtype(Staff, "cook", { stars: t.integer() }) {}
    expect(subtypesOf(Cook)?.name).toBe("cook");
    const message = 'Cook and Chef are both subtypes of Staff whose rows are stored with kind "cook"; give one of them another name';
    expect(messageOf(() => subtypesOf(Chef))).toContain(message);
    expect(messageOf(() => subtypesOf(Chef))).toContain(message);
    class Waiter extends subtype(Staff, "waiter", {}) {}
    for (const model of [Cook, Staff, Waiter]) expect(messageOf(() => subtypesOf(model))).toContain(message);
  });
  it("are refused at any depth", () => {
    class Animal extends define("animals", { kind: t.text() }) {}
    class Dog extends subtype(Animal, "dog", {}) {}
    class Puppy extends subtype(Dog, "puppy", {}) {}
    class Pup extends subtype(Animal, "puppy", {}) {}
    metadataOf(Puppy);
    expect(messageOf(() => subtypesOf(Pup))).toContain("Puppy and Pup are both subtypes of Animal");
  });
  it("are refused where one is the base or an ancestor", () => {
    class Animal extends define("animals", { kind: t.text().default("beast") }) {}
    class Beast extends subtype(Animal, "beast", {}) {}
    expect(messageOf(() => subtypesOf(Beast))).toContain(
      'Beast is a subtype of Animal, and the rows of both are stored with kind "beast"; give one of them another name, Animal by kind: t.text().default("…")',
    );
    class Plant extends define("plants", { kind: t.text() }) {}
    class Tree extends subtype(Plant, "tree", {}) {}
    class Oak extends subtype(Tree, "tree", {}) {}
    expect(messageOf(() => subtypesOf(Oak))).toContain('Oak is a subtype of Tree, and the rows of both are stored with kind "tree"');
  });
  it("may be the same class, defined anew by a hot reload: the later one counts", () => {
    class Staff extends define("staff", { kind: t.text() }) {}
    const cook = (): unknown => {
      class Cook extends subtype(Staff, "cook", {}) {}
      return Cook;
    };
    const former = cook();
    expect(subtypesOf(former)?.name).toBe("cook");
    const later = cook();
    expect(subtypesOf(later)?.name).toBe("cook");
    expect(subtypesOf(Staff)?.byName.get("cook")?.ctor).toBe(later);
  });
});

describe("refusals", () => {
  const base = (fields: object, options = {}) => {
    class Base extends define("bases", fields, options) {}
    class Sub extends subtype(Base, "sub", { x: t.integer() }) {}
    return metadataOf(Sub);
  };
  it.each<[string, () => unknown, string]>([
    [
      "no field to tell by",
      () => base({ name: t.text() }),
      `Base.kind: has subtypes but no field that tells them apart; declare kind: t.text().default("…")`,
    ],
    [
      "a discriminator that does not exist",
      () => base({ sort: t.text() }, { discriminator: "sorte" }),
      "Base.sorte: has subtypes but no field that tells them apart",
    ],
    [
      "a number to tell by",
      () => base({ kind: t.integer() }),
      "Base.kind: tells the subtypes apart, so it must be a text that is not nullable",
    ],
    ["a nullable text to tell by", () => base({ kind: t.text().nullable() }), "Base.kind: tells the subtypes apart"],
    [
      "a field that the base has",
      () => subtype(Person, "x", { name: t.text() }),
      `Subtype "x" of Person: 'name' is a field of the base model already`,
    ],
    [
      "a column that the base has",
      () => subtype(Person, "x", { label: t.text().column("name") }),
      `'label' has column "name", which 'name' has too`,
    ],
    [
      "a key field that a base's relation gives",
      () => subtype(Person, "x", { cityId: t.integer() }),
      "'cityId' stands beside relation 'city'",
    ],
    ["an empty name", () => subtype(Person, "", { x: t.text() }), "expected the name that its rows are stored with"],
    ["a parent that is no model", () => subtype(Date, "x", {}), `subtype("x"): expected to be called on a model class`],
  ])("%s", (_, act, message) => expect(messageOf(act)).toContain(message));
});
