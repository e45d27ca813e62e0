/** The public session class: every method delegates to the module that implements it. */

import type { DatabaseHandle } from "../database/handle.js";
import type { FragmentNode } from "../sql/nodes.js";
import { functionGiven, namesGiven } from "../metadata/argument.js";
import { metadataOf } from "../metadata/registry.js";
import type { ModelClass, ModelMeta, PrimaryKey } from "../metadata/model-meta.js";
import { fetchModeOf, type FetchMode } from "../query/fetch-mode.js";
import type { DeletePlan, SelectPlan, UpdatePlan } from "../query/plan.js";
import type { BulkCreateOptions, QueryRunner } from "../query/runner.js";
import { loadRelation } from "../loading/index.js";
import { bus } from "../signals/index.js";
import { SessionError } from "../errors.js";
import { describe } from "../support/describe.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import { makeAtomic, modeOf } from "./transactions/atomic.js";
import { autoflush, autoflushPrefetches, autoflushRelation } from "./queries/autoflush.js";
import { withoutAutoflush } from "./queries/no-autoflush.js";
import { callSite } from "./core/first-write.js";
import { bulkCreate, bulkUpdate } from "./writes/bulk.js";
import { deleteSet, updateSet } from "./writes/bulk-sets.js";
import { assertOpen, Core, installLoader, requireState, assertTracked, type SessionOptions } from "./core/core.js";
import { create, getOrCreate } from "./writes/create.js";
import { updateFound, updateOrCreate } from "./writes/update-one.js";
import { close } from "./transactions/ending.js";
import { executeSql, explainPlan, rawInstances } from "./queries/raw-sql.js";
import { coreOfSession, SessionHandle } from "./core/session-handle.js";
import { getByKey } from "./reading/get-by-key.js";
import { changedObjects } from "./flush/collect/pending-work.js";
import { explainFlush } from "./flush/explain.js";
import { flush } from "./flush/flush.js";
import { iterate } from "./queries/iterate.js";
import { add } from "./relationships/cascade-add.js";
import { merge } from "./writes/merge.js";
import { contextOf, load } from "./reading/find-instances.js";
import { isModified } from "./reading/object-state.js";
import { clear, expire, expunge, refresh } from "./queries/refresh.js";
import { deleteLater } from "./writes/save.js";
import { bind } from "./statements/send.js";
import { SessionIdentityStore } from "./reading/identity-store.js";
import {
  afterCommit,
  assertInnermost,
  beginLevel,
  commit,
  endLevel,
  refuseInside,
  rollback,
  rollbackLevel,
  type OpenLevel,
} from "./transactions/transaction.js";
import type {
  AtomicFunction,
  ExecuteOptions,
  FlushPlan,
  Session as SessionType,
  Transaction,
  TransactionOptions,
} from "./typing/session.js";

installLoader(async (core, object, relation) => {
  assertOpen(core);
  return loadRelation(
    object,
    relation,
    contextOf(core, core.store, (asked) => autoflushRelation(core, asked)),
  );
});

/** Objects, and lists of them. */
type Given = readonly (object | readonly object[])[];

/** Checks all objects before the first is used, so that an invalid one leaves the others unaffected. */
const instancesOf = (given: Given): readonly object[] => {
  const objects = given.flat();
  for (const object of objects) requireState(object);
  return objects;
};

class SessionFacade extends SessionHandle implements QueryRunner {
  readonly #core: Core;

  constructor(core: Core) {
    super(core);
    core.store = new SessionIdentityStore(core);
    this.#core = core;
  }

  // ---------------------------------------------------------------- the unit of work
  add(...given: Given): void {
    assertOpen(this.#core);
    this.#core.firstChange ??= callSite();
    for (const object of instancesOf(given)) add(this.#core, object);
  }
  delete(...given: Given): void {
    assertOpen(this.#core);
    this.#core.firstChange ??= callSite();
    for (const object of instancesOf(given)) deleteLater(this.#core, object);
  }
  flush(): Promise<void> {
    return flush(this.#core);
  }
  explainFlush(): Promise<FlushPlan> {
    return explainFlush(this.#core);
  }
  commit(): Promise<void> {
    return commit(this.#core);
  }
  rollback(): Promise<void> {
    return rollback(this.#core);
  }
  close(): Promise<void> {
    return close(this.#core);
  }
  [Symbol.asyncDispose](): Promise<void> {
    return close(this.#core);
  }
  onCommit(work: () => unknown): void {
    assertOpen(this.#core);
    if (typeof work !== "function") throw new SessionError(`onCommit() takes a function, got ${describe(work)}`);
    this.#core.callbacks.push(work);
  }
  async begin(options: TransactionOptions = {}): Promise<Transaction> {
    assertOpen(this.#core);
    const core = this.#core;
    if (core.lock.isInside("flush")) throw new SessionError("begin() cannot be called in a hook or listener: use atomic()");
    return transactionOf(core, await core.lock.runInScope("session", "begin()", () => beginLevel(core, modeOf("begin()", options))));
  }

  // ---------------------------------------------------------------- objects
  get(model: ModelClass | ModelMeta, key: PrimaryKey): Promise<object | null> {
    return getByKey(this.#core, isMeta(model) ? model : metadataOf(model), key);
  }
  async refresh<I extends object>(object: I, names?: readonly string[]): Promise<I> {
    await refresh(this.#core, object, names === undefined ? null : namesGiven("refresh()", names, "names of fields and relations"));
    return object;
  }
  merge(object: object): Promise<object> {
    return merge(this.#core, object);
  }
  expire(...given: Given): void {
    for (const object of instancesOf(given)) expire(this.#core, object);
  }
  expunge(...given: Given): void {
    assertOpen(this.#core);
    for (const object of instancesOf(given)) expunge(this.#core, object);
  }
  clear(): void {
    clear(this.#core);
  }
  touch(...given: Given): void {
    assertOpen(this.#core);
    for (const object of instancesOf(given)) {
      if (assertTracked(this.#core, object).status === "persistent") this.#core.forcedUpdates.add(object);
    }
  }
  has(object: object): boolean {
    const state = requireState(object);
    return state.owner === this.#core && !this.#core.closed && state.status !== "deleted";
  }
  isModified(object: object): boolean {
    return isModified(this.#core, object, assertTracked(this.#core, object));
  }
  get new(): ReadonlySet<object> {
    return new Set(this.#core.pending);
  }
  get dirty(): ReadonlySet<object> {
    return changedObjects(this.#core);
  }
  get deleted(): ReadonlySet<object> {
    return new Set(this.#core.deleting);
  }
  get info(): Core["info"] {
    return this.#core.info;
  }
  get inTransaction(): boolean {
    return this.#core.tx !== null;
  }
  get fetchMode(): FetchMode {
    return this.#core.fetchMode;
  }
  set fetchMode(mode: FetchMode) {
    this.#core.fetchMode = fetchModeOf(mode);
  }
  async noAutoflush<R>(work: () => Promise<R>): Promise<R> {
    return withoutAutoflush(this.#core, functionGiven("noAutoflush()", work));
  }

  // ---------------------------------------------------------------- queries
  get dialect(): Core["dialect"] {
    return this.#core.dialect;
  }
  async select(plan: SelectPlan): Promise<unknown[]> {
    assertOpen(this.#core);
    // Bind first, so that an invalid value is rejected before anything is flushed.
    const query = plan.empty ? null : bind(this.#core, plan);
    const flushing = autoflush(this.#core, plan.reads, plan.byKey);
    if (flushing !== undefined) await flushing;
    const writing = plan.prefetch.length === 0 ? undefined : autoflushPrefetches(this.#core, plan.prefetch);
    if (writing !== undefined) await writing;
    return await load(this.#core, plan, undefined, query);
  }
  iterate(plan: SelectPlan, options: { readonly chunkSize: number; readonly track: boolean }): AsyncIterableIterator<unknown> {
    return iterate(this.#core, plan, options);
  }
  explain(plan: SelectPlan, options: { readonly analyze: boolean }): Promise<string> {
    return explainPlan(this.#core, plan, options.analyze);
  }
  execute(query: unknown, options: ExecuteOptions = {}): Promise<Record<string, unknown>[]> {
    return executeSql(this.#core, query, options.readOnly === true);
  }
  update(plan: UpdatePlan): Promise<number> {
    return updateSet(this.#core, plan);
  }
  deleteRows(plan: DeletePlan, options: Parameters<QueryRunner["deleteRows"]>[1]): Promise<number | Readonly<Record<string, number>>> {
    return deleteSet(this.#core, plan, options);
  }
  create(meta: ModelMeta, values: Readonly<Record<string, unknown>>): Promise<object> {
    return create(this.#core, meta, values);
  }
  getOrCreate(
    meta: ModelMeta,
    find: SelectPlan,
    values: Readonly<Record<string, unknown>>,
    uniqueBy: readonly string[],
  ): Promise<readonly [object, boolean]> {
    return getOrCreate(this.#core, meta, find, values, uniqueBy);
  }
  updateOrCreate(
    meta: ModelMeta,
    find: SelectPlan,
    changes: Readonly<Record<string, unknown>>,
    values: Readonly<Record<string, unknown>>,
    uniqueBy: readonly string[],
  ): Promise<readonly [object, boolean]> {
    return updateOrCreate(this.#core, meta, find, changes, values, uniqueBy);
  }
  updateFound(find: SelectPlan, changes: Readonly<Record<string, unknown>>): Promise<object | null> {
    return updateFound(this.#core, find, changes);
  }
  bulkCreate(
    meta: ModelMeta,
    rows: readonly (object | Readonly<Record<string, unknown>>)[],
    options: BulkCreateOptions,
  ): Promise<object[]> {
    return bulkCreate(this.#core, meta, rows, options);
  }
  bulkUpdate(meta: ModelMeta, objects: readonly object[], fields: readonly string[]): Promise<number> {
    return bulkUpdate(this.#core, meta, objects, fields);
  }
  raw(meta: ModelMeta, fragment: FragmentNode): Promise<object[]> {
    return rawInstances(this.#core, meta, fragment);
  }
}

/** Managers pass their model's metadata instead of the class. */
const isMeta = (model: ModelClass | ModelMeta): model is ModelMeta =>
  typeof model === "object" && model !== null && "fieldsByName" in model;

/** The object that `db.begin()` returns. */
const transactionOf = (core: Core, level: OpenLevel): Transaction => {
  let open = true;
  const isOpen = (): boolean => open && core.journal.levels.includes(level.level);
  const end = async (verb: string, work: () => Promise<void>): Promise<void> => {
    assertOpen(core);
    // A transaction begun inside an atomic body ends inside it; the surrounding one must not be ended there.
    if (core.journal.top !== level.level) refuseInside(core, verb);
    if (!isOpen()) throw new SessionError(`${verb}: this transaction is over already`);
    if (verb === "tx.commit()") assertInnermost(core, level.level);
    open = false;
    await work();
  };
  const back = (): Promise<void> => core.lock.runInScope("session", "tx.rollback()", () => rollbackLevel(core, level));
  return {
    commit: () =>
      end("tx.commit()", async () => {
        const ended = await core.lock.runInScope("session", "tx.commit()", async () => {
          try {
            return await endLevel(core, level);
          } catch (error) {
            await rollbackLevel(core, level);
            throw error;
          }
        });
        await afterCommit(core, ended);
      }),
    rollback: () => end("tx.rollback()", back),
    [Symbol.asyncDispose]: async () => {
      if (core.closed || !isOpen()) return;
      open = false;
      await back();
    },
  };
};

/** The typed session that users hold. */
export type Session = SessionType & QueryRunner;

let sampled = false;

export const openSession = (handle: DatabaseHandle, options: SessionOptions = {}): Session => {
  if (!sampled) {
    sampled = true;
    // A session without a database, so that the sample keeps none alive.
    const core = new Core({ dialect: handle.dialect } as DatabaseHandle, options, bus);
    keepHiddenClass(new SessionFacade(core));
    keepHiddenClass(contextOf(core));
  }
  return new SessionFacade(new Core(handle, options, bus)) as unknown as Session;
};

/** The database of a session. */
export const databaseOf = (session: object): DatabaseHandle => {
  const core = coreOfSession(session);
  if (core === null) throw new SessionError(`expected a session, got ${describe(session)}`);
  return core.handle;
};

/** The session that an object belongs to, or null. */
export const sessionOf = (object: object): Session | null => {
  const { owner } = requireState(object);
  return owner instanceof Core && !owner.closed ? (owner.session as Session) : null;
};

/**
 * Runs work in a transaction: commits at the end, and rolls back, memory included, when the work throws. Inside a transaction it uses a
 * savepoint.
 *
 * ```ts
 * await atomic(db, async () => { … });                                   // BEGIN; …; COMMIT
 * await atomic(db, work, { isolation: "serializable", retries: 5 });     // retried after memory is restored
 * const transfer = atomic(async (db: Session, from: number, to: number) => { … });
 * class Bank { @atomic async transfer(db: Session) {} }
 * ```
 * Throws what the body throws, or CommitHookError if work after the COMMIT failed.
 * @function
 */
export const atomic = makeAtomic(coreOfSession) as AtomicFunction;
