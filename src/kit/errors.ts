/** The errors of the kit: each says what to do, and with which code the command line ends. */

import { FlashDbError } from "flash-db";

/** 1: it failed; 2: it needs an answer; 3: a difference was found. */
export type FailureCode = 1 | 2 | 3;

export class MigrationError extends FlashDbError {
  readonly exitCode: FailureCode;
  /** What `--json` shows beside the message. */
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
