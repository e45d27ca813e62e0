/** Reads and changes pictures: each change returns a new picture, with clear errors for objects that are missing or already exist. */

import { type ColumnPicture, sameTable, type SchemaPicture, type TableName, type TablePicture } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import type { Constraint } from "./contracts.js";

/** `users`, or `auth.users`. */
export const tableText = ({ schema, name }: TableName): string => (schema === null ? name : `${schema}.${name}`);

export const findTable = (state: SchemaPicture, name: TableName): TablePicture | undefined =>
  state.tables.find((table) => sameTable(table.name, name));

export const tableOf = (state: SchemaPicture, name: TableName): TablePicture => {
  const found = findTable(state, name);
  if (found !== undefined) return found;
  const others = state.tables.map((table) => tableText(table.name));
  throw new MigrationError(
    `there is no table "${tableText(name)}" at this place; there ${others.length === 0 ? "are none" : `are ${others.slice(0, 12).join(", ")}${others.length > 12 ? " …" : ""}`}`,
  );
};

export const columnOf = (table: TablePicture, name: string): ColumnPicture => {
  const found = table.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw new MigrationError(
    `table "${tableText(table.name)}" has no column "${name}" at this place; it has ${table.columns.map((column) => column.name).join(", ")}`,
  );
};

/** The picture with the named table replaced. */
export const withTable = (state: SchemaPicture, name: TableName, table: TablePicture): SchemaPicture => ({
  ...state,
  tables: state.tables.map((other) => (sameTable(other.name, name) ? table : other)),
});

export const changeTable = (state: SchemaPicture, name: TableName, change: (table: TablePicture) => TablePicture): SchemaPicture =>
  withTable(state, name, change(tableOf(state, name)));

/** The name for an unnamed primary key. */
export const primaryKeyWord = "primary key";

export const constraintsOf = (table: TablePicture): readonly Constraint[] => [
  ...(table.primaryKey === null ? [] : [{ kind: "primaryKey" as const, ...table.primaryKey }]),
  ...table.uniques.map((unique) => ({ kind: "unique" as const, ...unique })),
  ...table.checks.map((check) => ({ kind: "check" as const, ...check })),
  ...table.foreignKeys.map((key) => ({ kind: "foreignKey" as const, ...key })),
];

export const constraintName = (constraint: Constraint): string => constraint.name ?? primaryKeyWord;

export const constraintOf = (table: TablePicture, name: string): Constraint => {
  const all = constraintsOf(table);
  const found = all.find((constraint) => constraintName(constraint) === name);
  if (found !== undefined) return found;
  throw new MigrationError(
    `table "${tableText(table.name)}" has no constraint "${name}" at this place; it has ${all.map(constraintName).join(", ") || "none"}`,
  );
};

/** A constraint without its `kind`, as in pictures. */
const bare = <C extends Constraint>(constraint: C): Omit<C, "kind"> => {
  const { kind: _, ...picture } = constraint;
  return picture;
};

export const withConstraint = (table: TablePicture, constraint: Constraint): TablePicture => {
  const taken = constraintsOf(table).some((other) => constraintName(other) === constraintName(constraint));
  if (taken) throw new MigrationError(`table "${tableText(table.name)}" has a constraint "${constraintName(constraint)}" already`);
  switch (constraint.kind) {
    case "primaryKey":
      if (table.primaryKey !== null) throw new MigrationError(`table "${tableText(table.name)}" has a primary key already`);
      return { ...table, primaryKey: bare(constraint) };
    case "unique":
      return { ...table, uniques: [...table.uniques, bare(constraint)] };
    case "check":
      return { ...table, checks: [...table.checks, bare(constraint)] };
    case "foreignKey":
      return { ...table, foreignKeys: [...table.foreignKeys, bare(constraint)] };
  }
};

export const withoutConstraint = (table: TablePicture, name: string): TablePicture => {
  const constraint = constraintOf(table, name);
  const others = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] => all.filter((one) => one.name !== name);
  switch (constraint.kind) {
    case "primaryKey":
      return { ...table, primaryKey: null };
    case "unique":
      return { ...table, uniques: others(table.uniques) };
    case "check":
      return { ...table, checks: others(table.checks) };
    case "foreignKey":
      return { ...table, foreignKeys: others(table.foreignKeys) };
  }
};

/** Deep equality; the order of keys does not matter. */
export const equal = (a: unknown, b: unknown): boolean => a === b || canonical(a) === canonical(b);

/** JSON with sorted keys: equal text for equal data. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return `${part}n`;
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }) ?? "undefined";
