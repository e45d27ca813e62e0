/**
 * The changes of one table for one database: columns renamed, added, changed, dropped; constraints and indexes matched by name, then by
 * content.
 */

import {
  type ColumnPicture,
  type Dialect,
  type IndexPicture,
  plainIndex,
  plainUnique,
  sameTable,
  type SqlTexts,
  type TablePicture,
} from "flash-db/internal";
import { type Constraint } from "../operations/contracts.js";
import { canonical, constraintsOf } from "../operations/pictures.js";
import { renamedIn } from "../operations/sql-text.js";

/** The value for rows without one: from the migration, otherwise the default of a required column. */
export const fillOf = (
  step: { readonly before: TablePicture; readonly fill: Readonly<Record<string, SqlTexts>> },
  column: ColumnPicture,
  dialect: Dialect,
): string | undefined => {
  const said = step.fill[column.name]?.[dialect.name];
  if (said !== undefined || column.nullable) return said;
  // A new column gets its default automatically.
  return step.before.columns.some((one) => one.name === column.name && one.nullable) ? column.default?.[dialect.name] : undefined;
};

interface Change<T> {
  readonly before: T;
  readonly after: T;
}
interface Objects<T> {
  readonly dropped: readonly T[];
  readonly renamed: readonly Change<T>[];
  readonly added: readonly T[];
}
export interface TableChanges {
  /** Both with the SQL of this database only; `before` uses the new column names. */
  readonly before: TablePicture;
  readonly after: TablePicture;
  readonly added: readonly ColumnPicture[];
  readonly dropped: readonly ColumnPicture[];
  readonly changed: readonly Change<ColumnPicture>[];
  readonly constraints: Objects<Constraint>;
  readonly indexes: Objects<IndexPicture>;
}

export const tableChanges = (
  {
    before: given,
    after: wanted,
    renamed,
  }: { readonly before: TablePicture; readonly after: TablePicture; readonly renamed: Readonly<Record<string, string>> },
  dialect: Dialect,
): TableChanges => {
  const before = forDialect(withColumnNames(given, renamed), dialect);
  const after = forDialect(wanted, dialect);
  const was = new Map(before.columns.map((column) => [column.name, column]));
  const names = new Set(after.columns.map((column) => column.name));
  return {
    before,
    after,
    added: after.columns.filter((column) => !was.has(column.name)),
    dropped: before.columns.filter((column) => !names.has(column.name)),
    changed: after.columns.flatMap((column) => {
      const old = was.get(column.name);
      return old === undefined || sameColumn(old, column, dialect) ? [] : [{ before: old, after: column }];
    }),
    constraints: objectChanges(constraintsOf(before), constraintsOf(after), (one) => canonical({ ...one, name: null, column: null })),
    indexes: objectChanges(before.indexes, after.indexes, (one) => canonical({ ...one, name: null })),
  };
};

/** The table with the SQL of one database only, and without features that it lacks. */
export const forDialect = (table: TablePicture, dialect: Dialect): TablePicture => {
  const only = (texts: SqlTexts): SqlTexts => {
    const text = texts[dialect.name];
    return text === undefined ? {} : { [dialect.name]: text };
  };
  const maybe = (texts: SqlTexts | null): SqlTexts | null => (texts?.[dialect.name] === undefined ? null : only(texts));
  const schemas = dialect.features.schemas;
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      default: maybe(column.default),
      generated:
        column.generated === null || maybe(column.generated.expression) === null
          ? null
          : { ...column.generated, expression: only(column.generated.expression) },
      comment: schemas ? column.comment : null,
    })),
    checks: table.checks
      .filter((check) => check.condition[dialect.name] !== undefined)
      .map((check) => ({ ...check, condition: only(check.condition) })),
    uniques: table.uniques.map((unique) => plainUnique(unique, dialect)),
    indexes: table.indexes.map((index) => ({
      ...plainIndex(index, dialect),
      parts: plainIndex(index, dialect).parts.map((part) => ({
        ...part,
        expression: part.expression === null ? null : only(part.expression),
      })),
      where: maybe(index.where),
    })),
    comment: schemas ? table.comment : null,
    options: maybe(table.options),
  };
};

const sameColumn = (a: ColumnPicture, b: ColumnPicture, dialect: Dialect): boolean =>
  dialect.schema.typeName(a.type) === dialect.schema.typeName(b.type) &&
  canonical({ ...a, type: null, name: null }) === canonical({ ...b, type: null, name: null });

/** Matched by name first, then by content: an object that only changed its name is renamed. */
const objectChanges = <T extends { readonly name: string | null }>(
  before: readonly T[],
  after: readonly T[],
  content: (one: T) => string,
): Objects<T> => {
  const stays = (one: T, others: readonly T[]): boolean =>
    others.some((other) => other.name === one.name && content(other) === content(one));
  const gone = before.filter((one) => !stays(one, after));
  const added = after.filter((one) => !stays(one, before));
  const renamed: Change<T>[] = [];
  for (const one of gone) {
    const next = added.find((other) => content(other) === content(one) && !renamed.some((pair) => pair.after === other));
    if (next !== undefined && next.name !== one.name) renamed.push({ before: one, after: next });
  }
  return {
    dropped: gone.filter((one) => !renamed.some((pair) => pair.before === one)),
    renamed,
    added: added.filter((one) => !renamed.some((pair) => pair.after === one)),
  };
};

/** The table with columns renamed everywhere. */
export const withColumnNames = (table: TablePicture, renamed: Readonly<Record<string, string>>): TablePicture => {
  const pairs = Object.entries(renamed);
  if (pairs.length === 0) return table;
  const name = (column: string): string => renamed[column] ?? column;
  const names = (columns: readonly string[]): readonly string[] => columns.map(name);
  // Goes through unused names, so that two columns can swap names.
  const texts = (given: SqlTexts): SqlTexts => {
    let result = given;
    pairs.forEach(([from], number) => (result = renamedIn(result, from, `flash_renamed_${number}`)));
    pairs.forEach(([, to], number) => (result = renamedIn(result, `flash_renamed_${number}`, to)));
    return result;
  };
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      name: name(column.name),
      generated: column.generated === null ? null : { ...column.generated, expression: texts(column.generated.expression) },
    })),
    primaryKey: table.primaryKey === null ? null : { ...table.primaryKey, columns: names(table.primaryKey.columns) },
    uniques: table.uniques.map((one) => ({ ...one, columns: names(one.columns), include: names(one.include) })),
    checks: table.checks.map((one) => ({ ...one, column: one.column === null ? null : name(one.column), condition: texts(one.condition) })),
    indexes: table.indexes.map((one) => ({
      ...one,
      parts: one.parts.map((part) => ({
        ...part,
        column: part.column === null ? null : name(part.column),
        expression: part.expression === null ? null : texts(part.expression),
      })),
      include: names(one.include),
      where: one.where === null ? null : texts(one.where),
    })),
    foreignKeys: table.foreignKeys.map((one) => ({
      ...one,
      columns: names(one.columns),
      referencedColumns: sameTable(one.references, table.name) ? names(one.referencedColumns) : one.referencedColumns,
    })),
  };
};

/** Orders renames, with a temporary name where two columns swap names. */
export const renameMoves = (
  renamed: Readonly<Record<string, string>>,
  taken: readonly string[],
): readonly (readonly [from: string, to: string])[] => {
  const pairs = Object.entries(renamed).filter(([from, to]) => from !== to);
  const names = new Set(taken);
  const moves: [string, string][] = [];
  const later: [string, string][] = [];
  for (const [from, to] of pairs) {
    if (!names.has(to)) {
      moves.push([from, to]);
      names.delete(from);
      names.add(to);
      continue;
    }
    const aside = `flash_renamed_${later.length}`;
    moves.push([from, aside]);
    names.delete(from);
    later.push([aside, to]);
  }
  return [...moves, ...later];
};
