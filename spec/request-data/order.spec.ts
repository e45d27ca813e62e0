/** parseOrder(): the order that a request asks for, by an allow list. */

import { describe, expect, it } from "vitest";
import { ConfigurationError, InvalidValue, parseOrder } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";
import { Note, Person, Tag } from "./models.js";

const allow = ["name", "age", "born__year", "settings__size"] as const;
const refused = (input: unknown, options: object = {}): InvalidValue => {
  try {
    parseOrder(Person, input, { allow, ...options });
  } catch (error) {
    if (error instanceof InvalidValue) return error;
    throw error;
  }
  throw new Error(`was accepted: ${JSON.stringify(input)}`);
};

describe("the order of a request", () => {
  it("is names separated by commas, or a list, with a minus for descending", () => {
    expect(parseOrder(Person, "name", { allow })).toEqual(["name"]);
    expect(parseOrder(Person, "-age, +name", { allow })).toEqual(["-age", "name"]);
    expect(parseOrder(Person, ["-age", "born__year"], { allow })).toEqual(["-age", "born__year"]);
    expect(parseOrder(Person, "-newest", { allow: { newest: "born" } })).toEqual(["-born"]);
  });

  it("is the usual one where none is given", () => {
    for (const input of [undefined, null, "", []]) expect(parseOrder(Person, input, { allow, default: ["-age"] })).toEqual(["-age"]);
    expect(parseOrder(Person, undefined, { allow })).toEqual([]);
  });

  it("names nothing that is not allowed, twice, or more than the limit", () => {
    for (const [input, field] of [
      ["passwordHash", "passwordHash"],
      ["id", "id"],
      ["__proto__", "__proto__"],
      ["constructor", "constructor"],
      ["?", "?"],
      ["--name", "-name"],
      ["name,", "order"],
      ["name,-name", "name"],
      ["name,age,born__year,settings__size", "order"],
      [{ name: 1 }, "order"],
      [[["name"]], "order"],
      [3, "order"],
      ["name;DROP TABLE x", "name;DROP TABLE x"],
    ] as const)
      expect([input, refused(input).field]).toEqual([input, field]);
    expect(refused("name".repeat(100_000)).message.length).toBeLessThan(2_100);
  });

  it("never reads hidden fields or leads to many rows, whatever the program allows", () => {
    expect(() => parseOrder(Person, "passwordHash", { allow: ["passwordHash"] })).toThrow(ConfigurationError);
    expect(() => parseOrder(Note, "author__passwordHash", { allow: ["author__passwordHash"] })).toThrow(/is hidden/);
    expect(() => parseOrder(Person, "notes__title", { allow: ["notes__title"] })).toThrow(/would multiply the rows/);
    // @ts-expect-error no such field
    expect(() => parseOrder(Person, "nam", { allow: ["nam"] })).toThrow(/no field or relation 'nam'/);
    // @ts-expect-error not among those that are allowed
    parseOrder(Person, "", { allow: ["name"], default: ["age"] });
  });
});

eachDatabase("rows in the order of a request", [Person, Note, Tag], (open) => {
  it("come so", async () => {
    const database = await open();
    await using db = database.session();
    await Person.objects.bulkCreate(db, [
      { name: "Ada", age: 3 },
      { name: "Bob", age: 1 },
      { name: "Cid", age: 3 },
    ]);
    await db.commit();
    const people = await Person.objects.orderBy(...parseOrder(Person, "-age,-name", { allow })).fetch(db);
    expect(people.map(({ name }) => name)).toEqual(["Cid", "Ada", "Bob"]);
  });
});
