/** Plays programs that are judged by invariants, each on empty tables; a failing one is shrunk and told as a story. */

import fc from "fast-check";
import { signals, sql } from "flash-db";
import { connect, type Database } from "../../../src/connect.js";
import { failureOf, type Failure, type RunOptions } from "../fuzz/run.js";
import { models, tables } from "./models.js";
import { circleMoves } from "./moves/circles.js";
import { errorMoves, flushMoves } from "./moves/errors.js";
import { keyMoves } from "./moves/keys.js";
import { linkMoves } from "./moves/links.js";
import { listMoves } from "./moves/lists.js";
import { placeMoves } from "./moves/places.js";
import { sessionMoves } from "./moves/sessions.js";
import { setMoves } from "./moves/sets.js";
import { Run, type Move } from "./run.js";

/** What a program is about: few things of many kinds seldom meet. */
const themes: readonly (readonly Readonly<Record<string, Move>>[])[] = [
  [setMoves, setMoves],
  [circleMoves, circleMoves],
  [keyMoves, keyMoves],
  [listMoves, listMoves],
  [linkMoves, linkMoves],
  [placeMoves, placeMoves],
  [listMoves, linkMoves, placeMoves],
  [setMoves, circleMoves, keyMoves, listMoves, linkMoves, placeMoves],
];
const movesOf = (theme: readonly Readonly<Record<string, Move>>[]): readonly Move[] =>
  [...theme, sessionMoves, errorMoves, flushMoves, flushMoves].flatMap((group) => Object.values(group));
const moves = themes.map(movesOf);

type Step = readonly [move: number, a: number, b: number];
const steps = fc.array(fc.tuple(fc.nat(999), fc.nat(40), fc.nat(40)), { minLength: 5, maxLength: 40, size: "max" });

interface Circumstances {
  readonly theme: number;
  /** Somebody listens, so that the session deals with what is left to the constraints elsewhere. */
  readonly listening: boolean;
  readonly furnished: boolean;
}
const circumstances = fc.record({
  theme: fc.nat(themes.length - 1),
  listening: fc.boolean(),
  furnished: fc.constantFrom(false, true, true),
});

const empty = async (database: Database): Promise<void> => {
  await using cleaner = database.session();
  for (const table of tables) await cleaner.execute(sql.raw(`DELETE FROM ${table}`));
  await cleaner.commit();
};

/** Two of most things, committed. */
const furnish = async (run: Run): Promise<void> => {
  for (let round = 0; round < 2; round++) {
    const owner = run.add("owner", { secret: "s" });
    run.add("doc", { owner: owner.uid });
    run.add("note", { owner: owner.uid, secret: "s" });
    run.add("card", { owner: owner.uid });
    run.add("seat", { owner: round === 0 ? owner.uid : null });
    for (const kind of ["label", "club", "cat"] as const) run.add(kind);
    run.add("dog", { feeder: owner.uid });
    for (const spot of [0, 1]) run.add("place", { zone: round, spot, tag: spot === 0 ? null : "t1" });
    const team = run.add("team");
    run.add("person", { team: team.uid });
    const region = run.add("region", { code: `r${round}` });
    const town = run.add("town", { region: region.uid });
    run.add("house", { town: town.uid });
    run.add("guest", { region: region.uid });
  }
  run.say("commit");
  await run.commit();
};

const playOne = async (database: Database, program: readonly Step[], { theme, listening, furnished }: Circumstances): Promise<void> => {
  await empty(database);
  const db = database.session({ onUncommitted: "ignore" });
  const run = new Run(db, database);
  const offs = listening ? (["pre_delete", "pre_save"] as const).map((event) => signals.on(event, () => undefined)) : [];
  const list = moves[theme] as readonly Move[];
  try {
    if (furnished) await furnish(run);
    for (const [move, a, b] of program) if ((await list[move % list.length]?.(run, a, b)) !== false) run.settle();
    run.say("the end: commit");
    await run.commit();
  } catch (error) {
    const told = listening ? ["(somebody listens)", ...run.story] : run.story;
    throw new Error(`\n${told.join("\n")}\n✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, { cause: error });
  } finally {
    for (const off of offs) off();
    await db.close();
  }
};

export const runInvariantPrograms = async (url: string, options: RunOptions): Promise<Failure | null> => {
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
