/** Keys of several columns, subtypes, relations to one of several models, and keys of other kinds, in filters and values. */

import { beforeEach, expect, it } from "vitest";
import { Count, FieldError, Q, Sum, Value, anyOf, foreignKey, hasMany, manyToMany, model, t, type Session } from "flash-db";
import { eachDatabase } from "../support/databases.js";

class Team extends model<Team>("keys_teams")({
  code: t.uuid().primaryKey(),
  name: t.text(),
  seats: hasMany(() => Seat, "team"),
}) {}
class Seat extends model<Seat>("keys_seats")({
  team: foreignKey(() => Team, { onDelete: "cascade" }).primaryKey(),
  number: t.integer().primaryKey(),
  label: t.text().nullable(),
}) {}
class Shape extends model<Shape>("keys_shapes")({ id: t.bigid(), kind: t.text(), area: t.double() }) {}
class Circle extends Shape.subtype<Circle>("circle")({ radius: t.double().nullable() }) {}
class Sign extends model<Sign>("keys_signs")({ id: t.bigid(), name: t.text() }) {}
class Note extends model<Note>("keys_notes")({
  text: t.text(),
  about: anyOf({ sign: () => Sign, shape: () => Shape }).nullable(),
  links: manyToMany(() => Note, { reverse: "linked" }),
  linked: manyToMany(() => Note, { reverse: "links" }),
}) {}
type Any = never;

eachDatabase("keys", [Team, Seat], (open) => {
  let db: Session;
  const [a, b] = ["018f0000-0000-7000-8000-00000000000a", "018f0000-0000-7000-8000-00000000000b"] as const;
  beforeEach(async () => {
    db = (await open()).session({ onUncommitted: "ignore" });
    await Team.objects.bulkCreate(db, [
      { code: a, name: "A" },
      { code: b, name: "B" },
    ]);
    await Seat.objects.bulkCreate(db, [
      { teamId: a, number: 1, label: "x" },
      { teamId: a, number: 2 },
      { teamId: b, number: 1 },
    ]);
    await db.commit();
    db.clear();
  });
  const labels = async (where: object): Promise<unknown[]> =>
    (
      await Seat.objects
        .filter(where as Any)
        .orderBy("team", "number")
        .values("teamId", "number")
        .fetch(db)
    ).map((one) => `${one.teamId.at(-1)}${one.number}`);

  it("of several columns are compared as a whole", async () => {
    expect(await labels({ pk: { teamId: a, number: 2 } })).toEqual(["a2"]);
    expect(
      await labels({
        pk__in: [
          { teamId: a, number: 1 },
          { teamId: b, number: 1 },
          { teamId: b, number: 9 },
        ],
      }),
    ).toEqual(["a1", "b1"]);
    expect(await labels({ pk__in: [] })).toEqual([]);
    expect(await labels({ pk__gt: { teamId: a, number: 1 } })).toEqual(["a2", "b1"]);
    expect(await labels({ pk__lte: { teamId: a, number: 2 } })).toEqual(["a1", "a2"]);
    expect(await Seat.objects.exclude({ pk: { teamId: a, number: 2 } } as Any).count(db)).toBe(2);
    expect(await labels({ pk__in: Seat.objects.filter({ number: 1 }) })).toEqual(["a1", "b1"]);
    const seat = await Seat.objects.getByPk(db, { teamId: a, number: 2 });
    expect(seat.label).toBeNull();
    expect(await Team.objects.filter({ seats: seat }).valuesList("name", { flat: true }).fetch(db)).toEqual(["A"]);
    expect(await Seat.objects.contains(db, seat)).toBe(true);
    expect((await Seat.objects.first(db))?.number).toBe(1);
    expect((await Seat.objects.paginate(db, { first: 2 })).items.map((one) => one.number)).toEqual([1, 2]);
    await expect(labels({ pk: { teamId: a } })).rejects.toThrow(/number/);
    await expect(labels({ pk: 3 })).rejects.toThrow(FieldError);
  });
  it("of several columns are counted and changed", async () => {
    expect(
      await Team.objects
        .annotate({ n: Count("seats") })
        .orderBy("name")
        .valuesList("n", { flat: true })
        .fetch(db),
    ).toEqual([2, 1]);
    expect(await Team.objects.filter({ seats__isnull: false }).distinct().count(db)).toBe(2);
    expect(await Team.objects.exclude({ seats__label: "x" }).valuesList("name", { flat: true }).fetch(db)).toEqual(["B"]);
    expect(await Seat.objects.filter({ team__name: "A" }).update(db, { label: "y" })).toBe(2);
    expect(await Seat.objects.orderBy("-number").limit(1).delete(db)).toBe(1);
    expect(
      await Seat.objects
        .annotate({ n: Count("team__seats") })
        .orderBy("team")
        .valuesList("n", { flat: true })
        .fetch(db),
    ).toEqual([1, 1]);
  });
  it("that differ need a row, and the opposite holds without one", async () => {
    await Team.objects.create(db, { code: "018f0000-0000-7000-8000-00000000000c", name: "C" });
    const counted = (filter: object): Promise<unknown[]> =>
      Team.objects
        .annotate({ n: Sum(Value(1), { filter: filter as Any }) })
        .orderBy("name")
        .valuesList("n", { flat: true })
        .fetch(db);
    expect(await counted(Q({ seats__number__ne: 1 }))).toEqual([1, null, null]);
    expect(await counted(Q({ seats__number__ne: 1 }).not())).toEqual([1, 1, 1]);
    expect(await counted(Q({ seats__number__ne: 1 }).not().not())).toEqual([1, null, null]);
  });
  it("of other kinds are not taken for each other", async () => {
    expect(await Team.objects.filter({ code: a.toUpperCase() }).count(db)).toBe(1);
    await expect(Team.objects.filter({ code: "x" }).count(db)).rejects.toThrow(/a uuid/);
    await expect(Shape.objects.filter({ id: 1 as Any }).count(db)).rejects.toThrow(/bigint/);
  });
});

eachDatabase("subtypes", [Shape, Sign, Note], (open) => {
  it("are told apart, alone and among their kind", async () => {
    const db = (await open()).session({ onUncommitted: "ignore" });
    await Circle.objects.create(db, { kind: "circle", area: 3, radius: 1 });
    await db.commit();
    db.clear();
    expect(await Circle.objects.count(db)).toBe(1);
    expect(await Circle.objects.filter({ radius__gt: 0 }).count(db)).toBe(1);
    const [first] = await Shape.objects.orderBy("area").fetch(db);
    expect([first instanceof Circle, (first as Circle).radius]).toEqual([true, 1]);
    const sign = await Sign.objects.create(db, { name: "T" });
    await Note.objects.bulkCreate(db, [{ text: "c", about: first } as Any, { text: "t", about: sign }, { text: "none" }]);
    await db.commit();
    const texts = (where: object): Promise<unknown[]> =>
      Note.objects
        .filter(where as Any)
        .orderBy("id")
        .valuesList("text", { flat: true })
        .fetch(db);
    expect(await texts({ about: first })).toEqual(["c"]);
    expect(await texts({ about: sign })).toEqual(["t"]);
    expect(await texts({ about__in: [first, sign] })).toEqual(["c", "t"]);
    expect(await texts({ about: null })).toEqual(["none"]);
    expect(await texts({ about__isnull: false })).toEqual(["c", "t"]);
    expect(
      await Note.objects
        .exclude({ about: sign } as Any)
        .orderBy("id")
        .valuesList("text", { flat: true })
        .fetch(db),
    ).toEqual(["c", "none"]);
    await expect(texts({ about: 1 })).rejects.toThrow(/one of Sign, Shape/);
    await expect(texts({ about__name: "x" })).rejects.toThrow(FieldError);
  });
});
