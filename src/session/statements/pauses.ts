/** Pauses in long work: with an in-process database nothing ever waits, so timers and other requests would not run. */

import type { Core } from "../core/core.js";

const LONGEST_STRETCH = 10;

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
