/** Plays wide programs one after the other on one database, each on empty tables; a failing one is shrunk and told as a story. */

import fc from "fast-check";
import { sql } from "flash-db";
import type { Database } from "../../../src/connect.js";
import type { Failure, RunOptions } from "../fuzz/run.js";
import { failureOn, playTold, type Audience } from "../fuzz/told.js";
import { models } from "./models.js";
import { Run } from "./run.js";
import { acts, furnish } from "./steps.js";

type Step = readonly [act: number, a: number, b: number];
const steps = fc.array(fc.tuple(fc.nat(acts.length - 1), fc.nat(40), fc.nat(40)), { minLength: 5, maxLength: 40, size: "max" });
const tables = ["wide_owners_wide_tags", "wide_marks", "wide_docs", "wide_nodes", "wide_plaques", "wide_seats", "wide_tags", "wide_owners"];

const empty = async (database: Database): Promise<void> => {
  await using cleaner = database.session();
  for (const table of tables) await cleaner.execute(sql.raw(`DELETE FROM ${table}`));
  await cleaner.commit();
};

interface Circumstances extends Audience {
  /** There are some rows of each kind to begin with. */
  readonly furnished: boolean;
}
const circumstances = fc.record({ listening: fc.boolean(), furnished: fc.constantFrom(false, true, true) });

const playOne = async (database: Database, program: readonly Step[], around: Circumstances): Promise<void> => {
  await empty(database);
  await playTold(
    database,
    around,
    (db) => new Run(db, database),
    async (run) => {
      if (around.furnished) await furnish(run);
      for (const [act, a, b] of program) {
        if ((await acts[act]?.(run, a, b)) !== false) await run.compare();
      }
      run.say("the end");
      await run.commit();
      await run.compare();
      await run.judge();
    },
  );
};

export const runWidePrograms = (url: string, options: RunOptions): Promise<Failure | null> =>
  failureOn(url, models, [steps, circumstances], playOne, options);
