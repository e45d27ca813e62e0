/** Lowers the steps of a migration to PostgreSQL statements. */

import {
  createEnum,
  createSequence,
  createStatements,
  type Dialect,
  qualified,
  type SchemaPicture,
  type TableName,
  type TablePicture,
} from "flash-db/internal";
import type { SchemaStep } from "../schema-step.js";
import { givenStatement, type Statement, statement } from "../statements.js";
import { alterEnum } from "./alter-enum.js";
import { alterTable } from "./alter-table.js";
import { sequenceName, type StepOf } from "./names.js";

/** With `online`, the table stays in use, and each statement may commit separately. */
export const lowerForPostgres = (step: SchemaStep, dialect: Dialect, online = false): readonly Statement[] => {
  switch (step.kind) {
    case "createTable":
      return createStatements({ ...nothing, tables: [step.table] }, dialect).map(statement);
    case "dropTable":
      return [statement(`DROP TABLE ${qualified(step.table.name, dialect)}`)];
    case "renameTable":
      return renameTable(step, dialect).map(statement);
    case "alterTable":
      return alterTable(step, dialect, online).map(statement);
    case "createEnum":
      return [...schemaOf(step.type.name, dialect), createEnum(step.type, dialect)].map(statement);
    case "dropEnum":
      return [statement(`DROP TYPE ${qualified(step.type.name, dialect)}`)];
    case "alterEnum":
      return alterEnum(step, dialect).map(statement);
    case "createSequence":
      return [...schemaOf(step.sequence.name, dialect), createSequence(step.sequence, dialect)].map(statement);
    case "dropSequence":
      return [statement(`DROP SEQUENCE ${qualified(step.sequence.name, dialect)}`)];
    case "statements":
      return (step.texts[dialect.name] ?? []).map(givenStatement);
  }
};

const nothing: SchemaPicture = { tables: [], enums: [], sequences: [], unmanaged: [] };

const schemaOf = ({ schema }: TableName, dialect: Dialect): readonly string[] =>
  schema === null ? [] : [`CREATE SCHEMA IF NOT EXISTS ${dialect.quote(schema)}`];

const renameTable = ({ before, after }: StepOf<"renameTable">, dialect: Dialect): readonly string[] => {
  const moves = before.name.schema !== after.name.schema;
  const renames = before.name.name !== after.name.name;
  const between: TableName = { schema: before.name.schema, name: after.name.name };
  const named: TablePicture = { ...before, name: after.name };
  return [
    ...(renames ? [`ALTER TABLE ${qualified(before.name, dialect)} RENAME TO ${dialect.quote(after.name.name)}`] : []),
    ...(moves
      ? [
          ...schemaOf(after.name, dialect),
          `ALTER TABLE ${qualified(between, dialect)} SET SCHEMA ${after.name.schema === null ? `public` : dialect.quote(after.name.schema)}`,
        ]
      : []),
    ...(renames ? ownNames(before, after, dialect) : []),
    ...alterTable({ kind: "alterTable", before: named, after, renamed: {}, fill: {}, using: {} }, dialect),
  ];
};

/** Default names are derived from the table's name only when it is created. */
const ownNames = (before: TablePicture, after: TablePicture, dialect: Dialect): readonly string[] => [
  ...(before.primaryKey?.name === null
    ? [
        `ALTER TABLE ${qualified(after.name, dialect)} RENAME CONSTRAINT ${dialect.quote(`${before.name.name}_pkey`)} TO ${dialect.quote(`${after.name.name}_pkey`)}`,
      ]
    : []),
  ...before.columns
    .filter((column) => column.identity === "serial")
    .map(({ name }) => {
      const old = { schema: after.name.schema, name: sequenceName(before.name, name).name };
      return `ALTER SEQUENCE ${qualified(old, dialect)} RENAME TO ${dialect.quote(sequenceName(after.name, name).name)}`;
    }),
];
