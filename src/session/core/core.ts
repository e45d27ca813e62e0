/** The state of one session, as data that the modules of this layer work on; `session.ts` assembles it. */

import type { DatabaseHandle, OpenTransaction, Who } from "../../database/handle.js";
import type { Dialect, TransactionMode } from "../../database/contracts.js";
import type { ModelMeta, RelationMeta } from "../../metadata/model-meta.js";
import type { FetchMode } from "../../query/fetch-mode.js";
import type { Signals, SignalBus } from "../../signals/index.js";
import { stateOf, type CollectionState, type InstanceOwner, type InstanceState, type InstanceStore } from "../../loading/index.js";
import { LazyMap, LazySet } from "../../support/lazy.js";
import { SessionClosed, SessionError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { IdentityMap } from "../tracking/identity-map.js";
import type { KnownInfo } from "../typing/info.js";
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
  /** What the session knows about its work: `db.info`. */
  readonly info?: KnownInfo | undefined;
  /**
   * When false, flushes send no savepoints: on databases where an error aborts the transaction, a failed flush leaves it aborted until
   * rollback.
   */
  readonly savepoints?: boolean | undefined;
}

/** The open transaction of a session. */
export interface SessionTransaction {
  open: OpenTransaction;
  /** Read-only while the transaction, or a block inside it, is read-only. */
  mode: TransactionMode;
  /** Opened by `atomic` or `begin`, not by the first write. */
  readonly explicit: boolean;
  /** True once restarting the transaction would lose something: a write, a lock, or a read from its snapshot. */
  used: boolean;
  firstWrite: FirstWrite | null;
}

/** State of a running flush, shared with its listeners and nested flushes. */
export interface RunningFlush {
  /** How the calling method (`save()`, `bulkCreate()`, …) wants rows written. */
  readonly policy: WritePolicy;
  /** The objects that the method was given; null means the whole session. */
  readonly targets: ReadonlySet<object> | null;
  /** Yields to the event loop if the flush has kept it busy for a while; see `statements/pauses.ts`. */
  readonly pause: () => Promise<void> | undefined;
  /** New objects whose INSERT was skipped because a conflicting row exists. */
  readonly lost: Set<object>;
  /** Objects whose hooks have run or whose rows are being written; saving one of them joins this flush. */
  readonly objects: Set<object>;
  /** Objects whose overridden save() or delete() did not write them; they wait for another flush. */
  readonly skipped: Set<object>;
  /** Objects whose reference to a deleted row was cleared; they are written even when they are not targets of this flush. */
  readonly clearedReferences: Set<object>;
  /** User code has run that may have changed something since the work was collected. */
  userCodeRan: boolean;
  /** All hooks have run: from here on only statements are sent, and no user code runs until they are done. */
  hooksDone: boolean;
  /** Number of rows deleted so far, by model name. */
  readonly deleted: Map<string, number>;
}

/** Creates the state of a flush; `objects` are those of the enclosing flush. */
export const beginFlush = (
  policy: WritePolicy,
  targets: RunningFlush["targets"],
  pause: RunningFlush["pause"],
  objects: Iterable<object> = [],
): RunningFlush => ({
  policy,
  targets,
  pause,
  objects: new Set(objects),
  skipped: new Set(),
  clearedReferences: new Set(),
  lost: new Set(),
  userCodeRan: false,
  hooksDone: false,
  deleted: new Map(),
});

/** Loads a relation of an instance. Installed by `session.ts`, which may import the loading modules. */
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

  readonly info: KnownInfo;
  readonly map = new IdentityMap();
  readonly journal = new Journal();
  readonly lock: SessionLock;
  /** Added but not yet inserted, in the order of `add()`. */
  readonly pending = new LazySet<object>();
  /** Marked for deletion, not yet flushed. */
  readonly deleting = new LazySet<object>();
  /** The subset of `deleting` whose rows are really deleted although the model soft-deletes. */
  readonly hardDeletes = new LazySet<object>();
  /** Stored owners whose reverse one-to-one was reassigned before its current member was loaded; `state.replaced` names the relations. */
  readonly replacedReverseOnes = new LazySet<object>();
  /** Objects that the next flush updates even if nothing changed. */
  readonly forcedUpdates = new LazySet<object>();
  /** Deleted in this transaction; detached when it commits. */
  readonly deletedInTransaction = new LazySet<object>();
  /** Collections of tracked owners with unflushed changes. */
  readonly collections = new LazySet<CollectionState>();
  readonly callbacks: (() => unknown)[] = [];
  /** Iterators that `iterate()` is still reading, each on its own connection. */
  readonly streams = new LazySet<AsyncIterator<unknown>>();
  /** Objects whose overridden save() or delete() a flush is calling; the base method calls the stored function to write the row. */
  readonly overrideCalls = new LazyMap<object, () => Promise<void>>();
  /** Objects whose base save() or delete() was called directly; the flush inside it writes them without calling the override again. */
  readonly savingDirectly = new LazySet<object>();

  tx: SessionTransaction | null = null;
  flushing: RunningFlush | null = null;
  /** The first `add()` or `delete()` since the last commit or rollback. */
  firstChange: Error | null = null;
  readonly autoflush: boolean;
  /** Number of running `noAutoflush()` blocks. At zero, the async context need not be checked. */
  quietBlocks = 0;
  fetchMode: FetchMode;
  closed = false;
  /** Set by `session.ts`, like `session`. */
  store!: InstanceStore;

  constructor(handle: DatabaseHandle, options: SessionOptions, signals: SignalBus<Signals>) {
    this.handle = handle;
    this.dialect = handle.dialect;
    this.options = options;
    this.info = { ...options.info };
    this.signals = signals;
    this.fetchMode = options.fetchMode ?? "peers";
    this.autoflush = options.autoflush ?? true;
    this.lock = new SessionLock(() => handle.acquireTimeout);
  }

  /** Name of the session for messages about who holds a connection, with the line of its first write. */
  get label(): string {
    const write = this.tx?.firstWrite ?? null;
    const place = write === null ? null : placeOf(write.site);
    return `session ${this.#number}${place === null ? "" : `, whose first write was at ${place}`}`;
  }
  /** Identifies the session as the owner of its statements. */
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

/** The hidden state of an object; throws unless it is a model instance. */
export const requireState = (object: unknown): InstanceState => {
  const state = typeof object === "object" && object !== null ? stateOf(object) : undefined;
  if (state === undefined) throw new SessionError(`expected a model instance, got ${describe(object)}`);
  return state;
};

/** Whether a value is a model instance rather than plain data or a key. */
export const isInstance = (value: unknown): value is object => typeof value === "object" && value !== null && stateOf(value) !== undefined;

/** The session that an object belongs to; null if that session is closed. */
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

export const assertNotClosed = (core: Core): void => {
  if (core.closed) throw new SessionClosed("this session is closed: take a new one with getDb() or database.session()");
};
export const assertOpen = (core: Core): void => {
  assertNotClosed(core);
  // When the database is closing, a session with an open transaction may finish it.
  if (core.handle.closed && (core.tx === null || core.tx.open.lost))
    throw new SessionClosed("the database of this session is closed: connect again with initDb() or connect()");
};
