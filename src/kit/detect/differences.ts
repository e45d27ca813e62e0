/** The operations that turn a table into its new version, by phase. */

import {
  type ColumnPicture,
  type ForeignKeyPicture,
  type IndexPicture,
  needsIndex,
  type SchemaPicture,
  type TableName,
  type TablePicture,
} from "flash-db/internal";
import {
  type ColumnChanges,
  type Constraint,
  constraintName,
  constraintsOf,
  equal,
  findTable,
  type Operation,
} from "../operations/index.js";
import { type Answers, columnText, type Question } from "./answers.js";

/** In order: remove obstacles, add, change, tighten, index, drop. */
export interface Phases {
  readonly free: Operation[];
  readonly rename: Operation[];
  readonly add: Operation[];
  readonly alter: Operation[];
  readonly tighten: Operation[];
  readonly link: Operation[];
  readonly drop: Operation[];
  readonly questions: Question[];
}
export const noPhases = (): Phases => ({ free: [], rename: [], add: [], alter: [], tighten: [], link: [], drop: [], questions: [] });

/** Values for existing rows in new required columns, by `users.age`, from the models' defaults. */
export type Fills = Answers["fills"];

export const compareTable = (before: TablePicture, after: TablePicture, fills: Fills, phases: Phases): void => {
  const table = after.name;
  compareColumns(before, after, fills, phases);
  compareConstraints(table, before, after, phases);
  compareIndexes(table, before, after, phases);
  const options = {
    ...(before.comment === after.comment ? {} : { comment: after.comment }),
    ...(equal(before.options, after.options) ? {} : { options: after.options }),
  };
  if (Object.keys(options).length > 0) phases.alter.push({ kind: "alterTable", table, ...options });
};

const compareColumns = (before: TablePicture, after: TablePicture, fills: Fills, phases: Phases): void => {
  const table = after.name;
  for (const column of after.columns) {
    const was = before.columns.find((one) => one.name === column.name);
    const fill = fills[columnText(table, column.name)] ?? null;
    const checks = typeChecks(after, column.name);
    if (was === undefined) {
      if (isRequired(column) && fill === null) phases.questions.push(askFill(table, column));
      phases.add.push({ kind: "addColumn", table, column, checks, fill: isRequired(column) ? fill : null });
      continue;
    }
    const changes = changesOf(was, column);
    if (changes.nullable === false && isRequired(column) && fill === null) phases.questions.push(askTighten(table, column));
    const sameChecks = equal(sorted(typeChecks(before, column.name)), sorted(checks));
    if (Object.keys(changes).length === 0 && sameChecks) continue;
    const retyped = changes.type !== undefined || !sameChecks;
    phases.alter.push({
      kind: "alterColumn",
      table,
      column: column.name,
      changes: retyped ? { type: column.type, ...changes } : changes,
      checks: retyped ? checks : null,
      using: null,
      fill: changes.nullable === false ? fill : null,
    });
  }
  for (const column of [...before.columns].sort((a, b) => Number(a.generated === null) - Number(b.generated === null)))
    if (!after.columns.some((one) => one.name === column.name)) phases.drop.push({ kind: "dropColumn", table, column: column.name });
};

const sorted = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
  [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
const typeChecks = (table: TablePicture, column: string): TablePicture["checks"] => table.checks.filter((check) => check.column === column);

/** Whether existing rows would have no value. */
const isRequired = (column: ColumnPicture): boolean =>
  !column.nullable && column.default === null && column.generated === null && column.identity === null;

const askFill = (table: TableName, column: ColumnPicture): Question => {
  const name = columnText(table, column.name);
  return {
    kind: "fill",
    object: name,
    text: `column ${name} is new and not nullable: which value do existing rows get?`,
    answers: [
      { text: "this value", option: `--fill ${name}=VALUE` },
      { text: "the model's default: give the field .default(…) or .dbDefault(…)", option: ".default(value)" },
      { text: "NULL: make the field .nullable()", option: ".nullable()" },
    ],
  };
};

const askTighten = (table: TableName, column: ColumnPicture): Question => {
  const name = columnText(table, column.name);
  return {
    kind: "fill",
    object: name,
    text: `column ${name} is no longer nullable: which value do rows with NULL get?`,
    answers: [
      { text: "this value, for rows with NULL", option: `--fill ${name}=VALUE` },
      { text: "the model's default: give the field .default(…) or .dbDefault(…)", option: ".default(value)" },
      { text: "keep NULL: make the field .nullable()", option: ".nullable()" },
    ],
  };
};

const changesOf = (was: ColumnPicture, is: ColumnPicture): ColumnChanges => {
  const keys = ["type", "nullable", "default", "generated", "identity", "collation", "comment"] as const;
  return Object.fromEntries(keys.filter((key) => !equal(was[key], is[key])).map((key) => [key, is[key]]));
};

const content = (constraint: Constraint): unknown => ({ ...constraint, name: null });

const compareConstraints = (table: TableName, before: TablePicture, after: TablePicture, phases: Phases): void => {
  const own = (picture: TablePicture): readonly Constraint[] =>
    constraintsOf(picture).filter((constraint) => constraint.kind !== "check" || constraint.column === null);
  const gone = own(before).filter((one) => !own(after).some((other) => equal(one, other)));
  const come = own(after).filter((one) => !own(before).some((other) => equal(one, other)));
  const taken = new Set<Constraint>();
  for (const one of gone) {
    const name = constraintName(one);
    const renamed = come.find((other) => !taken.has(other) && other.kind === one.kind && equal(content(one), content(other)));
    if (renamed !== undefined && one.name !== null && renamed.name !== null) {
      taken.add(renamed);
      phases.rename.push({ kind: "renameConstraint", table, from: name, to: constraintName(renamed) });
    } else if (one.kind === "foreignKey")
      // The referenced object may be dropped next, in any table.
      phases.free.unshift({ kind: "dropConstraint", table, name });
    else phases.free.push({ kind: "dropConstraint", table, name });
  }
  for (const one of come.filter((other) => !taken.has(other)))
    (one.kind === "foreignKey" ? phases.link : phases.tighten).push({ kind: "addConstraint", table, constraint: one });
};

const compareIndexes = (table: TableName, before: TablePicture, after: TablePicture, phases: Phases): void => {
  const gone = before.indexes.filter((one) => !after.indexes.some((other) => equal(one, other)));
  const come = after.indexes.filter((one) => !before.indexes.some((other) => equal(one, other)));
  const taken = new Set<IndexPicture>();
  for (const one of gone) {
    const renamed = come.find((other) => !taken.has(other) && equal({ ...one, name: "" }, { ...other, name: "" }));
    if (renamed !== undefined) {
      taken.add(renamed);
      phases.rename.push({ kind: "renameIndex", table, from: one.name, to: renamed.name });
    } else phases.free.push({ kind: "dropIndex", table, name: one.name });
  }
  for (const index of come.filter((other) => !taken.has(other))) phases.tighten.push({ kind: "addIndex", table, index });
};

/** Native types and sequences. */
export const compareOthers = (
  before: SchemaPicture,
  after: SchemaPicture,
): { readonly first: readonly Operation[]; readonly last: readonly Operation[] } => {
  const first: Operation[] = [];
  const last: Operation[] = [];
  for (const type of after.enums) {
    const was = before.enums.find((one) => equal(one.name, type.name));
    if (was === undefined) first.push({ kind: "addEnum", type });
    else if (!equal(was.values, type.values)) first.push({ kind: "alterEnum", name: type.name, values: type.values, renamed: {} });
  }
  for (const { name } of before.enums) if (!after.enums.some((one) => equal(one.name, name))) last.push({ kind: "dropEnum", name });
  for (const sequence of after.sequences) {
    const was = before.sequences.find((one) => equal(one.name, sequence.name));
    if (was !== undefined && !equal(was, sequence)) last.push({ kind: "dropSequence", name: was.name });
    if (was === undefined || !equal(was, sequence)) (sequence.ownedBy === null ? first : last).push({ kind: "addSequence", sequence });
  }
  for (const { name } of before.sequences)
    if (!after.sequences.some((one) => equal(one.name, name))) last.push({ kind: "dropSequence", name });
  return { first, last };
};

/** New tables, each after those it refers to; keys in cycles are returned separately, to be added when all tables exist. */
export const newTables = (
  before: SchemaPicture,
  after: SchemaPicture,
): { readonly tables: readonly Operation[]; readonly keys: readonly Operation[] } => {
  const made: TablePicture[] = [...before.tables];
  const keys: Operation[] = [];
  const tables = after.tables
    .filter((table) => findTable(before, table.name) === undefined)
    .map((table): Operation => {
      made.push(table);
      const early = table.foreignKeys.filter(
        (key) =>
          !made.some((other) => equal(other.name, key.references)) ||
          // The key may need an index that is created later.
          needsIndex(key, findTable(after, key.references)),
      );
      keys.push(
        ...early.map((key): Operation => ({ kind: "addConstraint", table: table.name, constraint: { kind: "foreignKey", ...key } })),
      );
      return { kind: "addTable", table: { ...table, foreignKeys: table.foreignKeys.filter((key) => !early.includes(key)) } };
    });
  return { tables, keys };
};

/** Whether the key blocks changes of the table that it refers to. */
const holdsFast = (key: ForeignKeyPicture, was: TablePicture | undefined, is: TablePicture | undefined): boolean =>
  was !== undefined &&
  is !== undefined &&
  (!equal([was.primaryKey, was.uniques, was.indexes], [is.primaryKey, is.uniques, is.indexes]) ||
    key.referencedColumns.some((column) => !is.columns.some((one) => one.name === column)));

/** Dropped tables, each before those it refers to; keys in cycles between them are dropped first. */
export const goneTables = (
  before: SchemaPicture,
  after: SchemaPicture,
): { readonly keys: readonly Operation[]; readonly tables: readonly Operation[] } => {
  const left = before.tables.filter((table) => findTable(after, table.name) === undefined);
  const keys: Operation[] = left.flatMap((table) =>
    table.foreignKeys
      .filter((key) => holdsFast(key, findTable(before, key.references), findTable(after, key.references)))
      .map(({ name }): Operation => ({ kind: "dropConstraint", table: table.name, name })),
  );
  const tables: Operation[] = [];
  while (left.length > 0) {
    const refersTo = (one: TablePicture, other: TablePicture): boolean =>
      one !== other && one.foreignKeys.some((key) => equal(key.references, other.name));
    const free = left.findIndex((table) => !left.some((other) => refersTo(other, table)));
    const at = Math.max(free, 0);
    const [table] = left.splice(at, 1);
    if (table === undefined) break;
    if (free === -1)
      for (const other of left)
        for (const key of other.foreignKeys.filter((one) => equal(one.references, table.name)))
          if (!keys.some((one) => one.kind === "dropConstraint" && one.name === key.name && equal(one.table, other.name)))
            keys.push({ kind: "dropConstraint", table: other.name, name: key.name });
    tables.push({ kind: "dropTable", table: table.name });
  }
  return { keys, tables };
};
