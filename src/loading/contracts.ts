/** Interfaces that loading needs from the session: an identity map, and a way to run plans. */

import type { ModelMeta, RelationMeta } from "../metadata/model-meta.js";
import type { Dialect } from "../database/contracts.js";
import type { FetchMode } from "../query/fetch-mode.js";
import type { SelectPlan } from "../query/plan.js";
import type { InstanceOwner, InstanceState } from "./instance.js";

/** The tracked instances of one table. Keys are lists of comparable key cells; a list is valid only during the call. */
export interface InstanceTable {
  find(keyCells: readonly unknown[]): object | undefined;
  set(keyCells: readonly unknown[], object: object): void;
  /** Announces this many rows, to reserve space. */
  expect(count: number): void;
}

/** The identity map as loading sees it. */
export interface InstanceStore {
  readonly owner: InstanceOwner;
  /** The table for rows of this model. */
  rows(meta: ModelMeta): InstanceTable;
  /** The tracked instance with this key, if any. */
  find(meta: ModelMeta, keyCells: readonly unknown[]): object | undefined;
  /** Adds a newly created persistent instance to the map. */
  enter(table: InstanceTable, keyCells: readonly unknown[], object: object): void;
  /**
   * A row of a tracked instance was read again: `cells` are comparable cells by field position (undefined: not read). The row becomes the
   * snapshot, and fields without user changes take its values.
   */
  reread(object: object, state: InstanceState, cells: readonly unknown[]): void;
  /** Called before loading changes a tracked instance's relations (fills a collection, sets a to-one), so that a rollback can undo it. */
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
  /** Flushes changes that could affect the rows of this relation before they are loaded; undefined if there are none. */
  readonly beforeLoad?: ((relation: RelationMeta) => Promise<unknown> | undefined) | undefined;
  /** Emits `post_load`; null without listeners. */
  readonly loaded: ((object: object, meta: ModelMeta) => void) | null;
}
