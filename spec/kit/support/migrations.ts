/** Migrations for specs of the runner, as their files would be read. */

import { handleOf, type Database } from "../../../src/connect.js";
import { type Planner, type Run, standingOf } from "../../../src/kit/history/index.js";
import { invertAll, meaningOf, readMigration, type ReadMigration } from "../../../src/kit/operations/index.js";
import { emptyPicture, foldOne } from "../../../src/kit/state/index.js";
import type { MigrationItem } from "../../../src/migrations/contracts.js";
import { migration } from "../../../src/migrations/migration.js";

export type Items = Readonly<Record<string, readonly MigrationItem[]>>;

export const readAll = (database: Database, items: Items): readonly ReadMigration[] => {
  const names = Object.keys(items);
  return names.map((name, at) => {
    const before = names[at - 1];
    return readMigration(name, migration({ after: before === undefined ? [] : [before] }, ...(items[name] ?? [])), [
      handleOf(database).dialect,
    ]);
  });
};

/** Everything that waits, in order. */
export const upTo =
  (files: readonly ReadMigration[]): Planner =>
  (history) => {
    const { pending } = standingOf(files, history);
    const runs: Run[] = [];
    let before = emptyPicture;
    for (const file of files) {
      const after = foldOne(before, file);
      if (pending.includes(file.name)) runs.push(runOf(file, before, after));
      before = after;
    }
    return runs;
  };

export const runOf = (file: ReadMigration, before: Run["before"], after: Run["after"]): Run => ({
  name: file.name,
  direction: "up",
  operations: file.operations,
  before,
  after,
  transaction: file.transaction,
  meaning: meaningOf(file),
});

/** Takes the last one back. */
export const lastBack =
  (files: readonly ReadMigration[]): Planner =>
  () => {
    let before = emptyPicture;
    let was = before;
    for (const file of files) {
      was = before;
      before = foldOne(before, file);
    }
    const file = files.at(-1);
    if (file === undefined) return [];
    return [{ ...runOf(file, before, was), direction: "down", operations: invertAll(was, file.operations) ?? [] }];
  };
