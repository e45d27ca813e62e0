/** Converts a migration file to operations. */

import { columnPicture, dataType, type Dialect, expressionText, metadataOf, tableName } from "flash-db/internal";
import type { ItemOf, Migration, MigrationItem, Statements } from "flash-db/migrations";
import type { ColumnChanges, HistoricalModel, Operation } from "./contracts.js";
import { canonical } from "./pictures.js";
import { isExpression, TableReader, uniqueOf } from "./read-table.js";

/** A migration after conversion. */
export interface ReadMigration {
  readonly name: string;
  readonly after: readonly string[];
  readonly replaces: readonly string[];
  readonly operations: readonly Operation[];
  readonly loses: readonly string[];
  /** false: each step commits separately. */
  readonly transaction: boolean;
}

class Reader extends TableReader {
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
      return Object.fromEntries(this.dialects.map((dialect) => [dialect.name, list(given, dialect)]));
    const byName = given as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      this.dialects.flatMap((dialect) => (byName[dialect.name] === undefined ? [] : [[dialect.name, list(byName[dialect.name], dialect)]])),
    );
  }

  historical(model: ItemOf<"backfill">["model"]): HistoricalModel {
    const meta = metadataOf(model);
    const table = { schema: meta.schema, name: meta.table };
    return {
      model,
      table,
      columns: meta.fields.map((field) => columnPicture(meta.table, field, this.dialects, (expression) => expression)),
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

/** Converts the result of `migration(…)` for these databases. */
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

/** The meaning of a migration as text: independent of comments and formatting, but including the code of its steps. */
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
