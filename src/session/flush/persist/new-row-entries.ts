/**
 * Journal entries for rows about to be inserted: one entry covers everything an INSERT can fill in, so that single fields need no entries.
 */

import type { AnyOfMeta, FieldMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import type { InstanceState } from "../../../loading/index.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";
import type { Core } from "../../core/core.js";
import { unsetOf, type ModelInfo } from "../../tracking/model-info.js";
import { entryOf, isBare, newRowEntry, type Entry, type Filled } from "../../journal/journal-entries.js";
import { unresolvedTarget } from "../../core/reference-keys.js";

/** Creates the entries of new rows of one model that are written together. */
export class NewRowEntries {
  readonly #core: Core;
  readonly #info: ModelInfo;
  /** The shared entry of all rows that consist of values only. */
  readonly #plain: Entry;
  #last: Entry | null = null;

  constructor(core: Core, info: ModelInfo) {
    this.#core = core;
    this.#info = info;
    this.#plain = newRowEntry(core, info.unset);
  }

  /** Records an object; returns true if the entry covers everything that will be filled in. */
  note(object: object, state: InstanceState): boolean {
    const { journal } = this.#core;
    if (state.status !== "pending" || state.expressions !== null || !isUnset(object, this.#info.made)) {
      journal.touch(object, state);
      return false;
    }
    journal.append(object, isBare(state) ? this.#plain : this.#entryOf(object, state));
    return true;
  }

  /** Rows that reference the same object usually follow each other, and share an entry. */
  #entryOf(object: object, state: InstanceState): Entry {
    const filled = this.#filledOf(object, state);
    const { related } = state;
    const shared = related !== null && state.collections === null && state.snapshot === null && !state.stale && !state.deleting;
    if (shared && this.#last !== null && this.#last.filled === filled && this.#last.related?.isSameOne(related) === true) return this.#last;
    const entry = entryOf(object, state, false, filled, shared);
    if (shared) this.#last = entry;
    return entry;
  }

  /** Reference fields are filled only if their target is new. */
  #filledOf(object: object, state: InstanceState): Filled {
    const { made, pointing, references, unset, unsetWithReferences: withReferences } = this.#info;
    if (state.related === null) return unset;
    let unresolved = 0;
    for (let at = 0; at < pointing.length; at++)
      if (unresolvedTarget(object, state, pointing[at] as ToOneMeta | AnyOfMeta) !== null) unresolved++;
    if (unresolved === 0) return unset;
    if (unresolved === pointing.length) return withReferences;
    return unsetOf([
      ...made,
      ...references.filter((_, at) => unresolvedTarget(object, state, pointing[at] as ToOneMeta | AnyOfMeta) !== null),
    ]);
  }
}

const isUnset = (object: object, fields: readonly FieldMeta[]): boolean => {
  const values = object as Record<string, unknown>;
  for (let at = 0; at < fields.length; at++) if (values[(fields[at] as FieldMeta).name] !== undefined) return false;
  return true;
};

keepHiddenClass(new NewRowEntries(null as never, { made: [], references: [], pointing: [], unset: [] } as unknown as ModelInfo));
