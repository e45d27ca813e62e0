/** CAST in PostgreSQL, adjusted where it would otherwise differ from SQLite. */

import type { CastNode, Expr } from "../../sql/nodes.js";
import type { Handler, Writer } from "../../sql/compile/writer.js";
import type { TypeKind } from "../../sql/types.js";
import { castName, isTextual, isWhole, writeText } from "./compile-types.js";
import { schemaSql } from "./schema.js";

const FRACTIONAL: ReadonlySet<TypeKind> = new Set<TypeKind>(["real", "double", "decimal"]);

function plain({ operand, type }: CastNode, out: Writer): void {
  const name =
    type.kind === "unknown" ? null : type.kind === "decimal" || type.kind === "varchar" ? schemaSql.typeName(type) : castName(type);
  if (name === null) out.operand(operand);
  else out.write("CAST(").expr(operand).write(` AS ${name})`);
}
/** Integers can be made of a boolean, and milliseconds of an interval. */
const asNumber = ({ operand }: CastNode, out: Writer): void => {
  if (operand.type.kind === "boolean") out.write("CAST(").expr(operand).write(" AS integer)");
  else if (operand.type.kind === "duration") out.write("EXTRACT(EPOCH FROM ").operand(operand).write(") * 1000");
  else out.expr(operand);
};
/** Rounds half away from zero; PostgreSQL rounds floats to the even neighbour. */
const toWhole: Handler<CastNode> = (node, out) => {
  const { kind } = node.operand.type;
  if (FRACTIONAL.has(kind)) out.write("CAST(ROUND(CAST(").expr(node.operand).write(" AS numeric)) AS bigint)");
  else if (kind === "boolean" || kind === "duration") {
    out.write("CAST(ROUND(");
    asNumber(node, out);
    out.write(") AS bigint)");
  } else plain(node, out);
};
const toFraction: Handler<CastNode> = (node, out) => {
  const { kind } = node.operand.type;
  if (kind !== "boolean" && kind !== "duration") return plain(node, out);
  out.write("CAST(");
  asNumber(node, out);
  out.write(` AS ${node.type.kind === "decimal" ? schemaSql.typeName(node.type) : castName(node.type)})`);
};
const toText: Handler<CastNode> = (node, out) => (node.operand.type.kind === "varchar" ? plain(node, out) : writeText(node.operand, out));
const toVarchar: Handler<CastNode> = (node, out) => {
  out.write("CAST(");
  writeText(node.operand, out);
  out.write(` AS ${schemaSql.typeName(node.type)})`);
};
const local =
  (name: string): Handler<CastNode> =>
  (node, out) => {
    if (node.operand.type.kind === "timestamp") out.write("CAST(").operand(node.operand).write(` AT TIME ZONE 'UTC' AS ${name})`);
    else plain(node, out);
  };
const toTimestamp: Handler<CastNode> = (node, out) => {
  if (node.operand.type.kind === "date") out.write("(CAST(").expr(node.operand).write(" AS timestamp) AT TIME ZONE 'UTC')");
  else plain(node, out);
};
const isNumber = (expr: Expr): boolean => isWhole(expr) || FRACTIONAL.has(expr.type.kind);
const toBoolean: Handler<CastNode> = (node, out) => {
  if (isNumber(node.operand)) out.write("(").operand(node.operand).write(" <> 0)");
  else plain(node, out);
};
const toJson: Handler<CastNode> = (node, out) => {
  const { operand } = node;
  if (isTextual(operand) || operand.type.kind === "json" || operand.type.kind === "unknown") plain(node, out);
  else out.write("TO_JSONB(").expr(operand).write(")");
};

const casts: { readonly [K in TypeKind]: Handler<CastNode> } = {
  text: toText,
  enum: toText,
  varchar: toVarchar,
  smallint: toWhole,
  integer: toWhole,
  bigint: toWhole,
  boolean: toBoolean,
  timestamp: toTimestamp,
  date: local("date"),
  time: local("time(3)"),
  json: toJson,
  real: toFraction,
  double: toFraction,
  decimal: toFraction,
  uuid: plain,
  duration: plain,
  bytes: plain,
  array: plain,
  custom: plain,
  unknown: plain,
};
export const writeCast: Handler<CastNode> = (node, out) => casts[node.type.kind](node, out);
