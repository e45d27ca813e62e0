/**
 * `flash-db/testing`: tests that leave nothing behind, query counting, object factories.
 * @module flash-db/testing
 */

import { AssertionError } from "node:assert";
import { exchangeHandle, handleOf, type Database } from "./connect.js";
import type { IsolationLevel, QueryEvent } from "./database/contracts.js";
import { SharedTransaction } from "./database/shared-transaction.js";
import { knownOptions } from "./metadata/argument.js";
import type { ModelClass } from "./metadata/model-meta.js";
import type { Values } from "./metadata/typing/input.js";
import type { Model } from "./model/model.js";
import { databaseOf } from "./session/index.js";
import type { Session } from "./session/typing/session.js";

/** Options of `withRollback()`. */
export interface RollbackOptions {
  /** The isolation level of the transaction; the database's default if omitted. */
  readonly isolation?: IsolationLevel | undefined;
}

/**
 * Runs a test inside a transaction that is always rolled back. A `commit()` in it releases a savepoint and runs `post_commit`; sessions
 * opened meanwhile on this database share its connection, and their transactions are savepoints of it. They therefore have its isolation
 * level; a block that requests a stricter one is refused. Read-only blocks are read-only. Rows that the test wrote without committing are
 * committed when another session begins a transaction.
 *
 * ```ts
 * await withRollback(database, async (db) => {
 *   await User.objects.create(db, { name: "Ada" });
 *   await db.commit();
 *   expect(await User.objects.count(db)).toBe(1);
 * });
 * ```
 * Returns the result of `work`. Cannot be nested on one database.
 * @throws ConfigurationError inside, for a transaction with a stricter isolation level
 */
export const withRollback = async <R>(database: Database, work: (db: Session) => Promise<R>, options: RollbackOptions = {}): Promise<R> => {
  const { isolation } = knownOptions("withRollback()", options, ["isolation"]);
  const former = handleOf(database);
  const shared = await SharedTransaction.begin(former, isolation);
  exchangeHandle(database, shared);
  try {
    const db = database.session({ onUncommitted: "ignore" });
    shared.settle(db, () => db.commit());
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  } finally {
    exchangeHandle(database, former);
    await shared.end();
  }
};

/**
 * Counts the statements that a session sends, without transaction control, and throws if the number differs from the expected one, listing
 * them.
 *
 * ```ts
 * await assertQueries(db, 2, () => User.objects.prefetchRelated("posts").fetch(db));
 * ```
 * Returns the result of `work`.
 */
export const assertQueries = async <R>(db: Session, expected: number, work: () => Promise<R>): Promise<R> => {
  const sent: QueryEvent[] = [];
  const end = databaseOf(db).onQuery((event) => {
    if (event.session === db) sent.push(event);
  });
  try {
    const result = await work();
    if (sent.length === expected) return result;
    const lines = sent.map((event, index) => `  ${index + 1}. ${event.sql}`);
    const message = `expected ${expected} ${expected === 1 ? "statement" : "statements"}, got ${sent.length}${lines.length === 0 ? "" : `:\n${lines.join("\n")}`}`;
    throw new AssertionError({ message, actual: sent.length, expected, operator: "assertQueries" });
  } finally {
    end();
  }
};

/** Creates objects of a model: each default may be a value, or a function of the number of objects created so far (from 1). */
export interface Factory<I> {
  /** A new object outside any session. */
  build(values?: Values<I>): I;
  /** Creates and inserts an object. */
  create(db: Session, values?: Values<I>): Promise<I>;
  /** Creates and inserts this many objects. */
  createMany(db: Session, count: number, values?: Values<I>): Promise<I[]>;
}
/** A value for each field, or a function of the object's number that returns one, including an object of another model. */
export type Defaults<I> = { [K in keyof Values<I>]?: Values<I>[K] | ((number: number) => Values<I>[K]) };

/**
 * Creates objects with default values, so that a test only specifies what matters to it.
 *
 * ```ts
 * const users = factory(User, { name: "Ada", email: (n) => `user${n}@example.org` });
 * const admin = await users.create(db, { role: "admin" });
 * ```
 */
export const factory = <I extends Model>(model: ModelClass<I>, defaults: Defaults<I>): Factory<I> => {
  let made = 0;
  const Ctor = model as unknown as new (values: Readonly<Record<string, unknown>>) => I;
  const valuesFor = (given: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const number = ++made;
    const values: Record<string, unknown> = { ...given };
    for (const [name, value] of Object.entries(defaults as Readonly<Record<string, unknown>>)) {
      // A given `author` replaces the default of `authorId`, and vice versa.
      if (
        Object.hasOwn(given, name) ||
        Object.hasOwn(given, `${name}Id`) ||
        (name.endsWith("Id") && Object.hasOwn(given, name.slice(0, -2)))
      )
        continue;
      values[name] = typeof value === "function" ? (value as (number: number) => unknown)(number) : value;
    }
    return values;
  };
  const build = (values: Values<I> = {}): I => new Ctor(valuesFor(values));
  const create = async (db: Session, values: Values<I> = {}): Promise<I> => build(values).save(db);
  return {
    build,
    create,
    async createMany(db, count, values = {}) {
      const objects = Array.from({ length: count }, () => build(values));
      db.add(...objects);
      await db.flush();
      return objects;
    },
  };
};
