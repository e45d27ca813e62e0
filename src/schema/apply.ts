/** Creates and drops the tables of models on a database, all of them or none. */

import type { CompiledQuery } from "../database/contracts.js";
import type { DatabaseHandle, OpenTransaction } from "../database/handle.js";
import { ConfigurationError } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { alwaysTrue } from "../sql/factories/index.js";
import type { TableName } from "../sql/nodes.js";
import { createStatements } from "./create.js";
import { dropStatements } from "./drop.js";
import { type ExpressionResolver, linkTables, pictureOf } from "./from-models.js";
import { refuseRequiredCircles } from "./required-circles.js";

/** Creates tables, constraints and indexes of these models in dependency order; existing tables are not changed. */
export const createTables = async (database: DatabaseHandle, metas: readonly ModelMeta[], resolver: ExpressionResolver): Promise<void> => {
  const picture = pictureOf(metas, resolver, [database.dialect]);
  refuseRequiredCircles(picture);
  await inTransaction(database, "createAll", async (transaction) => {
    const existing = await existingTables(database, transaction);
    return createStatements(picture, database.dialect, existing, linkTables(metas));
  });
};

/** Drops the tables of these models, dependent tables first. */
export const dropTables = async (database: DatabaseHandle, metas: readonly ModelMeta[]): Promise<void> => {
  const picture = pictureOf(metas, unread, []);
  await inTransaction(database, "dropAll", async (transaction) => {
    await refuseReferred(
      database,
      transaction,
      picture.tables.map((table) => table.name.name),
    );
    return dropStatements(picture, database.dialect);
  });
};

/** Refuses to drop a table if that would implicitly delete or change rows of other tables. */
const refuseReferred = async ({ dialect }: DatabaseHandle, transaction: OpenTransaction, dropped: readonly string[]): Promise<void> => {
  const { listReferences } = dialect.schema;
  if (listReferences === null) return;
  const { rows } = await transaction.run(statement(listReferences, false));
  const going = new Set(dropped.map((name) => name.toLowerCase()));
  for (const [child, column, parent] of rows.map((row) => row.map(String))) {
    if (child === undefined || column === undefined || parent === undefined) continue;
    if (going.has(child.toLowerCase()) || !going.has(parent.toLowerCase())) continue;
    const [from, key] = [dialect.quote(child), dialect.quote(column)];
    const referring = await transaction.run(statement(`SELECT 1 FROM ${from} WHERE ${key} IS NOT NULL LIMIT 1`, false));
    if (referring.rows.length > 0)
      throw new ConfigurationError(
        `dropAll(): rows of table "${child}" refer to table "${parent}" by "${column}", and would be deleted or changed with it. Name its model too, or delete those rows first`,
      );
  }
};

/** Dropping only needs names. */
const unread: ExpressionResolver = { where: () => alwaysTrue, expression: (_, expression) => expression };

const inTransaction = async (
  database: DatabaseHandle,
  label: string,
  plan: (transaction: OpenTransaction) => Promise<readonly string[]>,
): Promise<void> => {
  const transaction = await database.begin({}, { session: null, label });
  try {
    const { lockTables } = database.dialect.schema;
    if (lockTables !== null) await transaction.run(statement(lockTables, false));
    for (const text of await plan(transaction)) await transaction.run(statement(text, true));
    await transaction.commit();
  } catch (error) {
    if (transaction.status !== "ended") await transaction.rollback();
    throw error;
  }
};

const statement = (text: string, writes: boolean): CompiledQuery => ({ text, parameters: [], values: [], outputs: null, writes });

/** Tables of the current schema are listed twice: with its name, and without one. */
const existingTables = async ({ dialect }: DatabaseHandle, transaction: OpenTransaction): Promise<readonly TableName[]> => {
  const { rows } = await transaction.run(statement(dialect.schema.listTables, false));
  return rows.map(([schema, name]) => ({ schema: typeof schema === "string" ? schema : null, name: typeof name === "string" ? name : "" }));
};
