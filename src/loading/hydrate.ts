/** Rows become instances: found in the identity map or made, with their joined relations and annotations. */

import type { Dialect } from "../database/contracts.js";
import { FlashDbError } from "../errors.js";
import type { EntityShape, JoinedShape, SelectPlan } from "../query/plan.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import { attachJoined } from "./attach.js";
import type { InstanceStore, LoadContext } from "./contracts.js";
import { loadedState, stateOf, type Beside, type InstanceState, type PeerGroup } from "./instance.js";
import { instantiate } from "./populate.js";
import { keyOf, readCells, readersOf, type Decode, type Reader } from "./reader.js";

/** One place of the row: the entity, who stands next to it, and what is joined to it. */
interface Place {
  readonly readerOf: (row: readonly unknown[]) => Reader;
  readonly peers: PeerGroup;
  readonly joined: readonly { readonly shape: JoinedShape; readonly place: Place }[];
  /** What is joined to it by the targets' own keys, shared by all rows. */
  readonly beside: Beside | null;
  /** Of a place that is joined so: where its entities stand, by key. */
  readonly index: Map<unknown, object> | null;
}

/** What is known of a place before any row is seen: made once for all queries of one shape. */
interface Template {
  readonly readerOf: Place["readerOf"];
  readonly joined: readonly { readonly shape: JoinedShape; readonly template: Template; readonly byKey: boolean }[];
}
const templates = new WeakMap<EntityShape, { readonly dialect: Pick<Dialect, "codec">; readonly template: Template }>();
const templateOf = (shape: EntityShape, dialect: Pick<Dialect, "codec">): Template => {
  const known = templates.get(shape);
  if (known?.dialect === dialect) return known.template;
  const template: Template = {
    readerOf: readersOf(shape, dialect),
    joined: shape.joined.map((one) => ({ shape: one, template: templateOf(one.entity, dialect), byKey: byOwnKey(one) })),
  };
  templates.set(shape, { dialect, template });
  return template;
};

/** The target is found by its own key of one part: then the holder's key says which one it is. */
const byOwnKey = ({ relation }: JoinedShape): boolean =>
  relation.kind === "toOne" && relation.targetField.primaryKey && relation.target.primaryKey.length === 1;

const placeOf = (shape: EntityShape, template: Template, mode: PeerGroup["mode"], index: Map<unknown, object> | null): Place => {
  const { readerOf } = template;
  const peers: PeerGroup = { meta: shape.meta, members: [], mode };
  if (template.joined.length === 0) return { readerOf, peers, joined: NOTHING, beside: null, index };
  const joined = template.joined.map((one) => ({
    shape: one.shape,
    place: placeOf(one.shape.entity, one.template, mode, one.byKey ? new Map<unknown, object>() : null),
  }));
  const beside = joined.flatMap((one) => (one.place.index === null ? [] : [[one.shape.relation.name, one.place.index] as const]));
  return { readerOf, peers, joined, beside: beside.length === 0 ? null : new Map(beside), index };
};
const NOTHING: readonly never[] = [];
keepHiddenClass(placeOf({ meta: null, joined: [] } as never, { readerOf: () => null as never, joined: [] }, null, null));

/** What loading keeps while it goes through the rows of one result. */
interface Run {
  readonly store: InstanceStore;
  /** New instances, in order, when somebody listens to `post_load`. */
  readonly fresh: object[] | null;
}

const readEntity = (place: Place, row: unknown[], run: Run): object | null => {
  const reader = place.readerOf(row);
  const key = keyOf(reader, row);
  if (key === null) return null;
  const known = run.store.find(reader.meta, key);
  let state = known === undefined ? undefined : (stateOf(known) as InstanceState);
  // Of a row that came before in this result, every cell has been read.
  if (known !== undefined && state?.peers === place.peers) return known;
  const snapshot = readCells(reader, row);
  let object = known;
  if (object === undefined || state === undefined) {
    state = loadedState(reader.meta, run.store.owner, snapshot, place);
    object = instantiate(state, reader.values, reader.names);
    run.store.enter(reader.meta, key, object, state);
    run.fresh?.push(object);
  } else {
    run.store.reread(object, state, snapshot, reader.values);
    state.peers = place.peers;
  }
  place.peers.members.push(object);
  place.index?.set(key[0], object);
  for (const { shape, place: next } of place.joined) {
    const target = readEntity(next, row, run);
    if (next.index === null || known !== undefined) attachJoined(object, state, shape.relation, target, run.store);
  }
  return object;
};

interface Annotation {
  readonly name: string;
  readonly offset: number;
  readonly decode: Decode;
}
const annotate = (object: object, annotations: readonly Annotation[], names: string[], row: readonly unknown[]): void => {
  const target = object as Record<string, unknown>;
  for (const { name, offset, decode } of annotations) {
    const cell = row[offset];
    target[name] = cell === null || decode === undefined ? cell : decode(cell);
  }
  const state = stateOf(object) as InstanceState;
  if (state.extras === null) state.extras = names;
  else if (state.extras !== names) state.extras = [...new Set([...state.extras, ...names])];
};

/** Loads the rows of a plan of instances, in their order; a row of a tracked instance gives that instance. Rows may be longer than the plan's shape says; they are used up: instances keep those that hold nothing else. */
export const loadInstances = (plan: SelectPlan, rows: unknown[][], context: LoadContext): object[] => {
  const shape = plan.shape;
  if (shape.kind !== "instances") throw new FlashDbError("INTERNAL", `rows of ${plan.meta.name} are values, not instances`);
  const dialect = context.runner.dialect;
  if (rows.length === 0) return [];
  const place = placeOf(shape.entity, templateOf(shape.entity, dialect), plan.fetchMode, null);
  const annotations =
    shape.annotations.length === 0
      ? NOTHING
      : shape.annotations.map(({ name, offset, type }) => ({ name, offset, decode: dialect.codec(type).decode }));
  const names = annotations.map(({ name }) => name);
  const run: Run = { store: context.store, fresh: context.loaded === null ? null : [] };
  const objects: object[] = [];
  for (const row of rows) {
    const object = readEntity(place, row, run);
    if (object === null) throw new FlashDbError("INTERNAL", `a row of ${plan.meta.name} has no key`);
    if (annotations.length > 0) annotate(object, annotations, names, row);
    objects.push(object);
  }
  if (run.fresh !== null) for (const object of run.fresh) context.loaded?.(object, (stateOf(object) as InstanceState).meta);
  return objects;
};
