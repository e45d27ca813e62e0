/** Errors of the kit: each says what to do, and has the exit code of the command line. */

import { FlashDbError } from "flash-db";

/** 1: failed; 2: needs an answer; 3: a difference was found. */
export type FailureCode = 1 | 2 | 3;

export class MigrationError extends FlashDbError {
  readonly exitCode: FailureCode;
  /** Additional data for `--json`. */
  readonly facts: Readonly<Record<string, unknown>>;
  constructor(
    message: string,
    options: { readonly exitCode?: FailureCode; readonly facts?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super("MIGRATION", message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
    this.facts = options.facts ?? {};
  }
}
