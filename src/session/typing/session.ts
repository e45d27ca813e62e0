/** The public session interface, which the class in `session.ts` implements and QuerySets and instances accept. */

import type { Sql } from "../../sql/typing.js";
import type { IsolationLevel } from "../../database/contracts.js";
import type { ModelClass } from "../../metadata/model-meta.js";
import type { AnyModel, MemberName, PkOf, SchemaOf } from "../../metadata/typing/schema.js";
import type { FetchMode } from "../../query/fetch-mode.js";
import type { KnownInfo } from "./info.js";

/**
 * Options of a transaction. Only the outermost level can set the isolation level.
 * @example await atomic(db, transfer, { isolation: "serializable", retries: 3 });   // BEGIN ISOLATION LEVEL SERIALIZABLE …
 */
export interface TransactionOptions {
  /** Isolation level; defaults to the database's setting. */
  readonly isolation?: IsolationLevel | undefined;
  /** Makes the transaction, or the savepoint, read-only; the database refuses writes. */
  readonly readOnly?: boolean | undefined;
  /** For a serializable read-only transaction: waits until it can run without the risk of a serialization failure. */
  readonly deferrable?: boolean | undefined;
  /** How often the outermost level is retried after a serialization failure, a deadlock or a lost connection. */
  readonly retries?: number | undefined;
}

/**
 * An open transaction or savepoint; leaving its scope without commit() rolls back.
 * @example await using tx = await db.begin();   // BEGIN; inside another a savepoint
 *          await Tag.objects.create(db, { label: "news" });
 *          await tx.commit();
 */
export interface Transaction extends AsyncDisposable {
  /**
   * Flushes, then COMMIT (or RELEASE SAVEPOINT).
   * @throws SessionError when the transaction is already over or a savepoint inside it is still open
   */
  commit(): Promise<void>;
  /**
   * ROLLBACK (or ROLLBACK TO SAVEPOINT): objects return to their state when it began.
   * @throws SessionError when the transaction is already over
   */
  rollback(): Promise<void>;
}

/** One statement that a flush would send. */
export interface PlannedStatement {
  /** Beginning of the statement with table and columns: `INSERT INTO posts (title, author_id)`. */
  readonly sql: string;
  /** The rows that it writes: `Post 1`, `new Post`. */
  readonly rows: readonly string[];
  /** Why the rows are written, and why not earlier. */
  readonly why: readonly string[];
}

/**
 * The statements that a flush would send, in order.
 * @example console.log(String(await db.explainFlush()));   // 1. UPDATE users SET name … rows: User 1 … why: changed
 */
export interface FlushPlan {
  /** The statements in their order. */
  readonly statements: readonly PlannedStatement[];
  /** The plan as readable text. */
  toString(): string;
}

/** Options of `execute()`. */
export interface ExecuteOptions {
  /** Declares that the statement only reads, so it opens no transaction to commit; the database refuses a write. */
  readonly readOnly?: boolean | undefined;
}

/** An object, or a list of them. */
type OneOrMany = AnyModel | readonly AnyModel[];

/**
 * Identity map and unit of work over one database, like SQLAlchemy's Session: each row is one object, the session detects changes, and
 * flushes write them.
 * @example await getDb(async (db) => {
 *            const ada = await User.objects.get(db, { email: "ada@example.org" });
 *            ada.name = "Ada Lovelace";
 *            await db.commit();   // BEGIN; UPDATE users SET name = $1 WHERE id = $2; COMMIT
 *          });
 */
export interface Session extends AsyncDisposable {
  /**
   * Adds objects, or lists of them, to be inserted by the next flush, together with the new objects that they reach.
   * @example db.add(new User({ name: "Ada" })); await db.flush();   // INSERT INTO users (name, …) VALUES ($1, …) RETURNING id
   * @throws SessionError for an object of another session
   * @throws SessionClosed after close()
   */
  add(...objects: OneOrMany[]): void;
  /**
   * Marks objects, or lists of them, to be deleted by the next flush.
   * @example db.delete(user); await db.flush();   // DELETE FROM users WHERE id = $1
   * @throws SessionError for an object that is not of this session
   */
  delete(...objects: OneOrMany[]): void;
  /**
   * Sends pending changes in dependency order, with as few statements as possible. Does not commit.
   * @example db.add(author, book); await db.flush();   // INSERT INTO authors …; INSERT INTO books …
   * @throws ValidationError if an object fails its checks or clean()
   * @throws IntegrityError if a row violates a constraint; objects are as before the flush
   * @throws StaleDataError if a versioned row was changed or deleted by another transaction
   */
  flush(): Promise<void>;
  /**
   * Shows the statements that the next flush would send, their order, and why. Writes nothing, calls no hooks and leaves objects unchanged;
   * rows that depend on deleted ones may be read.
   * @example const plan = await db.explainFlush(); console.log(String(plan));   // 1. INSERT INTO users (name, …) …
   */
  explainFlush(): Promise<FlushPlan>;
  /**
   * Flushes, then COMMIT.
   * @example user.name = "Ada"; await db.commit();   // UPDATE users SET name = $1 WHERE id = $2; COMMIT
   * @throws SessionError inside atomic(), which commits at its end, and in hooks
   * @throws CommitHookError if the commit succeeded but work that waited for it failed
   */
  commit(): Promise<void>;
  /**
   * Restores the last commit, objects included: fields, keys, versions and both sides of every collection.
   * @example user.name = "Nobody"; await db.rollback(); user.name;   // "Ada", as the database says
   * @throws SessionError inside atomic(), which rolls back when its body throws, and in hooks
   */
  rollback(): Promise<void>;
  /** Closes the session and rolls back uncommitted work. `await using` calls it automatically; a second call does nothing. */
  close(): Promise<void>;
  /**
   * The row with this key, or null; sends no query if the session already has the row. Like SQLAlchemy's `session.get()`.
   * @example const user = await db.get(User, 1);   // SELECT … FROM users WHERE id = 1; the second time nothing
   */
  get<I>(model: ModelClass<I>, pk: PkOf<I>): Promise<I | null>;
  /**
   * Reads the row again and discards unsaved changes of the object. With names, only those fields and relations are read, and other changes
   * stay. Like Django's `refresh_from_db(fields=[…])`.
   * @example await db.refresh(user);                      // SELECT … FROM users WHERE id = 1
   *          await db.refresh(user, ["name", "posts"]);   // SELECT id, name FROM users WHERE id = 1; SELECT … FROM posts WHERE author_id = ANY($1)
   * @throws DoesNotExist if the row was deleted
   * @throws SessionError for an object without a row
   * @throws FieldError for a name that is neither a field nor a relation
   */
  refresh<I extends AnyModel>(object: I, names?: readonly MemberName<SchemaOf<I>>[]): Promise<I>;
  /**
   * Copies the values of an object from elsewhere into this session's own object, which is returned; the given object stays outside.
   * @example const mine = await db.merge(fromElsewhere); await db.flush();   // SELECT … WHERE id = 1; UPDATE … WHERE id = 1
   * @throws StaleDataError if the copy is older than the row
   */
  merge<I extends AnyModel>(object: I): Promise<I>;
  /**
   * Discards unsaved changes and marks the objects stale: refresh(), or the next query that returns them, reads them again.
   * @example user.name = "Nobody"; db.expire(user); user.name;   // what it was
   */
  expire(...objects: OneOrMany[]): void;
  /**
   * Removes the objects from the session; their rows stay.
   * @example db.expunge(user); db.has(user);   // false
   */
  expunge(...objects: OneOrMany[]): void;
  /** Removes all objects from the session. */
  clear(): void;
  /**
   * Marks the objects to be written by the next flush even if nothing changed: `updatedAt` and the version are updated.
   * @example db.touch(post); await db.flush();   // UPDATE posts SET updated_at = $1 WHERE id = $2
   */
  touch(...objects: OneOrMany[]): void;
  /** Whether the object belongs to this session. */
  has(object: AnyModel): boolean;
  /**
   * Whether the next flush would write the object, because a field or a collection changed.
   * @example user.name = "Ada"; db.isModified(user);   // true
   */
  isModified(object: AnyModel): boolean;
  /** Objects to be inserted by the next flush. */
  readonly new: ReadonlySet<AnyModel>;
  /** Objects to be updated by the next flush. */
  readonly dirty: ReadonlySet<AnyModel>;
  /** Objects to be deleted by the next flush. */
  readonly deleted: ReadonlySet<AnyModel>;
  /**
   * What the session knows about its work, such as who is acting: given with `session({ info })`, changed at any time, and read by hooks and
   * listeners. A program declares its properties in `SessionInfo`. As SQLAlchemy's `Session.info`.
   * @example signals.on("pre_save", Post, ({ instance, db }) => { instance.body += ` (${db.info.actor ?? "nobody"})`; });
   */
  readonly info: KnownInfo;
  /** Whether a transaction is open, through a write, atomic() or begin(). */
  readonly inTransaction: boolean;
  /** What reading an unloaded relation does if its query does not specify it: "peers", "one" or "raise". */
  fetchMode: FetchMode;
  /**
   * Opens a transaction, or a savepoint inside one, to be committed explicitly; atomic() is the shorter way.
   * @example await using tx = await db.begin(); …; await tx.commit();   // BEGIN; …; COMMIT
   * @throws SessionError in hooks and listeners
   */
  begin(options?: TransactionOptions): Promise<Transaction>;
  /**
   * Runs user-written SQL. Values in the template become parameters; a plain string is refused.
   * @example const rows = await db.execute<{ name: string }>(sql`SELECT name FROM users WHERE id = ${1}`, { readOnly: true });
   *          // SELECT name FROM users WHERE id = $1
   * @throws FieldError for a string; use sql.raw(text) to pass text as SQL
   * @throws SessionError for BEGIN, COMMIT and the like
   */
  execute<R = Record<string, unknown>>(query: Sql, options?: ExecuteOptions): Promise<R[]>;
  /**
   * Runs a function after the outermost COMMIT; it is dropped on rollback. Like Django's `transaction.on_commit()`.
   * @example db.onCommit(() => mailer.welcome(user.email));
   * @throws SessionError if `work` is not a function
   */
  onCommit(work: () => unknown): void;
  /**
   * Runs work whose queries do not autoflush; queries of other tasks still do. Like SQLAlchemy's `no_autoflush`.
   * @example const taken = await db.noAutoflush(() => User.objects.filter({ email }).exists(db));
   */
  noAutoflush<R>(work: () => Promise<R>): Promise<R>;
}

/**
 * `atomic(db, work)` runs now; `atomic(work)` wraps a function or method whose first argument is the session. Like Django's `atomic`: the
 * outermost level is a transaction, inner levels are savepoints; an error rolls back the database and the objects.
 * @example await atomic(db, async () => {
 *            user.age = 10;
 *            await atomic(db, async () => { … });   // SAVEPOINT …; RELEASE SAVEPOINT …
 *          });   // BEGIN; UPDATE users SET age = 10 WHERE id = 1; …; COMMIT
 *          const transfer = atomic(async (db: Session, amount: number) => { … });   // await transfer(db, 5)
 * @throws SessionError if the first argument is not a session, or the work not a function
 * @throws TransactionAborted if the body caught an error that aborted the transaction
 */
export interface AtomicFunction {
  <R>(db: Session, work: (db: Session) => Promise<R>, options?: TransactionOptions): Promise<R>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the further arguments are the wrapped function's own
  <This, A extends [db: Session, ...rest: any[]], R>(
    work: (this: This, ...args: A) => Promise<R>,
    options?: TransactionOptions | ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: A) => Promise<R>;
}
