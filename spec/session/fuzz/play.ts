/** Plays a program on real sessions and on the reference, and compares after every step. */

import { Actor, type World } from "./actor.js";
import { checkAll } from "./check.js";
import { flushing, Mismatch } from "./flushing.js";
import type { Ground } from "./ground.js";
import { playCommit, playLevel, playRollback } from "./levels.js";
import { memorySteps } from "./moving.js";
import { get, loadRelation, query, refresh, setBooks, setTags } from "./reading.js";
import { noRows } from "./rows.js";
import type { Step, Trap } from "./steps.js";
import { deleteMany, make, removeOne, saveOne, updateMany } from "./writing.js";

export interface Scene {
  readonly ground: Ground;
  readonly world: World;
  readonly actors: readonly Actor[];
  /** What happened, one line a step. */
  readonly story: string[];
  depth: number;
}
/** Says what a step does, as soon as it knows. */
export type Say = (text: string) => void;

/** A program that did not agree with the reference; the message is its story. */
class Failed extends Error {
  constructor(story: readonly string[], cause: unknown) {
    super(`\n${story.join("\n")}`, { cause });
  }
}

const reason = (error: unknown): string =>
  error instanceof Mismatch ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);

export const play = async (ground: Ground, program: readonly Step[]): Promise<readonly string[]> => {
  await ground.empty();
  const world: World = { committed: noRows(), reals: [], handles: new Map() };
  const actors = [0, 1].map(() => new Actor(ground.database.session({ fetchMode: "one" }), world));
  const scene: Scene = { ground, world, actors, story: [], depth: 0 };
  try {
    await perform(scene, program);
    for (const actor of actors) await endOf(actor);
    await checkAll(scene);
  } catch (error) {
    throw new Failed([...scene.story, `✗ ${reason(error)}`], error);
  } finally {
    for (const actor of actors) await actor.db.close().catch(() => undefined);
  }
  return scene.story;
};

/** What was not committed is gone; the objects stay readable, which the last look at the rows does not need. */
const endOf = async (actor: Actor): Promise<void> => {
  await playRollback(actor);
  await actor.db.close();
  actor.memory.objects.clear();
};

export const perform = async (scene: Scene, program: readonly Step[]): Promise<void> => {
  for (const step of program) {
    const actor = scene.actors[step.by] as Actor;
    const line = scene.story.push("") - 1;
    const say: Say = (text) => void (scene.story[line] = `${"  ".repeat(scene.depth)}${step.by === 0 ? "" : "other session: "}${text}`);
    say(step.do);
    if (await playStep(scene, actor, step, say)) await checkAll(scene);
    else scene.story.splice(line, 1);
  }
};

const withTrap = (verb: string, trap: Trap | null): string =>
  trap === null ? verb : `${verb}, with a failure at ${trap.what} number ${trap.nth + 1}`;

/** False where the step does not apply. */
const playStep = async (scene: Scene, actor: Actor, step: Step, say: Say): Promise<boolean> => {
  const done = await dispatch(scene, actor, step, say);
  if (done) crossing(scene, actor, step);
  return done;
};

const dispatch = (scene: Scene, actor: Actor, step: Step, say: Say): Promise<boolean> | boolean => {
  // Where somebody else is in a transaction, what needs the database would have to wait for them.
  const free = scene.actors.every((one) => one === actor || !one.inTransaction);
  switch (step.do) {
    case "make":
      return (free || step.how !== "create") && make(scene, actor, step, say);
    case "rollback":
      return actor.atomics === 0 && (say("rollback"), playRollback(actor).then(() => true));
    case "commit":
      return (
        free && actor.atomics === 0 && (say(withTrap("commit", step.trap)), playCommit(scene.ground, actor, step.trap).then(() => true))
      );
    case "flush":
      return (
        free &&
        (say(withTrap("flush", step.trap)), flushing(scene.ground, actor, () => actor.db.flush(), { trap: step.trap }).then(() => true))
      );
    case "level":
      return free && (say(`${step.how}, which ends ${step.end}`), playLevel(scene, actor, step).then(() => true));
    case "save":
      return free && saveOne(scene, actor, step, say);
    case "remove now":
      return free && removeOne(scene, actor, step, say);
    case "update all":
      return free && updateMany(scene, actor, step, say);
    case "delete all":
      return free && deleteMany(scene, actor, step, say);
    case "load":
      return free && loadRelation(scene, actor, step, say);
    case "set books":
      return free && setBooks(scene, actor, step, say);
    case "set tags":
      return free && setTags(scene, actor, step, say);
    case "query":
      return free && query(scene, actor, step, say);
    case "get":
      return free && get(scene, actor, step, say);
    case "refresh":
      return free && refresh(scene, actor, step, say);
    default:
      return memorySteps[step.do](actor, step as never, say);
  }
};

/** Rows that one session commits may be other than what the other remembers: its collections need not agree any more. */
const crossing = (scene: Scene, actor: Actor, step: Step): void => {
  if (actor.memory.objects.size === 0 && step.do !== "update all" && step.do !== "delete all" && step.do !== "level") return;
  for (const other of scene.actors) if (other !== actor) other.crossed = true;
};
