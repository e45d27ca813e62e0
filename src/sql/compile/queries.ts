/** SELECT, compound queries, and sources. */

import { column } from "../factories/values.js";
import type { CommonTable, Compound, Expr, Join, Lock, OrderNode, Output, Select, Source, TableName } from "../nodes.js";
import type { Handler, Writer } from "./writer.js";
import { writeOrder } from "./windows.js";

export const writeTable = (table: TableName, out: Writer): void => {
  if (table.schema !== null) out.name(table.schema).write(".");
  out.name(table.name);
};
/** The table with its alias, if that differs from its name. */
export function writeAliased(table: TableName, alias: string, out: Writer): void {
  writeTable(table, out);
  if (alias !== table.name || table.schema !== null) out.write(" AS ").name(alias);
}

const sources: { readonly [K in Source["kind"]]: Handler<Extract<Source, { readonly kind: K }>> } = {
  table: (source, out) => writeAliased(source.table, source.alias, out),
  query: (source, out) => void out.subquery(source.query).write(" AS ").name(source.alias),
  cte: (source, out) => {
    out.name(source.name);
    if (source.alias !== source.name) out.write(" AS ").name(source.alias);
  },
  fragment: (source, out) => void out.write("(").expr(source.fragment).write(") AS ").name(source.alias),
};
export const writeSource: Handler<Source> = (source, out) => (sources[source.kind] as Handler<Source>)(source, out);

const writeJoin = (join: Join, out: Writer): void => {
  out.write(join.kind === "inner" ? " INNER JOIN " : " LEFT JOIN ");
  out.grammar.source(join.source, out);
  out.write(" ON ").expr(join.on);
};

export const writeOutput: Handler<Output> = ({ expr, name }, out) => {
  out.expr(expr);
  writeOutputName(expr, name, out);
};
const writeDistinctOutput: Handler<Output> = ({ expr, name }, out) => {
  out.grammar.distinctOutput(expr, out);
  writeOutputName(expr, name ?? (expr.kind === "column" ? expr.name : null), out);
};
/** A column needs no alias that equals its name. */
function writeOutputName(expr: Expr, name: string | null, out: Writer): void {
  if (name !== null && !(expr.kind === "column" && expr.name === name)) out.write(" AS ").name(name);
}

const writeCommonTable: Handler<CommonTable> = (common, out) => {
  out.name(common.name);
  if (common.columns.length > 0) out.write(" (").names(common.columns).write(")");
  out.write(" AS ").subquery(common.query);
};
function writeWith(tables: readonly CommonTable[], out: Writer): void {
  if (tables.length === 0) return;
  out
    .write(tables.some((table) => table.recursive) ? "WITH RECURSIVE " : "WITH ")
    .list(tables, writeCommonTable)
    .write(" ");
}

/** The parameter of LIMIT and OFFSET can only be an integer and needs no cast. */
function writeCount(word: string, count: Expr, out: Writer): void {
  out.write(word);
  if (count.kind === "param") out.write(out.bind(count));
  else out.operand(count);
}
function writeLimit(query: Select | Compound, out: Writer): void {
  if (query.limit !== null) writeCount(" LIMIT ", query.limit, out);
  else if (query.offset !== null && out.grammar.noLimit !== null) out.write(` LIMIT ${out.grammar.noLimit}`);
  if (query.offset !== null) writeCount(" OFFSET ", query.offset, out);
}

const strengths: { readonly [K in Lock["strength"]]: string } = {
  update: " FOR UPDATE",
  noKeyUpdate: " FOR NO KEY UPDATE",
  share: " FOR SHARE",
  keyShare: " FOR KEY SHARE",
};
function writeLock(lock: Lock, out: Writer): void {
  out.write(strengths[lock.strength]);
  if (lock.of.length > 0) out.write(" OF ").names(lock.of);
  if (lock.skipLocked) out.write(" SKIP LOCKED");
  else if (lock.noWait) out.write(" NOWAIT");
}

export const writeSelect: Handler<Select> = (query, out) => {
  writeWith(query.with, out);
  out.write("SELECT ");
  if (query.distinct === true) out.write("DISTINCT ");
  else if (query.distinct !== false) out.write("DISTINCT ON (").list(query.distinct, out.grammar.distinctOutput).write(") ");
  out.list(query.outputs, query.distinct === true ? writeDistinctOutput : writeOutput);
  if (query.from !== null) {
    out.write(" FROM ");
    out.grammar.source(query.from, out);
  }
  for (const join of query.joins) writeJoin(join, out);
  if (query.where !== null) out.write(" WHERE ").expr(query.where);
  if (query.groupBy.length > 0) out.write(" GROUP BY ").list(query.groupBy, out.grammar.groupKey);
  if (query.having !== null) out.write(" HAVING ").expr(query.having);
  writeOrder(query.orderBy, out);
  writeLimit(query, out);
  if (query.lock !== null && out.grammar.locks) writeLock(query.lock, out);
};

const words: { readonly [K in Compound["operator"]]: string } = {
  union: " UNION ",
  "union all": " UNION ALL ",
  intersect: " INTERSECT ",
  except: " EXCEPT ",
};

export function outputsOf(query: Select | Compound): readonly Output[] {
  if (query.kind === "select") return query.outputs;
  const [first] = query.queries;
  return first === undefined ? [] : outputsOf(first);
}
const nameOf = ({ expr, name }: Output): string | null => name ?? (expr.kind === "column" ? expr.name : null);

/** The output that an order of a compound refers to, by name or position, as a column. */
function namedOrder(order: OrderNode, outputs: readonly Output[]): OrderNode {
  const { expr } = order;
  if (expr.kind === "literal" && typeof expr.value === "number") {
    const output = outputs[expr.value - 1];
    const name = output === undefined ? null : nameOf(output);
    return output === undefined || name === null ? order : { ...order, expr: column(null, name, output.expr.type) };
  }
  if (expr.kind !== "column") return order;
  const type = expr.type.kind === "unknown" ? outputs.find((one) => nameOf(one) === expr.name)?.expr.type : expr.type;
  return expr.source === null && type === expr.type ? order : { ...order, expr: column(null, expr.name, type ?? expr.type) };
}
const isNamed = ({ expr }: OrderNode): boolean => expr.kind === "column" || (expr.kind === "literal" && typeof expr.value === "number");

/** Writes the members in order; sorting that the database cannot do on a compound is done in an enclosing select. */
export const writeCompound: Handler<Compound> = (query, out) => {
  const { grammar } = out;
  const outputs = outputsOf(query);
  const orderBy = query.orderBy.map((order) => namedOrder(order, outputs));
  const outside = orderBy.some((order) => !isNamed(order) || grammar.ordersOutside(order.expr.type));
  writeWith(query.with, out);
  if (outside) out.write("SELECT * FROM (");
  out.list(query.queries, grammar.member, words[query.operator]);
  if (outside) out.write(") AS ").name("combined");
  writeOrder(orderBy, out);
  writeLimit(query, out);
};
/** Whether a query has clauses before or after its rows and must be parenthesized. */
export const needsBrackets = (query: Select | Compound): boolean =>
  query.kind === "compound" || query.with.length > 0 || query.orderBy.length > 0 || query.limit !== null || query.offset !== null;
