/** The hidden state of every instance, and the base class that holds it in a private field, so that only the library can read it. */

import type { FieldMeta, ModelMeta, RelationMeta } from "../metadata/model-meta.js";
import type { Expr } from "../sql/nodes.js";
import type { FetchMode } from "../query/fetch-mode.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import type { CollectionState } from "./collection-state.js";

/**
 * Where an instance stands. Legal moves: transient → pending (add) → persistent (flush) → deleted (flush of a delete) → detached (commit);
 * pending → transient (expunge, rollback); persistent → detached (expunge, close); deleted → persistent (rollback); detached → persistent (merge gives another object; `add` re-attaches).
 */
export type InstanceStatus = "transient" | "pending" | "persistent" | "deleted" | "detached";

/** What an instance asks of the session it belongs to; `session/` fulfils it. */
export interface InstanceOwner {
  readonly closed: boolean;
  /** A relation that is not loaded is asked for (peers, DataLoader): gives the instance or null (to-one), fills the collection (to-many). */
  loadRelation(object: object, relation: RelationMeta): Promise<unknown>;
  /** The tracked instance of the target with this key (comparable cells), so that a relation to a row that is already here is there at once. */
  find(meta: ModelMeta, keyCells: readonly unknown[]): object | undefined;
  readonly fetchMode: FetchMode;
}

/** Instances that came with one result: what is loaded for one of them is loaded for all. */
export interface PeerGroup {
  readonly meta: ModelMeta;
  members: object[];
  readonly mode: FetchMode | null;
}

export type JoinedByKey = ReadonlyMap<string, ReadonlyMap<unknown, object>>;
/** Most objects have at most one, so this is smaller than a Map. */
export interface RelatedObjects {
  readonly size: number;
  get(name: string): object | null | undefined;
  has(name: string): boolean;
  set(name: string, value: object | null): unknown;
  delete(name: string): boolean;
  copy(): RelatedObjects;
  isSameOne(other: RelatedObjects): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<object | null>;
  [Symbol.iterator](): IterableIterator<[string, object | null]>;
}

/** All that is known of an instance beside its own properties. One per instance, mutable; only `loading/` and `session/` write it. */
export interface InstanceState {
  readonly meta: ModelMeta;
  status: InstanceStatus;
  owner: InstanceOwner | null;
  /**
   * The row as the database last said it, one cell per `meta.fields` in comparable form (see `comparable.ts`): primitives as they are, Date as ms,
   * bytes as a copy, JSON and arrays as a deep copy; `undefined` where the column was not loaded. null while the row is not in the database.
   */
  snapshot: unknown[] | null;
  /** `expire` or an unknown outcome: the next get, query or refresh asks the database and takes its values over. */
  stale: boolean;
  /** Marked by `session.delete`, until the flush. */
  deleting: boolean;
  /** To-one and reverse one-to-one relations that are loaded or were assigned: the instance or null, by relation name. */
  related: RelatedObjects | null;
  /**
   * Objects joined to the rows of the same result: for each to-one relation the targets by key, shared by all rows. Kept so that
   * `post.author` still works after the objects leave their session; the current foreign key selects the target.
   */
  readonly joinedByKey: JoinedByKey | null;
  /** Collections that were touched, by relation name. */
  collections: Map<string, CollectionState> | null;
  peers: PeerGroup | null;
  /** `set({ views: F(…) })`: expressions that the next flush writes, by field. */
  expressions: Map<FieldMeta, Expr> | null;
  /** Values of annotations and `toAttr` lists live as own properties; their names are kept so that refresh and toJSON know them. */
  extras: string[] | null;
  /** Of an object made with a key of its own: fields that only have their default, so that a merge leaves them alone. */
  defaulted: readonly FieldMeta[] | null;
}

/** Passes the state to the next constructor call. Replaced after every batch of rows so that it stays in the young generation: writing young objects into an old one costs a write barrier. */
let construction: { state: InstanceState | null } = { state: null };
let metaFor: (ctor: object) => ModelMeta = () => {
  throw new Error("no registry is installed");
};

/** Called once by `model/`: finds the metadata of a class under construction. */
export const installMetadata = (find: (ctor: object) => ModelMeta): void => {
  metaFor = find;
};

/** One per row, so members that are rarely set live on the prototype until they are assigned. */
class State implements InstanceState {
  readonly meta: ModelMeta;
  status: InstanceStatus;
  owner: InstanceOwner | null;
  snapshot: unknown[] | null;
  peers: PeerGroup | null;
  readonly joinedByKey: JoinedByKey | null;
  declare stale: boolean;
  declare deleting: boolean;
  declare related: RelatedObjects | null;
  declare collections: Map<string, CollectionState> | null;
  declare expressions: Map<FieldMeta, Expr> | null;
  declare extras: string[] | null;
  declare defaulted: readonly FieldMeta[] | null;
  constructor(
    meta: ModelMeta,
    status: InstanceStatus,
    owner: InstanceOwner | null,
    snapshot: unknown[] | null,
    peers: PeerGroup | null,
    joinedByKey: JoinedByKey | null,
  ) {
    this.meta = meta;
    this.status = status;
    this.owner = owner;
    this.snapshot = snapshot;
    this.peers = peers;
    this.joinedByKey = joinedByKey;
  }
}
const unset = { stale: false, deleting: false, related: null, collections: null, expressions: null, extras: null, defaulted: null };
Object.assign(State.prototype, unset satisfies Partial<InstanceState>);

export const transientState = (meta: ModelMeta): InstanceState => new State(meta, "transient", null, null, null, null);
for (const also of [
  {},
  { related: null },
  { collections: null },
  { deleting: false },
  { related: null, collections: null },
  { stale: false },
])
  keepHiddenClass(Object.assign(transientState(null as never), also));
/** The state of an instance that is being made of a row. */
export const loadedState = (
  meta: ModelMeta,
  owner: InstanceOwner,
  snapshot: unknown[],
  { peers, joinedByKey }: { readonly peers: PeerGroup; readonly joinedByKey: JoinedByKey | null },
): InstanceState => new State(meta, "persistent", owner, snapshot, peers, joinedByKey);

/** Base class of all models. */
export class StateHolder {
  readonly #state: InstanceState;
  constructor() {
    // The state is taken by its own class only: a constructor that builds another model before super() must not receive this row.
    const state = construction.state;
    if (state !== null && state.meta.ctor === new.target) {
      this.#state = state;
      construction.state = null;
    } else this.#state = transientState(metaFor(new.target));
  }
  static stateOf(object: object): InstanceState | undefined {
    return #state in object ? object.#state : undefined;
  }
}

/** The hidden state of a model instance, or undefined for any other object. */
export const stateOf = (object: object): InstanceState | undefined => StateHolder.stateOf(object);

/** Gives the state to the next instance of its class; null withdraws it after the constructor ran or failed. */
export const setConstructionState = (state: InstanceState | null): void => {
  construction.state = state;
};
/** Starts a new construction state for a batch of rows (see `construction`). */
export const renewConstructionState = (): void => {
  construction = { state: construction.state };
};
