/** What a QuerySet asks of whoever runs it. The session is one; a QuerySet never knows more of it. */

import type { ModelMeta, PrimaryKey } from "../metadata/model-meta.js";
import type { FragmentNode } from "../sql/nodes.js";
import type { DeletePlan, SelectPlan, UpdatePlan } from "./plan.js";

export interface BulkCreateOptions {
  readonly ignoreConflicts?: boolean | undefined;
  readonly updateConflicts?: { readonly fields: readonly string[]; readonly on: readonly string[] } | undefined;
  readonly batchSize?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface QueryRunner {
  /** The dialect that plans are compiled for. */
  readonly dialect: { readonly name: string; readonly features: { readonly distinctOn: boolean; readonly fullTextSearch: boolean } };
  /** Autoflushes as `plan.reads` asks, runs, hydrates (instances) or decodes (values), prefetches. */
  select(plan: SelectPlan): Promise<unknown[]>;
  /** Like select, in chunks of bounded memory. */
  iterate(plan: SelectPlan, options: { readonly chunkSize: number; readonly track: boolean }): AsyncIterableIterator<unknown>;
  /** Text of the database's plan for the statement. */
  explain(plan: SelectPlan, options: { readonly analyze: boolean }): Promise<string>;
  /** Number of rows changed; tracked instances follow. */
  update(plan: UpdatePlan): Promise<number>;
  /** `deleteRows`, since the session's own `delete` takes objects. */
  deleteRows(
    plan: DeletePlan,
    options: { readonly count: "own" | "all"; readonly hard: boolean; readonly signals: boolean },
  ): Promise<number | Readonly<Record<string, number>>>;
  /** `new` with these values, checked, inserted now. */
  create(meta: ModelMeta, values: Readonly<Record<string, unknown>>): Promise<object>;
  /** By primary key, from the identity map when it is there. */
  get(meta: ModelMeta, key: PrimaryKey): Promise<object | null>;
  /** `where` finds (select plan given), `values` inserts with ON CONFLICT DO NOTHING; race-free as SEMANTICS says. */
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
  /** Changes the one object that the query finds and saves it; null where there is none. */
  updateFound(find: SelectPlan, changes: Readonly<Record<string, unknown>>): Promise<object | null>;
  bulkCreate(meta: ModelMeta, rows: readonly (object | Readonly<Record<string, unknown>>)[], options: BulkCreateOptions): Promise<object[]>;
  bulkUpdate(meta: ModelMeta, objects: readonly object[], fields: readonly string[]): Promise<number>;
  /** Instances from the caller's own SQL: output names are matched to columns, other outputs become properties. */
  raw(meta: ModelMeta, fragment: FragmentNode): Promise<object[]>;
}
