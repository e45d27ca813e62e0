/** Turns rows into instances, tracked or new, with their joined relations and annotations. */

import type { Dialect } from "../database/contracts.js";
import { FlashDbError } from "../errors.js";
import { decodeNamed } from "./unreadable.js";
import type { EntityShape, JoinedShape, RowShape, SelectPlan } from "../query/plan.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import { attachJoined } from "./attach.js";
import type { InstanceStore, InstanceTable, LoadContext } from "./contracts.js";
import { renewConstructionState, loadedState, stateOf, type JoinedByKey, type InstanceState, type PeerGroup } from "./instance.js";
import { instantiate } from "./populate.js";
import { cellsOf, keyOf, readersOf, type Readers } from "./reader.js";
import { keepCells, type Decode } from "./cell-reading.js";

type InstancesShape = Extract<RowShape, { kind: "instances" }>;

/** One entity within the rows: how to read it, its peers, and the entities joined to it. */
interface Place {
  readonly readers: Readers;
  /** The table that tracks its instances. */
  readonly table: InstanceTable;
  readonly peers: PeerGroup;
  /** Whether this is the root entity, whose instances are the result. */
  readonly root: boolean;
  readonly joined: readonly { readonly shape: JoinedShape; readonly place: Place }[];
  /** Targets joined by their primary key, by relation and key; shared by all rows. */
  readonly joinedByKey: JoinedByKey | null;
  /** The entities of a place that is joined by primary key, by that key. */
  readonly index: Map<unknown, object> | null;
  /** Index of the key cell in the row; -1 for composite keys. */
  readonly keyCell: number;
  /** The entity of the previous row: rows of one entity are usually adjacent. */
  before: { readonly cell: unknown; readonly object: object | null } | null;
}

/** The part of a place that depends only on the row shape; cached for all queries of that shape. */
interface Template {
  readonly readers: Readers;
  readonly keyCell: number;
  readonly joined: readonly { readonly shape: JoinedShape; readonly template: Template; readonly byKey: boolean }[];
}
const templates = new WeakMap<EntityShape, { readonly dialect: Pick<Dialect, "codec">; readonly template: Template }>();
const templateOf = (shape: EntityShape, dialect: Pick<Dialect, "codec">): Template => {
  const known = templates.get(shape);
  if (known?.dialect === dialect) return known.template;
  const readers = readersOf(shape, dialect);
  const { key } = readers.base;
  const template: Template = {
    readers,
    keyCell: key.length === 1 ? (key[0]?.cell ?? -1) : -1,
    joined: shape.joined.map((one) => ({ shape: one, template: templateOf(one.entity, dialect), byKey: byOwnKey(one) })),
  };
  templates.set(shape, { dialect, template });
  return template;
};

/** Whether the join is on the target's single-column primary key, so that the foreign key identifies the target. */
const byOwnKey = ({ relation }: JoinedShape): boolean =>
  relation.kind === "toOne" && relation.targetField.primaryKey && relation.target.primaryKey.length === 1;

const placeOf = (
  shape: EntityShape,
  { readers, keyCell, joined: templates }: Template,
  mode: PeerGroup["mode"],
  store: Pick<InstanceStore, "rows">,
  holder: { readonly byKey: boolean } | null,
): Place => {
  const peers: PeerGroup = { meta: shape.meta, members: [], mode };
  const table = store.rows(shape.meta);
  const root = holder === null;
  const index = holder?.byKey === true ? new Map<unknown, object>() : null;
  if (templates.length === 0) return { readers, table, peers, root, joined: NOTHING, joinedByKey: null, index, keyCell, before: null };
  const joined = templates.map((one) => ({ shape: one.shape, place: placeOf(one.shape.entity, one.template, mode, store, one) }));
  const joinedByKey = joined.flatMap((one) => (one.place.index === null ? [] : [[one.shape.relation.name, one.place.index] as const]));
  return {
    readers,
    table,
    peers,
    root,
    joined,
    joinedByKey: joinedByKey.length === 0 ? null : new Map(joinedByKey),
    index,
    keyCell,
    before: null,
  };
};
const NOTHING: readonly never[] = [];
keepHiddenClass(
  placeOf({ meta: null } as never, { readers: null as never, keyCell: -1, joined: [] }, null, { rows: () => null as never }, null),
);

/** State of one pass over the rows of a result. */
interface Run {
  readonly store: InstanceStore;
  /** New instances in order, when `post_load` has listeners. */
  readonly fresh: object[] | null;
  /** True when an instance occurred in more than one row. */
  repeated: boolean;
  /** True when an instance was already tracked. */
  met: boolean;
}

const readEntity = (place: Place, row: unknown[], run: Run): object | null => {
  const { base, readerOf } = place.readers;
  const reader = readerOf === null ? base : readerOf(row);
  const key = keyOf(reader, row);
  if (key === null) return null;
  const known = place.table.find(key);
  let state = known === undefined ? undefined : (stateOf(known) as InstanceState);
  // If the instance already occurred in this result, all of its cells have been read.
  if (known !== undefined && state?.peers === place.peers) {
    run.repeated = true;
    return known;
  }
  const cells = cellsOf(reader, row);
  let object = known;
  if (object === undefined || state === undefined) {
    state = loadedState(reader.meta, run.store.owner, cells, place);
    object = instantiate(reader.maker, state);
    run.store.enter(place.table, key, object);
    run.fresh?.push(object);
  } else {
    run.met = true;
    run.store.reread(object, state, keepCells(reader.maker, cells));
    state.peers = place.peers;
  }
  if (!place.root) place.peers.members.push(object);
  place.index?.set(key[0], object);
  for (let at = 0; at < place.joined.length; at++) {
    const { shape, place: next } = place.joined[at] as Place["joined"][number];
    const target = readJoined(next, row, run);
    if (next.index === null || known !== undefined) attachJoined(object, state, shape.relation, target, run.store);
  }
  return object;
};

const readJoined = (place: Place, row: unknown[], run: Run): object | null => {
  if (place.keyCell < 0) return readEntity(place, row, run);
  const cell = row[place.keyCell];
  if (place.before !== null && place.before.cell === cell) return place.before.object;
  const object = readEntity(place, row, run);
  place.before = { cell, object };
  return object;
};

/** Rows per call: a function that is called often stays optimized, while one long loop is recompiled whenever its code is discarded. */
const BATCH = 256;
/** Replaces rows by their instances. */
const readRows = (place: Place, rows: unknown[], from: number, annotations: Annotations | null, run: Run): void => {
  const to = Math.min(from + BATCH, rows.length);
  renewConstructionState();
  for (let at = from; at < to; at++) {
    const row = rows[at] as unknown[];
    const object = readEntity(place, row, run);
    if (object === null) throw new FlashDbError("INTERNAL", `a row of ${place.peers.meta.name} has no key`);
    if (annotations !== null) annotate(object, annotations, row);
    rows[at] = object;
  }
};

/** Computed outputs beside the entity's columns; all rows share the list of names. */
interface Annotations {
  readonly names: string[];
  readonly offsets: readonly number[];
  readonly decoders: readonly Decode[];
}
const annotationsOf = (shape: InstancesShape, dialect: Pick<Dialect, "codec">): Annotations | null =>
  shape.annotations.length === 0
    ? null
    : {
        names: shape.annotations.map(({ name }) => name),
        offsets: shape.annotations.map(({ offset }) => offset),
        decoders: shape.annotations.map(({ type }) => dialect.codec(type).decode),
      };
const annotate = (object: object, { names, offsets, decoders }: Annotations, row: readonly unknown[]): void => {
  const target = object as Record<string, unknown>;
  names.forEach((name, index) => {
    const cell = row[offsets[index] as number];
    const decode = decoders[index];
    target[name] = cell === null || decode === undefined ? cell : decodeNamed(decode, cell, name);
  });
  const state = stateOf(object) as InstanceState;
  if (state.extras === null) state.extras = names;
  else if (state.extras !== names) state.extras = [...new Set([...state.extras, ...names])];
};

export interface LoadedRows {
  readonly objects: object[];
  /** All instances were created from these rows, and no user code has seen them. */
  readonly untouched: boolean;
}
/**
 * Loads the rows of a plan, in order; a row of a tracked instance yields that instance. Rows may have more cells than the plan's shape. The
 * rows are consumed: the array becomes the list of instances, which may keep row arrays as snapshots.
 */
export const loadRows = (plan: SelectPlan, rows: unknown[], context: LoadContext): LoadedRows => {
  const shape = plan.shape;
  if (shape.kind !== "instances") throw new FlashDbError("INTERNAL", `rows of ${plan.meta.name} are values, not instances`);
  const objects = rows as object[];
  if (rows.length === 0) return { objects, untouched: true };
  const dialect = context.runner.dialect;
  const place = placeOf(shape.entity, templateOf(shape.entity, dialect), plan.fetchMode, context.store, null);
  const annotations = annotationsOf(shape, dialect);
  const run: Run = { store: context.store, fresh: context.loaded === null ? null : [], repeated: false, met: false };
  place.table.expect(rows.length);
  for (let from = 0; from < rows.length; from += BATCH) readRows(place, rows, from, annotations, run);
  place.peers.members = run.repeated ? [...new Set(objects)] : objects.slice();
  if (run.fresh !== null) for (const object of run.fresh) context.loaded?.(object, (stateOf(object) as InstanceState).meta);
  return { objects, untouched: !run.met && run.fresh === null };
};

export const loadInstances = (plan: SelectPlan, rows: unknown[], context: LoadContext): object[] => loadRows(plan, rows, context).objects;
