/** Runs one program on a database and holds its answers against the reference. */

import type { Choices } from "./choices.js";
import { checkNames, checkRows, checks, type CheckName } from "./checks/index.js";
import { setOf } from "./generate/sets.js";
import type { Ground } from "./ground.js";
import type { SetProgram } from "./program.js";
import { evaluateSet, type Result } from "./reference/set.js";
import type { World } from "./world.js";

export interface Program {
  readonly set: SetProgram;
  readonly checks: readonly CheckName[];
}
export const programOf = (choices: Choices): Program => ({
  set: setOf(choices),
  checks: choices.list(4, 75, () => choices.pick(checkNames)),
});
/** One object cannot hold the different annotations of several rows: what such rows show is open. */
const answerOf = (world: World, set: SetProgram): Result => {
  const result = evaluateSet(world, set);
  if (set.steps.some((step) => step.do === "values")) return result;
  const texts = new Map(result.rows.map(({ root, text }) => [root, text]));
  return result.rows.every(({ root, text }) => texts.get(root) === text) ? result : { ...result, undetermined: true };
};

/** The failure of the program, or null. */
export const judge = async (ground: Ground, world: World, program: Program): Promise<Error | null> => {
  const expected = answerOf(world, program.set);
  const db = ground.database.session({ onUncommitted: "ignore" });
  try {
    const one = { ground, world, db, set: program.set, expected };
    await checkRows(one);
    for (const name of program.checks) await checks[name](one);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await db.close();
  }
};
