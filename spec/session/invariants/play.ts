/** Plays programs that are judged by invariants, each on empty tables; a failing one is shrunk and told as a story. */

import fc from "fast-check";
import { sql } from "flash-db";
import type { Database } from "../../../src/connect.js";
import type { Failure, RunOptions } from "../fuzz/run.js";
import { failureOn, levelMoves, playTold, type Audience } from "../fuzz/told.js";
import { models, tables } from "./models.js";
import { circleMoves } from "./moves/circles.js";
import { errorMoves } from "./moves/errors.js";
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
  [...theme, sessionMoves, errorMoves, levelMoves, levelMoves].flatMap((group) => Object.values(group));
const moves = themes.map(movesOf);

type Step = readonly [move: number, a: number, b: number];
const steps = fc.array(fc.tuple(fc.nat(999), fc.nat(40), fc.nat(40)), { minLength: 5, maxLength: 40, size: "max" });

interface Circumstances extends Audience {
  readonly theme: number;
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

const playOne = async (database: Database, program: readonly Step[], around: Circumstances): Promise<void> => {
  await empty(database);
  const list = moves[around.theme] as readonly Move[];
  await playTold(
    database,
    around,
    (db) => new Run(db, database),
    async (run) => {
      if (around.furnished) await furnish(run);
      for (const [move, a, b] of program) if ((await list[move % list.length]?.(run, a, b)) !== false) run.settle();
      run.say("the end: commit");
      await run.commit();
    },
  );
};

export const runInvariantPrograms = (url: string, options: RunOptions): Promise<Failure | null> =>
  failureOn(url, models, [steps, circumstances], playOne, options);
