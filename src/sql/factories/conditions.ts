/** Boolean nodes. Constant conditions are folded, so that a query without possible rows is recognized. */

import type {
  BetweenNode,
  BinaryOperator,
  Compound,
  ExistsNode,
  Expr,
  InArrayNode,
  InQueryNode,
  InRowsNode,
  IsNullNode,
  LiteralNode,
  MatchNode,
  ParamNode,
  Select,
} from "../nodes.js";
import { types } from "../types.js";
import { made } from "./brand.js";
import { alwaysFalse, alwaysTrue } from "./values.js";

export const isTrue = (expr: Expr): expr is LiteralNode => expr.kind === "literal" && expr.value === true;
export const isFalse = (expr: Expr): expr is LiteralNode => expr.kind === "literal" && expr.value === false;

/** True if all are true; without operands, true. */
export function and(...operands: readonly Expr[]): Expr {
  return logical("and", operands);
}
/** True if any is true; without operands, false. */
export function or(...operands: readonly Expr[]): Expr {
  return logical("or", operands);
}
function logical(kind: "and" | "or", given: readonly Expr[]): Expr {
  const [neutral, decisive] = kind === "and" ? [isTrue, isFalse] : [isFalse, isTrue];
  const operands: Expr[] = [];
  for (const operand of given) {
    if (decisive(operand)) return operand;
    if (operand.kind === kind) operands.push(...operand.operands);
    else if (!neutral(operand)) operands.push(operand);
  }
  if (operands.length === 0) return kind === "and" ? alwaysTrue : alwaysFalse;
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : made({ kind, operands: Object.freeze(operands), type: types.boolean });
}

/** Negation; NULL stays NULL. Two-valued negation is built by callers, which know what can be NULL. */
export function not(operand: Expr): Expr {
  if (isTrue(operand)) return alwaysFalse;
  if (isFalse(operand)) return alwaysTrue;
  if (operand.kind === "not") return operand.operand;
  if (operand.kind === "isNull" || operand.kind === "exists") return made({ ...operand, negated: !operand.negated });
  return made({ kind: "not", operand, type: types.boolean });
}

export function compare(left: Expr, operator: Extract<BinaryOperator, "=" | "<>" | "<" | "<=" | ">" | ">=">, right: Expr): Expr {
  return made({ kind: "binary", operator, left, right, type: types.boolean });
}
export const equals = (left: Expr, right: Expr): Expr => compare(left, "=", right);

export function isNull(operand: Expr): IsNullNode {
  return made({ kind: "isNull", operand, negated: false, type: types.boolean });
}
export function isNotNull(operand: Expr): IsNullNode {
  return made({ kind: "isNull", operand, negated: true, type: types.boolean });
}
/** `values` is a parameter whose value is an array; its type is the elements' (or an array of it). */
export function inArray(operand: Expr, values: ParamNode): InArrayNode {
  return made({ kind: "inArray", operand, values, type: types.boolean });
}
export function inQuery(operands: readonly Expr[], query: Select | Compound): InQueryNode {
  return made({ kind: "inQuery", operands, query, type: types.boolean });
}
export function inRows(operands: readonly Expr[], rows: readonly (readonly Expr[])[]): InRowsNode | LiteralNode {
  return rows.length === 0 ? alwaysFalse : made({ kind: "inRows", operands, rows, type: types.boolean });
}
export function between(operand: Expr, low: Expr, high: Expr): BetweenNode {
  return made({ kind: "between", operand, low, high, type: types.boolean });
}
export function match(
  mode: MatchNode["mode"],
  operand: Expr,
  pattern: Expr,
  { insensitive = false }: { readonly insensitive?: boolean } = {},
): MatchNode {
  return made({ kind: "match", mode, insensitive, operand, pattern, type: types.boolean });
}
export function exists(query: Select | Compound, { negated = false }: { readonly negated?: boolean } = {}): ExistsNode {
  return made({ kind: "exists", query, negated, type: types.boolean });
}
