/** The error that work ends with, for examples that look at more than its class. */

import { expect } from "vitest";
import { FlashDbError } from "../../src/errors.js";

export const rejectionOf = async (work: Promise<unknown>): Promise<FlashDbError> => {
  const error: unknown = await work.then(
    () => new Error("expected a rejection"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FlashDbError);
  return error as FlashDbError;
};
