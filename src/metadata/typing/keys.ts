/** Phantom keys of models and rows, and the type that puts a sentence into the compiler's message. */

import type { valid } from "../../sql/typing.js";

declare const schema: unique symbol;
declare const self: unique symbol;
declare const passed: unique symbol;
declare const reads: unique symbol;
declare const of: unique symbol;
declare const problem: unique symbol;
// Exported by a separate clause, so that editors never suggest them.
export type { of, passed, problem, reads, schema, self };

/**
 * Compared with a wrong argument, so that the first line of the compiler's message reads as a sentence: `Problem<"no field 'nam' on",
 * Author>`.
 */
export interface Problem<Text, On = unknown> {
  readonly [valid]: never;
  readonly [problem]: Text;
  readonly [of]: On;
  readonly [key: string]: unknown;
}
