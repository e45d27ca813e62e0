/** SQLite as one product: what it can do, its words, its text. */

import type { Dialect, Features, TransactionSql } from "../../database/contracts.js";
import { quote } from "../../sql/compile/writer.js";
import { codecFor } from "./codecs.js";
import { batch, compile } from "./compile.js";
import { schemaSql } from "./schema.js";

const features: Features = {
  errorAbortsTransaction: false,
  rowLocks: false,
  /** Its one level is the strongest, and so fulfils each of them. */
  isolationLevels: ["read uncommitted", "read committed", "repeatable read", "serializable"],
  cursors: false,
  distinctOn: true,
  fullTextSearch: false,
  concurrentWriters: false,
  deferrableConstraints: true,
  maxParameters: 32_766,
  schemas: false,
};

const transactions: TransactionSql = {
  /** A writer takes its turn at the beginning: a transaction that turns from reading to writing later could only fail. */
  begin: ({ readOnly }) => (readOnly === true ? "BEGIN DEFERRED" : "BEGIN IMMEDIATE"),
  commit: "COMMIT",
  rollback: "ROLLBACK",
  savepoint: (name) => `SAVEPOINT ${quote(name)}`,
  release: (name) => `RELEASE SAVEPOINT ${quote(name)}`,
  rollbackTo: (name) => `ROLLBACK TO SAVEPOINT ${quote(name)}`,
};

export const sqliteDialect: Dialect = {
  name: "sqlite",
  features,
  transactions,
  schema: schemaSql,
  compile,
  batch,
  codec: codecFor,
  quote,
  explain: (text) => `EXPLAIN QUERY PLAN ${text}`,
};
