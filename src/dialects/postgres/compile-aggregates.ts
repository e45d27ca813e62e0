/** Aggregates in PostgreSQL. */

import { aggregateNamed, callAggregate } from "../../sql/compile/windows.js";
import type { AggregateTable, Handler, Tail, Writer } from "../../sql/compile/writer.js";
import { order } from "../../sql/factories/aggregates.js";
import { binary, cast } from "../../sql/factories/computed.js";
import { and, isNotNull } from "../../sql/factories/conditions.js";
import { literal } from "../../sql/factories/values.js";
import type { AggregateNode, Expr } from "../../sql/nodes.js";
import { type TypeKind, types } from "../../sql/types.js";
import { isFloating, isTextual, writeDouble, writeOrdered, writeText } from "./compile-types.js";

type Aggregate = AggregateTable[keyof AggregateTable];

const argumentKind = ({ args }: AggregateNode): string | undefined => args[0]?.type.kind;

/** The mean of durations is a duration in whole milliseconds. */
const avg: Aggregate = (node, out, tail) => {
  if (node.type.kind !== "duration") return asDouble("AVG")(node, out, tail);
  out.write("(ROUND(EXTRACT(EPOCH FROM ");
  callAggregate("AVG", node, out, tail);
  out.write(") * 1000) * INTERVAL '1 millisecond')");
};
/** Means and deviations of integers are floats, as on SQLite; of decimals, decimals. */
const asDouble =
  (name: string): Aggregate =>
  (node, out, tail) => {
    if (node.type.kind !== "double" && node.type.kind !== "real") return callAggregate(name, node, out, tail);
    out.write("CAST(");
    callAggregate(name, node, out, tail);
    out.write(" AS double precision)");
  };
/** Four-byte floats are summed as eight-byte floats. */
const sum: Aggregate = (node, out, tail) =>
  callAggregate("SUM", node, out, tail, (expr, page) => (isFloating(expr) ? writeDouble(expr, page) : void page.expr(expr)));

/** PostgreSQL can order JSON but has no MIN and MAX for it, so the first of all ordered values is taken. */
function extremeJson(name: "MIN" | "MAX", node: AggregateNode, out: Writer, tail: Tail): void {
  const [value] = node.args;
  if (value === undefined) return;
  const present = and(isNotNull(value), binary(value, "<>", cast(literal("null"), types.json), types.boolean));
  const filter = node.filter === null ? present : and(node.filter, present);
  out.write("(");
  callAggregate("ARRAY_AGG", { ...node, distinct: false, filter, orderBy: [order(value, name === "MIN" ? "asc" : "desc")] }, out, tail);
  out.write(")[1]");
}

/** Booleans and uuids are ordered but have no MIN and MAX. */
const extreme =
  (name: "MIN" | "MAX", ofBooleans: string): Aggregate =>
  (node, out, tail) => {
    const kind = argumentKind(node);
    if (kind === "json") return extremeJson(name, node, out, tail);
    if (kind === "boolean") return callAggregate(ofBooleans, node, out, tail);
    if (kind !== "uuid") return callAggregate(name, node, out, tail, writeOrdered);
    out.write("CAST(");
    callAggregate(name, node, out, tail, (expr, page) => {
      page.write("CAST(").expr(expr).write(' AS text) COLLATE "C"');
    });
    out.write(" AS uuid)");
  };
/** Distinct texts can only be ordered by exactly the argument expression, so both are cast the same way. */
const stringAgg: Aggregate = (node, out, tail) => {
  if (!node.distinct) return callAggregate("STRING_AGG", node, out, tail, writeText);
  const asText = (expr: Expr): Expr => (isTextual(expr) ? cast(expr, types.text) : expr);
  const [value, ...rest] = node.args;
  const args = value === undefined ? rest : [asText(value), ...rest];
  const orderBy = node.orderBy.map((order) => ({ ...order, expr: asText(order.expr) }));
  callAggregate("STRING_AGG", { ...node, args, orderBy }, out, tail, (expr, page) => {
    writeText(expr, page);
    page.write(' COLLATE "C"');
  });
};

/** The elements as JSON values. Values that a JavaScript number would round are text; instants are text in our format. */
const elements: { readonly [K in TypeKind]?: Handler<Expr> } = {
  bigint: writeText,
  decimal: writeText,
  timestamp: writeText,
  bytes: (expr, out) => void out.write("ENCODE(").expr(expr).write(", 'hex')"),
  duration: (expr, out) => void out.write("CAST(EXTRACT(EPOCH FROM ").expr(expr).write(") * 1000 AS bigint)"),
};
const asIs: Handler<Expr> = (expr, out) => void out.expr(expr);
const jsonElement: Handler<Expr> = (expr, out) => (elements[expr.type.kind] ?? asIs)(expr, out);

export const aggregates: AggregateTable = {
  count: aggregateNamed("COUNT"),
  sum,
  avg,
  min: extreme("MIN", "BOOL_AND"),
  max: extreme("MAX", "BOOL_OR"),
  stddev: asDouble("STDDEV_POP"),
  stddevSample: asDouble("STDDEV_SAMP"),
  variance: asDouble("VAR_POP"),
  varianceSample: asDouble("VAR_SAMP"),
  stringAgg,
  arrayAgg: aggregateNamed("ARRAY_AGG"),
  jsonAgg: (node, out, tail) => callAggregate("JSONB_AGG", node, out, tail, jsonElement),
  boolAnd: aggregateNamed("BOOL_AND"),
  boolOr: aggregateNamed("BOOL_OR"),
};
