/** Assembles the parts: a URL becomes a database, and a database opens sessions. Only this file knows which databases exist. */

import { ConfigurationError, FlashDbError, installConstraintNames } from "./errors.js";
import type { Dialect, Driver, DriverOptions, Lease, QueryEvent } from "./database/contracts.js";
import { DatabaseCore } from "./database/database.js";
import type { DatabaseHandle } from "./database/handle.js";
import { replicated } from "./database/replicas.js";
import { redactUrl } from "./database/redact-url.js";
import { knownOptions, oneOf, refuseArgument } from "./metadata/argument.js";
import type { ModelClass, ModelMeta } from "./metadata/model-meta.js";
import { knownModels, metadataOf } from "./metadata/registry.js";
import { namesOfConstraint } from "./query/constraint-names.js";
import { declaredCondition, declaredExpression } from "./query/declared.js";
import { fetchModeOf, type FetchMode } from "./query/fetch-mode.js";
import { installShow } from "./query/queryset.js";
import { createTables, dropTables } from "./schema/index.js";
import { openSession, type Session, type SessionOptions } from "./session/index.js";
import { postgresDialect } from "./dialects/postgres/dialect.js";
import { sqliteDialect } from "./dialects/sqlite/dialect.js";
import { describe } from "./support/describe.js";
import { didYouMean } from "./support/did-you-mean.js";

/**
 * Options of `initDb` and `connect`.
 * @example await initDb("postgres://user:password@host/app", { pool: { max: 10 }, echo: true, replicas: ["postgres://reader@copy/app"] });
 */
export interface DatabaseOptions extends DriverOptions {
  /** Prints each statement with its time and parameters; a function receives the lines instead. */
  readonly echo?: boolean | ((line: string) => void) | undefined;
  /** Databases that statements outside a transaction read from, in turn. They may lag behind the primary. */
  readonly replicas?: readonly string[] | undefined;
  /** What reading an unloaded relation does, unless the session specifies it: "peers" (one query for all peers), "one", "raise". */
  readonly fetchMode?: FetchMode | undefined;
  /** Whether to flush pending changes before a query whose result they could change; true by default. */
  readonly autoflush?: boolean | undefined;
  /** What happens when a session ends with written, uncommitted work (which is rolled back); "warn" by default. */
  readonly onUncommitted?: SessionOptions["onUncommitted"];
}
const optionNames: readonly (keyof DatabaseOptions)[] = [
  "echo",
  "pool",
  "replicas",
  "statementTimeout",
  "prepare",
  "busyTimeout",
  "password",
  "tls",
  "fetchMode",
  "autoflush",
  "onUncommitted",
];

interface DialectModule {
  readonly open: (url: string, options: DriverOptions) => Promise<Driver>;
}
interface Scheme {
  readonly load: () => Promise<DialectModule>;
  /** The npm package of the driver. */
  readonly driver: string;
}
const sqlite: Scheme = { load: () => import("./dialects/sqlite/index.js"), driver: "better-sqlite3" };
const postgres: Scheme = { load: () => import("./dialects/postgres/index.js"), driver: "pg" };
const schemes: ReadonlyMap<string, Scheme> = new Map([
  ["sqlite", sqlite],
  ["postgres", postgres],
  ["postgresql", postgres],
]);

const schemeOf = (url: unknown): Scheme => {
  const example = 'as in "sqlite:app.db", "sqlite::memory:" or "postgres://user:password@host/database"';
  if (typeof url !== "string" || url === "")
    throw new ConfigurationError(`expected the URL of a database, ${example}, got ${describe(url)}`);
  const name = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase();
  if (name === undefined) throw new ConfigurationError(`"${redactUrl(url)}" does not say which database it is: expected a URL, ${example}`);
  const scheme = schemes.get(name);
  if (scheme === undefined)
    throw new ConfigurationError(
      `"${name}:" is not a supported database (${[...schemes.keys()].join(", ")}).${didYouMean(name, schemes.keys())}`,
    );
  return scheme;
};

const isMissingPackage = (error: unknown, name: string): boolean => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && typeof message === "string" && message.includes(`'${name}'`);
};

const openDriver = async (url: string, options: DriverOptions): Promise<Driver> => {
  const scheme = schemeOf(url);
  try {
    return await (await scheme.load()).open(url, options);
  } catch (error) {
    if (!isMissingPackage(error, scheme.driver)) throw error;
    throw new ConfigurationError(
      `"${redactUrl(url)}" needs the package "${scheme.driver}", which is not installed: npm install ${scheme.driver}`,
      { cause: error },
    );
  }
};

/** Validates session options; a misspelt option would be ignored silently. */
const checkSessionOptions = (options: SessionOptions): void => {
  const { fetchMode, info, onUncommitted } = knownOptions("session()", options, [
    "autoflush",
    "fetchMode",
    "info",
    "onUncommitted",
    "savepoints",
  ]);
  if (info !== undefined && (typeof info !== "object" || info === null || Array.isArray(info)))
    refuseArgument("session()", "info as an object", info);
  if (fetchMode !== undefined) fetchModeOf(fetchMode);
  if (onUncommitted !== undefined) oneOf("session()", "onUncommitted", onUncommitted, ["warn", "throw", "ignore"]);
};

/** (With the empty list, the compiler infers a tuple: otherwise it would search for a common base class through all relations.) */
type ModelList = readonly ModelClass[] | readonly [];
const metasOf = (models: ModelList | undefined): readonly ModelMeta[] =>
  models === undefined
    ? knownModels()
    : Array.isArray(models)
      ? models.map((model) => metadataOf(model))
      : refuseArgument("createAll() and dropAll()", "models in an array", models);

/** Lets the test kit replace the handle of a database; nothing else may. */
let swap: (database: Database, handle: DatabaseHandle) => void;
let peek: (database: Database) => DatabaseHandle;
let lease: (database: Database, label: string) => Promise<Lease>;
export const exchangeHandle = (database: Database, handle: DatabaseHandle): void => swap(database, handle);
/** The handle that sessions of this database use. */
export const handleOf = (database: Database): DatabaseHandle => peek(database);
/** A writing connection for one caller until it is released. `label` names the caller for those who wait. */
export const leaseOf = (database: Database, label: string): Promise<Lease> => lease(database, label);

/**
 * A database: opens sessions, creates tables, reports statements.
 * @example await using database = await connect("sqlite:app.db");
 *          await database.createAll([User, Post]);   // CREATE TABLE users …; CREATE TABLE posts …
 */
export class Database implements AsyncDisposable {
  #handle: DatabaseHandle;
  readonly #cores: readonly [DatabaseCore, ...DatabaseCore[]];
  readonly #defaults: SessionOptions;
  static {
    swap = (database, handle) => {
      database.#handle = handle;
    };
    peek = (database) => database.#handle;
    lease = (database, label) => database.#cores[0].lease("write", { session: null, label });
  }

  constructor(cores: readonly [DatabaseCore, ...DatabaseCore[]], defaults: SessionOptions) {
    this.#cores = cores;
    this.#handle = replicated(cores[0], cores.slice(1));
    this.#defaults = defaults;
  }

  /**
   * The kind of database: "sqlite" or "postgres".
   * @example if (database.dialect === "postgres") await db.execute(sql`ANALYZE`);
   */
  get dialect(): string {
    return this.#handle.dialect.name;
  }

  /**
   * Opens a new session: identity map and unit of work.
   * @example await using db = database.session({ autoflush: false });
   * @throws ConfigurationError for an unknown option, and if the database is closed
   */
  session(options: SessionOptions = {}): Session {
    checkSessionOptions(options);
    if (this.#handle.closed) throw new ConfigurationError("the database is closed: open it again with initDb() or connect()");
    return openSession(this.#handle, { ...this.#defaults, ...options });
  }

  /**
   * Creates tables, constraints and indexes of these models (or of all known ones) in dependency order; existing tables are not changed.
   * Like SQLAlchemy's `metadata.create_all()`.
   * @example await database.createAll([User, Post]);   // CREATE TABLE users …; CREATE TABLE posts …
   * @throws ConfigurationError for invalid models
   */
  createAll(models?: ModelList): Promise<void> {
    return createTables(this.#handle, metasOf(models), { where: declaredCondition, expression: declaredExpression });
  }

  /**
   * Drops the tables of these models (or of all known ones), dependent tables first.
   * @example await database.dropAll([User, Post]);   // DROP TABLE IF EXISTS posts; DROP TABLE IF EXISTS users
   */
  dropAll(models?: ModelList): Promise<void> {
    return dropTables(this.#handle, metasOf(models));
  }

  /**
   * Reports every statement (`"query"`) or transaction control (`"transaction"`); returns a function that removes the listener.
   * @example const off = database.on("query", ({ sql, params, durationMs, rows, session }) => { … });
   * @throws ConfigurationError for another event
   */
  on(event: "query" | "transaction", listener: (event: QueryEvent) => void): () => void {
    if (event !== "query" && event !== "transaction")
      throw new ConfigurationError(`database.on(): expected "query" or "transaction", got ${describe(event)}`);
    const ends = this.#cores.map((core) => (event === "query" ? core.onQuery(listener) : core.onTransaction(listener)));
    return () => {
      for (const end of ends) end();
    };
  }

  /**
   * Waits for open work, then closes; after `timeout` ms, closes forcibly and returns the names of what was still open. A second call is
   * allowed.
   * @example const cutOff = await database.close({ timeout: 5_000 });
   */
  async close(options: { readonly timeout?: number | undefined } = {}): Promise<readonly string[]> {
    return (await Promise.all(this.#cores.map((core) => core.close(options.timeout)))).flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Opens a database that is not the default one.
 * @example const reports = await connect("postgres://reader@host/reports");
 *          await using db = reports.session();
 * @throws ConfigurationError for an invalid URL or option, and if the driver is not installed
 */
export const connect = async (url: string, options: DatabaseOptions = {}): Promise<Database> => {
  if (typeof options !== "object" || options === null) return refuseArgument("connect()", "options as an object", options);
  for (const name of Object.keys(options)) {
    if (!(optionNames as readonly string[]).includes(name))
      throw new ConfigurationError(`there is no option "${name}" for a database.${didYouMean(name, optionNames)}`);
  }
  const { echo, replicas = [], fetchMode, autoflush, onUncommitted, ...driverOptions } = options;
  if (echo !== undefined && typeof echo !== "boolean" && typeof echo !== "function")
    return refuseArgument("connect()", "echo to be true, false or a function", echo);
  if (!Array.isArray(replicas)) return refuseArgument("connect()", "replicas as URLs in an array", replicas);
  checkSessionOptions({ fetchMode, autoflush, onUncommitted });
  const core = async (one: string): Promise<DatabaseCore> =>
    new DatabaseCore(await openDriver(one, driverOptions), { echo, acquireTimeout: driverOptions.pool?.acquireTimeout });
  const primary = await core(url);
  const others: DatabaseCore[] = [];
  try {
    for (const replica of replicas) others.push(await core(replica));
  } catch (error) {
    await Promise.all([primary, ...others].map((open) => open.close(0)));
    throw error;
  }
  return new Database([primary, ...others], {
    ...(fetchMode === undefined ? {} : { fetchMode }),
    ...(autoflush === undefined ? {} : { autoflush }),
    ...(onUncommitted === undefined ? {} : { onUncommitted }),
  });
};

/** The default database; a promise while it is being opened, so that two concurrent calls are refused too. */
let current: Database | Promise<Database> | null = null;

/**
 * Opens the default database, which `getDb()` opens sessions of.
 * @example await initDb("sqlite:app.db");
 *          await initDb("postgres://user:password@host/app", { pool: { max: 10 }, echo: true });
 * @throws ConfigurationError if there already is one (close it first), for a malformed URL, and if the driver is not installed
 */
export const initDb = async (url: string, options: DatabaseOptions = {}): Promise<Database> => {
  if (current !== null)
    throw new ConfigurationError("initDb() was called before: await closeDb() first, or use connect() for a further database");
  const opening = connect(url, options);
  current = opening;
  try {
    const database = await opening;
    // If closeDb() was called meanwhile, this is no longer the default database.
    if (current === opening) current = database;
    return database;
  } catch (error) {
    if (current === opening) current = null;
    throw error;
  }
};

/**
 * Waits for open work, then closes the default database; after `timeout` ms, closes forcibly and returns the names of what was still open.
 * A second call is allowed.
 * @example process.on("SIGTERM", () => closeDb({ timeout: 5_000 }));
 */
export const closeDb = async (options: { readonly timeout?: number | undefined } = {}): Promise<readonly string[]> => {
  const open = current;
  current = null;
  return open === null ? [] : (await open).close(options);
};

const defaultDatabase = (): Database => {
  if (current instanceof Database) return current;
  throw new ConfigurationError(
    current === null
      ? "there is no database yet: await initDb(url) first"
      : "the database is still being opened: await initDb(url) before getDb()",
  );
};

/**
 * A session of the default database, or work with a session that is closed afterwards.
 * @example await getDb(async (db) => { …; await db.commit(); });
 * @throws ConfigurationError before initDb()
 */
export interface GetDb {
  (options?: SessionOptions): Session;
  <R>(work: (db: Session) => Promise<R> | R, options?: SessionOptions): Promise<R>;
}

const work = async <R>(run: (db: Session) => Promise<R> | R, options: SessionOptions): Promise<R> => {
  const db = defaultDatabase().session(options);
  let failed = true;
  try {
    const result = await run(db);
    failed = false;
    return result;
  } finally {
    // After an error, uncommitted work is expected, so it is rolled back without a warning.
    if (failed) await db.rollback().catch((error: unknown) => warnOf(error));
    await db.close();
  }
};
const warnOf = (error: unknown): void => {
  if (!(error instanceof FlashDbError)) throw error;
};

/**
 * A session of the default database; uncommitted work is rolled back when it is closed.
 * @function
 * @example await using db = getDb();
 *          await getDb(async (db) => { …; await db.commit(); });
 * @throws ConfigurationError before initDb()
 */
export const getDb: GetDb = (<R>(
  first: SessionOptions | ((db: Session) => Promise<R> | R) = {},
  options: SessionOptions = {},
): Session | Promise<R> => (typeof first === "function" ? work(first, options) : defaultDatabase().session(first))) as GetDb;

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ["sqlite", sqliteDialect],
  ["postgres", postgresDialect],
]);
installConstraintNames(namesOfConstraint);
installShow((statement, name) => {
  const dialect = name === undefined ? handleOf(defaultDatabase()).dialect : dialects.get(name);
  if (dialect === undefined)
    throw new ConfigurationError(`toSQL(): no dialect ${describe(name)}; there are ${[...dialects.keys()].join(", ")}`);
  const { text, values } = dialect.compile(statement);
  return { text, params: [...values] };
});
