/** A picture as a set of facts for one database, to compare schemas regardless of column order. */

import type { Dialect, ForeignKeyPicture, SchemaPicture, SqlTexts, TableName, TablePicture } from "flash-db/internal";

export interface Difference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** What `actual` lacks and has in addition; both are empty if the schemas are equal on this database. */
export const differences = (expected: SchemaPicture, actual: SchemaPicture, dialect: Dialect): Difference => {
  const [wanted, found] = [new Set(factsOf(expected, dialect)), new Set(factsOf(actual, dialect))];
  return {
    missing: [...wanted].filter((fact) => !found.has(fact)).sort(),
    extra: [...found].filter((fact) => !wanted.has(fact)).sort(),
  };
};

/** One line per fact: `column users.email {…}`. */
export const factsOf = (picture: SchemaPicture, dialect: Dialect): readonly string[] => {
  const nameOf = ({ schema, name }: TableName): string => (schema === null || !dialect.features.schemas ? name : `${schema}.${name}`);
  const text = (texts: SqlTexts | null): string | null => texts?.[dialect.name] ?? null;
  return [
    ...picture.tables.flatMap((table) => tableFacts(table, nameOf(table.name), { dialect, nameOf, text })),
    ...picture.enums.map((one) => fact("enum", nameOf(one.name), { values: one.values, comment: one.comment })),
    ...picture.sequences.map((one) =>
      fact("sequence", nameOf(one.name), {
        ...one,
        name: undefined,
        ownedBy: one.ownedBy === null ? null : `${nameOf(one.ownedBy.table)}.${one.ownedBy.column}`,
      }),
    ),
  ];
};

interface Words {
  readonly dialect: Dialect;
  readonly nameOf: (name: TableName) => string;
  readonly text: (texts: SqlTexts | null) => string | null;
}

const fact = (kind: string, name: string, about: object): string => `${kind} ${name} ${JSON.stringify(about)}`;

const tableFacts = (table: TablePicture, name: string, { dialect, nameOf, text }: Words): readonly string[] => [
  fact("table", name, { comment: table.comment, options: text(table.options) }),
  ...table.columns.map((column) =>
    fact("column", `${name}.${column.name}`, {
      type: dialect.schema.typeName(column.type),
      nullable: column.nullable,
      identity: column.identity,
      default: text(column.default),
      generated: column.generated === null ? null : { text: text(column.generated.expression), stored: column.generated.stored },
      collation: column.collation,
      comment: column.comment,
    }),
  ),
  ...(table.primaryKey === null ? [] : [fact("primary key", name, table.primaryKey)]),
  ...table.uniques.map((unique) => fact("unique", `${name}.${unique.name}`, { ...unique, name: undefined })),
  ...table.checks.flatMap((check) => {
    const condition = text(check.condition);
    return condition === null ? [] : [fact("check", `${name}.${check.name}`, { condition, valid: check.valid })];
  }),
  ...table.indexes.map((index) =>
    fact("index", `${name}.${index.name}`, {
      ...index,
      name: undefined,
      parts: index.parts.map((part) => ({ ...part, expression: text(part.expression) })),
      where: text(index.where),
    }),
  ),
  ...table.foreignKeys.map((key) => fact("foreign key", `${name}.${key.name}`, foreignKeyFact(key, nameOf))),
];

const foreignKeyFact = (key: ForeignKeyPicture, nameOf: (name: TableName) => string): object => ({
  ...key,
  name: undefined,
  references: nameOf(key.references),
});
