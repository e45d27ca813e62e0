/** Plays random programs one after the other on one database, each on empty tables; the shortest failing one is what fast-check reports. */

import fc from "fast-check";
import { sql } from "flash-db";
import type { Database } from "../../../src/connect.js";
import { models } from "./models.js";
import { Run, type Step } from "./program.js";

const step = fc.record({ op: fc.nat(1000), a: fc.nat(1000), b: fc.nat(1000) });
const tables = ["run_items_run_tags", "run_parts", "run_items", "run_owners", "run_tags"];

const playOne = async (database: Database, steps: readonly Step[]): Promise<void> => {
  {
    await using cleaner = database.session();
    for (const table of tables) await cleaner.execute(sql.raw(`DELETE FROM ${table}`));
    await cleaner.commit();
  }
  const db = database.session({ onUncommitted: "ignore" });
  const run = new Run(database, db);
  try {
    await run.run(steps);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nafter\n  ${run.log.join("\n  ")}`, { cause: error });
  } finally {
    await db.close();
  }
};

export interface PlayOptions {
  readonly runs: number;
  readonly seed?: number | undefined;
  readonly path?: string | undefined;
}

export const play = async (database: Database, { runs, seed, path }: PlayOptions): Promise<void> => {
  await database.createAll(models);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30, size: "max" }), (steps) => playOne(database, steps)),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }), ...(path === undefined ? {} : { path }), endOnFailure: false },
  );
};
