/** Rows that this flush writes and that were pointed at an object whose key changed meanwhile are given the new key. */

import { valueOfCell } from "../../../metadata/comparable.js";
import type { FieldMeta, ToOneMeta } from "../../../metadata/model-meta.js";
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
  const following = new Following(core, moves);
  for (const object of core.pending) if (!moves.none || pointsAtPassingKey(object)) following.follow(object);
  for (const object of changed.keys()) if (!moves.none || pointsAtPassingKey(object)) following.follow(object);
};

/** Whether the object was pointed at another one whose key was not stored then. */
const pointsAtPassingKey = (object: object): boolean => {
  const { meta, related } = stateOf(object) as InstanceState;
  if (related === null) return false;
  const { toOnes } = modelInfoOf(meta);
  for (let at = 0; at < toOnes.length; at++) {
    const target = related.get((toOnes[at] as ToOneMeta).name);
    if (target !== null && target !== undefined && stateOf(target)?.givenKeys != null) return true;
  }
  return false;
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
    const { meta, snapshot, givenKeys, deleting } = stateOf(target) as InstanceState;
    // A new key of a row that is deleted is never written: what depends on the row goes by the stored one.
    if (deleting && snapshot !== null && sameKey(value, held(target, field), field))
      return valueOfCell(snapshot[field.position], field.type);
    if (snapshot !== null && sameKey(value, snapshot[field.position], field)) return this.#moves.after(meta, field, value);
    // A new row may have its key by a reference of its own.
    if (snapshot === null) this.follow(target);
    if (givenKeys?.some((given) => sameKey(given, value, field)) === true) return held(target, field);
    if (snapshot !== null) return undefined;
    return sameKey(value, this.#former.get(target)?.get(field), field) ? held(target, field) : undefined;
  }
}
