/** Repairs foreign keys that still hold the key of an object whose INSERT was rolled back. */

import type { FieldMeta } from "../../metadata/model-meta.js";
import { referenceOf } from "../../metadata/references.js";
import type { InstanceState } from "../../loading/index.js";
import { held } from "../tracking/changes.js";
import type { Entry } from "../journal/journal-entries.js";
import { targetKeyOf } from "../core/reference-keys.js";

type Keys = ReadonlyMap<FieldMeta, unknown>;
const keysTakenBack = new WeakMap<object, Keys>();
let any = false;

/** The keys that restoring the entry will take from an object; null if it takes none. */
export const withdrawnKeys = (object: object, state: InstanceState, entry: Entry): Keys | null => {
  if (entry.snapshot !== null || state.snapshot === null) return null;
  return new Map(state.meta.primaryKey.map((field) => [field, held(object, field)]));
};

export const recordWithdrawnKeys = (object: object, keys: Keys): void => {
  for (const [field, key] of keys) {
    if (held(object, field) === key) continue;
    any = true;
    keysTakenBack.set(object, keys);
    return;
  }
};

/** If an object holds the key that its assigned target lost, replaces it with the target's current key, which may be undefined. */
export const repointReferences = (object: object, state: InstanceState, only: ReadonlySet<object> | null = null): void => {
  if (!any || state.related === null) return;
  for (const [name, target] of state.related) {
    const keys = target === null || (only !== null && !only.has(target)) ? undefined : keysTakenBack.get(target);
    const relation = state.meta.relations.get(name);
    if (target === null || keys === undefined || (relation?.kind !== "toOne" && relation?.kind !== "anyOf")) continue;
    const keyField = targetKeyOf(relation, target);
    const field = referenceOf(relation);
    const lost = keyField === undefined ? undefined : keys.get(keyField);
    if (keyField === undefined || lost === undefined || held(target, keyField) === lost) continue;
    if (held(object, field) === lost) (object as Record<string, unknown>)[field.name] = held(target, keyField);
  }
};
