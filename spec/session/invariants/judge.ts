/** What must hold of any session, whatever it did: judged without a reference, by what a fresh session reads. */

import { isDeepStrictEqual } from "node:util";
import type { Session } from "flash-db";
import type { Database } from "../../../src/connect.js";
import { stateOf } from "../../../src/loading/instance.js";
import type { InstanceState } from "../../../src/loading/instance.js";
import type { ModelClass, ModelMeta } from "../../../src/metadata/model-meta.js";
import { metadataOf } from "../../../src/metadata/registry.js";

export class Broken extends Error {}

interface Manager {
  withDeleted?(): Manager;
  prefetchRelated(...names: string[]): Manager;
  fetch(db: Session): Promise<object[]>;
}
type Columns = Readonly<Record<string, unknown>>;
export type ModelOf = abstract new (...args: never[]) => object;

/** The rows of one model by key, as a fresh session has them. */
export type FreshRows = ReadonlyMap<string, object>;

const keyText = (meta: ModelMeta, object: object): string => meta.primaryKey.map(({ name }) => String((object as Columns)[name])).join("/");
const nameOf = (meta: ModelMeta, object: object): string => {
  const { uid } = object as Columns;
  return `${meta.name} ${uid === undefined ? keyText(meta, object) : String(uid)}`;
};
const state = (object: object): InstanceState => stateOf(object) as InstanceState;

/** All rows of these models with all that they are related to, by a session of its own. */
export const freshRows = async (db: Session, models: readonly ModelOf[]): Promise<ReadonlyMap<ModelMeta, FreshRows>> => {
  const found = new Map<ModelMeta, FreshRows>();
  for (const model of models) {
    const manager = (model as unknown as { readonly objects: Manager }).objects;
    const all = manager.withDeleted?.() ?? manager;
    const { relations } = metadataOf(model as ModelClass);
    const lists = [...relations.values()].filter(({ kind }) => kind !== "toOne" && kind !== "anyOf").map(({ name }) => name);
    for (const object of await (lists.length > 0 ? all.prefetchRelated(...lists) : all).fetch(db)) {
      const own = state(object).meta;
      const rows = (found.get(own) as Map<string, object> | undefined) ?? new Map<string, object>();
      found.set(own, rows.set(keyText(own, object), object));
    }
  }
  return found;
};

/** Objects of which this session may know something old, since another one wrote. */
export type IsForeign = (object: object) => boolean;
const nobody: IsForeign = () => false;

export const judgeObjects = (objects: Iterable<object>, fresh: ReadonlyMap<ModelMeta, FreshRows>, isForeign: IsForeign = nobody): void => {
  for (const object of objects) {
    const { meta, status } = state(object);
    if (status !== "persistent" || isForeign(object)) continue;
    const row = fresh.get(meta)?.get(keyText(meta, object));
    if (row === undefined) throw new Broken(`${nameOf(meta, object)} is in the session and not in the database`);
    judgeColumns(meta, object, row);
    judgeRelated(meta, object, row, isForeign);
    judgeCollections(meta, object, row, isForeign);
  }
};

const judgeColumns = (meta: ModelMeta, object: object, row: object): void => {
  for (const { name } of meta.fields) {
    const [held, stored] = [(object as Columns)[name], (row as Columns)[name]];
    if (!isDeepStrictEqual(held, stored))
      throw new Broken(`${nameOf(meta, object)}.${name} is ${String(held)}, and ${String(stored)} for a fresh session`);
  }
};

const judgeRelated = (meta: ModelMeta, object: object, row: object, isForeign: IsForeign): void => {
  for (const [name, held] of state(object).related ?? []) {
    const relation = meta.relations.get(name);
    if (held !== null && isForeign(held)) continue;
    if (relation?.kind === "toOne") {
      // Reading compares the key: an object that does not fit is not shown.
      const shown = (object as Columns)[name];
      if (held === null || shown !== held) continue;
      const [key, target] = [(object as Columns)[relation.field.name], (held as Columns)[relation.targetField.name]];
      if (key !== target) throw new Broken(`${nameOf(meta, object)}.${name} shows the key ${String(target)}, and holds ${String(key)}`);
    } else if (relation?.kind === "reverseOne") {
      const stored = state(row).related?.get(name) ?? null;
      const texts = [held, stored].map((one) => (one === null ? "null" : nameOf(state(one).meta, one)));
      if (texts[0] !== texts[1]) throw new Broken(`${nameOf(meta, object)}.${name} is ${texts[0]}, and ${texts[1]} for a fresh session`);
    }
  }
};

const judgeCollections = (meta: ModelMeta, object: object, row: object, isForeign: IsForeign): void => {
  for (const [name, collection] of state(object).collections ?? []) {
    if (collection.isTouched) throw new Broken(`${nameOf(meta, object)}.${name} has changes left`);
    if (collection.items === null) continue;
    const names = (items: Iterable<object>): string[] => [...items].map((one) => nameOf(state(one).meta, one)).sort();
    const shown = names(collection.items.filter((one) => !isForeign(one)));
    const stored = names(state(row).collections?.get(name)?.items ?? []);
    if (!isDeepStrictEqual(shown, stored))
      throw new Broken(`${nameOf(meta, object)}.${name} shows [${shown.join(", ")}], and [${stored.join(", ")}] for a fresh session`);
  }
};

/** Nothing is left to be written, and the session knows it. */
export const judgeClean = async (db: Session, database: Database, again: () => Promise<void>): Promise<void> => {
  for (const [name, set] of [
    ["new", db.new],
    ["dirty", db.dirty],
    ["deleted", db.deleted],
  ] as const) {
    const [first] = set;
    if (first !== undefined) throw new Broken(`after a commit db.${name} has ${nameOf(state(first).meta, first)}`);
  }
  const sent: string[] = [];
  const offs = (["query", "transaction"] as const).map((event) => database.on(event, ({ sql }) => void sent.push(sql)));
  try {
    await again();
  } finally {
    for (const off of offs) off();
  }
  if (sent.length > 0) throw new Broken(`a second commit sends ${sent.join("; ")}`);
};
