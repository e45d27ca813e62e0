/** Transactions and savepoints: begun, played inside, and ended well or badly. */

import { atomic, type Session } from "flash-db";
import type { Actor } from "./actor.js";
import { checkAll } from "./check.js";
import { attempt, expecting, flushing, Mismatch, settle } from "./flushing.js";
import type { Ground } from "./ground.js";
import { judgeClean } from "../invariants/judge.js";
import { backToCommit, backToLevel, copyMemory, type Level, type Memory } from "./memory.js";
import { perform, type Scene } from "./play.js";
import type { Step, StepOf, Trap } from "./steps.js";

class Undo extends Error {}
type LevelStep = StepOf<"level">;

export const playCommit = async (ground: Ground, actor: Actor, trap: Trap | null): Promise<void> => {
  if (await flushing(ground, actor, () => actor.db.commit(), { trap })) {
    actor.commit();
    if (!actor.crossed) await judgeClean(actor.db, ground.database, () => actor.db.commit());
  }
};

export const playRollback = async (actor: Actor): Promise<void> => {
  await actor.db.rollback();
  actor.undone(backToCommit(actor.memory, actor.base.copy));
};

const undoLevel = (actor: Actor, level: Level): void => {
  const at = actor.levels.indexOf(level);
  const memory = backToLevel(actor.memory, level.copy);
  if (at === 1) return actor.undone(memory);
  actor.levels.length = at;
  actor.memory = memory;
  actor.own = level.rows;
};

const closeLevel = (actor: Actor, level: Level): void => {
  const at = actor.levels.indexOf(level);
  if (at === 1) return actor.commit();
  actor.levels.length = at;
  if (level.wrote) actor.top.wrote = true;
};

/** The outermost level begins before its first flush, which it takes back too; a savepoint begins after. */
class Beginning {
  readonly #actor: Actor;
  readonly #outermost: boolean;
  readonly #before: Memory;
  readonly #expected: ReturnType<typeof expecting>;

  constructor(actor: Actor) {
    this.#actor = actor;
    this.#outermost = !actor.inTransaction;
    this.#before = copyMemory(actor.memory);
    this.#expected = expecting(actor);
  }
  /** The level, or null when its flush failed as it had to. */
  end(error: unknown): Level | null {
    const actor = this.#actor;
    const level = this.#outermost && error === null ? actor.push("transaction", this.#before) : null;
    if (!settle(actor, this.#expected, error)) return null;
    return level ?? actor.push("savepoint", copyMemory(actor.memory));
  }
}

const inside = async (scene: Scene, steps: readonly Step[]): Promise<void> => {
  scene.depth++;
  try {
    await checkAll(scene);
    await perform(scene, steps);
  } finally {
    scene.depth--;
  }
};

const endWell = (actor: Actor, level: Level, expected: ReturnType<typeof expecting>, error: unknown): void => {
  if (settle(actor, expected, error)) closeLevel(actor, level);
  else undoLevel(actor, level);
};

const playBegin = async (scene: Scene, actor: Actor, { steps, end }: LevelStep): Promise<void> => {
  const beginning = new Beginning(actor);
  let tx!: Awaited<ReturnType<Session["begin"]>>;
  const level = beginning.end(await attempt(async () => (tx = await actor.db.begin())));
  if (level === null) return;
  await inside(scene, steps);
  if (!actor.levels.includes(level)) return;
  if (end === "badly") {
    await tx.rollback();
    return undoLevel(actor, level);
  }
  const expected = expecting(actor);
  endWell(actor, level, expected, await attempt(() => tx.commit()));
};

const playAtomic = async (scene: Scene, actor: Actor, { steps, end }: LevelStep): Promise<void> => {
  const beginning = new Beginning(actor);
  let level: Level | null = null;
  let ending: ReturnType<typeof expecting> | null = null;
  let broken: unknown = null;
  actor.atomics++;
  const error = await attempt(() =>
    atomic(actor.db, async () => {
      try {
        level = beginning.end(null);
        await inside(scene, steps);
      } catch (mismatch) {
        broken = mismatch;
        throw mismatch;
      }
      if (end === "badly") throw new Undo();
      ending = expecting(actor);
    }),
  );
  actor.atomics--;
  if (broken !== null) throw broken as Error;
  if (level === null) return void beginning.end(error);
  if (ending !== null) return endWell(actor, level, ending, error);
  if (!(error instanceof Undo)) throw error ?? new Mismatch("the body of atomic() threw, but atomic() went through");
  undoLevel(actor, level);
};

export const playLevel = async (scene: Scene, actor: Actor, step: LevelStep): Promise<void> => {
  await (step.how === "begin" ? playBegin : playAtomic)(scene, actor, step);
  scene.story.push(`${"  ".repeat(scene.depth)}end of ${step.how}`);
};
