/** Dependants whose table was never made: where the database would do what they need, nothing asks for them; else the error says who did. */

import { expect, it } from "vitest";
import { anyOf, foreignKey, model, signals, t, DatabaseError } from "flash-db";
import { eachDatabase } from "../support/databases.js";
import { rejection } from "./uow/stage.js";

class Plain extends model<Plain>("missing_plains")({ name: t.text() }) {}
class Kept extends model<Kept>("missing_kept")({ name: t.text() }) {}
class Seen extends model<Seen>("missing_seen")({ name: t.text() }) {}
class Child extends model<Child>("missing_children")({ plain: foreignKey(() => Plain, { onDelete: "cascade" }) }) {}
class Swept extends model<Swept>("missing_swept")({ kept: foreignKey(() => Kept, { onDelete: "cascade", by: "session" }) }) {}
class Remark extends model<Remark>("missing_remarks")({ about: anyOf({ seen: () => Seen }, { onDelete: "cascade" }) }) {}
// A class has its name from when it is first seen.
void [Child.objects, Swept.objects, Remark.objects];

eachDatabase("a dependants' table that is missing", [Plain, Kept, Seen], (open) => {
  it("is not missed where nobody hears of its rows", async () => {
    await using db = (await open()).session();
    await (await Plain.objects.create(db, { name: "a" })).delete();
    await db.commit();
    expect(await Plain.objects.count(db)).toBe(0);
  });

  it.each([
    [Plain, 'rows of Child may depend on what is deleted (Child.plain, onDelete: "cascade")', "missing_children"],
    [Kept, 'rows of Swept may depend on what is deleted (Swept.kept, onDelete: "cascade")', "missing_swept"],
    [Seen, 'rows of Remark may depend on what is deleted (Remark.about, onDelete: "cascade")', "missing_remarks"],
  ] as const)("is told of by the model and the relation that lead there", async (Model, reason, table) => {
    const database = await open();
    await using db = database.session();
    const objects = (Model as typeof Plain).objects;
    const object = await objects.create(db, { name: "a" });
    await db.commit();
    const off = signals.on("post_delete", () => undefined);
    try {
      const error = await rejection(object.delete());
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error.message).toContain(`cannot delete: ${reason}, and they could not be reached: `);
      expect(error.message).toContain(table);
      expect(error.message).toContain("database.createAll([…])");
      await db.rollback();
      expect(await objects.count(db)).toBe(1);
    } finally {
      off();
    }
  });
});
