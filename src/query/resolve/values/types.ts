/** Type rules for combined expressions: arithmetic, COALESCE and CASE, aggregates. */

import { FieldError } from "../../../errors.js";
import type { AggregateName } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";

const numericRank: Partial<Record<ColumnType["kind"], number>> = { smallint: 0, integer: 1, bigint: 2, decimal: 3, real: 4, double: 5 };
const textual = new Set<ColumnType["kind"]>(["text", "varchar", "enum"]);

export const isNumeric = (type: ColumnType): boolean => numericRank[type.kind] !== undefined;
export const isTextual = (type: ColumnType): boolean => textual.has(type.kind);
export const isWhole = (type: ColumnType): boolean => type.kind === "smallint" || type.kind === "integer" || type.kind === "bigint";
export const isMoment = (type: ColumnType): boolean => type.kind === "timestamp" || type.kind === "date";

/** Type names for messages. */
export const typeName = (type: ColumnType): string => (type.kind === "array" ? `array of ${typeName(type.of)}` : type.kind);

/** Exact numbers stay exact; mixed with a floating-point number, the result is one. */
const widest = (a: ColumnType, b: ColumnType): ColumnType => {
  const left = numericRank[a.kind] ?? 0;
  const right = numericRank[b.kind] ?? 0;
  const wider = left >= right ? a : b;
  if (wider.kind === "decimal") return types.decimal();
  return wider.kind === "smallint" ? types.integer : wider;
};

/** The common type of both; throws if they cannot be mixed. */
export const unify = (a: ColumnType, b: ColumnType, where: string): ColumnType => {
  if (a.kind === "unknown") return b;
  if (b.kind === "unknown" || a === b) return a;
  if (isNumeric(a) && isNumeric(b)) return a.kind === b.kind && a.kind !== "decimal" ? a : widest(a, b);
  if (isTextual(a) && isTextual(b)) return types.text;
  if (a.kind === b.kind) return a;
  throw new FieldError(`${where} mixes ${typeName(a)} and ${typeName(b)}: make them one type with Cast(…)`);
};

/** Whether a computed value can be assigned to a column without a cast; JSON scalars are read as the column's type. */
export const canBeAssigned = (from: ColumnType, to: ColumnType): boolean =>
  from.kind === to.kind ||
  [from.kind, to.kind].some((kind) => kind === "unknown" || kind === "custom") ||
  from.kind === "json" ||
  (isTextual(from) && isTextual(to)) ||
  (measures(from) && measures(to));
const measures = (type: ColumnType): boolean => isNumeric(type) || type.kind === "duration";

const bitwise = new Set(["&", "|", "#", "<<", ">>"]);
/** The type of durations combined with durations or numbers; null if the combination has no meaning. */
const durationType = (operator: string, a: ColumnType, b: ColumnType): ColumnType | null => {
  const both = a.kind === b.kind;
  if (operator === "+" || operator === "-") return both ? types.duration : null;
  if (operator === "*") return isNumeric(a) || isNumeric(b) ? types.duration : null;
  return operator === "/" && isNumeric(b) ? types.duration : null;
};
const numberType = (operator: string, a: ColumnType, b: ColumnType): ColumnType | null => {
  if (!isNumeric(a) || !isNumeric(b)) return null;
  return operator === "^" || (operator === "/" && isWhole(a) && isWhole(b)) ? types.double : widest(a, b);
};

/** The type of `a operator b`; throws if the combination has no meaning. Raw SQL, whose type is unknown, takes that of the other side. */
export const arithmeticType = (operator: string, a: ColumnType, b: ColumnType, where: string): ColumnType => {
  if (a.kind === "unknown" || b.kind === "unknown") return a.kind === "unknown" ? b : a;
  const type = (a.kind === "duration" || b.kind === "duration" ? durationType : numberType)(operator, a, b);
  if (type === null)
    throw new FieldError(`${where}: ${typeName(a)} ${operator} ${typeName(b)} has no meaning; make them numbers with Cast(…)`);
  if (bitwise.has(operator) && !(isWhole(a) && isWhole(b)))
    throw new FieldError(`${where}: ${operator} takes whole numbers, not ${typeName(a)} and ${typeName(b)}`);
  return type;
};

const sumType = (type: ColumnType): ColumnType =>
  type.kind === "decimal" ? types.decimal() : type.kind === "smallint" ? types.integer : type.kind === "real" ? types.double : type;
const meanType = (type: ColumnType): ColumnType =>
  type.kind === "decimal" ? types.decimal() : type.kind === "duration" ? type : types.double;
const numbersOnly = new Set<AggregateName>(["sum", "avg", "stddev", "stddevSample", "variance", "varianceSample"]);

export const aggregateType = (name: AggregateName, of: ColumnType, where: string): ColumnType => {
  if (numbersOnly.has(name) && !isNumeric(of) && of.kind !== "unknown" && !(of.kind === "duration" && (name === "sum" || name === "avg"))) {
    throw new FieldError(`${where}: ${name} takes numbers, not ${typeName(of)}`);
  }
  const rules: Readonly<Record<AggregateName, () => ColumnType>> = {
    count: () => types.integer,
    sum: () => sumType(of),
    avg: () => meanType(of),
    min: () => of,
    max: () => of,
    stddev: () => types.double,
    stddevSample: () => types.double,
    variance: () => types.double,
    varianceSample: () => types.double,
    stringAgg: () => types.text,
    arrayAgg: () => types.array(of),
    jsonAgg: () => types.json,
    boolAnd: () => types.boolean,
    boolOr: () => types.boolean,
  };
  return rules[name]();
};
