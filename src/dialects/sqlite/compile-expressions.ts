/** Expressions that SQLite writes differently. */

import type { ColumnType, TypeKind } from "../../sql/types.js";
import type {
  BinaryNode,
  CastNode,
  Expr,
  InArrayNode,
  InRowsNode,
  JsonPathNode,
  LogicalNode,
  MatchNode,
  ParamNode,
} from "../../sql/nodes.js";
import { batchOf, cellValue } from "../../sql/compile/rows.js";
import { standardExpressions } from "../../sql/compile/expressions.js";
import type { ExpressionTable, Handler, Writer } from "../../sql/compile/writer.js";
import { codecFor } from "./codecs.js";
import { exactEncoder, isDecimal, storedEncoder, storesOneText, writeDecimalBinary, writeDecimalInQuery } from "./compile-decimals.js";
import { canonical, compared, isJson, writeBetween, writeComparison } from "./compile-comparisons.js";
import { writeCast } from "./compile-casts.js";
import { writeDateArithmetic, writeExtract, writeTrunc } from "./compile-dates.js";
import { jsonArrayText, jsonPathText } from "./json-text.js";
import { sqliteFunctions } from "./function-names.js";

const isInteger = (type: ColumnType): boolean =>
  type.kind === "integer" || type.kind === "smallint" || type.kind === "bigint" || type.kind === "duration";

/** The driver binds every number as a float, so integers are cast where it matters (division, JSON, texts). */
const writeParam: Handler<ParamNode> = (node, out) => {
  const placeholder = out.bind(node, exactEncoder(node.type));
  out.write(isInteger(node.type) && node.type.kind !== "bigint" ? `CAST(${placeholder} AS INTEGER)` : placeholder);
};
const writeBinary: Handler<BinaryNode> = (node, out) => {
  const { left, right, operator } = node;
  if (writeDecimalBinary(node, out) || writeDateArithmetic(node, out) || writeComparison(node, out)) return;
  if (operator === "#")
    return void out
      .write("(")
      .operand(left)
      .write(" | ")
      .operand(right)
      .write(") - (")
      .operand(left)
      .write(" & ")
      .operand(right)
      .write(")");
  if (operator === "%" && (isFloating(left) || isFloating(right)))
    return void out.write("MOD(").expr(left).write(", ").expr(right).write(")");
  // A value of a floating-point type may be stored as an integer (COALESCE of both), and dividing two integers would truncate.
  if (operator === "/" && isFloating(node) && !isStoredFloat(left) && !isStoredFloat(right))
    return void out.write("CAST(").expr(left).write(" AS REAL) / ").operand(right);
  standardExpressions.binary(node, out);
};
const isStoredFloat = (expr: Expr): boolean => isFloating(expr) && (expr.kind === "column" || expr.kind === "cast");
const isFloating = ({ type }: Expr): boolean => type.kind === "double" || type.kind === "real";

const elementType = (type: ColumnType): ColumnType => (type.kind === "array" ? type.of : type);

const writeInArray: Handler<InArrayNode> = ({ operand, values }, out) => {
  const type = elementType(values.type);
  const [before, after] = inner(operand, type);
  if (isDecimal(operand) && !storesOneText(operand)) out.write(`${sqliteFunctions.decimalKey}(`).expr(operand).write(")");
  else if (isJson(operand)) canonical(operand, out);
  else out.operand(operand);
  out.write(` IN (SELECT ${before}value${after} FROM json_each(${out.bind(values, listEncoder(operand, type))}))`);
};
function inner(operand: Expr, type: ColumnType): readonly [string, string] {
  if (type.kind === "bytes") return ["unhex(", ")"];
  if (isDecimal(operand) && !storesOneText(operand)) return [`${sqliteFunctions.decimalKey}(`, ")"];
  if (isJson(operand)) return [`${sqliteFunctions.jsonCanonical}(`, ")"];
  return ["", ""];
}
const listEncoders = new WeakMap<(value: unknown) => unknown, (value: unknown) => unknown>();
function listEncoder(operand: Expr, type: ColumnType): (value: unknown) => unknown {
  const encode = isDecimal(operand) && storesOneText(operand) ? storedEncoder(operand.type) : exactEncoder(type);
  const known = listEncoders.get(encode) ?? ((values: unknown): string => jsonArrayText(values as readonly unknown[], encode));
  listEncoders.set(encode, known);
  return known;
}

/** Kinds whose cells survive a round trip through JSON unchanged. */
const PLAIN_IN_JSON: ReadonlySet<TypeKind> = new Set<TypeKind>([
  "text",
  "varchar",
  "enum",
  "smallint",
  "integer",
  "bigint",
  "uuid",
  "timestamp",
  "date",
  "time",
  "duration",
]);
function writeRowOf(row: readonly Expr[], operands: readonly Expr[], out: Writer): void {
  out.write("(");
  row.forEach((cell, at) => {
    if (at > 0) out.write(", ");
    const operand = operands[at];
    if (cell.kind === "param" && operand !== undefined && storesOneText(operand)) out.write(out.bind(cell, storedEncoder(operand.type)));
    else compared(cell, out);
  });
  out.write(")");
}
/** Composite keys: one JSON parameter if JSON can hold them, so that the SQL is the same for any number of rows. */
const writeInRows: Handler<InRowsNode> = (node, out): void => {
  const [first] = node.rows;
  if (first === undefined) return void out.write("FALSE");
  out.write("(").exprs(node.operands).write(") IN (");
  const batch = first.every(({ type }) => PLAIN_IN_JSON.has(type.kind)) ? batchOf(node) : null;
  if (batch === null)
    return void out
      .write("VALUES ")
      .list(node.rows, (row) => writeRowOf(row, node.operands, out))
      .write(")");
  const text = batch.map((row) => jsonArrayText(row, (cell) => cellValue(cell as ParamNode, codecFor((cell as ParamNode).type).encode)));
  const columns = first.map((_, at) => `value ->> ${at}`).join(", ");
  out.write(`SELECT ${columns} FROM json_each(${out.fixed(`[${text.join(",")}]`)}))`);
};

const writeMatch: Handler<MatchNode> = ({ mode, insensitive, operand, pattern }, out) => {
  const text = (expr: Expr): void => {
    if (insensitive) out.write(`${sqliteFunctions.fold}(`).expr(expr).write(")");
    else compared(expr, out);
  };
  switch (mode) {
    case "regex":
      return void out
        .write(`${insensitive ? sqliteFunctions.iregex : sqliteFunctions.regex}(`)
        .expr(operand)
        .write(", ")
        .expr(pattern)
        .write(")");
    case "exact":
      text(operand);
      out.write(" = ");
      return text(pattern);
    case "contains":
      out.write("instr(");
      text(operand);
      out.write(", ");
      text(pattern);
      return void out.write(") > 0");
    case "startswith":
      out.write("substr(");
      text(operand);
      out.write(", 1, length(");
      text(pattern);
      out.write(")) = ");
      return text(pattern);
    case "endswith":
      out.write("substr(");
      text(operand);
      out.write(", length(");
      text(operand);
      out.write(") - length(");
      text(pattern);
      out.write(") + 1) = ");
      return text(pattern);
  }
};

/** The document, as a function argument and as an operand, and the path in it. */
interface JsonPlace {
  readonly document: () => void;
  readonly operand: () => void;
  readonly place: () => string;
}
type JsonScalar = (at: JsonPlace, out: Writer) => void;
const guarded =
  (jsonTypes: string): JsonScalar =>
  ({ document, operand, place }, out) => {
    out.write("CASE WHEN json_type(");
    document();
    out.write(`, ${place()}) IN (${jsonTypes}) THEN `);
    operand();
    out.write(` ->> ${place()} END`);
  };
const asValue: JsonScalar = ({ operand, place }, out) => {
  out.write("(");
  operand();
  out.write(` -> ${place()})`);
};
const asText: JsonScalar = ({ document, place }, out) => {
  out.write(`${sqliteFunctions.jsonText}(`);
  document();
  out.write(`, ${place()})`);
};
const asBoolean: JsonScalar = ({ document, place }, out) => {
  out.write("CASE json_type(");
  document();
  out.write(`, ${place()}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`);
};
const asNumber = guarded("'integer', 'real'");
const asTexted = guarded("'text'");
/** A JSON scalar of another type than requested yields NULL, on every database. */
const jsonPaths: { readonly [K in TypeKind]: JsonScalar } = {
  json: asValue,
  text: asText,
  varchar: asText,
  unknown: asText,
  boolean: asBoolean,
  smallint: asNumber,
  integer: asNumber,
  bigint: asNumber,
  decimal: asNumber,
  real: asNumber,
  double: asNumber,
  duration: asNumber,
  enum: asTexted,
  uuid: asTexted,
  timestamp: asTexted,
  date: asTexted,
  time: asTexted,
  bytes: asTexted,
  array: asTexted,
  custom: asTexted,
};
/** Digits may be an array index or an object key, which SQLite's paths distinguish; a registered function handles such paths. */
const isAmbiguous = (segment: string | number): boolean => typeof segment === "string" && /^\d+$/.test(segment);
const writeJsonPath: Handler<JsonPathNode> = ({ operand, path, type }, out) => {
  const ambiguous = path.some(isAmbiguous);
  const found = (): void => {
    out
      .write(`${sqliteFunctions.jsonAt}(`)
      .expr(operand)
      .write(`, ${out.constant(JSON.stringify(path.map(String)))})`);
  };
  const text = ambiguous ? "$" : jsonPathText(path);
  if (ambiguous && type.kind === "json") return found();
  jsonPaths[type.kind](
    {
      document: ambiguous ? found : () => void out.expr(operand),
      operand: ambiguous ? found : () => void out.operand(operand),
      place: () => out.constant(text),
    },
    out,
  );
};

/** Long chains are split with parentheses: SQLite's parser nests `a OR b OR c` to the left, and limits the depth. */
const LONGEST_CHAIN = 200;
const writeLogical: Handler<LogicalNode> = (node, out) => writeBalanced(node.operands, node.kind === "and" ? " AND " : " OR ", out);
function writeBalanced(operands: readonly Expr[], operator: string, out: Writer): void {
  if (operands.length <= LONGEST_CHAIN) return void out.list(operands, (operand) => out.operand(operand), operator);
  const middle = operands.length >> 1;
  out.write("(");
  writeBalanced(operands.slice(0, middle), operator, out);
  out.write(`)${operator}(`);
  writeBalanced(operands.slice(middle), operator, out);
  out.write(")");
}

export const expressions: ExpressionTable = {
  ...standardExpressions,
  param: writeParam,
  and: writeLogical,
  or: writeLogical,
  binary: writeBinary,
  negate: (node, out) => {
    if (isDecimal(node)) out.write(`${sqliteFunctions.decimalNegate}(`).expr(node.operand).write(")");
    else standardExpressions.negate(node, out);
  },
  between: writeBetween,
  inArray: writeInArray,
  inQuery: (node, out) => {
    if (!writeDecimalInQuery(node, out)) standardExpressions.inQuery(node, out);
  },
  inRows: writeInRows,
  match: writeMatch,
  extract: writeExtract,
  trunc: writeTrunc,
  cast: (node: CastNode, out) => writeCast(node, out),
  jsonPath: writeJsonPath,
};

export const encoder = (type: ColumnType): ((value: unknown) => unknown) => codecFor(type).encode;
