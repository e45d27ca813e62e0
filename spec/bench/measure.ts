/** Runs both sides in turns in one process and compares medians; every result is verified, timed or not. */

import type { Setup } from "./side.js";
import type { Workload } from "./workloads.js";

export interface Measurement {
  readonly rawMs: number;
  readonly ms: number;
  /** Of the medians. */
  readonly ratio: number;
  /** Of the quickest rounds: what is left of it when others use the machine. */
  readonly quickest: number;
  /** Quartiles of the compared side: how noisy the cell was. */
  readonly spread: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

const once = async (workload: Workload, run: Workload["run"], { admin, side }: Setup): Promise<number> => {
  if (workload.reseed) await admin.seed(...workload.seed);
  globalThis.gc?.();
  const parts = new Map<string, number>();
  const started = performance.now();
  let previous = started;
  const result = await run(side, (name) => {
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
  sides: { readonly raw: Setup; readonly other: Setup },
  rounds: number,
): Promise<Measurement> => {
  const times: Record<"raw" | "other", number[]> = { raw: [], other: [] };
  for (const name of ["raw", "other"] as const) await sides[name].admin.seed(...workload.seed);
  const warmUps = 3;
  const { run: other, against: raw = other } = workload;
  for (let round = -warmUps; round < rounds; round++)
    for (const name of round % 2 === 0 ? (["raw", "other"] as const) : (["other", "raw"] as const)) {
      const time = await once(workload, name === "raw" ? raw : other, sides[name]);
      if (round >= 0) times[name].push(time);
    }
  const [ms, rawMs] = [median(times.other), median(times.raw)];
  const sorted = [...times.other].sort((a, b) => a - b);
  const quartile = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    rawMs,
    ms,
    ratio: ms / rawMs,
    quickest: Math.min(...times.other) / Math.min(...times.raw),
    spread: quartile(0.75) / quartile(0.25),
  };
};
