/** What loading asks of the session: an identity map to put instances in, and a way to run a plan. */

import type { ModelMeta, RelationMeta } from "../metadata/model-meta.js";
import type { Dialect } from "../database/contracts.js";
import type { FetchMode } from "../query/fetch-mode.js";
import type { SelectPlan } from "../query/plan.js";
import type { InstanceOwner, InstanceState } from "./instance.js";

/** The tracked instances of one table. Keys are given as the row's comparable key cells, one or several, in a list that is good only during the call. */
export interface InstanceTable {
  find(keyCells: readonly unknown[]): object | undefined;
  set(keyCells: readonly unknown[], object: object): void;
  /** So many rows are about to come. */
  expect(count: number): void;
}

/** The identity map as loading sees it. */
export interface InstanceStore {
  readonly owner: InstanceOwner;
  /** The table that rows of this model enter. */
  rows(meta: ModelMeta): InstanceTable;
  /** The tracked instance with this key, if any. */
  find(meta: ModelMeta, keyCells: readonly unknown[]): object | undefined;
  /** A freshly hydrated persistent instance enters the map. */
  enter(table: InstanceTable, keyCells: readonly unknown[], object: object): void;
  /**
   * A row of an already tracked instance was read again: `cells` are comparable cells by field position (undefined: not read).
   * The store refreshes what the user did not change and makes the row the snapshot, as SEMANTICS says (versions, stale objects, journal).
   */
  reread(object: object, state: InstanceState, cells: readonly unknown[]): void;
  /** Something that loading did to a tracked instance's relations and must be undone by a rollback (collections filled, to-one set). */
  touched(object: object, state: InstanceState): void;
}

/** Runs plans for loading: raw rows only. */
export interface PlanRunner {
  readonly dialect: Dialect;
  rows(plan: SelectPlan): Promise<unknown[][]>;
}

export interface LoadContext {
  readonly store: InstanceStore;
  readonly runner: PlanRunner;
  readonly fetchMode: FetchMode;
  /** Writes what could change the answer, before rows of this relation are asked for; undefined: nothing to wait for. */
  readonly beforeLoad?: ((relation: RelationMeta) => Promise<unknown> | undefined) | undefined;
  /** Fires `post_load` where somebody listens. */
  readonly loaded: ((object: object, meta: ModelMeta) => void) | null;
}
