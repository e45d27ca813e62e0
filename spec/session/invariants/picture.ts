/** What memory shows of objects, as text: after a rollback or an error it is what it was before. */

import { stateOf } from "../../../src/loading/instance.js";

export type Picture = ReadonlyMap<object, ReadonlyMap<string, string>>;
type Columns = Readonly<Record<string, unknown>>;

const names = new WeakMap<object, number>();
let count = 0;
/** Stands for an object: which one it is matters, not what it holds. */
const nameOf = (object: object): string => {
  const { uid } = object as Columns;
  if (typeof uid === "number") return `#${uid}`;
  const name = names.get(object) ?? ++count;
  names.set(object, name);
  return `(${name})`;
};
const listOf = (items: readonly object[]): string => items.map(nameOf).sort().join(" ");

/** `ignored`: columns that the verbs themselves change. */
export const pictureOf = (objects: Iterable<object>, ignored: readonly string[] = []): Picture => {
  const pictures = new Map<object, ReadonlyMap<string, string>>();
  for (const object of objects) pictures.set(object, partsOf(object, ignored));
  return pictures;
};

const partsOf = (object: object, ignored: readonly string[]): ReadonlyMap<string, string> => {
  const state = stateOf(object);
  const parts = new Map<string, string>();
  if (state === undefined) return parts;
  parts.set("status", `${state.status}${state.deleting ? ", to be deleted" : ""}`);
  for (const { name } of state.meta.fields) if (!ignored.includes(name)) parts.set(name, String((object as Columns)[name]));
  for (const [name, held] of state.related ?? [])
    if (state.meta.relations.get(name)?.kind === "reverseOne") parts.set(`.${name}`, held === null ? "null" : nameOf(held));
  // What was asked of a list that is not loaded shows in the rows later.
  for (const [name, { items }] of state.collections ?? []) if (items !== null) parts.set(`.${name}`, listOf(items));
  return parts;
};

/** The first thing that `now` shows otherwise than `before`; what was not known then may be known now. */
export const differenceOf = (before: Picture, now: Picture): string | null => {
  for (const [object, parts] of before) {
    const after = now.get(object);
    if (parts.get("status") !== "persistent" && parts.get("status") !== "pending") continue;
    for (const [name, text] of parts) {
      const found = after?.get(name);
      if (found !== text) return `${nameOf(object)}${name.startsWith(".") ? "" : "."}${name} was ${text}, and is ${String(found)}`;
    }
  }
  return null;
};
