/** What one session holds, as data that the parts of this room work on; `session.ts` puts it together. */

import type { DatabaseHandle, OpenTransaction, Who } from "../../database/handle.js";
import type { Dialect, TransactionMode } from "../../database/contracts.js";
import type { ModelMeta, RelationMeta, ReverseOneMeta } from "../../metadata/model-meta.js";
import type { FetchMode } from "../../query/fetch-mode.js";
import type { Signals, SignalBus } from "../../signals/index.js";
import { stateOf, type CollectionState, type InstanceOwner, type InstanceState, type InstanceStore } from "../../loading/index.js";
import { LazyMap, LazySet } from "../../support/lazy.js";
import { SessionClosed, SessionError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { IdentityMap } from "../tracking/identity-map.js";
import type { WritePolicy } from "../flush/work/policy.js";
import { Journal } from "../journal/journal.js";
import { type FirstWrite, placeOf } from "./first-write.js";
import { SessionLock } from "./session-lock.js";

export interface SessionOptions {
  /** Flush pending changes before a query whose answer they could change; true when not given. */
  readonly autoflush?: boolean | undefined;
  /** What reading an unloaded relation does; "peers" when not given. */
  readonly fetchMode?: FetchMode | undefined;
  /** What happens when the session ends with written, uncommitted work (which is rolled back); "warn" when not given. */
  readonly onUncommitted?: "warn" | "throw" | "ignore" | undefined;
  /** Off: where an error aborts a transaction, a failed flush leaves it aborted until its rollback, and flushes send no savepoints. */
  readonly savepoints?: boolean | undefined;
}

/** The open transaction of a session. */
export interface SessionTransaction {
  open: OpenTransaction;
  /** Read-only also while a block inside it is. */
  mode: TransactionMode;
  /** Opened by `atomic` or `begin`, not by the first write. */
  readonly explicit: boolean;
  /** Something would be lost if it were begun anew: a write, a lock, a read under an isolation that keeps one moment. */
  used: boolean;
  firstWrite: FirstWrite | null;
}

/** Everything that the listeners of a running flush, and flushes inside it, must know. */
export interface RunningFlush {
  /** What its verb promises. */
  readonly policy: WritePolicy;
  /** The objects that the verb was given; null: it writes everything. */
  readonly targets: ReadonlySet<object> | null;
  /** New objects whose INSERT gave way to a row that was there. */
  readonly lost: Set<object>;
  /** Objects whose hooks ran or whose rows are being written: saving them joins. */
  readonly objects: Set<object>;
  /** Their overridden save() or delete() did not write them: they wait for another flush. */
  readonly skipped: Set<object>;
  /** References that were taken from rows which go: these are written whatever the flush was asked for. */
  readonly clearedReferences: Set<object>;
  /** Code of the user ran that may have changed something after the work was gathered. */
  userCodeRan: boolean;
  /** Everything is written, and no code of the user's runs until it is. */
  hooksDone: boolean;
  /** Rows deleted so far, by the name of their model. */
  readonly deleted: Map<string, number>;
}

/** One that has done nothing yet; `objects`: those of the flush around it. */
export const beginFlush = (policy: WritePolicy, targets: RunningFlush["targets"], objects: Iterable<object> = []): RunningFlush => ({
  policy,
  targets,
  objects: new Set(objects),
  skipped: new Set(),
  clearedReferences: new Set(),
  lost: new Set(),
  userCodeRan: false,
  hooksDone: false,
  deleted: new Map(),
});

/** What reading a relation of an instance asks for; set by `session.ts`, which knows the rooms that load. */
type Loader = (core: Core, object: object, relation: RelationMeta) => Promise<unknown>;
let loader: Loader;
export const installLoader = (load: Loader): void => void (loader = load);

let sessions = 0;

export class Core implements InstanceOwner, Who {
  readonly handle: DatabaseHandle;
  readonly dialect: Dialect;
  readonly signals: SignalBus<Signals>;
  readonly options: SessionOptions;
  /** The Session, as hooks and listeners get it. */
  session!: object;
  readonly #number = ++sessions;

  readonly map = new IdentityMap();
  readonly journal = new Journal();
  readonly lock: SessionLock;
  /** Added, not yet inserted, in the order in which they came. */
  readonly pending = new LazySet<object>();
  /** Marked for deletion, not yet flushed. */
  readonly deleting = new LazySet<object>();
  /** Among them: those whose row goes although the model deletes softly. */
  readonly hardDeletes = new LazySet<object>();
  /** Stored owners that were given another member, or none, in place of one that was not loaded. */
  readonly replacedReverseOnes = new LazyMap<object, Set<ReverseOneMeta>>();
  /** Written by the next flush even where nothing changed. */
  readonly forcedUpdates = new LazySet<object>();
  /** Deleted in this transaction: detached at its commit. */
  readonly deletedInTransaction = new LazySet<object>();
  /** Collections of tracked owners with changes that no flush has seen. */
  readonly collections = new LazySet<CollectionState>();
  readonly callbacks: (() => unknown)[] = [];
  /** Rows that iterate() is still reading, each on a connection of its own. */
  readonly streams = new LazySet<AsyncIterator<unknown>>();
  /** Objects whose overridden save() or delete() a flush is calling: the base method then writes the row by this. */
  readonly overrideCalls = new LazyMap<object, () => Promise<void>>();
  /** Objects whose base save() or delete() runs by a direct call: the flush in it writes them instead of calling the override again. */
  readonly savingDirectly = new LazySet<object>();

  tx: SessionTransaction | null = null;
  flushing: RunningFlush | null = null;
  /** The first `add()` or `delete()` since the last commit or rollback. */
  firstChange: Error | null = null;
  readonly autoflush: boolean;
  /** Blocks of `noAutoflush()` that are running: while there are none, nobody stands in one. */
  quietBlocks = 0;
  fetchMode: FetchMode;
  closed = false;
  /** Set by `session.ts`, as is `face`. */
  store!: InstanceStore;

  constructor(handle: DatabaseHandle, options: SessionOptions, signals: SignalBus<Signals>) {
    this.handle = handle;
    this.dialect = handle.dialect;
    this.options = options;
    this.signals = signals;
    this.fetchMode = options.fetchMode ?? "peers";
    this.autoflush = options.autoflush ?? true;
    this.lock = new SessionLock(() => handle.acquireTimeout);
  }

  /** With the line of the first write of its transaction, for messages about who holds a connection. */
  get label(): string {
    const write = this.tx?.firstWrite ?? null;
    const place = write === null ? null : placeOf(write.site);
    return `session ${this.#number}${place === null ? "" : `, whose first write was at ${place}`}`;
  }
  /** Who runs its statements. */
  get who(): Who {
    return this;
  }
  loadRelation(object: object, relation: RelationMeta): Promise<unknown> {
    return loader(this, object, relation);
  }
  find(meta: ModelMeta, key: readonly unknown[]): object | undefined {
    return this.map.find(meta, key);
  }
}

/** The hidden state of something that must be a model instance. */
export const requireState = (object: unknown): InstanceState => {
  const state = typeof object === "object" && object !== null ? stateOf(object) : undefined;
  if (state === undefined) throw new SessionError(`expected a model instance, got ${describe(object)}`);
  return state;
};

/** Whether a value is a model instance rather than plain data or a key. */
export const isInstance = (value: unknown): value is object => typeof value === "object" && value !== null && stateOf(value) !== undefined;

/** The session that an object belongs to now; one of a closed session belongs to none. */
export const coreOf = (state: InstanceState): Core | null => (state.owner instanceof Core && !state.owner.closed ? state.owner : null);

/** The state of an object that this session tracks (pending, persistent, or deleted in this transaction). */
export const assertTracked = (core: Core, object: object): InstanceState => {
  const state = requireState(object);
  if (state.owner === core) return state;
  const other = coreOf(state);
  throw new SessionError(
    other === null
      ? `this ${state.meta.name} is ${state.status} and does not belong to this session: add() or merge() it first`
      : `this ${state.meta.name} belongs to another session: use that one, expunge() it there, or merge() it here`,
  );
};

export const assertOpen = (core: Core): void => {
  if (core.closed) throw new SessionClosed("this session is closed: take a new one with getDb() or database.session()");
  // An open transaction is waited for, and may go on meanwhile.
  if (core.handle.closed && (core.tx === null || core.tx.open.lost))
    throw new SessionClosed("the database of this session is closed: connect again with initDb() or connect()");
};
