/** Aggregates in SQLite. */

import type { AggregateNode, Expr } from "../../sql/nodes.js";
import { aggregateNamed, callAggregate } from "../../sql/compile/windows.js";
import type { AggregateTable, Handler, Tail, Writer } from "../../sql/compile/writer.js";
import type { TypeKind } from "../../sql/types.js";
import { isDecimal } from "./compile-decimals.js";
import { sqliteAggregates as own, sqliteFunctions } from "./function-names.js";

type Aggregate = AggregateTable[keyof AggregateTable];

const decimalOr =
  (decimal: string, other: Aggregate): Aggregate =>
  (node, out, tail) =>
    node.args.some(isDecimal) ? callAggregate(decimal, node, out, tail) : other(node, out, tail);

const jsonOr =
  (name: string, other: Aggregate): Aggregate =>
  (node, out, tail) =>
    node.type.kind === "json" ? callAggregate(name, node, out, tail) : other(node, out, tail);

/** The mean of durations is a duration in whole milliseconds. */
const avg: Aggregate = (node, out, tail) => {
  if (node.type.kind !== "duration") return callAggregate("AVG", node, out, tail);
  out.write("CAST(ROUND(");
  callAggregate("AVG", node, out, tail);
  out.write(") AS INTEGER)");
};

/** SQLite allows no separator with DISTINCT, so the values are collected as JSON and joined. */
function stringAgg(node: AggregateNode, out: Writer, tail: Tail): void {
  const [value, separator] = node.args;
  if (!node.distinct || value === undefined || separator === undefined) return callAggregate("STRING_AGG", node, out, tail);
  out.write(`${sqliteFunctions.jsonJoin}(`);
  callAggregate("JSON_GROUP_ARRAY", { ...node, args: [value] }, out, tail);
  out.write(", ").expr(separator).write(")");
}

const asIs: Handler<Expr> = (expr, out) => void out.expr(expr);
const json: Handler<Expr> = (expr, out) => void out.write("json(").expr(expr).write(")");
/** The elements as JSON values, in the format that the array codec reads; values that a JavaScript number would round are text. */
const elements: { readonly [K in TypeKind]?: Handler<Expr> } = {
  boolean: (expr, out) => {
    out.write("json(CASE WHEN ").operand(expr).write(" THEN 'true' WHEN NOT ").operand(expr).write(" THEN 'false' ELSE 'null' END)");
  },
  bigint: (expr, out) => void out.write("CAST(").expr(expr).write(" AS TEXT)"),
  bytes: (expr, out) => void out.write("LOWER(HEX(").expr(expr).write("))"),
  json,
  array: json,
};
const element: Handler<Expr> = (expr, out) => (elements[expr.type.kind] ?? asIs)(expr, out);

/** Returns NULL for no rows, like PostgreSQL. */
const gathered: Aggregate = (node, out, tail) => {
  out.write("NULLIF(");
  callAggregate("JSON_GROUP_ARRAY", node, out, tail, element);
  out.write(", '[]')");
};

export const aggregates: AggregateTable = {
  /** Distinct by value: equal numbers, and equal JSON, can have different texts. */
  count: (node, out, tail) => callAggregate("COUNT", node, out, tail, node.distinct ? out.grammar.groupKey : asIs),
  sum: decimalOr(own.decimalSum, (node, out, tail) => callAggregate(node.type.kind === "bigint" ? own.bigintSum : "SUM", node, out, tail)),
  avg: decimalOr(own.decimalAvg, avg),
  min: decimalOr(own.decimalMin, jsonOr(own.jsonMin, aggregateNamed("MIN"))),
  max: decimalOr(own.decimalMax, jsonOr(own.jsonMax, aggregateNamed("MAX"))),
  stddev: aggregateNamed(own.stddev),
  stddevSample: aggregateNamed(own.stddevSample),
  variance: aggregateNamed(own.variance),
  varianceSample: aggregateNamed(own.varianceSample),
  stringAgg,
  arrayAgg: gathered,
  jsonAgg: gathered,
  boolAnd: aggregateNamed("MIN"),
  boolOr: aggregateNamed("MAX"),
};
