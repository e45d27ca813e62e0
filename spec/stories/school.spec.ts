/** A school: students and courses tied by enrolments with grades, set and taken back through either side. */

import { describe, expect } from "vitest";
import { atomic, foreignKey, hasMany, manyToMany, model, t, UniqueViolation } from "flash-db";
import { exampleWith, type Play } from "../session/example.js";
import { rejection, statusOf } from "../session/uow/stage.js";
import { expectSettled, shown } from "./settled.js";

class Student extends model<Student>("school_students")(
  {
    name: t.text(),
    courses: manyToMany(() => Course, { through: () => Enrolment, reverse: "students" }),
    enrolments: hasMany(() => Enrolment, "student"),
  },
  { ordering: ["id"] },
) {}
class Course extends model<Course>("school_courses")(
  {
    title: t.text().unique(),
    students: manyToMany(() => Student, { through: () => Enrolment, reverse: "courses" }),
    enrolments: hasMany(() => Enrolment, "course"),
    needs: manyToMany(() => Course, { reverse: "opens" }),
    opens: manyToMany(() => Course, { reverse: "needs" }),
  },
  { ordering: ["id"] },
) {}
class Enrolment extends model<Enrolment>("school_enrolments")({
  student: foreignKey(() => Student, { onDelete: "cascade" }).primaryKey(),
  course: foreignKey(() => Course, { onDelete: "cascade" }).primaryKey(),
  grade: t.integer().nullable(),
}) {}

const example = exampleWith([Student, Course, Enrolment]);
const enrolled = async ({ db }: Play): Promise<{ ada: Student; bob: Student; maths: Course; art: Course }> => {
  const [ada, bob] = [new Student({ name: "Ada" }), new Student({ name: "Bob" })];
  const [maths, art] = [new Course({ title: "Maths" }), new Course({ title: "Art" })];
  maths.students.add(ada, bob);
  art.students.add(bob);
  db.add(maths, art);
  await db.commit();
  return { ada, bob, maths, art };
};
const pairs = async ({ open }: Play): Promise<unknown[]> =>
  Enrolment.objects.orderBy("student__name", "course__title").valuesList("student__name", "course__title", "grade").fetch(open());

describe("a school", () => {
  example("enrols whole classes at once, and both sides agree", async (play) => {
    const { ada, bob, maths, art } = await enrolled(play);
    expect(await pairs(play)).toEqual([
      ["Ada", "Maths", null],
      ["Bob", "Art", null],
      ["Bob", "Maths", null],
    ]);
    expect([...(await bob.courses.fetch())].map(({ title }) => title)).toEqual(["Maths", "Art"]);
    expect(await ada.courses.count()).toBe(1);
    await expectSettled(play, ada, bob, maths, art);
  });

  example("counts an enrolment that is added as an object and through the collection as one", async (play) => {
    const { db } = play;
    const { ada, art } = await enrolled(play);
    const enrolment = new Enrolment({ student: ada, course: art, grade: 1 });
    db.add(enrolment);
    ada.courses.add(art);
    await db.commit();
    expect((await pairs(play))[0]).toEqual(["Ada", "Art", 1]);
    expect((await pairs(play)).length).toBe(4);
    await expectSettled(play, enrolment);
  });

  example("takes the loaded enrolment away with the link, and the last word counts", async (play) => {
    const { db } = play;
    const { bob, maths } = await enrolled(play);
    const enrolment = await Enrolment.objects.get(db, { student: bob, course: maths });
    enrolment.grade = 2;
    await db.flush();
    bob.courses.remove(maths);
    await db.commit();
    expect(statusOf(enrolment)).toBe("detached");
    expect((await maths.students.fetch()).map(({ name }) => name)).toEqual(["Ada"]);
    bob.courses.add(maths);
    await db.commit();
    expect((await pairs(play)).at(-1)).toEqual(["Bob", "Maths", null]);
    await expectSettled(play);
  });

  example("sets a class list by its difference, and a savepoint that is rolled back gives the list back", async (play) => {
    const { db, sent } = play;
    const { ada, bob, maths } = await enrolled(play);
    const cyd = new Student({ name: "Cyd" });
    await maths.students.fetch();
    await atomic(db, async () => {
      await rejection(
        atomic(db, async () => {
          await maths.students.set([bob, cyd]);
          await db.flush();
          expect((await Student.objects.filter({ courses: maths }).fetch(db)).map(({ name }) => name)).toEqual(["Bob", "Cyd"]);
          throw new Error("the class is full");
        }),
      );
      expect(shown(maths.students).map(({ name }) => name)).toEqual(["Ada", "Bob"]);
      expect([cyd.isPersisted, cyd.id, db.has(cyd)]).toEqual([false, undefined, false]);
      sent();
      await maths.students.set([ada, bob]);
      await db.flush();
      expect(sent()).toEqual([]);
    });
    await expectSettled(play, ada, bob, maths);
  });

  example("loses a student's enrolments with the student, and has them back after a rollback", async (play) => {
    const { db } = play;
    const { bob, maths, art } = await enrolled(play);
    await maths.students.fetch();
    await art.students.fetch();
    db.delete(bob);
    await db.flush();
    expect([shown(maths.students).length, shown(art.students).length, await Enrolment.objects.count(db)]).toEqual([1, 0, 1]);
    await db.rollback();
    expect([shown(maths.students).length, shown(art.students).length, bob.isPersisted]).toEqual([2, 1, true]);
    expect((await pairs(play)).length).toBe(3);
    db.delete(bob);
    await db.commit();
    expect(await pairs(play)).toEqual([["Ada", "Maths", null]]);
    await expectSettled(play, maths, art);
  });

  example("refuses the same enrolment by two objects and leaves memory as it was", async (play) => {
    const { db } = play;
    const { ada, maths } = await enrolled(play);
    const twice = new Enrolment({ student: ada, course: maths });
    db.add(twice);
    expect(await rejection(db.commit())).toBeInstanceOf(UniqueViolation);
    expect(db.new.has(twice)).toBe(true);
    db.expunge(twice);
    ada.name = "Ada L.";
    await db.commit();
    await expectSettled(play, ada, maths);
  });

  example("keeps what a course needs apart from what it opens", async (play) => {
    const { db, open } = play;
    const { maths, art } = await enrolled(play);
    const geometry = new Course({ title: "Geometry" });
    geometry.needs.add(maths, art);
    db.add(geometry);
    await db.commit();
    expect((await maths.opens.fetch()).map(({ title }) => title)).toEqual(["Geometry"]);
    expect(await maths.needs.count()).toBe(0);
    art.opens.remove(geometry);
    await db.commit();
    const fresh = await Course.objects.prefetchRelated("needs", "opens").get(open(), { title: "Geometry" });
    expect([fresh.needs.map(({ title }) => title), fresh.opens.length]).toEqual([["Maths"], 0]);
    await expectSettled(play, maths, art, geometry);
  });
});
