/** A small table with a column of every type and rows that are easy to get wrong, for specs of compiled statements. */

import type { DatabaseCore } from "../../src/database/database.js";
import type { QueryResult } from "../../src/database/contracts.js";
import * as e from "../../src/sql/factories/index.js";
import type { ColumnNode, Expr, OrderNode, Select, Statement } from "../../src/sql/nodes.js";
import { type ColumnType, types } from "../../src/sql/types.js";
import { run, who } from "../support/drivers.js";

export const columns = {
  id: types.integer,
  name: types.text,
  code: types.varchar(20),
  small: types.smallint,
  big: types.bigint,
  ratio: types.double,
  price: types.decimal(12, 3),
  active: types.boolean,
  key: types.uuid,
  at: types.timestamp,
  day: types.date,
  clock: types.time,
  span: types.duration,
  data: types.json,
  blob: types.bytes,
  tags: types.array(types.text),
  marks: types.array(types.integer),
  mood: types.enum(["good", "bad"]),
} as const satisfies Readonly<Record<string, ColumnType>>;
export type ColumnName = keyof typeof columns;

export const c = (name: ColumnName): ColumnNode => e.column("tracks", name, columns[name]);
export const table = e.table("tracks");

type Row = Readonly<Record<ColumnName, unknown>>;
const empty: Row = Object.fromEntries(Object.keys(columns).map((name) => [name, null])) as Row;
export const rows: readonly Row[] = [
  {
    ...empty,
    id: 1,
    name: "Ännchen 100%",
    code: "a_b",
    small: 7,
    big: 9007199254740993n,
    ratio: 2.5,
    price: "10.500",
    active: true,
    key: "00000000-0000-4000-8000-000000000001",
    at: new Date("2024-02-29T23:30:15.250Z"),
    day: "2024-02-29",
    clock: "23:30:15.250",
    span: 90_061_001,
    data: { theme: "dark", n: 5, on: true, list: [1, "two", { deep: null }], "a.b": { 'c"d': "odd" } },
    blob: new Uint8Array([0, 255, 39]),
    tags: ["sql", 'q"uote', "back\\slash"],
    marks: [3, 1, 2],
    mood: "good",
  },
  {
    ...empty,
    id: 2,
    name: "zebra",
    code: "Straße",
    small: -7,
    big: -1n,
    ratio: -2.5,
    price: "9.250",
    active: false,
    key: "00000000-0000-4000-8000-000000000002",
    at: new Date("2023-12-31T22:30:00.000Z"),
    day: "2023-12-31",
    clock: "00:00:00",
    span: -1500,
    data: { theme: null, n: "five", list: [] },
    blob: new Uint8Array([]),
    tags: [],
    marks: [],
    mood: "bad",
  },
  {
    ...empty,
    id: 3,
    name: "Zoo_",
    code: "x\\y",
    small: 0,
    big: 0n,
    ratio: 0.1,
    price: "-100.000",
    active: true,
    at: new Date("2024-03-31T01:00:00.000Z"),
    day: "2024-03-31",
    data: [1, 2, 3],
    tags: ["sql", ""],
    marks: [3],
  },
  { ...empty, id: 4 },
];

/** Makes the table by the dialect's own type names and fills it with the compiled INSERT. */
export async function seed(core: DatabaseCore): Promise<void> {
  const { dialect } = core;
  const definitions = (Object.entries(columns) as [ColumnName, ColumnType][]).map(
    ([name, type]) => `${dialect.quote(name)} ${dialect.schema.typeName(type)}${name === "id" ? " PRIMARY KEY" : ""}`,
  );
  await run(core, `CREATE TABLE tracks (${definitions.join(", ")})`);
  const targets = (Object.entries(columns) as [ColumnName, ColumnType][]).map(([name, type]) => ({ name, type }));
  await execute(core, e.insert({ into: table, columns: targets, rows: rows.map((row) => targets.map(({ name }) => row[name])) }));
}

export const execute = async (core: DatabaseCore, statement: Statement): Promise<QueryResult> =>
  core.run(core.dialect.compile(statement), who());

/** The decoded rows of a statement. */
export async function answer(core: DatabaseCore, statement: Statement): Promise<unknown[][]> {
  const compiled = core.dialect.compile(statement);
  const { rows: found } = await core.run(compiled, who());
  return found.map((row) => row.map((cell, at) => decode(core, compiled.outputs?.[at] ?? types.unknown, cell)));
}
function decode(core: DatabaseCore, type: ColumnType, cell: unknown): unknown {
  const read = core.dialect.codec(type).decode;
  return cell === null || read === undefined ? cell : read(cell);
}

/** The expression for every row, by id. */
export const forAll = (expr: Expr): Select =>
  e.select({ outputs: [e.output(expr, "value")], from: e.fromTable(table), orderBy: [e.order(c("id"))] });
/** Ids of the rows for which the condition holds. */
export const idsWhere = (where: Expr): Select =>
  e.select({ outputs: [e.output(c("id"))], from: e.fromTable(table), where, orderBy: [e.order(c("id"))] });
export const idsBy = (...orderBy: readonly OrderNode[]): Select =>
  e.select({ outputs: [e.output(c("id"))], from: e.fromTable(table), orderBy });
