/** Alters a SQLite table: by ALTER TABLE if that loses nothing, otherwise by rebuilding it. */

import {
  checkClause,
  type ColumnPicture,
  columnClause,
  type Dialect,
  foreignKeyClause,
  type ForeignKeyPicture,
  indexStatement,
  type TablePicture,
} from "flash-db/internal";
import type { Step } from "../../operations/contracts.js";
import { canonical } from "../../operations/pictures.js";
import { forDialect, renameMoves, tableChanges, type TableChanges } from "../table-changes.js";
import type { Rebuild } from "./rebuild.js";

type Alter = Extract<Step, { readonly kind: "alterTable" }>;
/** Statements, followed by an optional rebuild. */
export interface AlterPlan {
  readonly statements: readonly string[];
  readonly rebuild: Rebuild | null;
}

export const alterPlan = (step: Alter, dialect: Dialect): AlterPlan => {
  const table = dialect.quote(step.after.name.name);
  const taken = step.before.columns.map((column) => column.name);
  // Renaming also updates views, triggers and the keys of other tables, which a rebuild would not.
  const renames = renameMoves(step.renamed, taken).map(
    ([from, to]) => `ALTER TABLE ${table} RENAME COLUMN ${dialect.quote(from)} TO ${dialect.quote(to)}`,
  );
  const changes = tableChanges(step, dialect);
  const added = addedInPlace(step, changes, dialect);
  if (added === null)
    return {
      statements: renames,
      rebuild: {
        before: changes.before,
        after: forDialect(step.after, dialect),
        renamed: step.renamed,
        fill: step.fill,
        using: step.using,
      },
    };
  const { dropped, renamed, added: made } = changes.indexes;
  return {
    statements: [
      ...renames,
      ...[...dropped, ...renamed.map((pair) => pair.before)].map((index) => `DROP INDEX ${dialect.quote(index.name)}`),
      ...added,
      ...[...renamed.map((pair) => pair.after), ...made].map((index) => indexStatement(step.after.name, index, dialect)),
    ],
    rebuild: null,
  };
};

/** ADD COLUMN for all new columns if nothing else differs; null if the table must be rebuilt. */
const addedInPlace = (step: Alter, changes: TableChanges, dialect: Dialect): readonly string[] | null => {
  const { before, after, added } = changes;
  if (Object.keys(step.fill).length > 0 || Object.keys(step.using).length > 0) return null;
  const table = dialect.quote(after.name.name);
  const names = new Set(added.map((column) => column.name));
  const keys = after.foreignKeys.filter((key) => key.columns.length === 1 && names.has(key.columns[0] ?? ""));
  const checks = after.checks.filter((check) => check.column !== null && names.has(check.column));
  const rest: TablePicture = {
    ...after,
    columns: after.columns.filter((column) => !names.has(column.name)),
    foreignKeys: after.foreignKeys.filter((key) => !keys.includes(key)),
    checks: after.checks.filter((check) => !checks.includes(check)),
  };
  if (facts(rest) !== facts(before) || !added.every((column) => canBeAdded(column, dialect))) return null;
  return added.map((column) => {
    const own = [
      ...checks.filter((check) => check.column === column.name).flatMap((check) => checkClause(check, dialect) ?? []),
      ...keys.filter((key) => key.columns[0] === column.name).map((key) => columnReference(key, dialect)),
    ];
    return [`ALTER TABLE ${table} ADD COLUMN ${columnClause(column, dialect)}`, ...own].join(" ");
  });
};

/** The table without its indexes, independent of the order of its parts. */
const facts = (table: TablePicture): string => {
  const sorted = (all: readonly object[]): readonly string[] => all.map((one) => canonical(one)).sort();
  return canonical({
    columns: sorted(table.columns),
    primaryKey: table.primaryKey,
    uniques: sorted(table.uniques),
    checks: sorted(table.checks.map((check) => ({ ...check, column: null }))),
    foreignKeys: sorted(table.foreignKeys),
    options: table.options,
  });
};

/** SQLite can add a column only if existing rows get its value without being rewritten. */
const canBeAdded = (column: ColumnPicture, dialect: Dialect): boolean => {
  if (column.identity !== null || column.generated !== null) return false;
  const value = column.default?.[dialect.name];
  if (value === undefined) return column.nullable;
  return /^(?:[-+]?\d+(?:\.\d+)?|'(?:[^']|'')*')$/.test(value);
};

/** A single-column key as written in the column's definition. */
const columnReference = (key: ForeignKeyPicture, dialect: Dialect): string =>
  foreignKeyClause(key, dialect).replace(/FOREIGN KEY \("(?:[^"]|"")*"\) /, "");
