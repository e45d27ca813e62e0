/** The session as its users see it; the class in `session.ts` fulfils it. QuerySets and instances ask for this. */

import type { Sql } from "../../sql/typing.js";
import type { IsolationLevel } from "../../database/contracts.js";
import type { ModelClass } from "../../metadata/model-meta.js";
import type { AnyModel, MemberName, PkOf, SchemaOf } from "../../metadata/typing/schema.js";
import type { FetchMode } from "../../query/fetch-mode.js";

/**
 * How a transaction runs; the isolation is the outermost level's to say.
 * @example await atomic(db, transfer, { isolation: "serializable", retries: 3 });   // BEGIN ISOLATION LEVEL SERIALIZABLE …
 */
export interface TransactionOptions {
  /** What the transaction sees of others; the database's own default when not given. */
  readonly isolation?: IsolationLevel | undefined;
  /** The transaction, or the savepoint inside another, only reads; the database refuses writes. */
  readonly readOnly?: boolean | undefined;
  /** Of a serializable, read-only transaction: waits for a moment in which it cannot fail. */
  readonly deferrable?: boolean | undefined;
  /** How often the outermost level is tried again after a serialization failure, a deadlock or a lost connection. */
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
   * @throws SessionError when it is over already, or a savepoint inside is still open
   */
  commit(): Promise<void>;
  /**
   * ROLLBACK (or ROLLBACK TO SAVEPOINT): objects go back to what they were when it began.
   * @throws SessionError when it is over already
   */
  rollback(): Promise<void>;
}

/** One statement that a flush would send. */
export interface PlannedStatement {
  /** Its beginning, with table and columns: `INSERT INTO posts (title, author_id)`. */
  readonly sql: string;
  /** The rows that it writes: `Post 1`, `new Post`. */
  readonly rows: readonly string[];
  /** Why the rows are written, and why not earlier. */
  readonly why: readonly string[];
}

/**
 * What a flush would send, in its order.
 * @example console.log(String(await db.explainFlush()));   // 1. UPDATE users SET name … rows: User 1 … why: changed
 */
export interface FlushPlan {
  /** The statements in their order. */
  readonly statements: readonly PlannedStatement[];
  /** The plan as text, for people. */
  toString(): string;
}

/** Options of `execute()`. */
export interface ExecuteOptions {
  /** The statement only reads, so it opens no transaction that has to be committed; the database refuses one that writes after all. */
  readonly readOnly?: boolean | undefined;
}

/** An object, or a list of them. */
type OneOrMany = AnyModel | readonly AnyModel[];

/**
 * Identity map and unit of work over one database, as SQLAlchemy's Session: each row is one object, changes are noticed, flushes write them.
 * @example await getDb(async (db) => {
 *            const ada = await User.objects.get(db, { email: "ada@example.org" });
 *            ada.name = "Ada Lovelace";
 *            await db.commit();   // BEGIN; UPDATE users SET name = $1 WHERE id = $2; COMMIT
 *          });
 */
export interface Session extends AsyncDisposable {
  /**
   * Objects, or lists of them, to be inserted by the next flush; what they reach comes along.
   * @example db.add(new User({ name: "Ada" })); await db.flush();   // INSERT INTO users (name, …) VALUES ($1, …) RETURNING id
   * @throws SessionError for an object of another session
   * @throws SessionClosed after close()
   */
  add(...objects: OneOrMany[]): void;
  /**
   * Objects, or lists of them, to be deleted by the next flush.
   * @example db.delete(user); await db.flush();   // DELETE FROM users WHERE id = $1
   * @throws SessionError for an object that is not of this session
   */
  delete(...objects: OneOrMany[]): void;
  /**
   * Sends what is pending, in dependency order, in as few statements as it takes; it is not committed yet.
   * @example db.add(author, book); await db.flush();   // INSERT INTO authors …; INSERT INTO books …
   * @throws ValidationError where checks or clean() refuse an object
   * @throws IntegrityError where a constraint refuses a row; objects are as before the flush
   * @throws StaleDataError where somebody else changed or removed a row with a version
   */
  flush(): Promise<void>;
  /**
   * What the next flush would write, in which order and statements, and why. Nothing is written, no hook is called, objects stay as they are;
   * rows that depend on deleted ones may be read.
   * @example const plan = await db.explainFlush(); console.log(String(plan));   // 1. INSERT INTO users (name, …) …
   */
  explainFlush(): Promise<FlushPlan>;
  /**
   * Flushes, then COMMIT.
   * @example user.name = "Ada"; await db.commit();   // UPDATE users SET name = $1 WHERE id = $2; COMMIT
   * @throws SessionError inside atomic(), which commits by itself, and in hooks
   * @throws CommitHookError where it was committed, and work that waited for that failed
   */
  commit(): Promise<void>;
  /**
   * Back to the last commit, the objects too: fields, keys, versions and both sides of every collection.
   * @example user.name = "Nobody"; await db.rollback(); user.name;   // "Ada", as the database says
   * @throws SessionError inside atomic(), which rolls back when its body throws, and in hooks
   */
  rollback(): Promise<void>;
  /** Ends the session; what was not committed is rolled back. `await using` does it by itself. Twice is fine. */
  close(): Promise<void>;
  /**
   * The row with this key, or null; no query when the row is already here. As SQLAlchemy's `session.get()`.
   * @example const user = await db.get(User, 1);   // SELECT … FROM users WHERE id = 1; the second time nothing
   */
  get<I>(model: ModelClass<I>, pk: PkOf<I>): Promise<I | null>;
  /**
   * Reads the row again, and unsaved changes of the object are given up; with names, only the fields and relations named, and other changes
   * stay. As Django's `refresh_from_db(fields=[…])`.
   * @example await db.refresh(user);                      // SELECT … FROM users WHERE id = 1
   *          await db.refresh(user, ["name", "posts"]);   // SELECT id, name FROM users WHERE id = 1; SELECT … FROM posts WHERE author_id = ANY($1)
   * @throws DoesNotExist where the row is gone
   * @throws SessionError for an object that has no row
   * @throws FieldError for a name that is neither a field nor a relation
   */
  refresh<I extends AnyModel>(object: I, names?: readonly MemberName<SchemaOf<I>>[]): Promise<I>;
  /**
   * Takes the values of an object from elsewhere over into this session's own, which it gives; the one given stays outside.
   * @example const mine = await db.merge(fromElsewhere); await db.flush();   // SELECT … WHERE id = 1; UPDATE … WHERE id = 1
   * @throws StaleDataError for a copy that is older than what is here
   */
  merge<I extends AnyModel>(object: I): Promise<I>;
  /**
   * Drops unsaved changes and marks the objects stale: the next query that gives them, or refresh(), reads them anew.
   * @example user.name = "Nobody"; db.expire(user); user.name;   // what it was
   */
  expire(...objects: OneOrMany[]): void;
  /**
   * The session forgets the objects; their rows stay.
   * @example db.expunge(user); db.has(user);   // false
   */
  expunge(...objects: OneOrMany[]): void;
  /** The session forgets all objects. */
  clear(): void;
  /**
   * The objects are written by the next flush even when nothing changed: `updatedAt` and the version move on.
   * @example db.touch(post); await db.flush();   // UPDATE posts SET updated_at = $1 WHERE id = $2
   */
  touch(...objects: OneOrMany[]): void;
  /** Whether the object is of this session. */
  has(object: AnyModel): boolean;
  /**
   * Whether the next flush would write the object: a field or a collection of it changed.
   * @example user.name = "Ada"; db.isModified(user);   // true
   */
  isModified(object: AnyModel): boolean;
  /** Objects that wait for their INSERT. */
  readonly new: ReadonlySet<AnyModel>;
  /** Objects that wait for their UPDATE. */
  readonly dirty: ReadonlySet<AnyModel>;
  /** Objects that wait for their DELETE. */
  readonly deleted: ReadonlySet<AnyModel>;
  /** A transaction is open: by the first write, atomic() or begin(). */
  readonly inTransaction: boolean;
  /** What reading an unloaded relation does where its query does not say: "peers", "one" or "raise". */
  fetchMode: FetchMode;
  /**
   * Opens a transaction, or inside one a savepoint, to be committed by hand; atomic() is the shorter way.
   * @example await using tx = await db.begin(); …; await tx.commit();   // BEGIN; …; COMMIT
   * @throws SessionError in hooks and listeners
   */
  begin(options?: TransactionOptions): Promise<Transaction>;
  /**
   * Runs SQL of one's own; values in the template become parameters, a plain string is refused.
   * @example const rows = await db.execute<{ name: string }>(sql`SELECT name FROM users WHERE id = ${1}`, { readOnly: true });
   *          // SELECT name FROM users WHERE id = $1
   * @throws FieldError for a string: sql.raw(text) says on purpose that a text is SQL
   * @throws SessionError for BEGIN, COMMIT and the like
   */
  execute<R = Record<string, unknown>>(query: Sql, options?: ExecuteOptions): Promise<R[]>;
  /**
   * Runs after the outermost COMMIT; dropped on rollback. As Django's `transaction.on_commit()`.
   * @example db.onCommit(() => mailer.welcome(user.email));
   * @throws SessionError for what is no function
   */
  onCommit(work: () => unknown): void;
  /**
   * Runs work whose queries do not flush before they ask; what other tasks ask meanwhile does. As SQLAlchemy's `no_autoflush`.
   * @example const taken = await db.noAutoflush(() => User.objects.filter({ email }).exists(db));
   */
  noAutoflush<R>(work: () => Promise<R>): Promise<R>;
}

/**
 * `atomic(db, work)` runs now; `atomic(work)` wraps a function or method whose first argument is the session. As Django's `atomic`:
 * the outermost level is a transaction, those inside are savepoints; an error rolls back the database and the objects.
 * @example await atomic(db, async () => {
 *            user.age = 10;
 *            await atomic(db, async () => { … });   // SAVEPOINT …; RELEASE SAVEPOINT …
 *          });   // BEGIN; UPDATE users SET age = 10 WHERE id = 1; …; COMMIT
 *          const transfer = atomic(async (db: Session, amount: number) => { … });   // await transfer(db, 5)
 * @throws SessionError for what is no session or no function
 * @throws TransactionAborted where the body caught an error that broke the transaction
 */
export interface AtomicFunction {
  <R>(db: Session, work: (db: Session) => Promise<R>, options?: TransactionOptions): Promise<R>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the further arguments are the wrapped function's own
  <This, A extends [db: Session, ...rest: any[]], R>(
    work: (this: This, ...args: A) => Promise<R>,
    options?: TransactionOptions | ClassMethodDecoratorContext<This>,
  ): (this: This, ...args: A) => Promise<R>;
}
