/** Mixins, subtypes, references to several models, schemas of others. */
/* eslint-disable no-unused-expressions -- what an expression is, is the proof */

import { model, t, foreignKey, anyOf, type Model, type Session, type StandardSchema } from "flash-db";
import { Author } from "./models.js";

const owned = () => ({ owner: foreignKey(() => Author), note: t.text().nullable() });
// eslint-disable-next-line typescript/no-explicit-any -- a mixin can only be written so
const Audited = <B extends abstract new (...args: any[]) => Model>(Base: B) => {
  abstract class Audit extends Base {
    audit() {
      return this.isPersisted;
    }
  }
  return Audit;
};
class Doc extends Audited(
  model<Doc>("docs")({
    ...owned(),
    title: t.text(),
    meta: t.json({} as StandardSchema<{ a: number }>),
    point: t.custom({ sql: "point", encode: (p: { x: number }) => `${p.x}`, decode: (v: string) => ({ x: +v }) }),
  }),
) {
  head() {
    return this.title + this.audit();
  }
}
class Person extends model<Person>("people")({ name: t.text(), kind: t.text() }) {
  hello() {
    return this.name;
  }
}
class Admin extends Person.subtype<Admin>("admin")({ level: t.integer(), boss: foreignKey(() => Admin).nullable() }) {
  rank() {
    return this.hello() + this.level;
  }
}
class Vehicle extends model<Vehicle>("vehicles")(
  { name: t.text(), type: t.text(), sort: t.enum(["vehicle", "car"]) },
  { discriminator: "sort", subtypes: () => [Car] },
) {}
class Car extends Vehicle.subtype<Car>("car")({ doors: t.integer() }) {}
class Stand extends model<Stand>("stands")({
  name: t.text(),
  owner: foreignKey(() => Author, { onDelete: "setDefault" })
    .default(1)
    .index(),
}) {}
class Post extends model<Post>("posts")({ title: t.text() }) {
  post() {}
}
class Photo extends model<Photo>("photos")({ url: t.text() }) {
  photo() {}
}
class Comment extends model<Comment>("comments")({ body: t.text(), about: anyOf({ post: () => Post, photo: () => Photo }) }) {}
export async function mixed(db: Session) {
  const d = (await Doc.objects.filter({ owner__name: "x", note: null, meta__a: 3 }).selectRelated("owner").fetch(db))[0]!;
  d.owner.shout;
  d.head();
  d.audit();
  d.meta.a.toFixed();
  d.point.x.toFixed();
  await Doc.objects.create(db, { title: "x", ownerId: 1, meta: { a: 1 }, point: { x: 1 } });
  // @ts-expect-error from the schema
  await Doc.objects.create(db, { title: "x", ownerId: 1, meta: { a: "1" }, point: { x: 1 } });
  await Admin.objects.create(db, { name: "x", level: 1 });
  await Admin.objects.create(db, { name: "x", level: 1, kind: "admin" });
  // @ts-expect-error name is required, by the base
  await Admin.objects.create(db, { level: 1 });
  // @ts-expect-error the base does not know it by itself
  await Person.objects.create(db, { name: "x" });
  await Car.objects.create(db, { name: "x", type: "x", doors: 4 });
  // @ts-expect-error type is an ordinary field here
  await Car.objects.create(db, { name: "x", doors: 4 });
  await Stand.objects.create(db, { name: "x" });
  await Stand.objects.create(db, { name: "x", ownerId: 2 });
  // @ts-expect-error name is required
  await Stand.objects.create(db, { ownerId: 2 });
  // @ts-expect-error no such action
  foreignKey(() => Author, { onDelete: "setDefualt" });
  // @ts-expect-error no option of a model
  model<Post>("x")({ title: t.text() }, { subtype: () => [] });
  const ad = (await Admin.objects.filter({ level__gt: 3, name: "x", boss__name: "y" }).fetch(db))[0]!;
  ad.rank();
  ad.hello();
  const person: Person = ad;
  await Admin.objects.create(db, { name: "x", kind: "admin", level: 3 });
  (await ad.boss)?.rank();
  // @ts-expect-error a person has no level
  Person.objects.filter({ level: 3 });
  const x = await new Comment().about;
  if (x instanceof Post) x.post();
  else x.photo();
  const loaded = (await Comment.objects.prefetchRelated("about").fetch(db))[0]!;
  if (loaded.about instanceof Photo) loaded.about.photo();
  // @ts-expect-error only one of them has it
  x.post();
  await Author.objects.withDeleted().filter({ deletedAt__isnull: false }).fetch(db);
  return person;
}
