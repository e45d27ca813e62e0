/** Connects commands and history: turns plans into runs, and comparison results into messages. */

import type { Database } from "flash-db";
import type { Dialect, SchemaPicture, TableName } from "flash-db/internal";
import { differences } from "../databases/facts.js";
import { canonicalPicture, readPicture } from "../databases/read-picture.js";
import { segmentsOf, segmentTexts } from "../databases/segments.js";
import { type DatabaseSession, openDatabaseSession } from "../databases/session.js";
import { MigrationError } from "../errors.js";
import {
  appliedEntries,
  type History,
  readHistory,
  type Run,
  runMigrations,
  type RunnerOptions,
  type Standing,
  standingOf,
} from "../history/index.js";
import { applyAll, lowerAll, meaningOf, type Operation } from "../operations/index.js";
import { type Graph, type PlanItem, planTo } from "../state/index.js";

export const withSession = async <R>(database: Database, label: string, work: (session: DatabaseSession) => Promise<R>): Promise<R> => {
  const session = await openDatabaseSession(database, label);
  try {
    return await work(session);
  } finally {
    session.release();
  }
};

export const historyOf = (database: Database): Promise<History> => withSession(database, "history", readHistory);

export const appliedNames = (history: History): ReadonlySet<string> => new Set(appliedEntries(history.entries).keys());

/** Edited or missing files make it uncertain what else to run, so they must be repaired first. */
export const refuseUnfit = ({ edited, missing }: Standing): void => {
  const lines = [
    ...edited.map(({ name }) => `  ${name}: the file was edited after it ran`),
    ...missing.map(({ name }) => `  ${name}: it ran, but its file is not in the folder`),
  ];
  if (lines.length === 0) return;
  throw new MigrationError(
    `the history of this database and the files differ:\n${lines.join("\n")}\nRestore the files, or see \`flash-db history repair\`.`,
    { facts: { edited: edited.map(({ name }) => name), missing: missing.map(({ name }) => name) } },
  );
};

export const runOf = ({ direction, migration, before, operations }: PlanItem): Run => ({
  name: migration.name,
  direction,
  operations,
  before,
  after: applyAll(before, operations),
  transaction: migration.transaction,
  meaning: meaningOf(migration),
});

export interface RunToOptions extends RunnerOptions {
  /** For a rollback: adjusts the operations with what the caller knows beyond the files. */
  readonly adjust?: ((operations: readonly Operation[]) => readonly Operation[]) | undefined;
}

/** Plans again whenever the lock was acquired, so that migrations of other runs are not repeated. */
export const runTo = (
  database: Database,
  graph: Graph,
  targetOf: (done: ReadonlySet<string>) => string | undefined,
  { adjust = (operations) => operations, ...options }: RunToOptions,
): Promise<readonly Run[]> =>
  runMigrations(
    database,
    (history) => {
      refuseUnfit(standingOf(graph.order, history));
      const done = appliedNames(history);
      return planTo(graph, done, targetOf(done)).map((item) =>
        runOf(item.direction === "down" ? { ...item, operations: adjust(item.operations) } : item),
      );
    },
    options,
  );

/** How the database differs from what its migrations produce, one line per fact. */
export const driftOf = (database: Database, expected: SchemaPicture): Promise<readonly string[]> =>
  withSession(database, "drift", async (session) => {
    // Schemas that no migration mentions belong to others.
    const spoken = new Set(expected.tables.map((table) => table.name.schema));
    const within = (name: TableName): boolean => name.schema === null || spoken.has(name.schema);
    const found = await readPicture(session);
    const actual = {
      ...found,
      tables: found.tables.filter((table) => within(table.name)),
      enums: found.enums.filter((type) => within(type.name)),
      sequences: found.sequences.filter((sequence) => within(sequence.name)),
      unmanaged: [],
    };
    const { missing, extra } = differences({ ...(await canonicalPicture(session, expected)), unmanaged: [] }, actual, session.dialect);
    return [...missing.map((fact) => `missing: ${fact}`), ...extra.map((fact) => `extra: ${fact}`)];
  });

export const textsOf = (
  before: SchemaPicture,
  operations: readonly Operation[],
  dialect: Dialect,
  transaction: boolean,
): readonly string[] => segmentsOf(lowerAll(before, operations), dialect, transaction).flatMap(segmentTexts);
