/** What a verb promises about the rows that it writes, as data: every stage of the pipeline reads it, only the verb decides it. */

import type { Assignment } from "../../../sql/nodes.js";

export interface WritePolicy {
  /** Names the verb in errors and in the lock's waiting list: `bulkCreate() of Post`. */
  readonly verb: string;
  /** The schemas of `.check` and `clean()` judge each object that is written. Values are checked always. */
  readonly clean: boolean;
  /** Row signals fire, and an overridden `save()` or `delete()` is called for its object. */
  readonly hooks: boolean;
  /** The verb's own objects are written in these fields only; null: in all that changed. */
  readonly fields: NamedFields | null;
  /** What an INSERT of the verb's own objects does where a row is in the way; null: it fails. */
  readonly conflict: ConflictRule | null;
  /** Rows that the database would delete by a cascade are found and counted too. */
  readonly countCascades: boolean;
}

export interface NamedFields {
  readonly names: ReadonlySet<string>;
  /** They are written even where nothing changed. */
  readonly always: boolean;
}

export interface ConflictRule {
  /** Columns of the unique constraint; empty: any constraint. */
  readonly columns: readonly string[];
  /** "nothing": the row that is there stays. Else what an upsert changes in it. */
  readonly action: "nothing" | readonly Assignment[];
  /** How an object learns what became of its row: by asking for each alone, by the values of the columns, or not at all. */
  readonly learns: "each" | "byColumns" | "nothing";
}

/** The promises of verbs that write objects one by one or by the unit of work: `flush`, `save`, `create`, `delete`. */
export const fullPolicy = (verb: string, differences: Partial<WritePolicy> = {}): WritePolicy => ({
  verb,
  clean: true,
  hooks: true,
  fields: null,
  conflict: null,
  countCascades: false,
  ...differences,
});

/** The promises of bulk verbs of objects: they are judged, and nobody is told. */
export const bulkPolicy = (verb: string, differences: Partial<WritePolicy> = {}): WritePolicy =>
  fullPolicy(verb, { hooks: false, ...differences });
