/** Expressions that PostgreSQL writes differently. */

import { batchOf, cellValue } from "../../sql/compile/rows.js";
import { writeWindow } from "../../sql/compile/windows.js";
import { standardExpressions } from "../../sql/compile/expressions.js";
import type { ExpressionTable, Handler, Writer } from "../../sql/compile/writer.js";
import type {
  BetweenNode,
  BinaryNode,
  Expr,
  InArrayNode,
  InRowsNode,
  JsonPathNode,
  LiteralNode,
  MatchNode,
  ParamNode,
  WindowNode,
} from "../../sql/nodes.js";
import { type ColumnType, type TypeKind, types } from "../../sql/types.js";
import { arrayLiteral } from "./array-text.js";
import { codecFor } from "./codecs.js";
import { writeCast } from "./compile-casts.js";
import { writeDateArithmetic, writeExtract, writeTrunc } from "./compile-dates.js";
import {
  castName,
  comparesAsText,
  isFloating,
  isTextual,
  listBeside,
  listName,
  writeBeside,
  writeCased,
  writeInt,
  writeParam,
  writeText,
} from "./compile-types.js";

export const encoder = (type: ColumnType): ((value: unknown) => unknown) => codecFor(type).encode;

const EQUALITY: ReadonlySet<string> = new Set(["=", "<>"]);
const ORDER: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);

const writeLeftOrdered = (left: Expr, right: Expr, out: Writer): void => {
  if (left.type.kind === "enum" && left.kind === "column") writeText(left, out);
  else writeBeside(left, right, out);
  const own = (expr: Expr): boolean => expr.kind === "column" && typeof expr.collate === "string";
  if (isTextual(left) && !own(left) && !own(right)) out.write(' COLLATE "C"');
};
const writeBinary: Handler<BinaryNode> = (node, out) => {
  const { left, right, operator } = node;
  if (EQUALITY.has(operator) && comparesAsText(left, right)) {
    writeText(left, out);
    out.write(` ${operator} `);
    return writeText(right, out);
  }
  if (EQUALITY.has(operator) || ORDER.has(operator)) {
    if (ORDER.has(operator)) writeLeftOrdered(left, right, out);
    else writeBeside(left, right, out);
    out.write(` ${operator} `);
    if (ORDER.has(operator) && right.type.kind === "enum" && right.kind === "column") return writeText(right, out);
    return writeBeside(right, left, out);
  }
  if (writeDateArithmetic(node, out)) return;
  if (operator === "%" && (isFloating(left) || isFloating(right))) {
    return void out.write("CAST(MOD(CAST(").expr(left).write(" AS numeric), CAST(").expr(right).write(" AS numeric)) AS double precision)");
  }
  if (operator === "<<" || operator === ">>") {
    out.operand(left).write(` ${operator} `);
    return writeInt(right, out);
  }
  standardExpressions.binary(node, out);
};
const writeBetween: Handler<BetweenNode> = ({ operand, low, high }, out) => {
  writeLeftOrdered(operand, low, out);
  out.write(" BETWEEN ");
  writeBeside(low, operand, out);
  out.write(" AND ");
  writeBeside(high, operand, out);
};

const lists = new WeakMap<ColumnType, ColumnType>();
/** Cached array type per element type, so that its codec is created once. */
function listOf(type: ColumnType): ColumnType {
  if (type.kind === "array") return type;
  const known = lists.get(type) ?? types.array(type);
  lists.set(type, known);
  return known;
}
const writeInArray: Handler<InArrayNode> = ({ operand, values }, out) => {
  const list = listOf(values.type);
  const name = list.kind === "array" ? listBeside(list.of, operand) : null;
  out.operand(operand).write(` = ANY(${out.bind(values, codecFor(list).encode)}${name === null ? "" : `::${name}`})`);
};

/** Composite keys: one array per column, so that the SQL is the same for any number of rows. */
const writeInRows: Handler<InRowsNode> = (node, out): void => {
  const [first] = node.rows;
  if (first === undefined) return void out.write("FALSE");
  out.write("(").exprs(node.operands).write(") IN (");
  const batch = batchOf(node);
  if (batch === null) return void out.list(node.rows, (row) => out.write("(").exprs(row).write(")")).write(")");
  out.write("SELECT * FROM unnest(");
  first.forEach(({ type }, at) => {
    if (at > 0) out.write(", ");
    const cells = batch.map((row) => cellValue(row[at] as ParamNode, encoder(type)));
    out.write(`${out.fixed(arrayLiteral(cells))}::${listName(type) ?? "text[]"}`);
  });
  out.write("))");
};

const escapeLike = (text: unknown): string => String(text).replace(/[\\%_]/g, "\\$&");
const likePatterns = {
  contains: (text: unknown): string => `%${escapeLike(checked(text))}%`,
  startswith: (text: unknown): string => `${escapeLike(checked(text))}%`,
  endswith: (text: unknown): string => `%${escapeLike(checked(text))}`,
} as const;
const checked = codecFor(types.text).encode;

/** `\b` and `\B` are word boundaries here as in most languages; PostgreSQL's own escapes for them are `\y` and `\Y`. */
const withBoundaries = (pattern: unknown): string => {
  let inBrackets = false;
  // Directly after an opening bracket, a closing one is an ordinary character.
  return String(checked(pattern)).replace(/\\[^]|\[\^?\]?|\]/g, (token) => {
    if (!token.startsWith("\\")) inBrackets = inBrackets ? !token.endsWith("]") : token !== "]";
    else if (!inBrackets && (token === "\\b" || token === "\\B")) return token === "\\b" ? "\\y" : "\\Y";
    return token;
  });
};

const writeMatch: Handler<MatchNode> = ({ mode, insensitive, operand, pattern }, out) => {
  const text = (expr: Expr): void => (insensitive ? writeCased("UPPER", expr, out) : writeText(expr, out));
  if (mode === "exact") {
    text(operand);
    out.write(" = ");
    return text(pattern);
  }
  if (mode === "regex") {
    writeText(operand, out);
    // The collation says what a letter is; "C" knows ASCII only.
    out.write(` COLLATE "und-x-icu" ${insensitive ? "~*" : "~"} `);
    return pattern.kind === "param" ? void out.write(`${out.bind(pattern, withBoundaries)}::text`) : writeText(pattern, out);
  }
  if (pattern.kind === "param") {
    const placeholder = `${out.bind(pattern, likePatterns[mode])}::text`;
    text(operand);
    return void out
      .write(insensitive ? ` LIKE (UPPER(${placeholder} COLLATE "und-x-icu") COLLATE "C")` : ` LIKE ${placeholder}`)
      .write(" ESCAPE '\\'");
  }
  if (mode === "endswith") {
    out.write("RIGHT(");
    text(operand);
    out.write(", LENGTH(");
    text(pattern);
    out.write(")) = ");
    return text(pattern);
  }
  out.write(mode === "contains" ? "STRPOS(" : "STARTS_WITH(");
  text(operand);
  out.write(", ");
  text(pattern);
  out.write(mode === "contains" ? ") > 0" : ")");
};

/** `->` distinguishes positions from keys by the type of its right operand. */
function writeSteps({ operand, path }: JsonPathNode, out: Writer, last: "->" | "->>"): void {
  out.operand(operand);
  path.forEach((segment, at) => {
    const operator = at === path.length - 1 ? last : "->";
    // A path operator accepts digits both as an array index and as an object key.
    if (typeof segment === "string" && /^\d+$/.test(segment))
      return void out.write(` ${operator === "->" ? "#>" : "#>>"} ARRAY[${out.constant(segment)}::text]`);
    if (typeof segment === "number" && !Number.isSafeInteger(segment))
      throw new TypeError(`expected a whole number as a position in a JSON array, got ${segment}`);
    out.write(` ${operator} ${out.constant(segment)}::${typeof segment === "number" ? "integer" : "text"}`);
  });
  if (path.length === 0 && last === "->>") out.write(" #>> '{}'");
}
/** A JSON scalar of another type than requested yields NULL, on every database. */
function writeGuarded(node: JsonPathNode, jsonType: string, name: string, out: Writer): void {
  out.write("CASE WHEN JSONB_TYPEOF(");
  writeSteps(node, out, "->");
  out.write(`) = '${jsonType}' THEN CAST((`);
  writeSteps(node, out, "->>");
  out.write(`) AS ${name}) END`);
}
const asValue: Handler<JsonPathNode> = (node, out) => {
  out.write("(");
  writeSteps(node, out, "->");
  out.write(")");
};
const asText: Handler<JsonPathNode> = (node, out) => {
  out.write("(");
  writeSteps(node, out, "->>");
  out.write(")");
};
const guarded =
  (jsonType: string, name: string): Handler<JsonPathNode> =>
  (node, out) =>
    writeGuarded(node, jsonType, name, out);
const asNumeric = guarded("number", "numeric");
const asFloat = guarded("number", "double precision");
const asDuration: Handler<JsonPathNode> = (node, out) => {
  out.write("(");
  asFloat(node, out);
  out.write(" * INTERVAL '1 millisecond')");
};
/** Types that JSON stores as text: days, uuids and others without a JSON type. */
const asTexted: Handler<JsonPathNode> = (node, out) => writeGuarded(node, "string", castName(node.type) ?? "text", out);

const jsonPaths: { readonly [K in TypeKind]: Handler<JsonPathNode> } = {
  json: asValue,
  text: asText,
  varchar: asText,
  unknown: asText,
  boolean: guarded("boolean", "boolean"),
  smallint: asNumeric,
  integer: asNumeric,
  bigint: asNumeric,
  decimal: asNumeric,
  real: asFloat,
  double: asFloat,
  duration: asDuration,
  enum: asTexted,
  uuid: asTexted,
  timestamp: asTexted,
  date: asTexted,
  time: asTexted,
  bytes: asTexted,
  array: asTexted,
  custom: asTexted,
};

/** An untyped NULL would be text where no context determines its type. */
const writeLiteral: Handler<LiteralNode> = (node, out) => {
  const name = node.value === null ? castName(node.type) : null;
  if (name === null) standardExpressions.literal(node, out);
  else out.write(`CAST(NULL AS ${name})`);
};

/**
 * PostgreSQL (seen up to 18) takes a count over an unbounded frame to be the same for all rows, although EXCLUDE makes it vary, and ends the
 * query at the first row that a condition on the count rejects. It does not recognize the count in a sum.
 */
const writeVaryingCount: Handler<WindowNode> = (node, out) => {
  if (node.of.kind !== "aggregate" || node.of.name !== "count" || node.frame?.exclude === undefined) return writeWindow(node, out);
  out.write("(");
  writeWindow(node, out);
  out.write(" + 0)");
};

export const expressions: ExpressionTable = {
  ...standardExpressions,
  param: writeParam,
  literal: writeLiteral,
  binary: writeBinary,
  between: writeBetween,
  inArray: writeInArray,
  inRows: writeInRows,
  match: writeMatch,
  extract: writeExtract,
  trunc: writeTrunc,
  cast: writeCast,
  window: writeVaryingCount,
  jsonPath: (node, out) => jsonPaths[node.type.kind](node, out),
};
