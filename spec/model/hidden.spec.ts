/** Hidden fields: left out of what is written for others, plain properties in the program; and plain objects as JSON has them. */

import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { foreignKey, hasMany, manyToMany, model, softDelete, t, timestamps } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";

class Person extends model<Person>("hidden_people")({
  name: t.text(),
  passwordHash: t.text().hidden(),
  resetToken: t.text().nullable().hidden(),
  born: t.timestamp(),
  ...timestamps(),
  letters: hasMany(() => Letter, "author"),
}) {
  get shout(): string {
    return this.name.toUpperCase();
  }
}
class Letter extends model<Letter>("hidden_letters")({
  text: t.text(),
  size: t.bigint(),
  seal: t.bytes().hidden(),
  ...softDelete(),
  author: foreignKey(() => Person),
  readers: manyToMany(() => Person),
}) {}
class Open extends model<Open>("hidden_open")({ name: t.text() }) {}
class Animal extends model<Animal>("hidden_animals")({ kind: t.text().default("animal"), chip: t.text().nullable().hidden() }) {}
class Dog extends Animal.subtype<Dog>("dog")({ owner: t.text().nullable().hidden(), barks: t.boolean().nullable() }) {}

const born = new Date("1815-12-10T00:00:00Z");
const ada = (): Person => new Person({ name: "Ada", passwordHash: "secret", born });

describe("a hidden field", () => {
  it("is a plain own property of the instance", () => {
    const person = ada();
    expect(person.passwordHash).toBe("secret");
    expect(Object.keys(person)).toContain("passwordHash");
    expect(Object.entries(person)).toContainEqual(["passwordHash", "secret"]);
    person.passwordHash = "other";
    expect(person.passwordHash).toBe("other");
  });

  it("is not in JSON, in plain objects or on the console", () => {
    const person = ada();
    expect(JSON.stringify(person)).not.toMatch(/secret|passwordHash|resetToken/);
    expect(person.toObject()).not.toHaveProperty("passwordHash");
    expect(inspect(person)).not.toMatch(/secret|passwordHash|resetToken/);
    expect(inspect({ nested: [person] }, { depth: 5 })).not.toMatch(/secret/);
  });

  it("changes nothing else that the console shows", () => {
    const shown = inspect(ada());
    expect(shown).toMatch(/^Person \{/);
    expect(shown).toContain("name: 'Ada'");
    expect(shown).not.toContain("inspect");
    expect(inspect({ a: { b: { c: { d: ada() } } } })).toContain("[Object]");
    expect(inspect(Person.prototype)).toBeTypeOf("string");
  });

  it("costs models without one no hook of their own", () => {
    const hook = Symbol.for("nodejs.util.inspect.custom");
    expect(hook in Open.prototype).toBe(false);
    expect(hook in Person.prototype).toBe(true);
  });

  it("is given where it is named", () => {
    const person = ada();
    const whole = person.toObject({ include: ["passwordHash"] });
    expect(whole.passwordHash).toBe("secret");
    expect(whole.name).toBe("Ada");
    expect(whole).not.toHaveProperty("resetToken");
    // @ts-expect-error a column that is not hidden is there anyway, and is no path
    person.toObject({ include: ["name"] });
    // @ts-expect-error hidden columns are not in the type either
    expect(person.toObject().passwordHash).toBeUndefined();
  });

  it("of a subtype or its base is hidden in both", () => {
    const rex = new Dog({ chip: "c-1", owner: "Eve", barks: true });
    expect(JSON.stringify(rex)).toBe('{"kind":"dog","barks":true}');
    expect(inspect(rex)).not.toMatch(/c-1|Eve/);
    expect(inspect(new Animal({ chip: "c-2" }))).not.toMatch(/c-2/);
  });
});

eachDatabase("plain objects with relations", [Person, Letter], (open) => {
  it("hide the hidden fields of related rows, unless named, and are JSON where asked", async () => {
    const database = await open();
    {
      await using db = database.session();
      const author = await Person.objects.create(db, { name: "Ada", passwordHash: "secret", born });
      const letter = await Letter.objects.create(db, { text: "Dear", size: 9_007_199_254_740_993n, seal: new Uint8Array([1, 2]), author });
      letter.readers.add(author);
      await db.commit();
    }
    await using db = database.session();
    const letter = await Letter.objects.selectRelated("author").prefetchRelated("readers").get(db, { text: "Dear" });
    const plain = letter.toObject({ include: ["author", "readers__name"] });
    expect(plain.author).not.toHaveProperty("passwordHash");
    expect(plain.readers).toEqual([{ name: "Ada" }]);
    expect(plain).not.toHaveProperty("seal");
    expect(plain.size).toBe(9_007_199_254_740_993n);
    const named = letter.toObject({ include: ["author__passwordHash", "seal"] });
    expect(named.author).toEqual({ passwordHash: "secret" });
    expect([...named.seal]).toEqual([1, 2]);
    const json = letter.toObject({ include: ["author", "seal"], json: true });
    expect(json).toEqual(JSON.parse(JSON.stringify(json)));
    expect([json.size, json.seal, json.author.born]).toEqual(["9007199254740993", "AQI=", "1815-12-10T00:00:00.000Z"]);
    json.author.born satisfies string;
    expect(inspect(letter)).not.toContain("seal");
  });
});
