/** Data about migrations that ran, and the options of a run. */

import type { SchemaPicture } from "flash-db/internal";
import type { Holder } from "../databases/lock.js";
import type { Operation } from "../operations/index.js";

export type HistoryAction = "apply" | "rollback" | "fake" | "unfake" | "repair";
/** One entry of the history, which is append-only. */
export interface HistoryEntry {
  readonly action: HistoryAction;
  readonly name: string;
  /** Checksum of the migration's meaning, not of its text. */
  readonly checksum: string;
  /** The meaning at the time it ran. */
  readonly plan: string;
  readonly by: string;
  readonly host: string;
  readonly version: string;
  readonly at: string;
  readonly durationMs: number;
  /** Hashes of the whole picture before and after. */
  readonly stateBefore: string | null;
  readonly stateAfter: string | null;
}
/** A migration that was interrupted. */
export interface Unfinished {
  readonly name: string;
  readonly direction: Direction;
  readonly checksum: string;
  /** Number of finished parts, and of all parts. */
  readonly done: number;
  readonly steps: number;
  /** The next part. */
  readonly step: string;
  readonly begunAt: string;
}
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly unfinished: Unfinished | null;
}
export type Direction = "up" | "down";

/** One migration to run. */
export interface Run {
  readonly name: string;
  readonly direction: Direction;
  /** In execution order; for "down", the inverse operations. */
  readonly operations: readonly Operation[];
  /** The picture before and after. */
  readonly before: SchemaPicture;
  readonly after: SchemaPicture;
  /** false: each step commits separately. */
  readonly transaction: boolean;
  /** The meaning of the migration's file. */
  readonly meaning: string;
}

export type RunEvent =
  | { readonly kind: "wait"; readonly holder: Holder }
  | { readonly kind: "begin"; readonly run: Run; readonly parts: number }
  | { readonly kind: "part"; readonly run: Run; readonly part: number; readonly parts: number; readonly text: string }
  | { readonly kind: "retry"; readonly run: Run; readonly attempt: number; readonly error: Error }
  | { readonly kind: "rows"; readonly run: Run; readonly done: number }
  | { readonly kind: "end"; readonly run: Run; readonly durationMs: number };

export interface RunnerOptions {
  /** Writes only the history. */
  readonly fake?: boolean | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** How long to wait for another migration run, in milliseconds. */
  readonly waitTimeout?: number | undefined;
  /** How long a statement waits for a lock before it is retried, in milliseconds; default 3,000. */
  readonly lockTimeout?: number | undefined;
  /** The number of retries; default 10. */
  readonly retries?: number | undefined;
  /** Stops after the running part. */
  readonly signal?: AbortSignal | undefined;
  /** Version of the tool, for the history. */
  readonly version?: string | undefined;
}
