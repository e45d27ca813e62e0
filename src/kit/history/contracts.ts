/** What running migrations is: the rows of the history, what is asked for, and what is told meanwhile. */

import type { Database } from "flash-db";
import type { Graph } from "../state/index.js";

/** A migration as the database remembers it. */
export interface HistoryRow {
  readonly name: string;
  /** Of its meaning when it ran. */
  readonly checksum: string;
  /** Its meaning as text, to be shown beside that of the file. */
  readonly meaning: string;
  readonly appliedBy: string;
  readonly appliedAt: Date;
  /** Of the kit. */
  readonly version: string;
  readonly durationMs: number;
  /** "running" and "reverting": it was interrupted, or somebody is at it. */
  readonly status: "done" | "running" | "reverting";
}

export type RunEvent =
  | { readonly kind: "waiting"; readonly holder: string }
  | { readonly kind: "begin"; readonly name: string; readonly direction: "up" | "down" }
  | { readonly kind: "progress"; readonly name: string; readonly text: string }
  | { readonly kind: "end"; readonly name: string; readonly direction: "up" | "down"; readonly durationMs: number };

export interface RunOptions {
  /** Run to this migration, forwards or backwards; "zero": take back everything; to the end when not given. */
  readonly target?: string | undefined;
  /** Only write the history. */
  readonly fake?: boolean | undefined;
  readonly on?: ((event: RunEvent) => void) | undefined;
  /** Leave the contract steps until later while programs still need what they take away. */
  readonly signal?: AbortSignal | undefined;
}
export interface Ran {
  readonly name: string;
  readonly direction: "up" | "down";
  readonly durationMs: number;
}

export interface Runner {
  /** Empty where no migration ever ran. */
  readonly read: (database: Database) => Promise<readonly HistoryRow[]>;
  readonly run: (database: Database, graph: Graph, options?: RunOptions) => Promise<readonly Ran[]>;
  /** Rows get the checksums that the files have now; rows of these names are forgotten. */
  readonly repair: (
    database: Database,
    graph: Graph,
    options: { readonly update: readonly string[]; readonly forget: readonly string[] },
  ) => Promise<void>;
}
