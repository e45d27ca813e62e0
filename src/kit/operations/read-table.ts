/**
 * Converts tables, columns, constraints and indexes of a migration to pictures: fills in omitted names, and writes expressions as SQL for
 * each database.
 */

import {
  type CheckPicture,
  type ColumnPicture,
  columnPicture,
  type DataType,
  dataType,
  type Dialect,
  type Expr,
  expressionText,
  type FieldDefinition,
  foreignKeyName,
  indexName,
  type IndexPicture,
  type SqlTexts,
  tableName,
  type TableName,
  type TablePicture,
  typeChecks,
  uniqueName,
  type UniquePicture,
} from "flash-db/internal";
import type { ColumnItem, ConstraintItem, DatabaseTexts, IndexItem, ItemOf, UniqueOptions, ValueOrTexts } from "flash-db/migrations";
import { MigrationError } from "../errors.js";
import type { Constraint } from "./contracts.js";

interface Expression {
  toExpr(): Expr;
}
export const isExpression = (given: unknown): given is Expression =>
  typeof given === "object" && given !== null && typeof (given as Partial<Expression>).toExpr === "function";

/** Converts for these databases. */
export class TableReader {
  protected readonly dialects: readonly Dialect[];
  constructor(dialects: readonly Dialect[]) {
    this.dialects = dialects;
  }

  texts(given: DatabaseTexts, place: string): SqlTexts {
    const one = (expression: Expression, dialect: Dialect): readonly [string, string] => [
      dialect.name,
      expressionText(expression.toExpr(), dialect, place),
    ];
    if (isExpression(given)) return Object.fromEntries(this.dialects.map((dialect) => one(given, dialect)));
    const byName = given as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      this.dialects.flatMap((dialect) => {
        const expression = byName[dialect.name];
        return isExpression(expression) ? [one(expression, dialect)] : [];
      }),
    );
  }

  /** Turns a value into a literal of the type. */
  valueTexts(given: ValueOrTexts, type: FieldDefinition["type"], place: string): SqlTexts {
    if (typeof given === "object" && !(given instanceof Date)) return this.texts(given, place);
    return Object.fromEntries(this.dialects.map((dialect) => [dialect.name, dialect.schema.literal(given, type)]));
  }

  column(table: TableName, name: string, { field, options }: ColumnItem): ColumnPicture {
    const place = `${table.name}.${name}`;
    const picture = columnPicture(table.name, { ...field, column: name }, this.dialects, (expression) => expression);
    return {
      ...picture,
      default: options.default === undefined ? picture.default : this.valueTexts(options.default, field.type, place),
      generated:
        options.generated === undefined
          ? picture.generated
          : { expression: this.texts(options.generated, place), stored: options.stored ?? true },
      identity: options.identity ?? picture.identity,
      comment: options.comment ?? picture.comment,
    };
  }

  checks(table: TableName, column: string, type: DataType): readonly CheckPicture[] {
    return typeChecks(table.name, column, type, this.dialects);
  }

  constraint(table: TableName, item: ConstraintItem): Constraint {
    switch (item.kind) {
      case "primaryKey":
        return { kind: "primaryKey", name: item.name, columns: item.columns };
      case "unique":
        return { kind: "unique", ...uniqueOf(table, item.columns, item.options) };
      case "check":
        return {
          kind: "check",
          name: item.name,
          column: null,
          condition: this.texts(item.condition, `check "${item.name}" of "${table.name}"`),
          valid: item.valid,
        };
      case "foreignKey": {
        const { columns, options } = item;
        const [first] = columns;
        const name =
          options.name ??
          (columns.length === 1 && first !== undefined ? foreignKeyName(table.name, first) : foreignKeyName(table.name, columns.join("_")));
        return {
          kind: "foreignKey",
          name,
          columns,
          references: tableName(item.references),
          referencedColumns: item.referencedColumns,
          onDelete: options.onDelete ?? "nothing",
          onUpdate: options.onUpdate ?? "nothing",
          deferrable: options.deferrable ?? null,
          valid: options.valid ?? true,
        };
      }
    }
  }

  index(table: TableName, { parts, options }: IndexItem): IndexPicture {
    const names = parts.map((part) => (typeof part.of === "string" ? part.of : null));
    const plain = names.every((name) => name !== null) ? names : null;
    const name = options.name ?? (plain === null ? null : indexName(table.name, plain));
    if (name === null) throw new MigrationError(`an index of "${table.name}" over an expression needs a name: index([…], { name: "…" })`);
    return {
      name,
      method: options.method ?? "btree",
      parts: parts.map((part) => ({
        column: typeof part.of === "string" ? part.of : null,
        expression: typeof part.of === "string" ? null : this.texts(part.of, `index "${name}"`),
        descending: part.descending ?? false,
        nulls: part.nulls ?? null,
        collation: part.collation ?? null,
        operatorClass: part.operatorClass ?? null,
      })),
      include: options.include ?? [],
      unique: options.unique ?? false,
      nullsNotDistinct: options.nullsNotDistinct ?? false,
      where: options.where === undefined ? null : this.texts(options.where, `index "${name}"`),
      valid: true,
    };
  }

  table({ table: text, columns, items }: ItemOf<"addTable">): TablePicture {
    const name = tableName(text);
    const fields = Object.entries(columns);
    const constraints = items.flatMap((item) =>
      item.kind === "index" || item.kind === "tableOptions" ? [] : [this.constraint(name, item)],
    );
    const keyed = fields.filter(([, { field }]) => field.primaryKey).map(([column]) => column);
    const given = constraints.find((constraint) => constraint.kind === "primaryKey");
    const of = <K extends Constraint["kind"]>(kind: K): readonly Omit<Extract<Constraint, { kind: K }>, "kind">[] =>
      constraints.flatMap((constraint) => {
        if (constraint.kind !== kind) return [];
        const { kind: _, ...picture } = constraint as Extract<Constraint, { kind: K }>;
        return [picture];
      });
    const options = items.find((item) => item.kind === "tableOptions")?.options;
    return {
      name,
      columns: fields.map(([column, item]) => this.column(name, column, item)),
      primaryKey:
        given !== undefined ? { name: given.name, columns: given.columns } : keyed.length === 0 ? null : { name: null, columns: keyed },
      uniques: [
        ...fields.filter(([, { field }]) => field.unique).map(([column]) => uniqueOf(name, [column], {})),
        ...of("unique"),
      ] as readonly UniquePicture[],
      checks: [
        ...fields.flatMap(([column, { field }]) => this.checks(name, column, dataType(field.type))),
        ...(of("check") as readonly CheckPicture[]),
      ],
      indexes: [
        ...fields
          .filter(([, { field }]) => field.index)
          .map(([column]) => this.index(name, { kind: "index", parts: [{ kind: "part", of: column }], options: {} })),
        ...items.flatMap((item) => (item.kind === "index" ? [this.index(name, item)] : [])),
      ],
      foreignKeys: of("foreignKey"),
      comment: options?.comment ?? null,
      options: options?.words ?? null,
    };
  }
}

export const uniqueOf = (table: TableName, columns: readonly string[], options: UniqueOptions): UniquePicture => ({
  name: options.name ?? uniqueName(table.name, columns),
  columns,
  include: options.include ?? [],
  nullsNotDistinct: options.nullsNotDistinct ?? false,
  deferrable: options.deferrable ?? null,
});
