/** Instances as data: `toJSON` (columns and annotations, so that output never depends on what is loaded) and `toObject` (as they are, with loaded relations on request). */

import { FieldError, NotLoaded } from "../errors.js";
import { stateOf, type InstanceState } from "../loading/index.js";
import type { ModelMeta, RelationMeta } from "../metadata/model-meta.js";
import type { ColumnType, TypeKind } from "../sql/types.js";
import { didYouMean } from "../support/did-you-mean.js";
import { jsonNull } from "../support/json-null.js";
import { ownData } from "../support/own-data.js";
import { inMemory } from "./ref.js";

type ToJson = (value: unknown, type: ColumnType) => unknown;
const itself: ToJson = (value) => value;
/** Where a value is not what JSON writes for it. */
const writers: { readonly [K in TypeKind]?: ToJson } = {
  timestamp: (value) => (value instanceof Date ? value.toISOString() : value),
  bigint: (value) => (typeof value === "bigint" ? value.toString() : value),
  bytes: (value) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") : value,
  json: (value) => (value === jsonNull ? null : value),
  array: (value, type) => (Array.isArray(value) ? value.map((item) => jsonOf(item, (type as { readonly of: ColumnType }).of)) : value),
};
const jsonOf = (value: unknown, type: ColumnType): unknown => (value === null ? null : (writers[type.kind] ?? itself)(value, type));

/** Annotations have no column type: they are written as what they are. */
const plainJson = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return Array.isArray(value) ? value.map(plainJson) : value;
};

const listsInstances = (value: unknown): boolean =>
  Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null && stateOf(item as object) !== undefined);

/** Names of annotations: `toAttr` lists hold instances, which are relations. */
const annotationsOf = (object: object, state: InstanceState): string[] =>
  (state.extras ?? []).filter((name) => !listsInstances(ownData(object, name)));

export const toJson = (object: object): Record<string, unknown> => {
  const state = stateOf(object) as InstanceState;
  const result: Record<string, unknown> = {};
  for (const field of state.meta.fields) {
    const value = ownData(object, field.name);
    if (value !== undefined) result[field.name] = jsonOf(value, field.type);
  }
  for (const name of annotationsOf(object, state)) result[name] = plainJson(ownData(object, name));
  return result;
};

/** What to put into an object: all columns unless paths name some of them, and relations. */
interface Wanted {
  /** A path ends here: all columns, whatever other paths say. */
  whole: boolean;
  readonly columns: Set<string>;
  readonly relations: Map<string, Wanted>;
}
const emptyWanted = (): Wanted => ({ whole: false, columns: new Set(), relations: new Map() });

/** The path starts at any of these models: a relation may lead to one of several. */
const addPath = (wanted: Wanted, metas: readonly ModelMeta[], path: string, whole: string): void => {
  const [name = "", ...rest] = path.split("__");
  const relations = metas.flatMap((meta) => meta.relations.get(name) ?? []);
  if (relations.length === 0) {
    if (rest.length > 0 || !metas.some((meta) => meta.fieldsByName.has(name))) {
      const names = metas.flatMap((meta) => [...meta.relations.keys(), ...meta.fieldsByName.keys()]);
      throw new FieldError(
        `toObject(): "${whole}" is no relation or field of ${metas.map((meta) => meta.name).join(" or ")}.${didYouMean(name, names)}`,
      );
    }
    wanted.columns.add(name);
    return;
  }
  const next = wanted.relations.get(name) ?? emptyWanted();
  wanted.relations.set(name, next);
  const targets = relations.flatMap((relation) => (relation.kind === "anyOf" ? [...relation.targets.values()] : [relation.target]));
  if (rest.length === 0) next.whole = true;
  else addPath(next, targets, rest.join("__"), whole);
};

const related = (object: object, relation: RelationMeta, wanted: Wanted): unknown => {
  const held = inMemory(object, relation);
  if (held === undefined) {
    const name = (stateOf(object) as InstanceState).meta.name;
    throw new NotLoaded(
      `toObject(): ${name}.${relation.name} is not loaded; load it first, with prefetchRelated("${relation.name}") or by awaiting it`,
    );
  }
  if (Array.isArray(held)) return held.map((item: object) => shaped(item, wanted));
  return held === null ? null : shaped(held, wanted);
};

const shaped = (object: object, wanted: Wanted): Record<string, unknown> => {
  const state = stateOf(object) as InstanceState;
  const result: Record<string, unknown> = {};
  const all = wanted.whole || wanted.columns.size === 0;
  for (const field of state.meta.fields) {
    if (!all && !wanted.columns.has(field.name)) continue;
    const value = ownData(object, field.name);
    if (value !== undefined) result[field.name] = value;
  }
  if (all) for (const name of annotationsOf(object, state)) result[name] = ownData(object, name);
  for (const [name, next] of wanted.relations) {
    const relation = state.meta.relations.get(name);
    if (relation !== undefined) result[name] = related(object, relation, next);
  }
  return result;
};

export const toObject = (object: object, include: readonly string[]): Record<string, unknown> => {
  const wanted = { ...emptyWanted(), whole: true };
  for (const path of include) addPath(wanted, [(stateOf(object) as InstanceState).meta], path, path);
  return shaped(object, wanted);
};
