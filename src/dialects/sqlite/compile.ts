/** SQLite's grammar: the shared one with its differences. */

import { makeBatcher } from "../../sql/compile/batch.js";
import { makeCompiler } from "../../sql/compile/compiler.js";
import { needsBrackets, writeCompound, writeSelect, writeSource } from "../../sql/compile/queries.js";
import { windowFunctionWith } from "../../sql/compile/windows.js";
import { deleteWith, updateWith, writeRaw } from "../../sql/compile/writes.js";
import type { Grammar, Handler } from "../../sql/compile/writer.js";
import type { Expr, OrderNode } from "../../sql/nodes.js";
import { aggregates } from "./compile-aggregates.js";
import { isDecimal } from "./compile-decimals.js";
import { writeStored } from "./compile-casts.js";
import { canonical } from "./compile-comparisons.js";
import { encoder, expressions } from "./compile-expressions.js";
import { functions } from "./compile-functions.js";
import { rowBinding, writeInsert, writeUpdateRows } from "./compile-writes.js";
import { withoutDistinctOn } from "./distinct-on.js";
import { sqliteFunctions } from "./function-names.js";

const hasSortKey = (expr: Expr): boolean => isDecimal(expr) || expr.type.kind === "json";
const sortKey: Handler<Expr> = (expr, out) => {
  if (isDecimal(expr)) out.write(`${sqliteFunctions.decimalKey}(`).expr(expr).write(")");
  else if (expr.type.kind === "json") out.write(`${sqliteFunctions.jsonKey}(`).expr(expr).write(")");
  else out.expr(expr);
};
/** SQLite sorts NULL first by default, so the order of NULLs is written wherever they are possible. */
const writeOrderTerm: Handler<OrderNode> = ({ expr, direction, nulls, position }, out) => {
  if (position !== undefined && !hasSortKey(expr)) out.write(String(position));
  else sortKey(expr, out);
  if (expr.kind === "column" && typeof expr.collate === "string") out.write(" COLLATE ").name(expr.collate);
  out.write(direction === "asc" ? " ASC" : " DESC");
  const certain = (expr.kind === "column" && expr.notNull === true) || expr.kind === "literal";
  if (!certain) out.write((nulls ?? (direction === "asc" ? "last" : "first")) === "last" ? " NULLS LAST" : " NULLS FIRST");
};

const grammar: Grammar = {
  expressions,
  functions,
  aggregates,
  windowFunction: windowFunctionWith((expr, out) => void out.expr(expr)),
  statements: {
    select: (query, out) => writeSelect(typeof query.distinct === "boolean" ? query : withoutDistinctOn(query, query.distinct), out),
    compound: writeCompound,
    insert: writeInsert,
    update: updateWith(true),
    updateRows: writeUpdateRows,
    delete: deleteWith(true),
    raw: writeRaw,
  },
  order: writeOrderTerm,
  groupKey: (expr, out) => (expr.type.kind === "json" ? canonical(expr, out) : sortKey(expr, out)),
  distinctOutput: (expr, out) => void out.expr(expr),
  computed: writeStored,
  source: writeSource,
  /** Members of a compound cannot be parenthesized, so a query with its own clauses becomes a sub-select. */
  member: (query, out) => void (needsBrackets(query) ? out.write("SELECT * FROM ").subquery(query) : out.query(query)),
  ordersOutside: (type) => type.kind === "decimal",
  noLimit: "-1",
  locks: false,
  encoder,
  placeholder: () => "?",
  reusesPlaceholders: false,
};

export const compile = makeCompiler(grammar);
export const batch = makeBatcher(compile, encoder, rowBinding);
