/** Reads PostgreSQL's catalogue into a picture. */

import {
  type CheckPicture,
  type ColumnPicture,
  type DataType,
  type Deferrable,
  type ForeignKeyAction,
  type ForeignKeyPicture,
  type IdentityKind,
  type IndexPart,
  type IndexPicture,
  inOrder,
  type PrimaryKeyPicture,
  type SchemaPicture,
  type SqlTexts,
  type TableName,
  type TablePicture,
  types,
  type UniquePicture,
  type UnmanagedObject,
} from "flash-db/internal";
import type { DatabaseSession } from "../session.js";
import { catalogue } from "./catalogue.js";
import type { ColumnRow, ConstraintRow, EnumRow, IndexRow, SequenceRow, TableRow, UnmanagedRow } from "./rows.js";
import { typeOfName } from "./types.js";

/** The schemas to read, with their names in the picture; null: tables are shown without a schema. */
export type SchemaNames = ReadonlyMap<string, string | null>;

export const readPostgres = async (session: DatabaseSession, schemas: SchemaNames): Promise<SchemaPicture> => {
  const quoted = [...schemas.keys()].map((name) => session.dialect.schema.literal(name, types.text)).join(", ");
  const statements = catalogue(quoted);
  const read = async <T>(text: string): Promise<readonly T[]> => (await session.rows(text)).map(([cell]) => JSON.parse(String(cell)) as T);
  const texts = (text: string): SqlTexts => ({ [session.dialect.name]: text });
  const nameOf = (schema: string, name: string): TableName => ({ schema: schemas.get(schema) ?? null, name });

  const tables = await read<TableRow>(statements.tables);
  const columns = byTable(await read<ColumnRow>(statements.columns));
  const constraints = byTable(await read<ConstraintRow>(statements.constraints));
  const indexes = byTable(await read<IndexRow>(statements.indexes));
  const enums = await read<EnumRow>(statements.enums);
  const sequences = await read<SequenceRow>(statements.sequences);
  const unmanaged: UnmanagedRow[] = [];
  for (const text of statements.unmanaged) unmanaged.push(...(await read<UnmanagedRow>(text)));

  const byId = new Map(tables.map((table) => [table.id, table]));
  /** Sequences that belong to a `serial` column of their table. */
  const serial = new Set<string>();
  const pictures = tables.map((table): TablePicture => {
    const own = columns.get(table.id) ?? [];
    const names = new Map(own.map((row) => [row.number, row.name]));
    const named = (numbers: readonly number[] | null): readonly string[] => (numbers ?? []).map((number) => names.get(number) ?? "");
    const rules = constraints.get(table.id) ?? [];
    return {
      name: nameOf(table.schema, table.name),
      columns: own.map((row) => {
        const column = columnOf(table, row, texts);
        if (column.identity === "serial" && row.sequence !== null) serial.add(JSON.stringify([table.schema, row.sequence]));
        return column;
      }),
      primaryKey: rules.filter((row) => row.kind === "p").map((row) => primaryKeyOf(table, row, named))[0] ?? null,
      uniques: rules.filter((row) => row.kind === "u").map((row) => uniqueOf(row, named)),
      checks: rules.filter((row) => row.kind === "c").map((row) => checkOf(row, texts)),
      indexes: (indexes.get(table.id) ?? []).map((row) => indexOf(row, named, texts)),
      foreignKeys: rules.filter((row) => row.kind === "f").map((row) => foreignKeyOf(row, named, nameOf)),
      comment: table.comment,
      options: table.partition === null ? null : texts(`PARTITION BY ${table.partition}`),
    };
  });
  return {
    tables: inOrder(pictures),
    enums: enums.map((row) => ({ name: nameOf(row.schema, row.name), values: row.values ?? [], comment: row.comment })),
    sequences: sequences
      .filter((row) => !serial.has(JSON.stringify([row.schema, row.name])))
      .map((row) => {
        const table = row.table === null ? undefined : byId.get(row.table);
        return {
          name: nameOf(row.schema, row.name),
          type: typeOfName(row.type),
          start: row.start,
          increment: row.increment,
          minimum: row.minimum,
          maximum: row.maximum,
          cycle: row.cycle,
          ownedBy: table === undefined || row.column === null ? null : { table: nameOf(table.schema, table.name), column: row.column },
        };
      }),
    unmanaged: [
      ...unmanaged.map((row): UnmanagedObject => ({
        kind: row.kind,
        name: nameOf(row.schema, row.name),
        table: row.table === null ? null : nameOf(row.schema, row.table),
        definition: row.definition ?? "",
      })),
      ...tables.flatMap((table) =>
        (constraints.get(table.id) ?? [])
          .filter((row) => row.kind === "x")
          .map((row): UnmanagedObject => ({
            kind: "exclusion",
            name: nameOf(table.schema, row.name),
            table: nameOf(table.schema, table.name),
            definition: row.definition,
          })),
      ),
    ],
  };
};

const byTable = <R extends { readonly table: string }>(rows: readonly R[]): ReadonlyMap<string, readonly R[]> => {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.table);
    if (group === undefined) groups.set(row.table, [row]);
    else group.push(row);
  }
  return groups;
};

type Texts = (text: string) => SqlTexts;
type Named = (numbers: readonly number[] | null) => readonly string[];

const columnOf = (table: TableRow, row: ColumnRow, texts: Texts): ColumnPicture => {
  const type = typeOfName(row.type);
  const identity = identityOf(table, row, type);
  const generated = row.generated !== "";
  return {
    name: row.name,
    type,
    nullable: !row.notNull,
    identity,
    default: identity !== null || generated || row.value === null ? null : texts(row.value),
    generated: generated && row.value !== null ? { expression: texts(row.value), stored: row.generated === "s" } : null,
    collation: collationOf(row, type),
    comment: row.comment,
  };
};

const identityOf = (table: TableRow, row: ColumnRow, type: DataType): IdentityKind | null => {
  if (row.identity === "a") return "always";
  if (row.identity === "d") return "byDefault";
  const counted = type.kind === "integer" || type.kind === "bigint" || type.kind === "smallint";
  const usual = row.sequence === `${table.name}_${row.name}_seq`;
  return counted && usual && row.notNull && row.value?.startsWith("nextval(") === true ? "serial" : null;
};

/** Ordering by code point is the norm; `"default"` stands for the database's default collation. */
const collationOf = (row: ColumnRow, type: DataType): string | null => {
  const forced = type.kind === "text" || type.kind === "varchar";
  if (row.collation === null || (forced ? row.collation === "C" : row.usual)) return null;
  return row.collation;
};

const deferrableOf = (row: ConstraintRow): Deferrable => (row.deferrable ? (row.deferred ? "deferred" : "immediate") : null);

const primaryKeyOf = (table: TableRow, row: ConstraintRow, named: Named): PrimaryKeyPicture => ({
  name: row.name === `${table.name}_pkey` ? null : row.name,
  columns: named(row.columns),
});

const uniqueOf = (row: ConstraintRow, named: Named): UniquePicture => ({
  name: row.name,
  columns: named(row.columns),
  include: named(row.include),
  nullsNotDistinct: row.nullsNotDistinct === true,
  deferrable: deferrableOf(row),
});

const checkOf = (row: ConstraintRow, texts: Texts): CheckPicture => ({
  name: row.name,
  column: null,
  condition: texts(row.condition ?? ""),
  valid: row.valid,
});

const actions: Readonly<Record<string, ForeignKeyAction>> = {
  a: "nothing",
  r: "restrict",
  c: "cascade",
  n: "setNull",
  d: "setDefault",
};

const foreignKeyOf = (row: ConstraintRow, named: Named, nameOf: (schema: string, name: string) => TableName): ForeignKeyPicture => ({
  name: row.name,
  columns: named(row.columns),
  references: nameOf(row.toSchema ?? "", row.to ?? ""),
  referencedColumns: row.toColumns ?? [],
  onDelete: actions[row.onDelete] ?? "nothing",
  onUpdate: actions[row.onUpdate] ?? "nothing",
  deferrable: deferrableOf(row),
  valid: row.valid,
});

const indexOf = (row: IndexRow, named: Named, texts: Texts): IndexPicture => ({
  name: row.name,
  method: row.method,
  parts: row.parts.map((part): IndexPart => {
    const descending = (part.options & 1) !== 0;
    const nullsFirst = (part.options & 2) !== 0;
    return {
      column: part.column === 0 ? null : (named([part.column])[0] ?? ""),
      expression: part.column === 0 ? texts(part.text) : null,
      descending,
      nulls: nullsFirst === descending ? null : nullsFirst ? "first" : "last",
      collation: part.collation,
      operatorClass: part.class,
    };
  }),
  include: named(row.include),
  unique: row.unique,
  nullsNotDistinct: row.nullsNotDistinct === true,
  where: row.where === null ? null : texts(row.where),
  valid: row.valid,
});
