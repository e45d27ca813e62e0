/** The PostgreSQL dialect: its features, statements and grammar. */

import type { Dialect, Features, IsolationLevel } from "../../database/contracts.js";
import { quote } from "../../sql/compile/writer.js";
import { transactionWords } from "../transaction-words.js";
import { codecFor } from "./codecs.js";
import { batch, compile } from "./compile.js";
import { schemaSql } from "./schema.js";

const features: Features = {
  errorAbortsTransaction: true,
  isolationLevels: ["read uncommitted", "read committed", "repeatable read", "serializable"],
  isolation: "read committed",
  cursors: true,
  inProcess: false,
  distinctOn: true,
  fullTextSearch: true,
  concurrentWriters: true,
  maxParameters: 65_535,
  schemas: true,
};

const levels: { readonly [L in IsolationLevel]: string } = {
  "read uncommitted": " ISOLATION LEVEL READ UNCOMMITTED",
  "read committed": " ISOLATION LEVEL READ COMMITTED",
  "repeatable read": " ISOLATION LEVEL REPEATABLE READ",
  serializable: " ISOLATION LEVEL SERIALIZABLE",
};
const transactions = transactionWords({
  begin: ({ isolation, readOnly, deferrable }) =>
    `BEGIN${isolation === undefined ? "" : levels[isolation]}${readOnly === true ? " READ ONLY" : ""}${deferrable === true ? " DEFERRABLE" : ""}`,
  outlives: /^\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*(?:set\s+(?!(?:local|transaction|constraints)\b)|listen\b)/i,
  refuseWrites: "SET TRANSACTION READ ONLY",
  allowWrites: null,
});

export const postgresDialect: Dialect = {
  name: "postgres",
  features,
  transactions,
  schema: schemaSql,
  compile,
  batch,
  codec: codecFor,
  quote,
  explain: (text, analyze) => `EXPLAIN ${analyze ? "(ANALYZE) " : ""}${text}`,
};
