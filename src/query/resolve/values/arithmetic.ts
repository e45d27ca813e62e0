/** `F("price").mul(1.1)`, dates and durations: operands are unified to one type, and integers divide to fractions. */

import { FieldError } from "../../../errors.js";
import { binary, cast, fn, negate } from "../../../sql/factories/index.js";
import { types, type ColumnType } from "../../../sql/types.js";
import type { Node } from "../../state.js";
import type { Resolved } from "../scope/context.js";
import { scalarAs } from "./transforms.js";
import { arithmeticType, isMoment, isNumeric, isWhole, typeName } from "./types.js";

type Arithmetic = Extract<Node, { kind: "arithmetic" }>;
type Resolve = (node: Node, expected: ColumnType | null) => Resolved;

export const arithmetic = (where: string, node: Arithmetic, resolve: Resolve): Resolved => {
  const { operator } = node;
  const [left, right] = scalars(operands(node, resolve));
  const canBeNull = left.nullable || right.nullable;
  const instants = momentArithmetic(where, operator, left, right);
  if (instants !== null) return { expr: instants, nullable: canBeNull };
  const type = arithmeticType(operator, left.expr.type, right.expr.type, where);
  if (operator === "^") return { expr: fn("power", [left.expr, right.expr], type), nullable: canBeNull };
  if (operator === "%") return { expr: fn("mod", [left.expr, right.expr], type), nullable: canBeNull };
  if (operator === "/" && dividesWhole(left.expr.type, right.expr.type))
    return { expr: binary(cast(left.expr, types.double), "/", right.expr, types.double), nullable: true };
  return { expr: binary(left.expr, operator, right.expr, type), nullable: canBeNull || operator === "/" };
};

/** Both databases divide integers without a remainder. Raw SQL of unknown type beside an integer may be one. */
const dividesWhole = (left: ColumnType, right: ColumnType): boolean => {
  const [a, b] = [isWhole(left), isWhole(right)];
  return (a && b) || (a && right.kind === "unknown") || (b && left.kind === "unknown");
};

/** JSON scalars count as numbers here, with the type of the other operand. */
const scalars = ([left, right]: readonly [Resolved, Resolved]): readonly [Resolved, Resolved] => {
  const number = (other: Resolved): ColumnType => (other.expr.type.kind === "decimal" ? other.expr.type : types.double);
  return [scalarAs(left, number(right)), scalarAs(right, number(left))];
};

/** A plain value takes its type from the other operand. */
const operands = (node: Arithmetic, resolve: Resolve): readonly [Resolved, Resolved] => {
  if (node.left.kind === "value" && node.right.kind !== "value") {
    const right = resolve(node.right, null);
    return [resolve(node.left, typeOfNeighbour(right.expr.type, node.left, node.operator)), right];
  }
  const left = resolve(node.left, null);
  return [left, resolve(node.right, node.right.kind === "value" ? typeOfNeighbour(left.expr.type, node.right, node.operator) : null)];
};

const typeOfNeighbour = (type: ColumnType, node: Node, operator: string): ColumnType | null => {
  const given = node.kind === "value" ? node.value : null;
  if (isMoment(type))
    return typeof given === "number" ? types.duration : typeof given === "string" && type.kind === "date" ? types.date : null;
  if (type.kind === "duration") return typeof given === "number" && (operator === "+" || operator === "-") ? types.duration : null;
  if (type.kind === "decimal") return types.decimal();
  if (type.kind === "bigint" && typeof given === "number") return Number.isSafeInteger(given) ? types.integer : types.double;
  if (isNumeric(type) && typeof given === "string") return types.decimal();
  return null;
};

/** An instant and milliseconds, or the milliseconds between two instants; null for other operands. */
const momentArithmetic = (where: string, operator: string, left: Resolved, right: Resolved) => {
  const [a, b] = [left.expr.type, right.expr.type];
  if (!isMoment(a) && !isMoment(b)) return null;
  if (operator === "-" && isMoment(a) && isMoment(b)) return fn("subtractInstants", [left.expr, right.expr], types.duration);
  if (operator === "+" && isMoment(a) && b.kind === "duration") return fn("addDuration", [left.expr, right.expr], types.timestamp);
  if (operator === "+" && a.kind === "duration" && isMoment(b)) return fn("addDuration", [right.expr, left.expr], types.timestamp);
  if (operator === "-" && isMoment(a) && b.kind === "duration") return fn("addDuration", [left.expr, minus(right)], types.timestamp);
  throw new FieldError(`${where}: ${typeName(a)} ${operator} ${typeName(b)} has no meaning; durations are milliseconds`);
};
const minus = (of: Resolved) => negate(of.expr);
