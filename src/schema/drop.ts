/** DDL that removes a schema's tables, those that depend on others first. */

import type { Dialect } from "../database/contracts.js";
import { qualified } from "./clauses.js";
import type { SchemaPicture } from "./picture.js";

/** Statements in the order they must run, in one transaction; tables that are not there are passed over. */
export const dropStatements = (picture: SchemaPicture, dialect: Dialect): readonly string[] => [
  ...(dialect.schema.beforeDrop === null ? [] : [dialect.schema.beforeDrop]),
  ...[...picture.tables]
    .reverse()
    .map((table) => `DROP TABLE IF EXISTS ${qualified(table.name, dialect)}${dialect.schema.dropCascade ? " CASCADE" : ""}`),
];
