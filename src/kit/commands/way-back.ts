/** What a rollback loses, and the values it needs for columns that become required again. */

import type { Database } from "flash-db";
import type { Dialect, SqlTexts, TableName } from "flash-db/internal";
import { readPicture } from "../databases/read-picture.js";
import { lossesOf, needsAnswers, type Question } from "../detect/index.js";
import { MigrationError } from "../errors.js";
import { type Operation, tableText } from "../operations/index.js";
import type { PlanItem } from "../state/index.js";
import { withSession } from "./running.js";

/** Values by column, `users.age`. */
export type Fills = Readonly<Record<string, SqlTexts>>;

/** Contents that the rollback loses and that its files do not declare. */
const unsaidLosses = (plan: readonly PlanItem[]): readonly string[] => [
  ...new Set(
    plan
      .filter((item) => item.direction === "down")
      .flatMap((item) => lossesOf(item.before, item.operations).filter((name) => !item.migration.loses.includes(name))),
  ),
];

/** Checks the database first: if there is nothing to lose, nothing is refused. */
export const refuseLosses = async (database: Database, plan: readonly PlanItem[]): Promise<void> => {
  const lost = await filledOf(database, unsaidLosses(plan));
  if (lost.length > 0)
    throw new MigrationError(
      `the rollback would lose the contents of ${lost.join(", ")}, which its files do not declare; pass --lose to allow it, and make a backup first`,
      { facts: { loses: lost } },
    );
};

/** The given tables and columns (`users`, `users.first`) that have contents. */
const filledOf = (database: Database, names: readonly string[]): Promise<readonly string[]> =>
  withSession(database, "rollback", async (session) => {
    if (names.length === 0) return [];
    const { dialect } = session;
    const found: string[] = [];
    const { tables } = await readPicture(session);
    for (const name of names) {
      const texts = tables.map((table) => ({ table, text: tableText(table.name) }));
      const owner = texts.find(({ text }) => text === name) ?? texts.find(({ text }) => name.startsWith(`${text}.`));
      if (owner === undefined) continue;
      const column = name === owner.text ? null : dialect.quote(name.slice(owner.text.length + 1));
      const rows = await session.rows(
        `SELECT 1 FROM ${tableOf(owner.table.name, dialect)}${column === null ? "" : ` WHERE ${column} IS NOT NULL`} LIMIT 1`,
      );
      if (rows.length > 0) found.push(name);
    }
    return found;
  });

const tableOf = ({ schema, name }: TableName, dialect: Dialect): string =>
  schema === null ? dialect.quote(name) : `${dialect.quote(schema)}.${dialect.quote(name)}`;

interface Required {
  readonly table: TableName;
  readonly column: string;
  /** true: the column exists and has NULLs; false: it is restored for rows without a value. */
  readonly there: boolean;
}

const requiredOf = (operation: Operation): readonly Required[] => {
  switch (operation.kind) {
    case "addColumn": {
      const { table, column, fill } = operation;
      const given = column.nullable || column.default !== null || column.generated !== null || column.identity !== null || fill !== null;
      return given ? [] : [{ table, column: column.name, there: false }];
    }
    case "alterColumn": {
      const { table, column, changes, fill } = operation;
      return changes.nullable === false && fill === null ? [{ table, column, there: true }] : [];
    }
    case "contract":
      return operation.operations.flatMap(requiredOf);
    default:
      return [];
  }
};

/** The values of a dropped required column are lost, so the user must supply values for existing rows. */
export const askForFills = async (database: Database, plan: readonly PlanItem[], fills: Fills): Promise<void> => {
  const wanted = plan
    .filter((item) => item.direction === "down")
    .flatMap((item) => item.operations.flatMap(requiredOf))
    .filter(({ table, column }) => fills[`${tableText(table)}.${column}`] === undefined);
  if (wanted.length === 0) return;
  const missing = await withSession(database, "rollback", async (session) => {
    const { dialect } = session;
    const { tables } = await readPicture(session);
    const found: string[] = [];
    for (const { table, column, there } of wanted) {
      const now = tables.find((one) => tableText(one.name) === tableText(table));
      const has = now?.columns.some((one) => one.name === column) === true;
      if (now === undefined || has !== there) continue;
      const rows = await session.rows(
        `SELECT 1 FROM ${tableOf(now.name, dialect)}${there ? ` WHERE ${dialect.quote(column)} IS NULL` : ""} LIMIT 1`,
      );
      if (rows.length > 0) found.push(`${tableText(table)}.${column}`);
    }
    return found;
  });
  if (missing.length > 0) throw needsAnswers(missing.map(question));
};

const question = (object: string): Question => ({
  kind: "fill",
  object,
  text: `column ${object} becomes required again, and some rows have no value: which value do they get?`,
  answers: [{ text: "this value", option: `--fill ${object}=VALUE` }],
});

/** The same operations with these values. */
export const withFills = (operations: readonly Operation[], fills: Fills): readonly Operation[] =>
  operations.map((operation): Operation => {
    switch (operation.kind) {
      case "addColumn":
        return { ...operation, fill: operation.fill ?? fills[`${tableText(operation.table)}.${operation.column.name}`] ?? null };
      case "alterColumn":
        return operation.changes.nullable === false
          ? { ...operation, fill: operation.fill ?? fills[`${tableText(operation.table)}.${operation.column}`] ?? null }
          : operation;
      case "contract":
        return { ...operation, operations: withFills(operation.operations, fills) };
      default:
        return operation;
    }
  });
