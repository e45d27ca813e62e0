/** Loads each kind of relation for many objects at once: one statement, then attaching the rows. One strategy per kind. */

import type { Codec } from "../database/contracts.js";
import type {
  AnyOfMeta,
  FieldMeta,
  ManyToManyMeta,
  ModelMeta,
  RelationMeta,
  ReverseOneMeta,
  ToManyMeta,
  ToOneMeta,
} from "../metadata/model-meta.js";
import type { FetchMode } from "../query/fetch-mode.js";
import type { PrefetchNode } from "../query/plan.js";
import type { QueryState } from "../query/state.js";
import { attachAnyOf, attachList, attachOne, attachReverse, fillCollection, keyHeld, showPartial } from "./attach.js";
import { keyCell } from "../metadata/keys.js";
import type { LoadContext } from "./contracts.js";
import { loadRows, type LoadedRows } from "./hydrate.js";
import { stateOf, type InstanceState } from "./instance.js";
import { linkPlan, reversePlan, toOnePlan, type RelationPlan } from "./relation-query.js";

/** Options for loading a relation. */
export interface Wanted {
  /** The caller's QuerySet, or null for the target's default one. */
  readonly state: QueryState | null;
  readonly toAttr: string | null;
}
export const everything: Wanted = { state: null, toAttr: null };

/** Loads the relation for these objects and returns the related ones; `nested` are further prefetches from the caller's QuerySet. */
type Strategy<R extends RelationMeta> = (objects: readonly object[], relation: R, wanted: Wanted, context: LoadContext) => Promise<Loaded>;
export interface Loaded {
  readonly objects: readonly object[];
  readonly nested: readonly PrefetchNode[];
}

const none: Loaded = { objects: [], nested: [] };
const state = (object: object): InstanceState => stateOf(object) as InstanceState;
const modeOf = (objects: readonly object[]): FetchMode | null =>
  objects[0] === undefined ? null : (state(objects[0]).peers?.mode ?? null);

/** The distinct keys in a field of the objects, as property values; objects without one are skipped. */
const keysOf = (objects: readonly object[], field: FieldMeta): Map<unknown, unknown> => {
  const keys = new Map<unknown, unknown>();
  for (const object of objects) {
    const value = (object as Record<string, unknown>)[field.name];
    const key = keyCell(value, field);
    if (key !== null && key !== undefined && !keys.has(key)) keys.set(key, value);
  }
  return keys;
};

const keysIn = (rows: readonly unknown[][], { parentCell, parentField }: RelationPlan, decode: Codec["decode"]): unknown[] => {
  const keys = new Array<unknown>(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const cell = (rows[index] as unknown[])[parentCell];
    keys[index] = keyCell(cell === null || decode === undefined ? cell : decode(cell), parentField);
  }
  return keys;
};

/** The rows of a relation plan; sends nothing if the plan is known to be empty. */
const rowsOf = async ({ plan }: RelationPlan, context: LoadContext): Promise<unknown[][]> => (plan.empty ? [] : context.runner.rows(plan));

interface Grouped extends LoadedRows {
  readonly groups: Map<unknown, object[]>;
}
/** Groups rows by the key of their parent, in row order. Runs synchronously up to the point where all rows are attached. */
const byParent = (query: RelationPlan, rows: unknown[][], context: LoadContext): Grouped => {
  const groups = new Map<unknown, object[]>();
  // Read first, because loading consumes the rows.
  const keys = keysIn(rows, query, context.runner.dialect.codec(query.parentField.type).decode);
  const { objects, untouched } = loadRows(query.plan, rows, context);
  let group: object[] | undefined;
  for (let index = 0; index < objects.length; index++) {
    const key = keys[index];
    // Rows of one parent are usually adjacent.
    if (group === undefined || key !== keys[index - 1]) group = groups.get(key);
    if (group === undefined) groups.set(key, (group = []));
    group.push(objects[index] as object);
  }
  return { groups, objects, untouched };
};

const toOne: Strategy<ToOneMeta> = async (objects, relation, wanted, context) => {
  const keys = keysOf(objects, relation.field);
  const found = new Map<unknown, object>();
  // Tracked rows are not loaded again, unless a QuerySet of the caller decides which ones are visible.
  if (wanted.state === null && relation.targetField.primaryKey && relation.target.primaryKey.length === 1) {
    for (const key of Array.from(keys.keys())) {
      const held = context.store.find(relation.target, [key]);
      if (held === undefined || state(held).stale) continue;
      found.set(key, held);
      keys.delete(key);
    }
  }
  const fresh = keys.size === 0 ? null : toOnePlan(relation, { keys: [...keys.values()], state: wanted.state, mode: modeOf(objects) });
  if (fresh !== null)
    for (const [key, group] of byParent(fresh, await rowsOf(fresh, context), context).groups) found.set(key, group[0] as object);
  for (const object of objects) {
    const target = found.get(keyHeld(object, relation.field)) ?? null;
    if (wanted.toAttr !== null) attachList(object, state(object), wanted.toAttr, target === null ? [] : [target]);
    else attachOne(object, state(object), relation, target);
  }
  return { objects: [...found.values()], nested: fresh?.plan.prefetch ?? [] };
};

const reverseOne: Strategy<ReverseOneMeta> = async (objects, relation, wanted, context) => {
  const keys = keysOf(objects, relation.via.targetField);
  if (keys.size === 0) return none;
  const query = reversePlan(relation, { keys: [...keys.values()], state: wanted.state, mode: modeOf(objects) });
  const { groups, objects: found } = byParent(query, await rowsOf(query, context), context);
  for (const object of objects) {
    const target = groups.get(keyHeld(object, relation.via.targetField))?.[0] ?? null;
    if (wanted.toAttr !== null) attachList(object, state(object), wanted.toAttr, target === null ? [] : [target]);
    else attachReverse(object, state(object), relation, target, context.store);
  }
  return { objects: found, nested: query.plan.prefetch };
};

const nobody: Grouped = { groups: new Map(), objects: [], untouched: true };

/** Whether the query returns only some of the relation's rows, so that its result must not be taken for the whole collection. */
const isPartial = (given: QueryState | null): boolean =>
  given !== null &&
  (given.where.length > 0 ||
    given.limit !== null ||
    given.offset > 0 ||
    given.combined !== null ||
    given.none ||
    given.deleted === "only" ||
    given.distinct !== false);

const collection = async (
  objects: readonly object[],
  relation: ToManyMeta | ManyToManyMeta,
  ownKey: FieldMeta,
  plan: (keys: readonly unknown[]) => RelationPlan,
  wanted: Wanted,
  context: LoadContext,
): Promise<Loaded> => {
  const keys = keysOf(objects, ownKey);
  const query = keys.size === 0 ? null : plan([...keys.values()]);
  const grouped = query === null ? nobody : byParent(query, await rowsOf(query, context), context);
  const partial = isPartial(wanted.state);
  for (const object of objects) {
    const items = grouped.groups.get(keyHeld(object, ownKey)) ?? [];
    if (wanted.toAttr !== null) attachList(object, state(object), wanted.toAttr, items);
    else if (partial) showPartial(object, state(object), relation, items, context.store);
    else fillCollection(object, state(object), relation, items, context.store, grouped.untouched);
  }
  const { objects: found } = grouped;
  return { objects: relation.kind === "toMany" ? found : [...new Set(found)], nested: query?.plan.prefetch ?? [] };
};

const toMany: Strategy<ToManyMeta> = (objects, relation, wanted, context) =>
  collection(
    objects,
    relation,
    relation.via.targetField,
    (keys) => reversePlan(relation, { keys, state: wanted.state, mode: modeOf(objects) }),
    wanted,
    context,
  );

const manyToMany: Strategy<ManyToManyMeta> = (objects, relation, wanted, context) =>
  collection(
    objects,
    relation,
    relation.near.targetField,
    (keys) => linkPlan(relation, { keys, state: wanted.state, mode: modeOf(objects) }),
    wanted,
    context,
  );

/** One statement per target model, because each has its own table. */
const anyOf: Strategy<AnyOfMeta> = async (objects, relation, wanted, context) => {
  const all: object[] = [];
  for (const [name, target] of relation.targets) {
    const mine = objects.filter((object) => (object as Record<string, unknown>)[relation.typeField.name] === name);
    if (mine.length === 0) continue;
    const found = await byKeys(relation, target, mine, context);
    for (const object of mine) {
      const one = found.get(keyHeld(object, relation.keyField)) ?? null;
      if (wanted.toAttr !== null) attachList(object, state(object), wanted.toAttr, one === null ? [] : [one]);
      else attachAnyOf(state(object), relation, one);
    }
    all.push(...found.values());
  }
  return { objects: all, nested: [] };
};

/** The rows of one target of an `anyOf` relation, loaded as a temporary to-one relation. */
const byKeys = async (
  relation: AnyOfMeta,
  target: ModelMeta,
  objects: readonly object[],
  context: LoadContext,
): Promise<Map<unknown, object>> => {
  const targetField = target.primaryKey[0] as FieldMeta;
  const link: ToOneMeta = {
    kind: "toOne",
    name: relation.name,
    owner: relation.owner,
    target,
    inverse: null,
    field: relation.keyField,
    targetField,
    nullable: relation.nullable,
    unique: false,
    onDelete: relation.onDelete,
    onDeleteBy: "session",
    onUpdate: null,
    deferrable: null,
  };
  const found = new Map<unknown, object>();
  const missing: unknown[] = [];
  for (const [key, value] of keysOf(objects, relation.keyField)) {
    const held = context.store.find(target, [key]);
    if (held === undefined || state(held).stale) missing.push(value);
    else found.set(key, held);
  }
  if (missing.length > 0) {
    const query = toOnePlan(link, { keys: missing, state: null, mode: modeOf(objects) });
    for (const [key, group] of byParent(query, await rowsOf(query, context), context).groups) found.set(key, group[0] as object);
  }
  return found;
};

const strategies: { readonly [K in RelationMeta["kind"]]: Strategy<Extract<RelationMeta, { kind: K }>> } = {
  toOne,
  reverseOne,
  toMany,
  manyToMany,
  anyOf,
};

/** Loads one relation with the strategy of its kind. */
export const loadFor = (objects: readonly object[], relation: RelationMeta, wanted: Wanted, context: LoadContext): Promise<Loaded> =>
  (strategies[relation.kind] as Strategy<RelationMeta>)(objects, relation, wanted, context);
