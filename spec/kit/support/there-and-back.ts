/** Goes from one schema to another and back on a database with rows in it, and says what is not as it should be. */

import { type Database, handleOf } from "../../../src/connect.js";
import type { Dialect } from "../../../src/database/contracts.js";
import { differences } from "../../../src/kit/databases/facts.js";
import { canonicalPicture, readPicture } from "../../../src/kit/databases/read-picture.js";
import { type DatabaseSession, openDatabaseSession } from "../../../src/kit/databases/session.js";
import { detect } from "../../../src/kit/detect/index.js";
import { runMigrations } from "../../../src/kit/history/index.js";
import { canonical, describeOf, type Operation } from "../../../src/kit/operations/index.js";
import { createStatements } from "../../../src/schema/create.js";
import type { ColumnPicture, SchemaPicture, SqlTexts } from "../../../src/schema/picture.js";
import { changedSchema, randomOf, randomSchema, rowsOf, keysOf } from "./random-schemas.js";

export const withSession = async <R>(database: Database, work: (session: DatabaseSession) => Promise<R>): Promise<R> => {
  const session = await openDatabaseSession(database, "there and back");
  try {
    return await work(session);
  } finally {
    session.release();
  }
};

/** `was`: what rows become again on the way back must be able to hold it. */
const fillOf = (column: ColumnPicture, was?: ColumnPicture): SqlTexts => {
  if (column.type.kind === "text" && was !== undefined && was.type.kind !== "text") {
    const former = fillOf(was);
    return Object.fromEntries(Object.entries(former).map(([name, text]) => [name, text.startsWith("'") ? text : `'${text}'`]));
  }
  const literals: Partial<Record<ColumnPicture["type"]["kind"], SqlTexts>> = {
    boolean: { sqlite: "0", postgres: "false" },
    uuid: { sqlite: "'00000000-0000-0000-0000-000000000000'", postgres: "'00000000-0000-0000-0000-000000000000'" },
    timestamp: { sqlite: "'2024-01-01T00:00:00.000Z'", postgres: "'2024-01-01T00:00:00.000Z'" },
    time: { sqlite: "'00:00:00.000'", postgres: "'00:00:00'" },
    duration: { sqlite: "0", postgres: "'0'::interval" },
    date: { sqlite: "'2024-01-01'", postgres: "'2024-01-01'" },
    json: { sqlite: "'{}'", postgres: "'{}'" },
    bytes: { sqlite: "X'00'", postgres: "'\\x00'::bytea" },
    decimal: { sqlite: "'0.000'", postgres: "0" },
    text: { sqlite: "'f'", postgres: "'f'" },
    varchar: { sqlite: "'f'", postgres: "'f'" },
    enum: { sqlite: "'a'", postgres: "'a'" },
  };
  return literals[column.type.kind] ?? { sqlite: "0", postgres: "0" };
};

/** All questions answered: nothing was renamed, and what must have a value gets one. */
export const operationsOf = (before: SchemaPicture, after: SchemaPicture): readonly Operation[] => {
  const former = (table: string, name: string): ColumnPicture | undefined =>
    before.tables.find((one) => one.name.name === table)?.columns.find((one) => one.name === name);
  const tightened = after.tables.flatMap((table) =>
    table.columns
      .filter((column) => !column.nullable && column.identity === null && column.generated === null)
      .filter((column) => column.default === null)
      .map((column) => [`${table.name.name}.${column.name}`, fillOf(column, former(table.name.name, column.name))] as const),
  );
  let answers = { renames: [], drops: [] as string[], fills: Object.fromEntries(tightened) };
  for (let round = 0; round < 20; round++) {
    const { operations, questions } = detect(before, after, answers);
    if (questions.length === 0) return operations;
    for (const { kind, object } of questions) {
      const [table, name] = object.split(".");
      const column = after.tables.find((one) => one.name.name === table)?.columns.find((one) => one.name === name);
      if (kind === "rename") answers = { ...answers, drops: [...answers.drops, object] };
      else if (column !== undefined) answers = { ...answers, fills: { ...answers.fills, [object]: fillOf(column) } };
    }
  }
  throw new Error("the questions do not end");
};

type Rows = ReadonlyMap<string, ReadonlyMap<string, readonly unknown[]>>;
/** Each cell as text, by table and column. */
const readRows = async (session: DatabaseSession, { tables }: SchemaPicture): Promise<Rows> => {
  const all = new Map<string, ReadonlyMap<string, readonly unknown[]>>();
  for (const table of tables) {
    const quote = (name: string): string => session.dialect.quote(name);
    const columns = table.columns.map((column) => `CAST(${quote(column.name)} AS text)`);
    const rows = await session.rows(`SELECT ${columns.join(", ")} FROM ${quote(table.name.name)} ORDER BY ${quote("id")}`);
    all.set(table.name.name, new Map(table.columns.map((column, at) => [column.name, rows.map((row) => row[at])])));
  }
  return all;
};

/** Columns that are the same before and after hold the same; NULLs may have been filled. */
const lostRows = (was: SchemaPicture, is: SchemaPicture, before: Rows, after: Rows, dialect: Dialect): readonly string[] =>
  was.tables.flatMap((table) => {
    const next = is.tables.find((one) => one.name.name === table.name.name);
    if (next === undefined) return [];
    return table.columns.flatMap((column) => {
      const same = next.columns.find((one) => one.name === column.name);
      if (same === undefined || dialect.schema.typeName(same.type) !== dialect.schema.typeName(column.type) || column.generated !== null)
        return [];
      const [old, now] = [before.get(table.name.name)?.get(column.name) ?? [], after.get(table.name.name)?.get(column.name) ?? []];
      const kept = old.length === now.length && old.every((cell, at) => cell === now[at] || (cell === null && !same.nullable));
      return kept ? [] : [`rows of ${table.name.name}.${column.name}: ${canonical(old)} became ${canonical(now)}`];
    });
  });

const clear = async (database: Database): Promise<void> => {
  await withSession(database, async (session) => {
    if (session.dialect.features.schemas) {
      await session.execute("DROP SCHEMA public CASCADE");
      await session.execute("CREATE SCHEMA public");
      return;
    }
    await session.execute("PRAGMA foreign_keys = OFF");
    const names = await session.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
    for (const [name] of names) await session.execute(`DROP TABLE ${session.dialect.quote(String(name))}`);
    await session.execute("PRAGMA foreign_keys = ON");
  });
};

/** Nothing where all is well; else what is wrong, with the operations that led there. */
export const thereAndBack = async (database: Database, seed: number): Promise<readonly string[]> => {
  const { dialect } = handleOf(database);
  const random = randomOf(seed * 7919 + 13);
  const first = randomSchema(random, [dialect]);
  const second = changedSchema(random, first, [dialect]);
  await clear(database);
  await withSession(database, async (session) => {
    for (const text of createStatements(first, dialect)) await session.execute(text);
    // Keys once all rows are there, so that they can go in circles.
    for (const table of first.tables) for (const text of rowsOf(random, table, dialect)) await session.execute(text);
    for (const table of first.tables) for (const text of keysOf(random, table, dialect)) await session.execute(text);
  });
  const problems: string[] = [];
  let rows = await withSession(database, (session) => readRows(session, first));
  for (const [name, from, to] of [
    ["there", first, second],
    ["back", second, first],
  ] as const) {
    const operations = operationsOf(from, to);
    const told = (what: string): string => `seed ${seed}, ${name}: ${what}\n    by ${operations.map(describeOf).join("; ")}`;
    try {
      await runMigrations(database, () => [
        { name, direction: "up", operations, before: from, after: to, transaction: true, meaning: name },
      ]);
    } catch (error) {
      return [...problems, told((error as Error).message)];
    }
    await withSession(database, async (session) => {
      const { missing, extra } = differences(await canonicalPicture(session, to), await readPicture(session), dialect);
      problems.push(...missing.map((fact) => told(`missing ${fact}`)), ...extra.map((fact) => told(`has ${fact}`)));
      const now = await readRows(session, to);
      problems.push(...lostRows(from, to, rows, now, dialect).map(told));
      rows = now;
    });
    if (problems.length > 0) return problems;
  }
  return problems;
};
