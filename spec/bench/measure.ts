/** Runs both sides in turns in one process and compares medians; every result is verified, timed or not. */

import type { Setup } from "./side.js";
import type { Workload } from "./workloads.js";

export interface Measurement {
  readonly rawMs: number;
  readonly ms: number;
  /** Of the medians. */
  readonly ratio: number;
  /** Ratio of the processor time that this process used in all rounds: what is left of the ratio when others use the machine. */
  readonly cpu: number;
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

/** Younger than the oldest Node that the project's types speak of. */
const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
/** Milliseconds of processor time; without the collector's threads where Node can tell. */
export const processorTime = (): number => {
  // Asking for the whole process makes the system bring the running thread's count up to date, which otherwise is as old as its last tick (4 ms).
  const all = process.cpuUsage();
  const { user, system } = threadCpuUsage?.() ?? all;
  return (user + system) / 1000;
};

interface Time {
  readonly wall: number;
  readonly processor: number;
}
const now = (): Time => ({ wall: performance.now(), processor: processorTime() });
const between = (from: Time, to: Time): Time => ({ wall: to.wall - from.wall, processor: to.processor - from.processor });

const once = async (workload: Workload, run: Workload["run"], { admin, side }: Setup): Promise<Time> => {
  if (workload.reseed) await admin.seed(...workload.seed);
  globalThis.gc?.();
  const parts = new Map<string, Time>();
  const started = now();
  let previous = started;
  const result = await run(side, (name) => {
    const ended = now();
    parts.set(name, between(previous, ended));
    previous = ended;
  });
  const whole = between(started, now());
  await workload.verify(admin, result);
  return workload.part === undefined ? whole : (parts.get(workload.part) ?? whole);
};

/** Short work is repeated until the compared side has been timed for this long, at most five times the rounds. */
const enoughMs = 500;

export const measure = async (
  workload: Workload,
  sides: { readonly raw: Setup; readonly other: Setup },
  rounds: number,
): Promise<Measurement> => {
  const times: Record<"raw" | "other", Time[]> = { raw: [], other: [] };
  for (const name of ["raw", "other"] as const) await sides[name].admin.seed(...workload.seed);
  const warmUps = 3;
  const { run: other, against: raw = other } = workload;
  let timed = 0;
  for (let round = -warmUps; round < rounds || (timed < enoughMs && round < 5 * rounds); round++)
    for (const name of round % 2 === 0 ? (["raw", "other"] as const) : (["other", "raw"] as const)) {
      const time = await once(workload, name === "raw" ? raw : other, sides[name]);
      if (round < 0) continue;
      times[name].push(time);
      if (name === "other") timed += time.wall;
    }
  const wall = (name: "raw" | "other"): number[] => times[name].map((time) => time.wall).sort((a, b) => a - b);
  // The system counts in steps of milliseconds: only a sum is right.
  const processor = (name: "raw" | "other"): number => times[name].reduce((sum, time) => sum + time.processor, 0);
  const [ms, rawMs] = [median(wall("other")), median(wall("raw"))];
  const quartile = (share: number): number => wall("other")[Math.floor((times.other.length - 1) * share)] ?? Number.NaN;
  return { rawMs, ms, ratio: ms / rawMs, cpu: processor("other") / processor("raw"), spread: quartile(0.75) / quartile(0.25) };
};
