/** Models that relate to themselves: trees, friends, followers, links with a model of their own. */

import { expect, it } from "vitest";
import { foreignKey, hasMany, manyToMany, model, t } from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

class Node extends model<Node>("self_nodes")(
  {
    name: t.text(),
    parent: foreignKey(() => Node, { onDelete: "cascade" }).nullable(),
    children: hasMany(() => Node, "parent"),
  },
  { ordering: ["id"] },
) {}
class Human extends model<Human>("self_humans")(
  {
    name: t.text(),
    friends: manyToMany(() => Human),
    follows: manyToMany(() => Human, { reverse: "followers" }),
    followers: manyToMany(() => Human, { reverse: "follows" }),
  },
  { ordering: ["id"] },
) {}
class Student extends model<Student>("self_students")(
  { name: t.text(), courses: manyToMany(() => Course, { through: () => Enrolment }) },
  { ordering: ["id"] },
) {}
class Course extends model<Course>("self_courses")(
  { title: t.text(), students: manyToMany(() => Student, { through: () => Enrolment }) },
  { ordering: ["id"] },
) {}
class Enrolment extends model<Enrolment>("self_enrolments")({
  student: foreignKey(() => Student, { onDelete: "cascade" }).primaryKey(),
  course: foreignKey(() => Course, { onDelete: "cascade" }).primaryKey(),
  grade: t.integer().nullable(),
}) {}

eachDatabase("self-referring models", [Node, Human, Student, Course, Enrolment], (fresh) => {
  it("a tree of five levels is written at once and prefetched level by level", async () => {
    const database = await fresh();
    await using setup = database.session();
    let parent: Node | null = null;
    for (let level = 0; level < 5; level++) {
      parent = new Node({ name: `level ${level}`, parent });
      setup.add(parent);
    }
    await setup.commit();

    await using db = database.session();
    await assertQueries(db, 5, async () => {
      const [root] = await Node.objects.filter({ parent: null }).prefetchRelated("children__children__children__children").fetch(db);
      const names: string[] = [];
      for (const one of root!.children)
        for (const two of one.children)
          for (const three of two.children) for (const four of three.children) names.push(one.name, two.name, three.name, four.name);
      expect(names).toEqual(["level 1", "level 2", "level 3", "level 4"]);
    });
    await using walk = database.session();
    const leaf = await Node.objects.get(walk, { name: "level 4" });
    const path: string[] = [];
    for (let at: Node | null = leaf; at !== null; at = await at.parent) path.push(at.name);
    expect(path).toEqual(["level 4", "level 3", "level 2", "level 1", "level 0"]);
  });

  it("friendship is symmetrical: both have it at once, one link counts for both", async () => {
    const database = await fresh();
    await using db = database.session();
    const [ada, bob, cyd] = await Human.objects.bulkCreate(db, [{ name: "Ada" }, { name: "Bob" }, { name: "Cyd" }]);
    await db.commit();
    await ada!.friends.fetch();
    await bob!.friends.fetch();
    ada!.friends.add(bob!, cyd!);
    expect([...(await bob!.friends.fetch())]).toEqual([ada]);
    await db.commit();

    await using check = database.session();
    const people = await Human.objects.prefetchRelated("friends").fetch(check);
    expect(people.map((human) => [...human.friends].map((friend) => friend.name).sort())).toEqual([["Bob", "Cyd"], ["Ada"], ["Ada"]]);
    people[1]!.friends.remove(people[0]!);
    await check.commit();
    await using again = database.session();
    expect((await (await Human.objects.get(again, { name: "Ada" })).friends.fetch()).map((friend) => friend.name)).toEqual(["Cyd"]);
    expect(await Human.objects.filter({ friends__name: "Ada" }).count(again)).toBe(1);
  });

  it("following has a direction, and both ends know it", async () => {
    const database = await fresh();
    await using db = database.session();
    const [ada, bob] = await Human.objects.bulkCreate(db, [{ name: "Ada" }, { name: "Bob" }]);
    ada!.follows.add(bob!);
    await db.commit();
    await using check = database.session();
    const people = await Human.objects.prefetchRelated("follows", "followers").fetch(check);
    expect(people.map((human) => [human.follows.length, human.followers.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect((await Human.objects.filter({ followers__name: "Ada" }).fetch(check)).map((human) => human.name)).toEqual(["Bob"]);
  });

  it("a link with a model of its own is read through it, and has rows of its own", async () => {
    const database = await fresh();
    await using setup = database.session();
    const [ada, bob] = await Student.objects.bulkCreate(setup, [{ name: "Ada" }, { name: "Bob" }]);
    const [logic] = await Course.objects.bulkCreate(setup, [{ title: "Logic" }]);
    await Enrolment.objects.create(setup, { student: ada!, course: logic!, grade: 1 });
    await Enrolment.objects.create(setup, { student: bob!, course: logic!, grade: 2 });
    await setup.commit();
    await using db = database.session();
    await assertQueries(db, 2, async () => {
      const [course] = await Course.objects.prefetchRelated("students").fetch(db);
      expect([...course!.students].map((student) => student.name)).toEqual(["Ada", "Bob"]);
    });
    const link = await db.get(Enrolment, { studentId: ada!.id, courseId: logic!.id });
    expect(link?.grade).toBe(1);
    expect((await link!.course).title).toBe("Logic");
  });
});
