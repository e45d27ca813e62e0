/** What programs of all kinds share: a session of their own, its flushes and levels, and a story of the one that fails. */

import fc from "fast-check";
import { signals, type Session } from "flash-db";
import { connect, type Database } from "../../../src/connect.js";
import { failureOf, type Failure, type RunOptions } from "./run.js";

/** Somebody listens, so that the session deals with what is left to the constraints elsewhere. */
export interface Audience {
  readonly listening: boolean;
}

/** Plays one program; an error is told with the story so far. */
export const playTold = async <R extends { readonly story: readonly string[] }>(
  database: Database,
  { listening }: Audience,
  open: (db: Session) => R,
  play: (run: R) => Promise<void>,
): Promise<void> => {
  const db = database.session({ onUncommitted: "ignore" });
  const run = open(db);
  const offs = listening ? (["pre_delete", "pre_save"] as const).map((event) => signals.on(event, () => undefined)) : [];
  try {
    await play(run);
  } catch (error) {
    const told = listening ? ["(somebody listens)", ...run.story] : run.story;
    throw new Error(`\n${told.join("\n")}\n✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, { cause: error });
  } finally {
    for (const off of offs) off();
    await db.close();
  }
};

/** Plays random programs one after the other on one database; the first that fails is shrunk. */
export const failureOn = async <P, A extends Audience>(
  url: string,
  models: Parameters<Database["createAll"]>[0],
  [programs, circumstances]: readonly [fc.Arbitrary<P>, fc.Arbitrary<A>],
  play: (database: Database, program: P, circumstances: A) => Promise<void>,
  options: RunOptions,
): Promise<Failure | null> => {
  const database = await connect(url);
  try {
    await database.createAll(models);
    const property = fc.asyncProperty(programs, circumstances, async (program, around) => {
      await play(database, program, around);
      options.progress?.();
    });
    return await failureOf(property, options);
  } finally {
    await database.close({ timeout: 0 });
  }
};

interface Leveled {
  readonly depth: number;
  say(text: string): void;
  flush(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  begin(): Promise<void>;
  end(well: boolean): Promise<void>;
}
export const levelMoves: Readonly<Record<string, (run: Leveled, a: number) => Promise<void> | false>> = {
  flush: (run) => (run.say("flush"), run.flush()),
  commit: (run) => (run.say("commit"), run.commit()),
  rollback: (run) => (run.say("rollback"), run.rollback()),
  begin: (run) => (run.depth > 2 ? false : (run.say("begin"), run.begin())),
  "end level": (run, a) =>
    run.depth === 0 ? false : (run.say(a % 2 === 0 ? "level ends well" : "level rolled back"), run.end(a % 2 === 0)),
};
