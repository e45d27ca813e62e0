/** DDL that drops tables, dependent tables first. */

import type { Dialect } from "../database/contracts.js";
import { qualified } from "./clauses.js";
import type { SchemaPicture } from "./picture.js";

/** Statements in execution order, for one transaction; missing tables are skipped. */
export const dropStatements = (picture: SchemaPicture, dialect: Dialect): readonly string[] => [
  ...(dialect.schema.beforeDrop === null ? [] : [dialect.schema.beforeDrop]),
  ...[...picture.tables]
    .reverse()
    .map((table) => `DROP TABLE IF EXISTS ${qualified(table.name, dialect)}${dialect.schema.dropCascade ? " CASCADE" : ""}`),
];
