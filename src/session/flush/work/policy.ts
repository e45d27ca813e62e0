/** How a call wants its rows written, as data: the public method decides, all stages of the flush read it. */

import type { Assignment } from "../../../sql/nodes.js";

export interface WritePolicy {
  /** Names the call in errors and in the lock's queue: `bulkCreate() of Post`. */
  readonly verb: string;
  /** Whether the schemas of `.check` and `clean()` run. Values are checked in any case. */
  readonly clean: boolean;
  /** Whether row signals are emitted and overridden `save()` and `delete()` are called. */
  readonly hooks: boolean;
  /** Limits the call's own objects to these fields; null writes all changed fields. */
  readonly fields: NamedFields | null;
  /** What an INSERT of the call's own objects does on a conflict; null raises the error. */
  readonly conflict: ConflictRule | null;
  /** Whether rows deleted by database cascades are loaded and counted too. */
  readonly countCascades: boolean;
}

export interface NamedFields {
  readonly names: ReadonlySet<string>;
  /** Whether the fields are written even if nothing changed. */
  readonly always: boolean;
}

export interface ConflictRule {
  /** Columns of the unique constraint; empty means any constraint. */
  readonly columns: readonly string[];
  /** "nothing" keeps the existing row; otherwise the assignments of an upsert. */
  readonly action: "nothing" | readonly Assignment[];
  /** How the outcome is matched to objects: one statement per row, by the values of the columns, or not at all. */
  readonly learns: "each" | "byColumns" | "nothing";
}

/** Policy of methods that use the full unit of work: `flush`, `save`, `create`, `delete`. */
export const fullPolicy = (verb: string, differences: Partial<WritePolicy> = {}): WritePolicy => ({
  verb,
  clean: true,
  hooks: true,
  fields: null,
  conflict: null,
  countCascades: false,
  ...differences,
});

/** Policy of bulk methods that take objects: validation runs, hooks and signals do not. */
export const bulkPolicy = (verb: string, differences: Partial<WritePolicy> = {}): WritePolicy =>
  fullPolicy(verb, { hooks: false, ...differences });
