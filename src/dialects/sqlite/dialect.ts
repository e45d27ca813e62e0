/** SQLite as one product: what it can do, its words, its text. */

import type { Dialect, Features } from "../../database/contracts.js";
import { quote } from "../../sql/compile/writer.js";
import { transactionWords } from "../transaction-words.js";
import { codecFor } from "./codecs.js";
import { batch, compile } from "./compile.js";
import { schemaSql } from "./schema.js";

const features: Features = {
  errorAbortsTransaction: false,
  /** Its one level is the strongest, and so fulfils each of them. */
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

/** Before 1 or 0: whether the connection only reads. */
export const QUERY_ONLY = "PRAGMA query_only = ";

/** A writer takes its turn at the beginning: a transaction that turns from reading to writing later could only fail. */
const transactions = transactionWords({
  begin: ({ readOnly }) => (readOnly === true ? "BEGIN DEFERRED" : "BEGIN IMMEDIATE"),
  outlives: null,
  refuseWrites: `${QUERY_ONLY}1`,
  allowWrites: `${QUERY_ONLY}0`,
});

/** In memory, where all share one connection. */
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

/** On a file, where rows can be read on a connection beside the one that writes. */
export const sqliteFileDialect: Dialect = { ...sqliteDialect, features: { ...features, cursors: true } };
