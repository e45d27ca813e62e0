/** What is known of migrations that ran, and what a run is asked to do. */

import type { SchemaPicture } from "flash-db/internal";
import type { Holder } from "../databases/lock.js";
import type { Operation } from "../operations/index.js";

export type HistoryAction = "apply" | "rollback" | "fake" | "unfake" | "repair";
/** One line of the history; lines are only added. */
export interface HistoryEntry {
  readonly action: HistoryAction;
  readonly name: string;
  /** Over what the migration means, not over its text. */
  readonly checksum: string;
  /** What it meant, as it was when it ran. */
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
/** A migration that ended in the middle. */
export interface Unfinished {
  readonly name: string;
  readonly direction: Direction;
  readonly checksum: string;
  /** Parts that are done, of how many. */
  readonly done: number;
  readonly steps: number;
  /** What comes next. */
  readonly step: string;
  readonly begunAt: string;
}
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly unfinished: Unfinished | null;
}
export type Direction = "up" | "down";

/** One migration to be run. */
export interface Run {
  readonly name: string;
  readonly direction: Direction;
  /** In the order in which they are done; for "down" those that undo. */
  readonly operations: readonly Operation[];
  /** The picture in which they begin, and the one in which they end. */
  readonly before: SchemaPicture;
  readonly after: SchemaPicture;
  /** false: each step commits by itself. */
  readonly transaction: boolean;
  /** What the migration's file means. */
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
  /** Only the history is written. */
  readonly fake?: boolean | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** How long it waits for other runs of migrations, in milliseconds. */
  readonly waitTimeout?: number | undefined;
  /** How long a statement waits for a lock of the application before it is tried again, in milliseconds; 3,000 when not given. */
  readonly lockTimeout?: number | undefined;
  /** How often it is tried again; 10 when not given. */
  readonly retries?: number | undefined;
  /** Ends after the part that runs. */
  readonly signal?: AbortSignal | undefined;
  /** Of the tool, for the history. */
  readonly version?: string | undefined;
}
