/** What a QuerySet needs in order to run. The session implements it. */

import type { ModelMeta, PrimaryKey } from "../metadata/model-meta.js";
import type { FragmentNode } from "../sql/nodes.js";
import type { DeletePlan, SelectPlan, UpdatePlan } from "./plan.js";

export interface BulkCreateOptions {
  readonly ignoreConflicts?: boolean | undefined;
  readonly updateConflicts?: { readonly fields: readonly string[]; readonly on: readonly string[] } | undefined;
  readonly batchSize?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
}

export interface QueryRunner {
  /** The dialect that plans are compiled for. */
  readonly dialect: { readonly name: string; readonly features: { readonly distinctOn: boolean; readonly fullTextSearch: boolean } };
  /** Autoflushes according to `plan.reads`, runs the plan, loads instances or decodes values, and prefetches. */
  select(plan: SelectPlan): Promise<unknown[]>;
  /** Like select, in chunks of bounded memory. */
  iterate(plan: SelectPlan, options: { readonly chunkSize: number; readonly track: boolean }): AsyncIterableIterator<unknown>;
  /** The database's query plan as text. */
  explain(plan: SelectPlan, options: { readonly analyze: boolean }): Promise<string>;
  /** Returns the number of rows changed; tracked instances are synchronized. */
  update(plan: UpdatePlan): Promise<number>;
  /** Named `deleteRows` because the session's `delete` takes objects. */
  deleteRows(
    plan: DeletePlan,
    options: { readonly count: "own" | "all"; readonly hard: boolean; readonly signals: boolean },
  ): Promise<number | Readonly<Record<string, number>>>;
  /** Constructs an object with these values, validates and inserts it. */
  create(meta: ModelMeta, values: Readonly<Record<string, unknown>>): Promise<object>;
  /** By primary key, from the identity map if the row is tracked. */
  get(meta: ModelMeta, key: PrimaryKey): Promise<object | null>;
  /** `find` looks the row up; `values` inserts it with ON CONFLICT DO NOTHING, so that concurrent calls create one row. */
  getOrCreate(
    meta: ModelMeta,
    find: SelectPlan,
    values: Readonly<Record<string, unknown>>,
    uniqueBy: readonly string[],
  ): Promise<readonly [object, boolean]>;
  updateOrCreate(
    meta: ModelMeta,
    find: SelectPlan,
    changes: Readonly<Record<string, unknown>>,
    values: Readonly<Record<string, unknown>>,
    uniqueBy: readonly string[],
  ): Promise<readonly [object, boolean]>;
  /** Changes and saves the one object that the query finds; returns null if there is none. */
  updateFound(find: SelectPlan, changes: Readonly<Record<string, unknown>>): Promise<object | null>;
  bulkCreate(meta: ModelMeta, rows: readonly (object | Readonly<Record<string, unknown>>)[], options: BulkCreateOptions): Promise<object[]>;
  bulkUpdate(meta: ModelMeta, objects: readonly object[], fields: readonly string[]): Promise<number>;
  /** Instances from raw SQL: outputs are matched to columns by name, other outputs become properties. */
  raw(meta: ModelMeta, fragment: FragmentNode): Promise<object[]>;
}
