/** All known models: what createAll() makes when no models are named. */

import { describe, expect, it } from "vitest";
import { t } from "../../src/metadata/fields.js";
import { manyToMany } from "../../src/metadata/relations.js";
import { automaticLinks, knownModels, metadataOf } from "../../src/metadata/registry.js";
import { define, messageOf, subtype } from "./models.js";

class Person extends define("people", { kind: t.text() }) {}
class Admin extends subtype(Person, "admin", { level: t.integer() }) {}
class Tag extends define("tags", { people: manyToMany(() => Person) }) {}

describe("knownModels", () => {
  it("are those that were defined, in that order, subtypes among them; links are found beside them", () => {
    expect(knownModels().map((meta) => meta.name)).toEqual(["Person", "Admin", "Tag"]);
    expect([Person, Admin, Tag].map((model) => metadataOf(model))).toEqual(knownModels());
    expect(automaticLinks(metadataOf(Tag)).map((link) => link.table)).toEqual(["people_tags"]);
  });
  it("are refused when two of them have one table, which is no error before", () => {
    class A extends define("twins", {}) {}
    class B extends define("twins", {}) {}
    expect([metadataOf(A).table, metadataOf(B).table]).toEqual(["twins", "twins"]);
    expect(messageOf(() => knownModels())).toBe(
      'ConfigurationError: A and B are both models of table "twins"; name the models that are meant (createAll([…])), or give one of them another table',
    );
  });
});
