/** Steps that flush: what must come of them is worked out before, compared after, and carried out in the reference. */

import { FlashDbError } from "flash-db";
import type { Actor } from "./actor.js";
import { Trapped, type Ground } from "./ground.js";
import { copyMemory, type Obj } from "./memory.js";
import { carryOut, predict, workOf, type FlushWork, type Prediction } from "./predict.js";
import type { Trap } from "./steps.js";

/** The session and the reference do not agree. */
export class Mismatch extends Error {}

const codeOf = (error: unknown): string =>
  error instanceof Trapped
    ? "TRAPPED"
    : error instanceof FlashDbError
      ? error.code
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);

export const attempt = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
    return null;
  } catch (error) {
    return error ?? new Error("threw nothing");
  }
};

export interface Expected {
  readonly work: FlushWork;
  readonly prediction: Prediction;
  readonly all: boolean;
}

/** What a flush that starts now has to do; `only`: of these objects. */
export const expecting = (actor: Actor, only: ReadonlySet<number> | null = null): Expected => {
  const work = workOf(actor.memory, only);
  return { work, prediction: predict(actor.memory, actor.view, work), all: only === null };
};

/** How it ended: true when it went through and the reference has followed. A failure leaves the reference as it was. */
export const settle = (actor: Actor, { work, prediction, all }: Expected, error: unknown, fired = false): boolean => {
  if (error !== null) {
    const code = codeOf(error);
    if ((fired && code === "TRAPPED") || prediction.errors.includes(code)) return false;
    throw new Mismatch(
      `failed with ${code}${error instanceof FlashDbError ? ` (${error.message})` : ""}, expected ${prediction.errors.join(" or ") || "success"}`,
    );
  }
  if (fired) throw new Mismatch("the trap threw, but the flush went through");
  if (prediction.errors.length > 0 && !prediction.lucky) throw new Mismatch(`went through, expected ${prediction.errors.join(" or ")}`);
  if (!prediction.sends) return true;
  const certain = work.inserts.length + work.updates.length + work.deletes.length > 0;
  if (!actor.inTransaction && (certain || actor.db.inTransaction)) actor.push("plain", copyMemory(actor.memory));
  if (actor.inTransaction && certain) actor.top.wrote = true;
  carryOut(actor.memory, actor.view, work, (obj) => keyMade(actor, obj), all);
  return true;
};

/** Where somebody listens, the session does to the rows of a deleted shelf what its constraints do elsewhere: the reference knows the latter. */
const isHeard = (trap: Trap | null): boolean => trap?.what.startsWith("p") === true;

/** Plays something that flushes and then, maybe, does more. */
export const flushing = async (
  ground: Ground,
  actor: Actor,
  act: () => Promise<unknown>,
  { only = null, trap = null }: { readonly only?: ReadonlySet<number> | null; readonly trap?: Trap | null } = {},
): Promise<boolean> => {
  const expected = expecting(actor, only);
  ground.set(isHeard(trap) && expected.work.deletes.some(({ kind }) => kind === "Shelf") ? null : trap);
  const error = await attempt(act);
  const { fired } = ground;
  ground.set(null);
  return settle(actor, expected, error, fired);
};

const keyMade = (actor: Actor, obj: Obj): number => {
  const { id } = actor.real(obj);
  if (!Number.isInteger(id) || id < 1) throw new Mismatch(`${obj.kind} #${obj.handle} was inserted, but its key is ${String(id)}`);
  if (actor.view[obj.kind].has(id)) throw new Mismatch(`${obj.kind} #${obj.handle} got the key ${id}, which another row has`);
  return id;
};
