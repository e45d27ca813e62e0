/** Runs random programs on one database; the first that does not agree is shrunk. */

import fc from "fast-check";
import { Ground } from "./ground.js";
import { play } from "./play.js";
import { programs } from "./steps.js";

export interface Failure {
  readonly seed: number;
  readonly story: string;
}
export interface RunOptions {
  readonly runs: number;
  readonly seed?: number | undefined;
  readonly progress?: (() => void) | undefined;
}

/** The story of the first program that fails, shrunk; null when all hold. */
export const failureOf = async <T extends unknown[]>(
  property: fc.IAsyncPropertyWithHooks<T>,
  { runs, seed }: RunOptions,
): Promise<Failure | null> => {
  const result = await fc.check(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
  if (!result.failed) return null;
  return {
    seed: result.seed,
    story: result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance),
  };
};

export const runPrograms = async (url: string, options: RunOptions): Promise<Failure | null> => {
  const ground = await Ground.open(url);
  try {
    const property = fc.asyncProperty(programs, async (program) => {
      await play(ground, program);
      options.progress?.();
    });
    return await failureOf(property, options);
  } finally {
    await ground.close();
  }
};
