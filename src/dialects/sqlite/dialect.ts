/** The SQLite dialect: its features, statements and grammar. */

import type { Dialect, Features } from "../../database/contracts.js";
import { quote } from "../../sql/compile/writer.js";
import { transactionWords } from "../transaction-words.js";
import { codecFor } from "./codecs.js";
import { batch, compile } from "./compile.js";
import { schemaSql } from "./schema.js";

const features: Features = {
  errorAbortsTransaction: false,
  /** SQLite's only level is the strictest and satisfies all of them. */
  isolationLevels: ["read uncommitted", "read committed", "repeatable read", "serializable"],
  isolation: "serializable",
  cursors: false,
  inProcess: true,
  distinctOn: true,
  fullTextSearch: false,
  concurrentWriters: false,
  maxParameters: 32_766,
  schemas: false,
};

/** Followed by 1 or 0: whether the connection is read-only. */
export const QUERY_ONLY = "PRAGMA query_only = ";

/** Writers lock at BEGIN: a transaction that turns from reading to writing later could fail. */
const transactions = transactionWords({
  begin: ({ readOnly }) => (readOnly === true ? "BEGIN DEFERRED" : "BEGIN IMMEDIATE"),
  outlives: null,
  refuseWrites: `${QUERY_ONLY}1`,
  allowWrites: `${QUERY_ONLY}0`,
});

/** For databases in memory, which have a single connection. */
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

/** For files, where rows can be read on a second connection beside the writer. */
export const sqliteFileDialect: Dialect = { ...sqliteDialect, features: { ...features, cursors: true } };
