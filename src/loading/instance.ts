/** The hidden state of every instance, and the base class that holds it in a private field, so that only the library can read it. */

import type { FieldMeta, ModelMeta, RelationMeta, ReverseOneMeta } from "../metadata/model-meta.js";
import type { Expr } from "../sql/nodes.js";
import type { FetchMode } from "../query/fetch-mode.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import type { CollectionState } from "./collection-state.js";

/**
 * Status of an instance. Legal moves: transient → pending (add) → persistent (flush) → deleted (flush of a delete) → detached (commit);
 * pending → transient (expunge, rollback); persistent → detached (expunge, close); deleted → persistent (rollback); detached → persistent
 * (`add`; merge returns another object).
 */
export type InstanceStatus = "transient" | "pending" | "persistent" | "deleted" | "detached";

/** What an instance needs from its session; implemented by `session/`. */
export interface InstanceOwner {
  readonly closed: boolean;
  /** Loads a relation (with peers, batched): returns the instance or null, or fills the collection. */
  loadRelation(object: object, relation: RelationMeta): Promise<unknown>;
  /** The tracked instance with this key (comparable cells), so that a relation to a tracked row needs no query. */
  find(meta: ModelMeta, keyCells: readonly unknown[]): object | undefined;
  readonly fetchMode: FetchMode;
}

/** Instances from one result: loading a relation of one of them loads it for all. */
export interface PeerGroup {
  readonly meta: ModelMeta;
  members: object[];
  readonly mode: FetchMode | null;
}

export type JoinedByKey = ReadonlyMap<string, ReadonlyMap<unknown, object>>;
/** A small map: most objects have at most one related object. */
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

/**
 * Everything known about an instance beyond its own properties. One mutable object per instance, written only by `loading/` and `session/`.
 */
export interface InstanceState {
  readonly meta: ModelMeta;
  status: InstanceStatus;
  owner: InstanceOwner | null;
  /**
   * The row as last read, one cell per field of `meta.fields` in comparable form (see `comparable.ts`): primitives as they are, dates as
   * milliseconds, bytes, JSON and arrays as copies. `undefined` for deferred columns. Null while the row does not exist.
   */
  snapshot: unknown[] | null;
  /** Set by `expire` or an unknown commit outcome: the next get, query or refresh reads the row and takes its values. */
  stale: boolean;
  /** Marked for deletion by `session.delete`, until the flush. */
  deleting: boolean;
  /** To-one and reverse one-to-one relations that are loaded or assigned: the instance or null, by relation name. */
  related: RelatedObjects | null;
  /**
   * Objects joined to the rows of the same result: for each to-one relation the targets by key, shared by all rows. Kept so that
   * `post.author` still works after the objects leave their session; the current foreign key selects the target.
   */
  readonly joinedByKey: JoinedByKey | null;
  /** Collections that have been accessed, by relation name. */
  collections: Map<string, CollectionState> | null;
  /** Reverse one-to-ones that were given another member, or none, while it was not known who is stored there: the flush looks. */
  replaced: ReadonlySet<ReverseOneMeta> | null;
  peers: PeerGroup | null;
  /** `set({ views: F(…) })`: expressions that the next flush writes, by field. */
  expressions: Map<FieldMeta, Expr> | null;
  /** Keys that others were given when they were pointed at this object while its key was not stored: it may change until it is. */
  givenKeys: unknown[] | null;
  /** Names of annotations and `toAttr` lists, which are own properties; refresh and toJSON need to know them. */
  extras: string[] | null;
  /** For an object created with an explicit key: fields that only hold their default, which a merge ignores. */
  defaulted: readonly FieldMeta[] | null;
}

/** Passes the state to the next constructor call. Replaced after every batch of rows so that it stays in the young generation: writing young objects into an old one costs a write barrier. */
let construction: { state: InstanceState | null } = { state: null };
let metaFor: (ctor: object) => ModelMeta = () => {
  throw new Error("no registry is installed");
};

/** Called once by the model layer: installs the lookup of a class's metadata. */
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
  declare replaced: ReadonlySet<ReverseOneMeta> | null;
  declare expressions: Map<FieldMeta, Expr> | null;
  declare givenKeys: unknown[] | null;
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
const unset = {
  stale: false,
  deleting: false,
  related: null,
  collections: null,
  replaced: null,
  expressions: null,
  givenKeys: null,
  extras: null,
  defaulted: null,
};
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
/** The state of an instance created from a row. */
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

/** Passes the state to the next instance of its class; null withdraws it after the constructor ran or failed. */
export const setConstructionState = (state: InstanceState | null): void => {
  construction.state = state;
};
/** Starts a new construction state for a batch of rows (see `construction`). */
export const renewConstructionState = (): void => {
  construction = { state: construction.state };
};
