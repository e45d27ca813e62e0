/** Implements `atomic`: called with a session, as a wrapped function, or as a decorator. */

import { setTimeout as sleep } from "node:timers/promises";
import type { TransactionMode } from "../../database/contracts.js";
import { CommitHookError, ConnectionLost, DeadlockDetected, SerializationFailure, SessionError } from "../../errors.js";
import { knownOptions, wholeNumber } from "../../metadata/argument.js";
import { describe } from "../../support/describe.js";
import { assertOpen, type Core } from "../core/core.js";
import { afterCommit, beginLevel, endLevel, rollbackLevel } from "./transaction.js";
import type { TransactionOptions } from "../typing/session.js";

const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 500;

/** Whether a retry can succeed: the database aborted this transaction in favour of another, or the connection broke before COMMIT. */
const worthRetrying = (error: unknown): boolean =>
  error instanceof SerializationFailure ||
  error instanceof DeadlockDetected ||
  (error instanceof ConnectionLost && error.outcome === "rolled back");

/** Checks option names, because a misspelt option would be ignored silently. */
export const modeOf = (builder: string, options: TransactionOptions): TransactionMode => {
  const { isolation, readOnly, deferrable } = knownOptions(builder, options, ["isolation", "readOnly", "deferrable", "retries"]);
  return { isolation, readOnly, deferrable };
};

/** Runs the body in a transaction, or in a savepoint if one is open. */
export const runAtomic = async <R>(core: Core, body: () => Promise<R>, options: TransactionOptions): Promise<R> => {
  assertOpen(core);
  const { retries = 0 } = options;
  wholeNumber("atomic()", retries, 0, Number.MAX_SAFE_INTEGER, "retries as a whole number");
  if (core.lock.isInside("flush")) return inSavepoint(core, body, options);
  for (let attempt = 0; ; attempt++) {
    const outcome = await core.lock.runInScope("atomic", "atomic()", () => attemptOnce(core, body, options));
    if ("ended" in outcome) {
      await afterCommit(core, outcome.ended);
      return outcome.result;
    }
    // Only the outermost level can be retried: an inner one is part of a transaction that goes on.
    if (!outcome.outermost || attempt >= retries || !worthRetrying(outcome.error)) throw outcome.error;
    await sleep(Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt));
  }
};

type Outcome<R> =
  { readonly result: R; readonly ended: Awaited<ReturnType<typeof endLevel>> } | { readonly error: unknown; readonly outermost: boolean };

const attemptOnce = async <R>(core: Core, body: () => Promise<R>, options: TransactionOptions): Promise<Outcome<R>> => {
  const outermost = core.tx === null;
  let level;
  try {
    level = await beginLevel(core, modeOf("atomic()", options));
  } catch (error) {
    return { error, outermost };
  }
  try {
    const result = await body();
    return { result, ended: await endLevel(core, level) };
  } catch (error) {
    if (!(error instanceof CommitHookError)) await rollbackLevel(core, level);
    return { error, outermost };
  }
};

/** In a hook: the flush that called it is already in a transaction or will open one. */
const inSavepoint = async <R>(core: Core, body: () => Promise<R>, options: TransactionOptions): Promise<R> => {
  if (core.tx === null) return body();
  const outcome = await core.lock.runInScope("atomic", "atomic()", () => attemptOnce(core, body, options));
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
};

type Work = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** Dispatches the three call forms; `coreOfSession` recognizes a session. */
export const makeAtomic = (coreOfSession: (value: unknown) => Core | null) => {
  const wrap = (work: Work, options: TransactionOptions): Work =>
    function (this: unknown, ...args) {
      const core = coreOfSession(args[0]);
      if (core === null)
        return Promise.reject(
          new SessionError(`a function wrapped in atomic() takes the session as its first argument, got ${describe(args[0])}`),
        );
      return runAtomic(core, () => work.apply(this, args), options);
    };
  return (first: unknown, second?: unknown, third?: TransactionOptions): unknown => {
    const core = coreOfSession(first);
    if (core !== null) {
      if (typeof second !== "function") throw new SessionError(`atomic(db, work): work must be a function, got ${describe(second)}`);
      return runAtomic(core, async () => (second as (db: unknown) => Promise<unknown>)(first), third ?? {});
    }
    if (typeof first !== "function")
      throw new SessionError(`atomic() takes a session and a function, or a function to wrap, got ${describe(first)}`);
    return wrap(first as Work, isDecoration(second) ? {} : ((second as TransactionOptions | undefined) ?? {}));
  };
};

const isDecoration = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "kind" in value && "name" in value && "addInitializer" in value;
