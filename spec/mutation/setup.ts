/** Loaded before each spec file: switches the mutant on, and notes which ones the file reached. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, expect, inject } from "vitest";

export interface Mutation {
  /** The mutant that is on; null to note which are reached. */
  readonly active: string | null;
  /** Where to note it. */
  readonly folder: string;
  /** A file that takes longer is stopped, as a mutant may loop for ever. */
  readonly seconds: number;
}
declare module "vitest" {
  export interface ProvidedContext {
    readonly mutation: Mutation;
  }
}
type Reached = Readonly<Record<string, number>>;
const state: { activeMutant?: string; mutantCoverage: { static: Reached; perTest: object } } = {
  mutantCoverage: { static: {}, perTest: {} },
};
Object.assign(globalThis, { __stryker__: state });

const { active, folder, seconds } = inject("mutation");
if (active === null) {
  afterAll(() => {
    const file = expect.getState().testPath ?? "";
    writeFileSync(
      path.join(folder, `${encodeURIComponent(file)}.json`),
      JSON.stringify({ file, reached: Object.keys(state.mutantCoverage.static) }),
    );
  });
} else {
  state.activeMutant = active;
  // A thread of its own, since the main one may never come back.
  const watchdog = `setTimeout(() => process.kill(process.pid, "SIGKILL"), ${seconds * 1000})`;
  new Worker(watchdog, { eval: true }).unref();
}
