/** What a migration file says, as operations: names that were left out filled in, expressions as texts of each database. */

import {
  type CheckPicture,
  type ColumnPicture,
  columnPicture,
  dataType,
  type DataType,
  type Dialect,
  type Expr,
  expressionText,
  type FieldDefinition,
  foreignKeyName,
  indexName,
  type IndexPicture,
  metadataOf,
  type SqlTexts,
  tableName,
  type TableName,
  type TablePicture,
  typeChecks,
  uniqueName,
  type UniquePicture,
} from "flash-db/internal";
import type {
  ColumnItem,
  ConstraintItem,
  DatabaseTexts,
  IndexItem,
  ItemOf,
  Migration,
  MigrationItem,
  Statements,
  ValueOrTexts,
} from "flash-db/migrations";
import { MigrationError } from "../errors.js";
import type { ColumnChanges, Constraint, HistoricalModel, Operation } from "./contracts.js";
import { canonical } from "./pictures.js";

/** A migration, read. */
export interface ReadMigration {
  readonly name: string;
  readonly after: readonly string[];
  readonly replaces: readonly string[];
  readonly operations: readonly Operation[];
  readonly loses: readonly string[];
  /** false: each step commits by itself. */
  readonly transaction: boolean;
}

interface Expression {
  toExpr(): Expr;
}
const isExpression = (given: unknown): given is Expression =>
  typeof given === "object" && given !== null && typeof (given as Partial<Expression>).toExpr === "function";

class Reader {
  readonly #dialects: readonly Dialect[];
  constructor(dialects: readonly Dialect[]) {
    this.#dialects = dialects;
  }

  texts(given: DatabaseTexts, place: string): SqlTexts {
    const one = (expression: Expression, dialect: Dialect): readonly [string, string] => [
      dialect.name,
      expressionText(expression.toExpr(), dialect, place),
    ];
    if (isExpression(given)) return Object.fromEntries(this.#dialects.map((dialect) => one(given, dialect)));
    const byName = given as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      this.#dialects.flatMap((dialect) => {
        const expression = byName[dialect.name];
        return isExpression(expression) ? [one(expression, dialect)] : [];
      }),
    );
  }

  /** A value becomes a literal of the type. */
  valueTexts(given: ValueOrTexts, type: FieldDefinition["type"], place: string): SqlTexts {
    if (typeof given === "object" && !(given instanceof Date)) return this.texts(given, place);
    return Object.fromEntries(this.#dialects.map((dialect) => [dialect.name, dialect.schema.literal(given, type)]));
  }

  column(table: TableName, name: string, { field, options }: ColumnItem): ColumnPicture {
    const place = `${table.name}.${name}`;
    const picture = columnPicture(table.name, { ...field, column: name }, this.#dialects, (expression) => expression);
    return {
      ...picture,
      default: options.default === undefined ? picture.default : this.valueTexts(options.default, field.type, place),
      generated:
        options.generated === undefined
          ? picture.generated
          : { expression: this.texts(options.generated, place), stored: options.stored ?? true },
      identity: options.identity ?? picture.identity,
      comment: options.comment ?? null,
    };
  }

  checks(table: TableName, column: string, type: DataType): readonly CheckPicture[] {
    return typeChecks(table.name, column, type, this.#dialects);
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

  added({ table: text, name, column: item, fill }: ItemOf<"addColumn">): readonly Operation[] {
    const table = tableName(text);
    const column = this.column(table, name, item);
    const place = `${text}.${name}`;
    return [
      {
        kind: "addColumn",
        table,
        column,
        checks: this.checks(table, name, column.type),
        fill: fill === null ? null : this.valueTexts(fill, item.field.type, place),
      },
      ...(item.field.unique
        ? [{ kind: "addConstraint" as const, table, constraint: { kind: "unique" as const, ...uniqueOf(table, [name], {}) } }]
        : []),
      ...(item.field.index
        ? [
            {
              kind: "addIndex" as const,
              table,
              index: this.index(table, { kind: "index", parts: [{ kind: "part", of: name }], options: {} }),
            },
          ]
        : []),
    ];
  }

  altered({ table: text, name, type, changes }: ItemOf<"alterColumn">): Operation {
    const table = tableName(text);
    const place = `${text}.${name}`;
    const literalType = type?.type ?? ({ kind: "unknown" } as const);
    const next: ColumnChanges = {
      ...(type === null ? {} : { type: dataType(type.type) }),
      ...(changes.nullable === undefined ? {} : { nullable: changes.nullable }),
      ...(changes.default === undefined
        ? {}
        : { default: changes.default === null ? null : this.valueTexts(changes.default, literalType, place) }),
      ...(changes.generated === undefined
        ? {}
        : {
            generated:
              changes.generated === null ? null : { expression: this.texts(changes.generated, place), stored: changes.stored ?? true },
          }),
      ...(changes.identity === undefined ? {} : { identity: changes.identity }),
      ...(changes.collation === undefined ? {} : { collation: changes.collation }),
      ...(changes.comment === undefined ? {} : { comment: changes.comment }),
    };
    return {
      kind: "alterColumn",
      table,
      column: name,
      changes: next,
      checks: type === null ? null : this.checks(table, name, dataType(type.type)),
      using: changes.using === undefined ? null : this.texts(changes.using, place),
      fill: changes.fill === undefined ? null : this.valueTexts(changes.fill, literalType, place),
    };
  }

  statements(given: Statements): Readonly<Record<string, readonly string[]>> {
    const list = (one: unknown, dialect: Dialect): readonly string[] =>
      (Array.isArray(one) ? (one as readonly unknown[]) : [one]).flatMap((expression) =>
        isExpression(expression) ? [expressionText(expression.toExpr(), dialect, "sql()")] : [],
      );
    if (isExpression(given) || Array.isArray(given))
      return Object.fromEntries(this.#dialects.map((dialect) => [dialect.name, list(given, dialect)]));
    const byName = given as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      this.#dialects.flatMap((dialect) =>
        byName[dialect.name] === undefined ? [] : [[dialect.name, list(byName[dialect.name], dialect)]],
      ),
    );
  }

  historical(model: ItemOf<"backfill">["model"]): HistoricalModel {
    const meta = metadataOf(model);
    const table = { schema: meta.schema, name: meta.table };
    return {
      model,
      table,
      columns: meta.fields.map((field) => columnPicture(meta.table, field, this.#dialects, (expression) => expression)),
    };
  }

  operations(item: MigrationItem): readonly Operation[] {
    switch (item.kind) {
      case "addTable":
        return [{ kind: "addTable", table: this.table(item) }];
      case "dropTable":
        return [{ kind: "dropTable", table: tableName(item.table) }];
      case "renameTable":
        return [{ kind: "renameTable", from: tableName(item.from), to: tableName(item.to) }];
      case "alterTable":
        return [
          {
            kind: "alterTable",
            table: tableName(item.table),
            ...(item.options.comment === undefined ? {} : { comment: item.options.comment }),
            ...(item.options.words === undefined ? {} : { options: item.options.words }),
          },
        ];
      case "addColumn":
        return this.added(item);
      case "dropColumn":
        return [{ kind: "dropColumn", table: tableName(item.table), column: item.name }];
      case "renameColumn":
      case "renameConstraint":
      case "renameIndex":
        return [{ kind: item.kind, table: tableName(item.table), from: item.from, to: item.to }];
      case "alterColumn":
        return [this.altered(item)];
      case "addConstraint":
        return [{ kind: "addConstraint", table: tableName(item.table), constraint: this.constraint(tableName(item.table), item.item) }];
      case "dropConstraint":
      case "dropIndex":
        return [{ kind: item.kind, table: tableName(item.table), name: item.name }];
      case "addIndex":
        return [{ kind: "addIndex", table: tableName(item.table), index: this.index(tableName(item.table), item.item) }];
      case "addEnum":
        return [{ kind: "addEnum", type: { name: tableName(item.name), values: item.values, comment: null } }];
      case "alterEnum":
        return [{ kind: "alterEnum", name: tableName(item.name), values: item.values, renamed: item.renamed }];
      case "dropEnum":
      case "dropSequence":
        return [{ kind: item.kind, name: tableName(item.name) }];
      case "addSequence":
        return [{ kind: "addSequence", sequence: sequenceOf(item) }];
      case "sql":
        return [
          {
            kind: "sql",
            up: this.statements(item.up),
            down: item.reverse === null ? null : this.statements(item.reverse),
            state: item.state.flatMap((one) => this.operations(one)),
          },
        ];
      case "code":
        return [
          {
            kind: "code",
            name: item.name,
            up: item.up,
            down: item.down,
            models: item.models.map((model) => this.historical(model)),
          },
        ];
      case "backfill":
        return [{ kind: "backfill", model: this.historical(item.model), where: item.where, set: item.set, batch: item.batch }];
      case "contract":
        return [{ kind: "contract", operations: item.items.flatMap((one) => this.operations(one)) }];
      case "loses":
      case "noTransaction":
        return [];
    }
  }
}

const uniqueOf = (
  table: TableName,
  columns: readonly string[],
  options: {
    readonly name?: string | undefined;
    readonly include?: readonly string[] | undefined;
    readonly nullsNotDistinct?: boolean | undefined;
    readonly deferrable?: "immediate" | "deferred" | undefined;
  },
): UniquePicture => ({
  name: options.name ?? uniqueName(table.name, columns),
  columns,
  include: options.include ?? [],
  nullsNotDistinct: options.nullsNotDistinct ?? false,
  deferrable: options.deferrable ?? null,
});

const sequenceOf = ({ name, type, options }: ItemOf<"addSequence">): Extract<Operation, { kind: "addSequence" }>["sequence"] => {
  const dot = options.ownedBy?.lastIndexOf(".") ?? -1;
  return {
    name: tableName(name),
    type: type === null ? { kind: "bigint" } : dataType(type.type),
    start: String(options.start ?? 1),
    increment: String(options.increment ?? 1),
    minimum: String(options.minimum ?? 1),
    maximum: String(options.maximum ?? 9_223_372_036_854_775_807n),
    cycle: options.cycle ?? false,
    ownedBy:
      options.ownedBy === undefined ? null : { table: tableName(options.ownedBy.slice(0, dot)), column: options.ownedBy.slice(dot + 1) },
  };
};

/** Reads what `migration(…)` gave, for these databases. */
export const readMigration = (name: string, { after, replaces, items }: Migration, dialects: readonly Dialect[]): ReadMigration => {
  const reader = new Reader(dialects);
  return {
    name,
    after,
    replaces,
    operations: items.flatMap((item) => reader.operations(item)),
    loses: items.flatMap((item) => (item.kind === "loses" ? item.what : [])),
    transaction: !items.some((item) => item.kind === "noTransaction"),
  };
};

/** The meaning of a migration as one text: comments and formatting of its file do not count, the code of its steps does. */
export const meaningOf = ({ operations, transaction }: ReadMigration): string =>
  canonical({ operations: operations.map(plain), transaction });

const source = (step: (...args: never[]) => unknown): string =>
  step
    .toString()
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "")
    .replace(/\s+/g, " ");
const plain = (operation: Operation): unknown => {
  switch (operation.kind) {
    case "code":
      return {
        kind: "code",
        name: operation.name,
        up: source(operation.up),
        down: operation.down === null ? null : source(operation.down),
      };
    case "backfill":
      return { ...operation, model: { table: operation.model.table, columns: operation.model.columns } };
    case "contract":
      return { kind: "contract", operations: operation.operations.map(plain) };
    default:
      return operation;
  }
};
