/** Cycles and self-reference. */

import { expect } from "vitest";
import { Ball, Node, Person, Tree } from "./models.js";
import { scenario } from "./stage.js";

scenario("a self-referential tree is inserted root first", async ({ db, sent, rows }) => {
  const first = new Node({ name: "n1" });
  const second = new Node({ name: "n2", parent: first });
  const third = new Node({ name: "n3", parent: second });
  db.add(third);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT nodes", "INSERT nodes", "INSERT nodes"]);
  expect(await rows("select name, parent_id from nodes order by id")).toEqual([
    ["n1", null],
    ["n2", first.id],
    ["n3", second.id],
  ]);
});

scenario("a wide tree is inserted level by level", async ({ db, sent, rows }) => {
  const root = new Node({ name: "r" });
  for (const index of [0, 1, 2]) {
    const child = new Node({ name: `c${index}` });
    root.children.add(child);
    for (const leaf of [0, 1]) child.children.add(new Node({ name: `c${index}${leaf}` }));
  }
  db.add(root);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT nodes", "INSERT nodes", "INSERT nodes"]);
  expect(await rows("select id, name, parent_id from nodes order by id")).toEqual([
    [1, "r", null],
    [2, "c0", 1],
    [3, "c1", 1],
    [4, "c2", 1],
    [5, "c00", 2],
    [6, "c01", 2],
    [7, "c10", 3],
    [8, "c11", 3],
    [9, "c20", 4],
    [10, "c21", 4],
  ]);
});

scenario("a tree is deleted whole", async ({ db, open, rows }) => {
  const root = new Tree({ name: "root" });
  const a = new Tree({ name: "a", parent: root });
  db.add(new Tree({ name: "b", parent: a }));
  await db.commit();
  const other = open();
  other.delete((await other.get(Tree, root.id)) as Tree);
  await other.commit();
  expect(await rows("select id from trees")).toEqual([]);
});

scenario("an inner node is deleted without cascade", async ({ db, rows }) => {
  const root = new Node({ name: "r" });
  const a = new Node({ name: "a", parent: root });
  const b = new Node({ name: "b", parent: a });
  db.add(b);
  await db.commit();
  db.delete(a);
  await db.flush();
  expect(await rows("select name, parent_id from nodes order by id")).toEqual([
    ["r", null],
    ["b", null],
  ]);
  expect(b.parentId).toBeNull();
});

scenario("a true cycle of two new rows: the nullable key is written afterwards", async ({ db, sent, rows }) => {
  const first = new Node({ name: "n1" });
  const second = new Node({ name: "n2", parent: first });
  first.parent = second;
  db.add(first);
  await db.flush();
  const statements = sent.take();
  expect(statements.filter((text) => text.startsWith("INSERT"))).not.toHaveLength(0);
  expect(statements.at(-1)).toBe("UPDATE nodes set parent_id");
  expect(await rows("select name, parent_id from nodes order by name")).toEqual([
    ["n1", second.id],
    ["n2", first.id],
  ]);
});

scenario("an object that points at itself", async ({ db, rows }) => {
  const node = new Node({ name: "n" });
  node.parent = node;
  db.add(node);
  await db.flush();
  expect(await rows("select id, parent_id from nodes")).toEqual([[node.id, node.id]]);
  db.delete(node);
  await db.commit();
  expect(await rows("select id from nodes")).toEqual([]);
});

scenario("two tables that point at each other", async ({ db, sent }) => {
  const person = new Person({ name: "p" });
  const ball = new Ball({ color: "red", person });
  person.favorite = ball;
  db.add(person);
  await db.flush();
  expect(sent.take()).toEqual(["BEGIN", "INSERT people", "INSERT balls", "UPDATE people set favorite_id"]);
  expect(person.favoriteId).toBe(ball.id);
  expect(db.isModified(person)).toBe(false);
});

scenario("deleting both", async ({ db, sent, rows }) => {
  const person = new Person({ name: "p" });
  const ball = new Ball({ color: "red", person });
  person.favorite = ball;
  db.add(person);
  await db.commit();
  sent.take();
  db.delete(ball, person);
  await db.flush();
  // The database nulls the favourite of a deleted ball by itself; writing it first is as good.
  expect(sent.take().filter((text) => text.startsWith("DELETE"))).toEqual(["DELETE balls", "DELETE people"]);
  expect(await rows("select (select count(*) from people) + (select count(*) from balls)")).toEqual([[0]]);
});

scenario("deleting only the favourite", async ({ db, rows }) => {
  const person = new Person({ name: "p" });
  const [old, next] = [new Ball({ color: "red", person }), new Ball({ color: "blue", person })];
  person.favorite = old;
  db.add(person, next);
  await db.commit();
  person.favorite = next;
  db.delete(old);
  await db.flush();
  expect(person.favoriteId).toBe(next.id);
  expect(await rows("select favorite_id from people")).toEqual([[next.id]]);
  expect(await rows("select count(*) from balls")).toEqual([[1]]);
});
