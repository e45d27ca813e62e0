/**
 * Rebuilds a table with its rows, for changes that ALTER TABLE cannot make. Dependent objects are kept: indexes, triggers, views, the
 * AUTOINCREMENT counter. Foreign keys must have been disabled before the transaction began: otherwise dropping the old table deletes the
 * rows that refer to it.
 */

import { createTable, type Dialect, indexStatement, type SqlTexts, type TablePicture } from "flash-db/internal";
import { MigrationError } from "../../errors.js";
import type { DatabaseSession } from "../session.js";
import { fillOf } from "../table-changes.js";
import { type StoredObject, storedObjects } from "./stored.js";

export interface Rebuild {
  /** The current table, with columns already renamed. */
  readonly before: TablePicture;
  readonly after: TablePicture;
  /** Columns: old name → new name, since `using` refers to the old ones. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly fill: Readonly<Record<string, SqlTexts>>;
  readonly using: Readonly<Record<string, SqlTexts>>;
}

const PREFIX = "flash_new_";

/** The statements between dropping the dependent objects and creating them again. */
export const rebuildStatements = (rebuild: Rebuild, dialect: Dialect, options: string | null): readonly string[] => {
  const { after } = rebuild;
  const quote = (name: string): string => dialect.quote(name);
  const made: TablePicture = {
    ...after,
    name: { schema: null, name: `${PREFIX}${after.name.name}` },
    options: options === null ? null : { [dialect.name]: options },
  };
  return [
    createTable(made, dialect),
    copyStatement(rebuild, made.name.name, dialect),
    `DROP TABLE ${quote(after.name.name)}`,
    `ALTER TABLE ${quote(made.name.name)} RENAME TO ${quote(after.name.name)}`,
  ];
};

const copyStatement = ({ before, after, renamed, fill, using }: Rebuild, into: string, dialect: Dialect): string => {
  const quote = (name: string): string => dialect.quote(name);
  const was = new Set(before.columns.map((column) => column.name));
  const pairs = after.columns.flatMap((column): readonly (readonly [string, string])[] => {
    if (column.generated?.expression[dialect.name] !== undefined) return [];
    const [made, filling] = [using[column.name]?.[dialect.name], fillOf({ before, fill }, column, dialect)];
    const old = was.has(column.name) ? (made ?? quote(column.name)) : undefined;
    if (old === undefined) return filling === undefined ? [] : [[column.name, filling]];
    return [[column.name, filling === undefined ? old : `coalesce(${old}, ${filling})`]];
  });
  // The old names are available too, for expressions that use them.
  const aliases = Object.entries(renamed)
    .filter(([from]) => !was.has(from))
    .map(([from, to]) => `, ${quote(to)} AS ${quote(from)}`);
  const source = aliases.length === 0 ? quote(before.name.name) : `(SELECT *${aliases.join("")} FROM ${quote(before.name.name)})`;
  const columns = pairs.map(([name]) => quote(name)).join(", ");
  return pairs.length === 0
    ? `INSERT INTO ${quote(into)} SELECT NULL FROM ${source} WHERE false`
    : `INSERT INTO ${quote(into)} (${columns}) SELECT ${pairs.map(([, value]) => value).join(", ")} FROM ${source}`;
};

export const rebuildTable = async (session: DatabaseSession, rebuild: Rebuild): Promise<void> => {
  const { dialect } = session;
  const { before, after } = rebuild;
  const table = after.name.name;
  const stored = await storedObjects(session);
  const hanging = stored.filter((one) => one.type === "view" || one.type === "trigger");
  const working = await viewsThatWork(session, hanging);
  const foreign = foreignIndexes(stored, rebuild);
  const rows = await count(session, table);
  const mark = await highestKey(session, table);

  // Views and triggers would make RENAME fail while the table is missing.
  for (const { type, name } of [...hanging].reverse()) await session.execute(`DROP ${type.toUpperCase()} IF EXISTS ${dialect.quote(name)}`);
  for (const text of rebuildStatements(rebuild, dialect, tableOptions(stored, rebuild, dialect))) await session.execute(text);
  if (mark !== null) await restoreHighestKey(session, table, mark);
  const now = await count(session, table);
  if (now !== rows)
    throw new MigrationError(`table "${table}" had ${rows} rows and would have ${now} after the rebuild; nothing was changed`);
  for (const index of after.indexes) await session.execute(indexStatement(after.name, index, dialect));
  for (const { sql } of foreign) await session.execute(sql);
  for (const { sql } of hanging) await session.execute(sql);
  const broken = working.filter((name) => hanging.some((one) => one.name === name));
  for (const name of broken)
    if (!(await works(session, name)))
      throw new MigrationError(
        `view "${name}" uses something that table "${before.name.name}" no longer has; drop the view or recreate it in the same migration, before this step`,
      );
};

/** SQL after the parenthesis: from the migration if it changes it, otherwise the table's. */
const tableOptions = (stored: readonly StoredObject[], { before, after }: Rebuild, dialect: Dialect): string | null => {
  const [was, wanted] = [before.options?.[dialect.name] ?? null, after.options?.[dialect.name] ?? null];
  if (was !== wanted) return wanted;
  const sql = stored.find((one) => one.type === "table" && one.name === after.name.name)?.sql ?? "";
  const words = sql.slice(sql.lastIndexOf(")") + 1).trim();
  return words === "" ? wanted : words;
};

/** Indexes that no model declares. */
const foreignIndexes = (stored: readonly StoredObject[], { before, after }: Rebuild): readonly StoredObject[] => {
  const known = new Set([...before.indexes, ...after.indexes].map((index) => index.name));
  return stored.filter((one) => one.type === "index" && one.table === after.name.name && !known.has(one.name));
};

const count = async (session: DatabaseSession, table: string): Promise<string> => {
  const [[found] = []] = await session.rows(`SELECT CAST(count(*) AS TEXT) FROM ${session.dialect.quote(table)}`);
  return String(found);
};

const literal = (session: DatabaseSession, text: string): string => session.dialect.schema.literal(text, { kind: "text" });

/** The largest key that AUTOINCREMENT assigned; null if the table does not use it. */
const highestKey = async (session: DatabaseSession, table: string): Promise<string | null> => {
  const [known] = await session.rows("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'");
  if (known === undefined) return null;
  const [row] = await session.rows(`SELECT CAST(seq AS TEXT) FROM sqlite_sequence WHERE name = ${literal(session, table)}`);
  return row === undefined ? null : String(row[0]);
};

const restoreHighestKey = async (session: DatabaseSession, table: string, mark: string): Promise<void> => {
  const [known] = await session.rows("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'");
  if (known === undefined) return;
  const name = literal(session, table);
  const [row] = await session.rows(`SELECT 1 FROM sqlite_sequence WHERE name = ${name}`);
  const counts = (await session.rows(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ${name}`))[0]?.[0];
  if (!/\bAUTOINCREMENT\b/i.test(String(counts))) return;
  await session.execute(
    row === undefined
      ? `INSERT INTO sqlite_sequence (name, seq) VALUES (${name}, ${mark})`
      : `UPDATE sqlite_sequence SET seq = max(seq, ${mark}) WHERE name = ${name}`,
  );
};

const works = async (session: DatabaseSession, view: string): Promise<boolean> => {
  try {
    await session.rows(`SELECT 1 FROM ${session.dialect.quote(view)} LIMIT 0`);
    return true;
  } catch {
    return false;
  }
};

const viewsThatWork = async (session: DatabaseSession, hanging: readonly StoredObject[]): Promise<readonly string[]> => {
  const names: string[] = [];
  for (const one of hanging) if (one.type === "view" && (await works(session, one.name))) names.push(one.name);
  return names;
};
