/** What rows of subtypes promise, each as a small program that asserts it. */

import assert from "node:assert/strict";
import { ConfigurationError, F, FieldError, FlashDbError, foreignKey, model, oneToOne, t } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";

itOnEachDatabase(
  "a row whose kind is a subtype is an object of that subtype, or cannot be made through the base: a query of Dog never gives a plain Pet",
  async (database) => {
    class Pet extends model<Pet>("base_pets")({ kind: t.text(), name: t.text() }, { subtypes: () => [Dog] }) {}
    class Dog extends Pet.subtype<Dog>("dog")({ tricks: t.integer().nullable() }) {
      bark() {
        return `${this.name} barks`;
      }
    }

    await database.createAll([Pet, Dog]);
    const db = database.session({ onUncommitted: "ignore" });
    const made = await Pet.objects.create(db, { kind: "dog", name: "Rex" }).then(
      () => true,
      (error) => {
        assert.ok(error instanceof FlashDbError);
        return false;
      },
    );
    if (made) {
      const rex = await Dog.objects.get(db, { name: "Rex" });
      assert.ok(rex instanceof Dog, "Dog.objects.get() gives a Dog");
      assert.equal(rex.bark(), "Rex barks");
    }
    await db.close();
  },
);

itOnEachDatabase("a row can be deleted and another subtype added under its key in one flush (as in SQLAlchemy)", async (database) => {
  class Animal extends model<Animal>("sibling_animals")({ kind: t.text(), name: t.text() }, { subtypes: () => [Dog, Cat] }) {}
  class Dog extends Animal.subtype<Dog>("dog")({}) {}
  class Cat extends Animal.subtype<Cat>("cat")({}) {}

  await database.createAll([Animal, Dog, Cat]);
  const db = database.session();
  const dog = await Dog.objects.create(db, { name: "Rex" });
  await db.commit();
  db.delete(dog);
  db.add(new Cat({ id: dog.id, name: "Tom" }));
  await db.commit();
  assert.deepEqual(await Animal.objects.valuesList("kind", "name").fetch(db), [["cat", "Tom"]]);
  await db.close();
});

itOnEachDatabase(
  "sibling subtypes whose fields share a column but have different types are refused when the tables are made or the models are used",
  async (database) => {
    class Doc extends model<Doc>("typed_docs")({ kind: t.text() }, { subtypes: () => [Memo, Bill] }) {}
    class Memo extends Doc.subtype<Memo>("memo")({ rank: t.integer().nullable() }) {}
    class Bill extends Doc.subtype<Bill>("bill")({ rank: t.text().nullable() }) {}

    await assert.rejects(async () => {
      await database.dropAll([Doc]);
      await database.createAll([Doc, Memo, Bill]);
    }, ConfigurationError);
  },
);

itOnEachDatabase("sibling subtypes may each have an enum of the same name: each takes its own words", async (database) => {
  class Doc extends model<Doc>("enum_docs")({ kind: t.text() }, { subtypes: () => [Memo, Bill] }) {}
  class Memo extends Doc.subtype<Memo>("memo")({ state: t.enum(["draft", "sent"]).nullable() }) {}
  class Bill extends Doc.subtype<Bill>("bill")({ state: t.enum(["open", "paid"]).nullable() }) {}

  await database.createAll([Doc, Memo, Bill]);
  const db = database.session();
  await Memo.objects.create(db, { state: "draft" });
  await Bill.objects.create(db, { state: "open" });
  await db.commit();
  assert.deepEqual(await Bill.objects.valuesList("state", { flat: true }).fetch(db), ["open"]);
  await db.close();
});

itOnEachDatabase(
  "sibling subtypes may each have a foreign key of the same name: their tables can be made, on both databases",
  async (database) => {
    class Owner extends model<Owner>("fk_owners")({ name: t.text() }) {}
    class Pet extends model<Pet>("fk_pets")({ kind: t.text() }, { subtypes: () => [Dog, Cat] }) {}
    class Dog extends Pet.subtype<Dog>("dog")({ owner: foreignKey(() => Owner, { onDelete: "cascade" }).nullable() }) {}
    class Cat extends Pet.subtype<Cat>("cat")({ owner: foreignKey(() => Owner, { onDelete: "cascade" }).nullable() }) {}

    await database.createAll([Owner, Pet, Dog, Cat]);
    const db = database.session();
    const owner = await Owner.objects.create(db, { name: "Ada" });
    await Dog.objects.create(db, { owner });
    await Cat.objects.create(db, { owner });
    await db.commit();
    assert.equal(await Pet.objects.count(db), 2);
    await owner.delete();
    await db.commit();
    assert.equal(await Pet.objects.count(db), 0);
    await db.close();
  },
);

itOnEachDatabase(
  "sibling subtypes may each have a one-to-one of the same name: it is unique among the rows of a subtype, not across the siblings",
  async (database) => {
    class Owner extends model<Owner>("o2o_owners")({ name: t.text() }) {}
    class Doc extends model<Doc>("o2o_docs")({ kind: t.text() }, { subtypes: () => [Memo, Bill] }) {}
    class Memo extends Doc.subtype<Memo>("memo")({ author: oneToOne(() => Owner).nullable() }) {}
    class Bill extends Doc.subtype<Bill>("bill")({ author: oneToOne(() => Owner).nullable() }) {}

    await database.createAll([Owner, Doc, Memo, Bill]);
    const db = database.session({ onUncommitted: "ignore" });
    const author = await Owner.objects.create(db, { name: "Ada" });
    await Memo.objects.create(db, { author });
    await Bill.objects.create(db, { author });
    assert.equal(await Doc.objects.count(db), 2);
    await assert.rejects(Bill.objects.create(db, { author }), { code: "UNIQUE_VIOLATION" });
    await db.rollback();
    await db.close();
  },
);

itOnEachDatabase("a row keeps its class: no update(), upsert or bulkUpdate() of a set writes the field that tells it", async (database) => {
  class Pet extends model<Pet>("kept_pets")({ kind: t.text(), name: t.text().unique() }, { subtypes: () => [Dog, Cat] }) {}
  class Dog extends Pet.subtype<Dog>("dog")({ tricks: t.integer().nullable() }) {}
  class Cat extends Pet.subtype<Cat>("cat")({}) {}

  await database.createAll([Pet, Dog, Cat]);
  const db = database.session();
  const dog = await Dog.objects.create(db, { name: "Rex" });
  await db.commit();
  const refused = { name: "FieldError", message: /kind.* tells the class of a row/ };
  await assert.rejects(Pet.objects.filter({ name: "Rex" }).update(db, { kind: "cat" }), refused);
  await assert.rejects(Dog.objects.all().update(db, { kind: "cat" }, { all: true }), refused);
  await assert.rejects(Pet.objects.filter({ name: "Rex" }).update(db, { kind: F("name") }), refused);
  await assert.rejects(
    Dog.objects.bulkCreate(db, [{ name: "Rex" }], { updateConflicts: { on: ["name"], fields: ["kind"] } }),
    (error) => error instanceof FieldError && refused.message.test(error.message),
  );
  dog.kind = "cat";
  await assert.rejects(Dog.objects.bulkUpdate(db, [dog], ["kind"]), { code: "VALIDATION" });
  await assert.rejects(Pet.objects.updateByPk(db, dog.id, { kind: "cat" }), { code: "VALIDATION" });
  await db.rollback();
  assert.equal(dog.kind, "dog");
  assert.equal(await Dog.objects.filter({ name: "Rex" }).update(db, { tricks: 3 }), 1);
  await db.commit();
  assert.deepEqual(await Pet.objects.valuesList("kind", "name").fetch(db), [["dog", "Rex"]]);
  await db.close();
});
