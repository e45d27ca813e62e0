/**
 * `flash-db/migrations`: the vocabulary of migration files.
 * @module flash-db/migrations
 */

export { migration } from "./migrations/migration.js";
export type { Migration } from "./migrations/migration.js";
export { column, t } from "./migrations/columns.js";
export type { MigrationTypes } from "./migrations/columns.js";
export {
  addColumn,
  addConstraint,
  addEnum,
  addIndex,
  addSequence,
  addTable,
  alterColumn,
  alterEnum,
  alterTable,
  dropColumn,
  dropConstraint,
  dropEnum,
  dropIndex,
  dropSequence,
  dropTable,
  renameColumn,
  renameConstraint,
  renameIndex,
  renameTable,
} from "./migrations/operations.js";
export { check, foreignKey, index, part, primaryKey, tableOptions, unique } from "./migrations/table-items.js";
export { backfill, code, contract, loses, noTransaction, sql } from "./migrations/steps.js";
export type { BackfillOptions, CodeOptions, MigrationSql } from "./migrations/steps.js";
export { past } from "./migrations/past.js";
export type { Past, PastRow } from "./migrations/past.js";
export type * from "./migrations/contracts.js";
