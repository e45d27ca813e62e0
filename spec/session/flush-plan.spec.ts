/** The order of rows as data, without any database. */

import { describe, expect, it } from "vitest";
import { SessionError } from "flash-db";
import { stateOf, type InstanceState } from "../../src/loading/instance.js";
import { planRows } from "../../src/session/flush/plan/flush-plan.js";
import { deleteOf, insertOf, updateOf, type RowWork, type Step } from "../../src/session/flush/work/work.js";
import { foreignKey, model, t } from "flash-db";
import { Ball, Item, Line, Node, Note, Order, Person, Slug } from "./uow/models.js";

class Left extends model<Left>("plan_lefts")({ name: t.text(), right: foreignKey(() => Right) }) {}
class Right extends model<Right>("plan_rights")({ name: t.text(), left: foreignKey(() => Left) }) {}

const state = (object: object): InstanceState => stateOf(object) as InstanceState;
/** As if the object's row had been read: all that it holds is stored. */
const stored = <T extends object>(object: T, id: number): T => {
  const { meta } = state(object);
  (object as Record<string, unknown>)["id"] = id;
  state(object).snapshot = meta.fields.map((field) => (object as Record<string, unknown>)[field.name] ?? null);
  state(object).status = "persistent";
  return object;
};
const insert = (object: object): RowWork => insertOf(object, state(object));
const remove = (object: object): RowWork => deleteOf(object, state(object));
const update = (object: object, ...names: string[]): RowWork =>
  updateOf(
    object,
    state(object),
    state(object).meta.fields.filter((field) => names.includes(field.name)),
  );

const label = (object: object): string =>
  String(
    (object as Record<string, unknown>)["name"] ??
      (object as Record<string, unknown>)["text"] ??
      (object as Record<string, unknown>)["color"] ??
      (object as Record<string, unknown>)["value"],
  );
const story = (steps: readonly Step[]): string[] =>
  steps.map((step) => `${step.kind} ${step.meta.name} ${step.rows.map(({ object }) => label(object)).join(" ")}`);
const plan = (...works: RowWork[]): string[] => story(planRows(works, () => true));

describe("the plan of a flush", () => {
  it("inserts parents first, whatever came first, equal rows together", () => {
    const order = new Order({ name: "o" });
    const [a, b] = [new Line({ text: "a", order }), new Line({ text: "b", order })];
    const note = new Note({ text: "n", line: a });
    expect(plan(insert(note), insert(b), insert(a), insert(order))).toEqual(["insert Order o", "insert Line b a", "insert Note n"]);
  });

  it("inserts a tree level by level", () => {
    const root = new Node({ name: "r" });
    const [a, b] = [new Node({ name: "a", parent: root }), new Node({ name: "b", parent: root })];
    const leaf = new Node({ name: "leaf", parent: b });
    expect(plan(insert(leaf), insert(b), insert(a), insert(root))).toEqual(["insert Node r", "insert Node b a", "insert Node leaf"]);
  });

  it("writes a nullable reference of a circle afterwards", () => {
    const person = new Person({ name: "p" });
    const ball = new Ball({ color: "red", person });
    person.favorite = ball;
    const steps = planRows([insert(person), insert(ball)], () => true);
    expect(story(steps)).toEqual(["insert Person p", "insert Ball red", "setReference Person p"]);
    expect(steps[0]?.rows[0]?.postponed.map(({ name }) => name)).toEqual(["favoriteId"]);
  });

  it("writes a row that refers to itself in two moves", () => {
    const node = new Node({ name: "n" });
    node.parent = node;
    expect(plan(insert(node))).toEqual(["insert Node n", "setReference Node n"]);
  });

  it("refuses a circle in which nothing may be null, and names it", () => {
    const left = new Left({ name: "l" });
    const right = new Right({ name: "r", left });
    left.right = right;
    expect(() => plan(insert(left), insert(right))).toThrow(SessionError);
    expect(() => plan(insert(left), insert(right))).toThrow(/leftId|rightId/);
  });

  it("deletes children first, after what moved away", () => {
    const order = stored(new Order({ name: "o" }), 1);
    const other = stored(new Order({ name: "other" }), 2);
    const [goes, moves] = [stored(new Line({ text: "goes", order }), 1), stored(new Line({ text: "moves", order }), 2)];
    moves.orderId = other.id;
    expect(plan(remove(order), remove(goes), update(moves, "orderId"))).toEqual([
      "update Line moves",
      "delete Line goes",
      "delete Order o",
    ]);
  });

  it("gives up a reference before two rows that need each other are deleted", () => {
    const person = stored(new Person({ name: "p" }), 1);
    const ball = stored(new Ball({ color: "red", person }), 5);
    person.favoriteId = 5;
    stored(person, 1);
    expect(plan(remove(ball), remove(person))).toEqual(["clearReference Person p", "delete Ball red", "delete Person p"]);
  });

  it("frees a unique value before another row takes it", () => {
    const gone = stored(new Slug({ value: "v" }), 1);
    expect(plan(remove(gone), insert(new Slug({ value: "v" })))).toEqual(["delete Slug v", "insert Slug v"]);
    const [a, b] = [stored(new Slug({ value: "a" }), 1), stored(new Slug({ value: "b" }), 2)];
    a.value = "b";
    b.value = "c";
    expect(plan(update(a, "value"), update(b, "value"))).toEqual(["update Slug c", "update Slug b"]);
  });

  it("gives a swapped value a temporary stand-in, and none where the type has none", () => {
    const [a, b] = [stored(new Slug({ value: "a" }), 1), stored(new Slug({ value: "b" }), 2)];
    [a.value, b.value] = [b.value, a.value];
    const works = [update(a, "value"), update(b, "value")];
    expect(story(planRows(works, () => true)).map((line) => line.split(" ")[0])).toEqual(["temporaryValue", "update", "update"]);
    expect(story(planRows(works, () => false)).map((line) => line.split(" ")[0])).toEqual(
      ["update", "update"].slice(0, story(planRows(works, () => false)).length),
    );
  });

  it("leaves rows without dependencies in the order given, updates of a table before its inserts, deletions last", () => {
    const old = stored(new Item({ name: "old" }), 1);
    const changed = stored(new Item({ name: "changed" }), 2);
    expect(plan(remove(old), insert(new Item({ name: "c" })), update(changed, "name"), insert(new Item({ name: "a" })))).toEqual([
      "update Item changed",
      "insert Item c a",
      "delete Item old",
    ]);
  });

  it("takes time in proportion to the rows", () => {
    const chain: Node[] = [];
    for (let at = 0; at < 3000; at++) chain.push(new Node({ name: `n${at}`, parent: chain[at - 1] ?? null }));
    const began = performance.now();
    expect(planRows(chain.map(insert), () => true)).toHaveLength(3000);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
