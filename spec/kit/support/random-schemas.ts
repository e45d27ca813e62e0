/** Random pictures of schemas, each a change of another one, and rows that try the bounds of their types. */

import type { Dialect } from "../../../src/database/contracts.js";
import { typeChecks } from "../../../src/schema/column-picture.js";
import { inOrder } from "../../../src/schema/from-models.js";
import type { ColumnPicture, ForeignKeyPicture, IndexPicture, SchemaPicture, SqlTexts, TablePicture } from "../../../src/schema/picture.js";
import { type DataType, types } from "../../../src/sql/types.js";

/** The same numbers for the same seed. */
export const randomOf = (seed: number) => {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  return {
    next,
    below: (count: number): number => Math.floor(next() * count),
    chance: (part: number): boolean => next() < part,
    pick: <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T,
  };
};
export type Random = ReturnType<typeof randomOf>;

const columnTypes: readonly DataType[] = [
  types.text,
  types.varchar(5),
  types.varchar(40),
  types.smallint,
  types.integer,
  types.bigint,
  types.double,
  types.decimal(12, 3),
  types.boolean,
  types.uuid,
  types.timestamp,
  types.time,
  types.duration,
  types.real,
  types.date,
  types.json,
  types.bytes,
  types.enum(["a", "b", "it's"]),
  types.enum(["a", "b", "c"]),
];

const both = (text: string): SqlTexts => ({ sqlite: text, postgres: text });
const defaults: Partial<Record<DataType["kind"], readonly SqlTexts[]>> = {
  text: [both("'x'"), both("'it''s'"), both("''"), both("lower('AB')")],
  varchar: [both("'v'")],
  integer: [both("7"), both("-1"), both("1 + 1")],
  bigint: [both("9")],
  enum: [both("'a'")],
  boolean: [{ sqlite: "1", postgres: "true" }],
};

const columnOf = (random: Random, table: string, name: string, dialects: readonly Dialect[]) => {
  const type = random.pick(columnTypes);
  const known = defaults[type.kind];
  const column: ColumnPicture = {
    name,
    type,
    nullable: random.chance(0.5),
    identity: null,
    default: known !== undefined && random.chance(0.4) ? random.pick(known) : null,
    generated: null,
    collation: type.kind === "text" && random.chance(0.2) ? "default" : null,
    comment: null,
  };
  return {
    column: dialects.length === 1 && dialects[0]?.name === "sqlite" ? { ...column, collation: null } : column,
    checks: typeChecks(table, name, type, dialects),
  };
};

const id: ColumnPicture = {
  name: "id",
  type: types.wideInteger as DataType,
  nullable: false,
  identity: "byDefault",
  default: null,
  generated: null,
  collation: null,
  comment: null,
};

const part = (column: string, descending = false) => ({
  column,
  expression: null,
  descending,
  nulls: null,
  collation: null,
  operatorClass: null,
});

const indexOf = (random: Random, table: string, columns: readonly string[]): IndexPicture => {
  const of = random.pick(columns);
  return {
    name: `${table}_${of}_idx`,
    method: "btree",
    parts: [part(of, random.chance(0.3))],
    include: [],
    unique: false,
    nullsNotDistinct: false,
    where: random.chance(0.3) ? both(`"${of}" IS NOT NULL`) : null,
    valid: true,
  };
};

const keyTo = (random: Random, table: string, column: string, to: string): ForeignKeyPicture => ({
  name: `${table}_${column}_fkey`,
  columns: [column],
  references: { schema: null, name: to },
  referencedColumns: ["id"],
  onDelete: random.pick(["cascade", "setNull", "nothing"] as const),
  onUpdate: random.chance(0.2) ? "cascade" : "nothing",
  deferrable: random.pick([null, null, "deferred", "immediate"] as const),
  valid: true,
});

const finish = (
  random: Random,
  name: string,
  columns: readonly ColumnPicture[],
  own: Pick<TablePicture, "checks" | "foreignKeys">,
): TablePicture => {
  const plain = columns.filter((column) => column.identity === null && column.generated === null && column.type.kind !== "json");
  const names = plain.map((column) => column.name);
  const integers = plain.filter((column) => column.type.kind === "integer" && !column.name.endsWith("_id"));
  return {
    name: { schema: null, name },
    columns,
    primaryKey: { name: null, columns: ["id"] },
    uniques:
      names.length > 1 && random.chance(0.3)
        ? [
            {
              name: `${name}_${names[0]}_id_key`,
              columns: [names[0] as string, "id"],
              include: [],
              nullsNotDistinct: false,
              deferrable: null,
            },
          ]
        : [],
    checks: [
      ...own.checks,
      ...(integers[0] !== undefined && random.chance(0.3)
        ? [
            {
              name: `${name}_small`,
              column: null,
              condition: both(`"${integers[0].name}" < 2147483647 OR "${integers[0].name}" IS NOT NULL`),
              valid: true,
            },
          ]
        : []),
    ],
    indexes: names.length > 0 && random.chance(0.5) ? [indexOf(random, name, names)] : [],
    foreignKeys: own.foreignKeys,
    comment: null,
    options: null,
  };
};

const tableOf = (random: Random, name: string, others: readonly string[], dialects: readonly Dialect[]): TablePicture => {
  const columns: ColumnPicture[] = [id];
  const checks: TablePicture["checks"][number][] = [];
  const foreignKeys: ForeignKeyPicture[] = [];
  const count = 1 + random.below(5);
  for (let number = 0; number < count; number++) {
    const made = columnOf(random, name, `c${random.below(8)}`, dialects);
    if (columns.some((column) => column.name === made.column.name)) continue;
    columns.push(made.column);
    checks.push(...made.checks);
  }
  if (others.length > 0 && random.chance(0.6)) {
    const to = random.pick(others);
    columns.push({ ...id, name: `${to}_id`, identity: null, nullable: true });
    foreignKeys.push(keyTo(random, name, `${to}_id`, to));
  }
  const first = columns.find((column) => column.type.kind === "integer" && column.identity === null);
  if (first !== undefined && random.chance(0.2))
    columns.push({
      ...id,
      name: "made",
      type: types.integer as DataType,
      identity: null,
      nullable: true,
      generated: { expression: both(`coalesce("${first.name}", 0)`), stored: true },
    });
  return finish(random, name, columns, { checks, foreignKeys });
};

const names = ["ant", "bee", "cat", "dog", "eel"];

export const randomSchema = (random: Random, dialects: readonly Dialect[]): SchemaPicture => {
  const tables: TablePicture[] = [];
  for (const name of names)
    if (random.chance(0.6)) tables.push(tableOf(random, name, [...tables.map((table) => table.name.name), name], dialects));
  return { tables: inOrder(inCircle(random, tables)), enums: [], sequences: [], unmanaged: [] };
};

/** Sometimes the first table refers to the last, which may refer to it. */
const inCircle = (random: Random, tables: readonly TablePicture[]): readonly TablePicture[] => {
  const [first, last] = [tables[0], tables.at(-1)];
  if (first === undefined || last === undefined || first === last || !random.chance(0.4)) return tables;
  const name = `${last.name.name}_id`;
  if (first.columns.some((column) => column.name === name)) return tables;
  const column: ColumnPicture = { ...id, name, identity: null, nullable: true };
  const key = keyTo(random, first.name.name, name, last.name.name);
  return [{ ...first, columns: [...first.columns, column], foreignKeys: [...first.foreignKeys, key] }, ...tables.slice(1)];
};

/** Another schema that has most of this one. */
export const changedSchema = (random: Random, { tables: before }: SchemaPicture, dialects: readonly Dialect[]): SchemaPicture => {
  const kept = before.filter(() => !random.chance(0.15));
  const there = new Set(kept.map((table) => table.name.name));
  const tables = kept.map((table): TablePicture => {
    const name = table.name.name;
    // A key whose table goes has nothing to refer to when that comes back empty.
    const stranded = new Set(table.foreignKeys.filter((key) => !there.has(key.references.name)).flatMap((key) => key.columns));
    let columns = table.columns.filter((column) => column.name === "id" || (!stranded.has(column.name) && !random.chance(0.15)));
    let checks = table.checks.filter((check) => check.column !== null && columns.some((column) => column.name === check.column));
    for (const column of columns) {
      if (column.identity !== null || column.generated !== null || column.name.endsWith("_id") || !random.chance(0.25)) continue;
      const made = columnOf(random, name, column.name, dialects);
      // Other types only where each value of the old one can be one of the new.
      const type = random.chance(0.5) && convertible(column.type, made.column.type) ? made.column.type : column.type;
      const value = type === column.type ? (random.chance(0.5) ? column.default : null) : null;
      columns = columns.map((one) => (one === column ? { ...made.column, type, default: value, collation: null } : one));
      checks = [...checks.filter((check) => check.column !== column.name), ...typeChecks(name, column.name, type, dialects)];
    }
    if (random.chance(0.4)) {
      const made = columnOf(random, name, `n${random.below(4)}`, dialects);
      if (!columns.some((column) => column.name === made.column.name)) {
        columns = [...columns, made.column];
        checks = [...checks, ...made.checks];
      }
    }
    columns = columns.filter(
      (column) =>
        column.generated === null ||
        columns.some((one) => column.generated?.expression["sqlite"]?.includes(`"${one.name}"`) === true && one.type.kind === "integer"),
    );
    const foreignKeys = table.foreignKeys.filter(
      (key) => columns.some((column) => column.name === key.columns[0]) && there.has(key.references.name),
    );
    return finish(random, name, columns, { checks, foreignKeys });
  });
  for (const name of names)
    if (!before.some((table) => table.name.name === name) && random.chance(0.3))
      tables.push(tableOf(random, name, [...tables.map((table) => table.name.name), name], dialects));
  return { tables: inOrder(tables), enums: [], sequences: [], unmanaged: [] };
};

const widening: Partial<Record<DataType["kind"], readonly DataType["kind"][]>> = {
  varchar: ["text"],
  enum: ["text"],
  smallint: ["integer", "bigint", "text"],
  integer: ["bigint", "text"],
  bigint: ["text"],
  uuid: ["text"],
};
const convertible = (from: DataType, to: DataType): boolean => {
  if (from.kind === "varchar" && to.kind === "varchar") return to.length >= from.length;
  return widening[from.kind]?.includes(to.kind) === true;
};

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const values: { readonly [K in DataType["kind"]]?: (type: DataType, dialect: Dialect) => readonly string[] } = {
  text: () => [text(""), text('it\'s \\ "q" 日本 😀'), text("x".repeat(3000)), text("NULL"), text("0")],
  varchar: (type) => [text(""), text("é".repeat(type.kind === "varchar" ? type.length : 1)), text("a'b")],
  smallint: () => ["0", "-32768", "32767"],
  integer: () => ["0", "-2147483648", "2147483647", "-1"],
  bigint: () => ["0", "-9223372036854775808", "9223372036854775807"],
  double: () => ["0", "1.5e300", "-0.1", "5e-324"],
  real: () => ["0", "1.5", "-0.25"],
  time: () => [text("00:00:00"), text("23:59:59.999")],
  duration: (_, dialect) => (dialect.name === "sqlite" ? ["0", "-86400001"] : ["interval '0'", "interval '-86400.001 seconds'"]),
  decimal: (_, dialect) =>
    dialect.name === "sqlite" ? ["'0.000'", "'-999999999.999'", "'12.340'"] : ["0.000", "-999999999.999", "12.340"],
  boolean: (_, dialect) => (dialect.name === "sqlite" ? ["0", "1"] : ["false", "true"]),
  uuid: () => [text("00000000-0000-0000-0000-000000000000"), text("ffffffff-ffff-ffff-ffff-ffffffffffff")],
  timestamp: (_, dialect) => (dialect.name === "sqlite" ? [text("2024-02-29T23:59:59.999Z")] : [text("2024-02-29T23:59:59.999Z")]),
  date: () => [text("0001-01-01"), text("9999-12-31")],
  json: () => [text('{"a":[1,null,"x"]}'), text("null"), text("[]")],
  bytes: (_, dialect) => (dialect.name === "sqlite" ? ["X''", "X'00ff27'"] : ["'\\x'::bytea", "'\\x00ff27'::bytea"]),
  enum: (type) => (type.kind === "enum" ? type.values.map(text) : []),
};

/** INSERTs for a table, with nulls where they may be. */
export const rowsOf = (random: Random, table: TablePicture, dialect: Dialect): readonly string[] =>
  [1, 2, 3, 4].map((number) => {
    const columns = table.columns.filter((column) => column.generated === null);
    const cells = columns.map((column) => {
      if (column.name === "id") return String(number * 10);
      if (column.name.endsWith("_id")) return "NULL";
      if (column.nullable && random.chance(0.3)) return "NULL";
      return random.pick(values[column.type.kind]?.(column.type, dialect) ?? ["NULL"]);
    });
    return `INSERT INTO ${dialect.quote(table.name.name)} (${columns.map((column) => dialect.quote(column.name)).join(", ")}) VALUES (${cells.join(", ")})`;
  });

/** UPDATEs that let rows refer to each other and to themselves, in circles too. */
export const keysOf = (random: Random, table: TablePicture, dialect: Dialect): readonly string[] =>
  table.columns
    .filter((column) => column.name.endsWith("_id"))
    .flatMap((column) =>
      [1, 2, 3, 4].flatMap((number) =>
        random.chance(0.3)
          ? []
          : [
              `UPDATE ${dialect.quote(table.name.name)} SET ${dialect.quote(column.name)} = ${(1 + random.below(4)) * 10} WHERE id = ${number * 10}`,
            ],
      ),
    );
