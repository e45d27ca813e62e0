/** Validates the driver options and fills in defaults. */

import { ConfigurationError } from "../errors.js";
import { didYouMean } from "../support/did-you-mean.js";
import { describe } from "../support/describe.js";
import type { DriverOptions } from "./contracts.js";

export const ACQUIRE_TIMEOUT = 5000;
const BUSY_TIMEOUT = 5000;

export interface DriverSettings {
  readonly max: number;
  readonly acquireTimeout: number;
  readonly busyTimeout: number;
  readonly statementTimeout: number | null;
  /** Null chooses by server. */
  readonly prepare: boolean | null;
}

function whole(value: number | undefined, least: number, name: string, unit: string): number | null {
  if (value === undefined) return null;
  if (Number.isSafeInteger(value) && value >= least && value <= 0x7fffffff) return value;
  throw new ConfigurationError(`Expected ${name} to be a whole number${unit}, at least ${least}, got ${describe(value)}.`);
}

function yesOrNo(value: boolean | undefined, name: string): boolean | null {
  if (value === undefined) return null;
  if (typeof value === "boolean") return value;
  throw new ConfigurationError(`Expected ${name} to be true or false, got ${describe(value)}.`);
}

const POOL_OPTIONS: readonly string[] = ["max", "acquireTimeout"];
function checkPool(pool: unknown): void {
  if (pool === undefined) return;
  if (typeof pool !== "object" || pool === null || Array.isArray(pool))
    throw new ConfigurationError(`Expected pool to be an object with ${POOL_OPTIONS.join(" and ")}, got ${describe(pool)}.`);
  for (const name of Object.keys(pool))
    if (!POOL_OPTIONS.includes(name)) throw new ConfigurationError(`There is no option "pool.${name}".${didYouMean(name, POOL_OPTIONS)}`);
}

export function driverSettings({ pool, statementTimeout, prepare, busyTimeout }: DriverOptions, defaultMax: number): DriverSettings {
  checkPool(pool);
  return {
    max: whole(pool?.max, 1, "pool.max", " of connections") ?? defaultMax,
    acquireTimeout: whole(pool?.acquireTimeout, 0, "pool.acquireTimeout", " of milliseconds") ?? ACQUIRE_TIMEOUT,
    busyTimeout: whole(busyTimeout, 0, "busyTimeout", " of milliseconds") ?? BUSY_TIMEOUT,
    statementTimeout: whole(statementTimeout, 0, "statementTimeout", " of milliseconds"),
    prepare: yesOrNo(prepare, "prepare"),
  };
}
