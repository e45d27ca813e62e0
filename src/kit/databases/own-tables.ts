/** The kit's own tables in a database, which pictures do not include. */

import { type Dialect, types } from "flash-db/internal";
import type { DatabaseSession } from "./session.js";

export const HISTORY_TABLE = "flash_migrations";
export const JOURNAL_TABLE = "flash_migration_journal";
export const LOCK_TABLE = "flash_migration_lock";
const ownTables: ReadonlySet<string> = new Set([HISTORY_TABLE, JOURNAL_TABLE, LOCK_TABLE]);

/** Creates them if they do not exist; writes nothing otherwise. */
export const prepareOwnTables = async (session: DatabaseSession): Promise<void> => {
  const last = session.dialect.features.concurrentWriters ? JOURNAL_TABLE : LOCK_TABLE;
  if (await isThere(session, last)) return;
  for (const text of createOwnTables(session.dialect)) await session.execute(text);
};

/** Whether a table of the current schema exists. */
export const isThere = async (session: DatabaseSession, table: string): Promise<boolean> => {
  const rows = await session.rows(session.dialect.schema.listTables);
  return rows.some(([schema, name]) => schema === null && name === table);
};

export const isOwnTable = (name: string): boolean => ownTables.has(name);

/** Statements that create them if they do not exist. */
export const createOwnTables = (dialect: Dialect): readonly string[] => {
  const text = dialect.schema.typeName(types.text);
  const number = dialect.schema.typeName(types.bigint);
  return [
    `CREATE TABLE IF NOT EXISTS ${HISTORY_TABLE} (id ${dialect.schema.identity(types.wideInteger, "byDefault", true)}, action ${text} NOT NULL, name ${text} NOT NULL,
  checksum ${text} NOT NULL, plan ${text} NOT NULL, done_by ${text} NOT NULL, host ${text} NOT NULL, version ${text} NOT NULL, done_at ${text} NOT NULL,
  duration_ms ${number} NOT NULL, state_before ${text}, state_after ${text})`,
    `CREATE TABLE IF NOT EXISTS ${JOURNAL_TABLE} (name ${text} PRIMARY KEY, direction ${text} NOT NULL, checksum ${text} NOT NULL, done ${number} NOT NULL,
  steps ${number} NOT NULL, step ${text} NOT NULL, place ${text}, begun_at ${text} NOT NULL)`,
    ...(dialect.features.concurrentWriters
      ? []
      : [
          `CREATE TABLE IF NOT EXISTS ${LOCK_TABLE} (only ${number} PRIMARY KEY CHECK (only = 1), holder ${text} NOT NULL, host ${text} NOT NULL, pid ${number} NOT NULL,
  since ${text} NOT NULL, step ${text} NOT NULL)`,
        ]),
  ];
};
