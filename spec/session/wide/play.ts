/** Plays wide programs one after the other on one database, each on empty tables; a failing one is shrunk and told as a story. */

import fc from "fast-check";
import { signals, sql } from "flash-db";
import { connect, type Database } from "../../../src/connect.js";
import { failureOf, type Failure, type RunOptions } from "../fuzz/run.js";
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

interface Circumstances {
  /** Somebody listens, so that the session deals with what is left to the constraints elsewhere. */
  readonly listening: boolean;
  /** There are some rows of each kind to begin with. */
  readonly furnished: boolean;
}
const circumstances = fc.record({ listening: fc.boolean(), furnished: fc.constantFrom(false, true, true) });

const playOne = async (database: Database, program: readonly Step[], { listening, furnished }: Circumstances): Promise<void> => {
  await empty(database);
  const db = database.session({ onUncommitted: "ignore" });
  const run = new Run(db, database);
  const offs = listening ? (["pre_delete", "pre_save"] as const).map((event) => signals.on(event, () => undefined)) : [];
  try {
    if (furnished) await furnish(run);
    for (const [act, a, b] of program) {
      if ((await acts[act]?.(run, a, b)) !== false) await run.compare();
    }
    run.say("the end");
    await run.commit();
    await run.compare();
    await run.judge();
  } catch (error) {
    const told = listening ? ["(somebody listens)", ...run.story] : run.story;
    throw new Error(`\n${told.join("\n")}\n✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, { cause: error });
  } finally {
    for (const off of offs) off();
    await db.close();
  }
};

export const runWidePrograms = async (url: string, options: RunOptions): Promise<Failure | null> => {
  const database = await connect(url);
  try {
    await database.createAll(models);
    const property = fc.asyncProperty(steps, circumstances, async (program, around) => {
      await playOne(database, program, around);
      options.progress?.();
    });
    return await failureOf(property, options);
  } finally {
    await database.close({ timeout: 0 });
  }
};
