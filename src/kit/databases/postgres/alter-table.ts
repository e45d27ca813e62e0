/** Statements that alter a PostgreSQL table. */

import {
  checkClause,
  type ColumnPicture,
  collationOf,
  columnClause,
  commentOnColumn,
  commentOnTable,
  type Dialect,
  foreignKeyClause,
  type IndexPicture,
  indexStatement,
  primaryKeyClause,
  qualified,
  type SqlTexts,
  type TablePicture,
  uniqueClause,
} from "flash-db/internal";
import type { Constraint } from "../../operations/contracts.js";
import { equal } from "../../operations/pictures.js";
import { mentions } from "../../operations/sql-text.js";
import { fillOf, renameMoves, tableChanges, type TableChanges } from "../table-changes.js";
import { sequenceName, type StepOf } from "./names.js";

/** With `online`, constraints are added without checking rows; a separate statement then validates them under a weaker lock. */
export const alterTable = (step: StepOf<"alterTable">, dialect: Dialect, online = false): readonly string[] => {
  const table = qualified(step.after.name, dialect);
  const quote = (name: string): string => dialect.quote(name);
  const alter = (change: string): string => `ALTER TABLE ${table} ${change}`;
  const { changes, validated } = withoutValidated(withRebuiltColumns(tableChanges(step, dialect), dialect));
  const text = (texts: SqlTexts | undefined): string | undefined => texts?.[dialect.name];
  const fills = (column: ColumnPicture): readonly string[] => {
    const value = fillOf({ before: changes.before, fill: step.fill }, column, dialect);
    if (value === undefined) return [];
    return [`UPDATE ${table} SET ${quote(column.name)} = ${value} WHERE ${quote(column.name)} IS NULL`, ...settled(changes, dialect)];
  };
  return [
    ...renames(step, dialect, alter),
    ...changes.indexes.dropped.map((index) => `DROP INDEX ${inSchema(step.after, index.name, dialect)}`),
    ...dropOrder(changes.constraints.dropped).map((one) => alter(`DROP CONSTRAINT ${quote(constraintName(step.after, one))}`)),
    ...changes.constraints.renamed.map(({ before, after }) =>
      alter(`RENAME CONSTRAINT ${quote(constraintName(step.after, before))} TO ${quote(constraintName(step.after, after))}`),
    ),
    ...changes.indexes.renamed.map(
      ({ before, after }) => `ALTER INDEX ${inSchema(step.after, before.name, dialect)} RENAME TO ${quote(after.name)}`,
    ),
    // Columns computed from others are dropped first.
    ...[...changes.dropped]
      .sort((a, b) => Number(b.generated !== null) - Number(a.generated !== null))
      .map((column) => alter(`DROP COLUMN ${quote(column.name)}`)),
    ...changes.added.filter((column) => column.generated === null).flatMap((column) => addColumn(column, fills(column), step, dialect)),
    ...changes.changed.flatMap(({ before, after }) =>
      alterColumn(step, before, after, {
        dialect,
        fill: fills(after),
        using: text(step.using[after.name]),
        settle: settled(changes, dialect),
      }),
    ),
    ...changes.added.filter((column) => column.generated !== null).map((column) => alter(`ADD COLUMN ${columnClause(column, dialect)}`)),
    ...addOrder(changes.constraints.added).flatMap((one) => {
      const later = online && "valid" in one && one.valid;
      const clause = constraintClause(later ? { ...one, valid: false } : one, dialect);
      return clause === null ? [] : [alter(`ADD ${clause}`), ...(later ? [alter(`VALIDATE CONSTRAINT ${quote(one.name)}`)] : [])];
    }),
    ...validated.map((name) => alter(`VALIDATE CONSTRAINT ${quote(name)}`)),
    ...changes.indexes.added.map((index) => indexStatement(step.after.name, index, dialect)),
    ...comments(changes, step.after, dialect),
  ];
};

/** A constraint that only becomes valid is validated instead of recreated. */
const withoutValidated = (changes: TableChanges): { readonly changes: TableChanges; readonly validated: readonly string[] } => {
  const { dropped, added } = changes.constraints;
  const names = added.flatMap((one) => {
    const twin = dropped.find((other) => other.name === one.name);
    const validates = twin !== undefined && "valid" in twin && !twin.valid && equal({ ...twin, valid: true }, one);
    return validates && one.name !== null ? [one.name] : [];
  });
  const others = <T extends Constraint>(all: readonly T[]): readonly T[] => all.filter((one) => !names.includes(one.name ?? ""));
  return {
    changes: { ...changes, constraints: { ...changes.constraints, dropped: others(dropped), added: others(added) } },
    validated: names,
  };
};

/** ALTER TABLE fails while deferred constraints have unchecked rows, so they are checked now and deferred again afterwards. */
const settled = ({ after, constraints: { added } }: TableChanges, dialect: Dialect): readonly string[] => {
  const names = [...after.uniques, ...after.foreignKeys]
    .filter((one) => one.deferrable === "deferred" && !added.some((next) => next.name === one.name))
    .map((one) => inSchema(after, one.name, dialect))
    .join(", ");
  return names === "" ? [] : [`SET CONSTRAINTS ${names} IMMEDIATE`, `SET CONSTRAINTS ${names} DEFERRED`];
};

const inSchema = (table: TablePicture, name: string, dialect: Dialect): string => qualified({ schema: table.name.schema, name }, dialect);

/** The constraint's name, or PostgreSQL's default name. */
const constraintName = (table: TablePicture, one: Constraint): string => one.name ?? `${table.name.name}_pkey`;

const renames = (step: StepOf<"alterTable">, dialect: Dialect, alter: (change: string) => string): readonly string[] => {
  const taken = step.before.columns.map((column) => column.name);
  return renameMoves(step.renamed, taken).flatMap(([from, to]) => {
    const counted = step.before.columns.find((column) => column.name === from)?.identity === "serial";
    const table = step.after.name;
    return [
      alter(`RENAME COLUMN ${dialect.quote(from)} TO ${dialect.quote(to)}`),
      ...(counted
        ? [`ALTER SEQUENCE ${qualified(sequenceName(table, from), dialect)} RENAME TO ${dialect.quote(sequenceName(table, to).name)}`]
        : []),
    ];
  });
};

/** Keys that others depend on are dropped last and added first. */
const rank: { readonly [K in Constraint["kind"]]: number } = { primaryKey: 0, unique: 1, check: 2, foreignKey: 3 };
const addOrder = (all: readonly Constraint[]): readonly Constraint[] => [...all].sort((a, b) => rank[a.kind] - rank[b.kind]);
const dropOrder = (all: readonly Constraint[]): readonly Constraint[] => [...all].sort((a, b) => rank[b.kind] - rank[a.kind]);

const constraintClause = (one: Constraint, dialect: Dialect): string | null => {
  switch (one.kind) {
    case "primaryKey":
      return primaryKeyClause(one, dialect);
    case "unique":
      return uniqueClause(one, dialect);
    case "check":
      return checkClause(one, dialect);
    case "foreignKey":
      return foreignKeyClause(one, dialect);
  }
};

/**
 * A generated column cannot be changed, and prevents type changes of the columns it is computed from: it is dropped and added again, with
 * its constraints and indexes.
 */
const withRebuiltColumns = (changes: TableChanges, dialect: Dialect): TableChanges => {
  const retyped = changes.changed
    .filter(({ before, after }) => typeText(before, dialect) !== typeText(after, dialect))
    .map(({ after }) => after.name);
  const again = changes.after.columns.filter((column) => {
    const changed = changes.changed.some(({ after }) => after === column);
    const before = changes.before.columns.find((one) => one.name === column.name);
    if (before === undefined) return false;
    if (changed && (column.generated !== null || before.generated !== null)) return true;
    const { generated } = before;
    return generated !== null && retyped.some((name) => mentions(generated.expression, name));
  });
  if (again.length === 0) return changes;
  const names = new Set(again.map((column) => column.name));
  const on = (columns: readonly string[]): boolean => columns.some((column) => names.has(column));
  const onColumn = (texts: SqlTexts): boolean => [...names].some((name) => mentions(texts, name));
  const constraintOn = (one: Constraint): boolean => (one.kind === "check" ? onColumn(one.condition) : on(one.columns));
  const indexOn = (one: IndexPicture): boolean =>
    on(one.include) ||
    (one.where !== null && onColumn(one.where)) ||
    one.parts.some((part) => (part.column !== null && names.has(part.column)) || (part.expression !== null && onColumn(part.expression)));
  const rebuilt = <T>(all: TableChanges["constraints"] | TableChanges["indexes"], own: readonly T[], isOn: (one: T) => boolean) => {
    const moved = (all.renamed as readonly { readonly before: T; readonly after: T }[]).filter((pair) => isOn(pair.after));
    const added = all.added as readonly T[];
    const kept = own.filter((one) => isOn(one) && !added.includes(one) && !moved.some((pair) => pair.after === one));
    return {
      // Dropped together with their column.
      dropped: (all.dropped as readonly T[]).filter((one) => !isOn(one)),
      renamed: (all.renamed as readonly { readonly before: T; readonly after: T }[]).filter((pair) => !moved.includes(pair)),
      added: [...added, ...moved.map((pair) => pair.after), ...kept],
    };
  };
  return {
    ...changes,
    dropped: [...changes.dropped, ...changes.before.columns.filter((column) => names.has(column.name))],
    added: [...changes.added, ...again],
    changed: changes.changed.filter(({ after }) => !names.has(after.name)),
    constraints: rebuilt(changes.constraints, constraints(changes.after), constraintOn),
    indexes: rebuilt(changes.indexes, changes.after.indexes, indexOn),
  };
};

const constraints = (table: TablePicture): readonly Constraint[] => [
  ...table.uniques.map((one) => ({ kind: "unique" as const, ...one })),
  ...table.checks.map((one) => ({ kind: "check" as const, ...one })),
  ...table.foreignKeys.map((one) => ({ kind: "foreignKey" as const, ...one })),
];

/** The type with its collation, as after TYPE. */
const typeText = (column: ColumnPicture, dialect: Dialect): string => {
  const collation = collationOf(column, dialect);
  return `${dialect.schema.typeName(column.type)}${collation === null ? "" : ` COLLATE ${collation}`}`;
};

/** A required column with a fill value is filled before it becomes NOT NULL. */
const addColumn = (
  column: ColumnPicture,
  fill: readonly string[],
  { after }: StepOf<"alterTable">,
  dialect: Dialect,
): readonly string[] => {
  const table = qualified(after.name, dialect);
  if (fill.length === 0) return [`ALTER TABLE ${table} ADD COLUMN ${columnClause(column, dialect)}`];
  return [
    // Without its default, which every row would get before it is filled.
    `ALTER TABLE ${table} ADD COLUMN ${columnClause({ ...column, nullable: true, default: null }, dialect)}`,
    ...fill,
    ...setDefault(table, column, dialect),
    ...(column.nullable ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${dialect.quote(column.name)} SET NOT NULL`]),
  ];
};

const setDefault = (table: string, column: ColumnPicture, dialect: Dialect): readonly string[] => {
  const value = column.default?.[dialect.name];
  return value === undefined ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${dialect.quote(column.name)} SET DEFAULT ${value}`];
};

interface AlterColumn {
  readonly dialect: Dialect;
  readonly fill: readonly string[];
  readonly using: string | undefined;
  /** Runs after rows were written. */
  readonly settle: readonly string[];
}

const alterColumn = (
  step: StepOf<"alterTable">,
  before: ColumnPicture,
  after: ColumnPicture,
  { dialect, fill, using, settle }: AlterColumn,
): readonly string[] => {
  const table = qualified(step.after.name, dialect);
  const name = dialect.quote(after.name);
  const alter = (change: string): string => `ALTER TABLE ${table} ALTER COLUMN ${name} ${change}`;
  const retyped = typeText(before, dialect) !== typeText(after, dialect);
  const hadDefault = before.default?.[dialect.name];
  const hasDefault = after.default?.[dialect.name];
  const newDefault = hadDefault !== hasDefault || (retyped && hasDefault !== undefined);
  const sequence = sequenceName(step.after.name, after.name);
  return [
    ...(before.identity !== null && before.identity !== after.identity ? uncounted(before, alter, qualified(sequence, dialect)) : []),
    // The default would have to be converted too.
    ...(hadDefault !== undefined && newDefault ? [alter("DROP DEFAULT")] : []),
    ...(retyped ? [alter(`TYPE ${typeText(after, dialect)}${conversion(before, after, using, dialect)}`)] : []),
    ...(!retyped && using !== undefined ? [`UPDATE ${table} SET ${name} = ${using}`, ...settle] : []),
    ...fill,
    ...(newDefault && hasDefault !== undefined ? [alter(`SET DEFAULT ${hasDefault}`)] : []),
    ...(before.nullable === after.nullable ? [] : [alter(after.nullable ? "DROP NOT NULL" : "SET NOT NULL")]),
    ...(after.identity !== null && before.identity !== after.identity ? counted(step.after, after, dialect) : []),
  ];
};

const uncounted = (before: ColumnPicture, alter: (change: string) => string, sequence: string): readonly string[] =>
  before.identity === "serial" ? [alter("DROP DEFAULT"), `DROP SEQUENCE ${sequence}`] : [alter("DROP IDENTITY")];

/** Continues numbering after the largest existing number. */
const counted = (table: TablePicture, column: ColumnPicture, dialect: Dialect): readonly string[] => {
  const name = dialect.quote(column.name);
  const [owner, sequence] = [qualified(table.name, dialect), qualified(sequenceName(table.name, column.name), dialect)];
  const alter = (change: string): string => `ALTER TABLE ${owner} ALTER COLUMN ${name} ${change}`;
  const literal = (text: string): string => dialect.schema.literal(text, { kind: "text" });
  const made =
    column.identity === "serial"
      ? [
          `CREATE SEQUENCE ${sequence} AS ${dialect.schema.typeName(column.type)} OWNED BY ${owner}.${name}`,
          alter(`SET DEFAULT nextval(${literal(sequence)}::regclass)`),
        ]
      : [alter(`ADD GENERATED ${column.identity === "always" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`)];
  return [
    ...made,
    `SELECT setval(pg_get_serial_sequence(${literal(owner)}, ${literal(column.name)}), (SELECT coalesce(max(${name}), 0) + 1 FROM ${owner}), false)`,
  ];
};

const textual = new Set(["text", "varchar", "enum"]);

/** A cast to varchar would truncate long values; an assignment refuses them. */
const conversion = (before: ColumnPicture, after: ColumnPicture, using: string | undefined, dialect: Dialect): string => {
  if (using !== undefined) return ` USING ${using}`;
  const name = dialect.quote(after.name);
  const type = dialect.schema.typeName(after.type);
  if (type === dialect.schema.typeName(before.type)) return "";
  if (after.type.kind === "varchar" || /^(?:character|char|varchar)\b/.test(type))
    return textual.has(before.type.kind) ? "" : ` USING ${name}::text`;
  return ` USING ${name}::${type}`;
};

const comments = (changes: TableChanges, after: TablePicture, dialect: Dialect): readonly string[] => [
  ...(changes.before.comment === changes.after.comment ? [] : [commentOnTable(after.name, changes.after.comment, dialect)]),
  ...changes.after.columns
    .filter((column) => {
      const before = changes.added.includes(column) ? undefined : changes.before.columns.find((one) => one.name === column.name);
      return (before?.comment ?? null) !== column.comment;
    })
    .map((column) => commentOnColumn(after.name, column.name, column.comment, dialect)),
];
