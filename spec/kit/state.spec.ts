/** The graph of migrations and the pictures that they make. */

import { addColumn, addIndex, addTable, alterColumn, dropColumn, index, t } from "flash-db/migrations";
import { describe, expect, it } from "vitest";
import type { ReadMigration } from "../../src/kit/operations/index.js";
import { branchConflicts, factsOf, fold, graphOf, planTo, refuseConflicts } from "../../src/kit/state/index.js";
import { given } from "./migrations.js";

const first = given("0001", [], addTable("users", { id: t.id(), name: t.text() }));
const names = (migrations: readonly ReadMigration[]): readonly string[] => migrations.map(({ name }) => name);

describe("a graph", () => {
  it("orders by what comes before, then by name", () => {
    const c = given("0003_c", ["0001"]);
    const b = given("0002_b", ["0001"]);
    const d = given("0004_d", ["0003_c", "0002_b"]);
    const graph = graphOf([d, c, b, first]);
    expect(names(graph.order)).toEqual(["0001", "0002_b", "0003_c", "0004_d"]);
    expect(graph.heads).toEqual(["0004_d"]);
  });

  it("names a circle, a missing file and a name that stands twice", () => {
    expect(() => graphOf([first, given("a", ["b"]), given("b", ["a"])])).toThrow(/in a cycle: a → b → a/);
    expect(() => graphOf([first, given("0003", ["0002_x"])])).toThrow(/"0003" comes after "0002_x", which is not in the folder/);
    expect(() => graphOf([first, first])).toThrow('two migrations are called "0001"');
  });
});

describe("branches", () => {
  const age = given("0002_age", ["0001"], addColumn("users", "age", t.integer().nullable()));
  const nick = given("0002_nick", ["0001"], addColumn("users", "nick", t.text().nullable()), addIndex("users", index(["nick"])));

  it("that touch different objects commute: both orders make the same picture", () => {
    const graph = graphOf([first, age, nick]);
    expect(graph.heads).toEqual(["0002_age", "0002_nick"]);
    expect(branchConflicts(graph)).toEqual([]);
    expect(factsOf(fold([first, age, nick]))).toBe(factsOf(fold([first, nick, age])));
  });

  it("that get in each other's way are named with the object and both files", () => {
    const wide = given("0002_wide", ["0001"], alterColumn("users", "name", { type: t.varchar(200) }));
    const gone = given("0002_gone", ["0001"], dropColumn("users", "name"));
    const graph = graphOf([first, wide, gone]);
    expect(branchConflicts(graph)).toMatchObject([{ object: "users.name", migrations: ["0002_gone", "0002_wide"] }]);
    expect(() => refuseConflicts(graph)).toThrow(/users\.name: 0002_gone and 0002_wide/);
  });

  it("that were merged by a file are no question any more", () => {
    const wide = given("0002_wide", ["0001"], alterColumn("users", "name", { type: t.varchar(200) }));
    const narrow = given("0002_narrow", ["0001"], alterColumn("users", "name", { type: t.varchar(20) }));
    const merge = given("0003_merge", ["0002_narrow", "0002_wide"], alterColumn("users", "name", { type: t.varchar(100) }));
    expect(branchConflicts(graphOf([first, wide, narrow]))).toHaveLength(1);
    expect(branchConflicts(graphOf([first, wide, narrow, merge]))).toEqual([]);
  });
});

describe("a plan", () => {
  const second = given("0002", ["0001"], addColumn("users", "age", t.integer().nullable()));
  const third = given("0003", ["0002"], dropColumn("users", "name"));
  const graph = graphOf([first, second, third]);

  it("leads to the end, to a name, and back", () => {
    const plan = (applied: readonly string[], target?: string): readonly string[] =>
      planTo(graph, new Set(applied), target).map((item) => `${item.direction} ${item.migration.name}`);
    expect(plan([])).toEqual(["up 0001", "up 0002", "up 0003"]);
    expect(plan(["0001"], "0002")).toEqual(["up 0002"]);
    expect(plan(["0001", "0002", "0003"], "0001")).toEqual(["down 0003", "down 0002"]);
    expect(plan(["0001", "0002"], "zero")).toEqual(["down 0002", "down 0001"]);
  });

  it("takes back with the inverse operations, from the picture afterwards", () => {
    const [item] = planTo(graph, new Set(["0001", "0002", "0003"]), "0002");
    expect(item?.operations.map(({ kind }) => kind)).toEqual(["addColumn"]);
    expect(item?.before.tables[0]?.columns.map(({ name }) => name)).toEqual(["id", "age"]);
  });
});

it("2,500 migrations over 100 models are folded in a moment", () => {
  const migrations: ReadMigration[] = [];
  for (let at = 0; at < 2500; at++) {
    const table = `table_${at % 100}`;
    const name = String(at).padStart(4, "0");
    const after = at === 0 ? [] : [String(at - 1).padStart(4, "0")];
    migrations.push(
      at < 100
        ? given(name, after, addTable(table, { id: t.id(), name: t.text().unique(), size: t.integer() }))
        : given(
            name,
            after,
            addColumn(table, `column_${at}`, t.varchar(20).nullable()),
            alterColumn(table, "size", { nullable: at % 200 < 100 }),
          ),
    );
  }
  const begun = performance.now();
  const graph = graphOf(migrations);
  const state = fold(graph.order);
  const took = performance.now() - begun;
  expect(state.tables).toHaveLength(100);
  expect(state.tables[0]?.columns).toHaveLength(27);
  // A second is promised; the rest is for machines that do something else meanwhile.
  expect(took).toBeLessThan(3000);
});
