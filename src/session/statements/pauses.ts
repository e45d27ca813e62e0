/** Pauses in long work: with an in-process database nothing ever waits, so timers and other requests would not run. */

import type { Core } from "../core/core.js";

const LONGEST_STRETCH = 10;
/** Work on this many objects takes a millisecond or so. */
const STRETCH = 500;

/** Call between two statements: yields to the event loop when the last pause was some milliseconds ago. */
export const pausesOf = ({ dialect }: Core): (() => Promise<void> | undefined) => {
  if (!dialect.features.inProcess) return () => undefined;
  let since = performance.now();
  return () =>
    performance.now() - since < LONGEST_STRETCH
      ? undefined
      : new Promise((resume) =>
          setImmediate(() => {
            since = performance.now();
            resume();
          }),
        );
};

/** Runs synchronous work for each item, with pauses in between. */
export const inStretches = async <T>(
  items: readonly T[],
  pause: () => Promise<void> | undefined,
  work: (item: T) => void,
): Promise<void> => {
  for (let from = 0; from < items.length; from += STRETCH) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    const to = Math.min(items.length, from + STRETCH);
    for (let at = from; at < to; at++) work(items[at] as T);
  }
};
