/** The session as its users see it; the class in `session.ts` fulfils it. QuerySets and instances ask for this. */

import type { Sql } from "../sql/typing.js";
import type { IsolationLevel } from "../database/contracts.js";
import type { ModelClass } from "../metadata/model-meta.js";
import type { AnyModel, PkOf } from "../metadata/typing/schema.js";
import type { FetchMode } from "../query/plan.js";

export interface TransactionOptions {
  readonly isolation?: IsolationLevel | undefined;
  readonly readOnly?: boolean | undefined;
  /** Of a serializable, read-only transaction: waits for a moment in which it cannot fail. */
  readonly deferrable?: boolean | undefined;
  /** How often the outermost level is tried again after a serialization failure, a deadlock or a lost connection. */
  readonly retries?: number | undefined;
}

/** An open transaction or savepoint; leaving its scope without commit() rolls back. */
export interface Transaction extends AsyncDisposable {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface ExecuteOptions {
  /** The statement only reads: it needs no transaction. */
  readonly readOnly?: boolean | undefined;
}

/** Identity map and unit of work over one database. */
export interface Session extends AsyncDisposable {
  /** Objects to be inserted by the next flush; what they reach comes along. */
  add(...objects: AnyModel[]): void;
  /** Objects to be deleted by the next flush. */
  delete(...objects: AnyModel[]): void;
  /** Sends what is pending, in dependency order. */
  flush(): Promise<void>;
  /** Flushes, then COMMIT. */
  commit(): Promise<void>;
  /** Back to the last commit, the objects too. */
  rollback(): Promise<void>;
  close(): Promise<void>;
  /** By primary key; no query when the row is already here. */
  get<I>(model: ModelClass<I>, pk: PkOf<I>): Promise<I | null>;
  /** Reads the row again, and the collections named. */
  refresh<I extends AnyModel>(object: I, relations?: readonly string[]): Promise<I>;
  /** Takes the values of an object from elsewhere over into this session's own. */
  merge<I extends AnyModel>(object: I): Promise<I>;
  /** Drops unsaved changes and marks the objects stale. */
  expire(...objects: AnyModel[]): void;
  /** The session forgets the objects. */
  expunge(...objects: AnyModel[]): void;
  /** The session forgets all objects. */
  clear(): void;
  /** The objects are written by the next flush even when nothing changed. */
  touch(...objects: AnyModel[]): void;
  has(object: AnyModel): boolean;
  isModified(object: AnyModel): boolean;
  readonly new: ReadonlySet<AnyModel>;
  readonly dirty: ReadonlySet<AnyModel>;
  readonly deleted: ReadonlySet<AnyModel>;
  readonly inTransaction: boolean;
  fetchMode: FetchMode;
  begin(options?: TransactionOptions): Promise<Transaction>;
  /** ``db.execute(sql`…`)``; a plain string is refused. */
  execute<R = Record<string, unknown>>(query: Sql, options?: ExecuteOptions): Promise<R[]>;
  /** After the outermost COMMIT; dropped on rollback. */
  onCommit(work: () => unknown): void;
  noAutoflush<R>(work: () => Promise<R>): Promise<R>;
}

/** `atomic(db, work)` runs now; `atomic(work)` wraps a function or method whose first argument is the session. */
export interface AtomicFunction {
  <R>(db: Session, work: (db: Session) => Promise<R>, options?: TransactionOptions): Promise<R>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the further arguments are the wrapped function's own
  <This, A extends [db: Session, ...rest: any[]], R>(
    work: (this: This, ...args: A) => Promise<R>,
    options?: TransactionOptions | ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: A) => Promise<R>;
}
