/** Runs both sides in turns in one process and compares medians; every result is verified, timed or not. */

import type { Admin, Side } from "./side.js";
import type { Workload } from "./workloads.js";

interface Contestant {
  readonly admin: Admin;
  readonly side: Side;
}
export interface Measurement {
  readonly rawMs: number;
  readonly flashMs: number;
  readonly ratio: number;
  /** Quartiles of our side relative to its median: how noisy the cell was. */
  readonly spread: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

const once = async (workload: Workload, { admin, side }: Contestant): Promise<number> => {
  if (workload.reseed) await admin.seed(...workload.seed);
  globalThis.gc?.();
  const parts = new Map<string, number>();
  const started = performance.now();
  let previous = started;
  const result = await workload.run(side, (name) => {
    const now = performance.now();
    parts.set(name, now - previous);
    previous = now;
  });
  const whole = performance.now() - started;
  await workload.verify(admin, result);
  return workload.part === undefined ? whole : (parts.get(workload.part) ?? whole);
};

export const measure = async (
  workload: Workload,
  sides: { readonly raw: Contestant; readonly flash: Contestant },
  rounds: number,
): Promise<Measurement> => {
  const times: Record<"raw" | "flash", number[]> = { raw: [], flash: [] };
  for (const name of ["raw", "flash"] as const) await sides[name].admin.seed(...workload.seed);
  const warmUps = 3;
  for (let round = -warmUps; round < rounds; round++)
    for (const name of round % 2 === 0 ? (["raw", "flash"] as const) : (["flash", "raw"] as const)) {
      const time = await once(workload, sides[name]);
      if (round >= 0) times[name].push(time);
    }
  const sorted = [...times.flash].sort((a, b) => a - b);
  const flashMs = median(times.flash);
  const rawMs = median(times.raw);
  const quartile = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { rawMs, flashMs, ratio: flashMs / rawMs, spread: quartile(0.75) / quartile(0.25) };
};
