/** Nodes that compute a value from other nodes. */

import type {
  BinaryNode,
  BinaryOperator,
  CaseNode,
  CastNode,
  Compound,
  DatePart,
  Expr,
  ExtractNode,
  FragmentNode,
  FunctionName,
  FunctionNode,
  JsonPathNode,
  NegateNode,
  ScalarQueryNode,
  Select,
  TruncNode,
  TruncUnit,
} from "../nodes.js";
import { type ColumnType, types } from "../types.js";
import { made } from "./brand.js";

export function binary(left: Expr, operator: BinaryOperator, right: Expr, type: ColumnType): BinaryNode {
  return made({ kind: "binary", operator, left, right, type });
}
export function negate(operand: Expr): NegateNode {
  return made({ kind: "negate", operand, type: operand.type });
}
/** A scalar function by its neutral name. */
export function fn(name: FunctionName, args: readonly Expr[], type: ColumnType): FunctionNode {
  return made({ kind: "function", name, args, type });
}
/** `zone` null means UTC. */
export function extract(part: DatePart, operand: Expr, zone: string | null = null): ExtractNode {
  return made({ kind: "extract", part, operand, zone, type: part === "epoch" ? types.double : types.integer });
}
export function trunc(unit: TruncUnit, operand: Expr, zone: string | null = null, type: ColumnType = operand.type): TruncNode {
  return made({ kind: "trunc", unit, operand, zone, type });
}
export function cast(operand: Expr, type: ColumnType): CastNode {
  return made({ kind: "cast", operand, type });
}
export function caseWhen(whens: CaseNode["whens"], otherwise: Expr | null, type: ColumnType): CaseNode {
  return made({ kind: "case", whens, otherwise, type });
}
/** Numbers in `path` are array indexes, strings are object keys; strings of digits are either, depending on the document. */
export function jsonPath(operand: Expr, path: readonly (string | number)[], type: ColumnType = types.json): JsonPathNode {
  return made({ kind: "jsonPath", operand, path, type });
}
export function scalarQuery(query: Select | Compound, type: ColumnType): ScalarQueryNode {
  return made({ kind: "scalarQuery", query, type });
}
export function fragment(texts: readonly string[], values: readonly Expr[], type: ColumnType = types.unknown): FragmentNode {
  return made({ kind: "fragment", texts, values, type });
}
