/** Pauses in long work, so that timers and other requests run although a database in this process never makes anybody wait. */

import type { Core } from "../core/core.js";

const LONGEST_STRETCH = 10;

/** Called between two statements: gives the event loop a turn when the last one is some milliseconds ago. */
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
