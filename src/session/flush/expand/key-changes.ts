/** Rows that this flush writes and that were pointed at an object whose key changed meanwhile are given the new key. */

import type { FieldMeta } from "../../../metadata/model-meta.js";
import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import { sameKey } from "../../core/reference-keys.js";
import { held } from "../../tracking/changes.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { KeyMoves } from "../../tracking/key-moves.js";
import type { Changed } from "../work/work.js";

export const followKeyChanges = (core: Core, changed: Changed): void => {
  const moves = new KeyMoves();
  for (const [object, fields] of changed) moves.add(object, stateOf(object) as InstanceState, fields);
  if (moves.none) return;
  const following = new Following(core, moves);
  for (const object of core.pending) following.follow(object);
  for (const object of changed.keys()) following.follow(object);
};

class Following {
  readonly #core: Core;
  readonly #moves: KeyMoves;
  /** Objects that were looked at, with what the fields held that were given a new key. */
  readonly #former = new Map<object, Map<FieldMeta, unknown>>();

  constructor(core: Core, moves: KeyMoves) {
    this.#core = core;
    this.#moves = moves;
  }

  follow(object: object): void {
    if (this.#former.has(object)) return;
    const former = new Map<FieldMeta, unknown>();
    this.#former.set(object, former);
    const state = stateOf(object) as InstanceState;
    if (state.related === null) return;
    for (const { name, field, targetField } of modelInfoOf(state.meta).toOnes) {
      const target = state.related.get(name);
      const value = held(object, field);
      if (target === null || target === undefined || value === undefined || value === null) continue;
      // A row that is stored with the former key is the constraint's to follow.
      if (state.snapshot !== null && state.snapshot[field.position] === value) continue;
      const after = this.#keyAfter(target, targetField, value);
      if (after === undefined || sameKey(after, value, field)) continue;
      former.set(field, value);
      this.#core.journal.fill(object, state, field, after);
    }
  }

  /** What becomes of the key by which this target was assigned; undefined where it has another one. */
  #keyAfter(target: object, field: FieldMeta, value: unknown): unknown {
    const { meta, snapshot } = stateOf(target) as InstanceState;
    if (snapshot !== null) return sameKey(value, snapshot[field.position], field) ? this.#moves.after(meta, field, value) : undefined;
    // A new row has its key by a reference of its own.
    this.follow(target);
    return sameKey(value, this.#former.get(target)?.get(field), field) ? held(target, field) : undefined;
  }
}
