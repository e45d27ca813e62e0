/** Validates isolation levels and compares them. */

import type { Features, IsolationLevel } from "./contracts.js";
import { ConfigurationError } from "../errors.js";
import { describe } from "../support/describe.js";

export const checkIsolation = ({ isolationLevels }: Features, isolation: IsolationLevel | undefined): void => {
  if (isolation !== undefined && !isolationLevels.includes(isolation))
    throw new ConfigurationError(
      `expected the isolation of a transaction to be one of ${isolationLevels.map((level) => `"${level}"`).join(", ")}, got ${describe(isolation)}`,
    );
};

const fromWeakest: readonly IsolationLevel[] = ["read uncommitted", "read committed", "repeatable read", "serializable"];

export const isStronger = (one: IsolationLevel, other: IsolationLevel): boolean => fromWeakest.indexOf(one) > fromWeakest.indexOf(other);
