/** The steps of a migration that change the schema; the others run code or change rows. */

import type { Step } from "../operations/contracts.js";
import { equal } from "../operations/pictures.js";

export type SchemaStep = Exclude<Step, { readonly kind: "code" | "backfill" | "contract" }>;
export const isSchemaStep = (step: Step): step is SchemaStep =>
  step.kind !== "code" && step.kind !== "backfill" && step.kind !== "contract";

/** Merges adjacent changes of one table if the later ones do not depend on the earlier ones. */
export const mergedSteps = (steps: readonly Step[]): readonly Step[] => {
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    if (last?.kind === "alterTable" && step.kind === "alterTable" && equal(last.after, step.before) && isPlain(step))
      merged[merged.length - 1] = { ...last, after: step.after };
    else merged.push(step);
  }
  return merged;
};

const isPlain = ({ renamed, fill, using }: Extract<Step, { readonly kind: "alterTable" }>): boolean =>
  [renamed, fill, using].every((one) => Object.keys(one).length === 0);
