/** A stage for unit-of-work scenarios: a fresh database with every table, a session, and what was sent, on both databases. */

import { sql, type Database, type FlashDbError, type Session } from "flash-db";
import { itOnEachDatabase } from "../../support/databases.js";
import { stateOf, type InstanceStatus } from "../../../src/loading/instance.js";
import { models } from "./models.js";

type SessionOptions = Parameters<Database["session"]>[0];

export interface Stage {
  readonly db: Session;
  /** A further session, closed at the end. */
  readonly open: (options?: SessionOptions) => Session;
  /** What was sent since the last `take`, shortened: `BEGIN`, `INSERT users`, `UPDATE users set name,hits`. */
  readonly sent: { take(): string[] };
  /** The full texts of everything sent. */
  readonly texts: () => readonly string[];
  /** Rows as the transaction of `db` sees them, as arrays. */
  readonly rows: (text: string) => Promise<unknown[][]>;
}

export const statusOf = (object: object): InstanceStatus | undefined => stateOf(object)?.status;

/** The error that a promise rejects with; a promise that does not is an error. */
export const rejection = async (work: PromiseLike<unknown>): Promise<FlashDbError> => {
  try {
    await work;
  } catch (error) {
    return error as FlashDbError;
  }
  throw new Error("expected a rejection, but it went through");
};

/** What SQLite is sent around a computed integer, to see that it fits. */
const RANGE_CHECK = /\(SELECT CASE WHEN v .*? AS v\)\)/g;
const columnsSet = (full: string): string => {
  const text = full.replaceAll(RANGE_CHECK, "?");
  const set = text.slice(text.lastIndexOf(" SET ") + 5).split(/ FROM | WHERE | RETURNING /)[0] ?? "";
  return [...set.matchAll(/"(\w+)" = /g)].map((match) => match[1]).join(",");
};
/** `INSERT INTO "users" (…) …` as `INSERT users`. */
export const shorten = (text: string): string => {
  const insert = /INSERT INTO "(\w+)"/.exec(text);
  if (insert !== null) return `INSERT ${insert[1]}`;
  const update = /UPDATE "(\w+)"/.exec(text);
  if (update !== null) return `UPDATE ${update[1]} set ${columnsSet(text)}`;
  const remove = /DELETE FROM "(\w+)"/.exec(text);
  if (remove !== null) return `DELETE ${remove[1]}`;
  const select = /FROM "(\w+)"/.exec(text);
  if (select !== null) return `SELECT ${select[1]}`;
  return (text.split(" ")[0] ?? text).toUpperCase();
};

export const scenario = (title: string, play: (stage: Stage) => Promise<void>): void =>
  itOnEachDatabase(title, async (database) => {
    await database.createAll(models);
    const statements: string[] = [];
    const offs = [
      database.on("query", (event) => statements.push(event.sql)),
      database.on("transaction", (event) => statements.push(event.sql)),
    ];
    const sessions: Session[] = [];
    const open = (options?: SessionOptions): Session => {
      const session = database.session({ onUncommitted: "ignore", ...options });
      sessions.push(session);
      return session;
    };
    const db = open();
    let taken = 0;
    try {
      await play({
        db,
        open,
        sent: {
          take: () => {
            const since = statements.slice(taken).map(shorten);
            taken = statements.length;
            return since;
          },
        },
        texts: () => statements,
        rows: async (text) => (await db.execute(sql.raw(text), { readOnly: true })).map((row) => Object.values(row as object)),
      });
    } finally {
      for (const off of offs) off();
      for (const session of sessions) await session.close();
    }
  });
