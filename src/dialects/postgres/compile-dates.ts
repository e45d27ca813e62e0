/** Instants, days and times in PostgreSQL, always in an explicit time zone. */

import { FieldError } from "../../errors.js";
import type { BinaryNode, DatePart, Expr, ExtractNode, TruncNode, TruncUnit } from "../../sql/nodes.js";
import type { Handler, Writer } from "../../sql/compile/writer.js";
import { writeDouble } from "./compile-types.js";

/** PostgreSQL reads the sign of a plain offset in the POSIX sense: positive is west of Greenwich. */
const posixZone = (zone: string): string => {
  const [sign, rest] = [zone[0], zone.slice(1)];
  return sign === "+" ? `<${zone}>-${rest}` : sign === "-" ? `<${zone}>+${rest}` : zone;
};
export function writeZone(zone: string | null, out: Writer): void {
  out.write(zone === null || zone === "UTC" ? "'UTC'" : `${out.constant(posixZone(zone))}::text`);
}
/** An instant in the local time of the zone; days and times are unchanged. */
function writeLocal(operand: Expr, zone: string | null, out: Writer): void {
  if (operand.type.kind !== "timestamp" && zone === null) return void out.operand(operand);
  if (operand.type.kind === "date" || operand.type.kind === "time" || operand.type.kind === "duration") return void out.operand(operand);
  out.operand(operand).write(" AT TIME ZONE ");
  writeZone(zone, out);
}

const parts: { readonly [P in DatePart]: readonly [before: string, after: string] } = {
  year: ["CAST(EXTRACT(YEAR FROM ", ") AS integer)"],
  isoYear: ["CAST(EXTRACT(ISOYEAR FROM ", ") AS integer)"],
  quarter: ["CAST(EXTRACT(QUARTER FROM ", ") AS integer)"],
  month: ["CAST(EXTRACT(MONTH FROM ", ") AS integer)"],
  week: ["CAST(EXTRACT(WEEK FROM ", ") AS integer)"],
  day: ["CAST(EXTRACT(DAY FROM ", ") AS integer)"],
  weekday: ["(CAST(EXTRACT(DOW FROM ", ") AS integer) + 1)"],
  isoWeekday: ["CAST(EXTRACT(ISODOW FROM ", ") AS integer)"],
  dayOfYear: ["CAST(EXTRACT(DOY FROM ", ") AS integer)"],
  hour: ["CAST(EXTRACT(HOUR FROM ", ") AS integer)"],
  minute: ["CAST(EXTRACT(MINUTE FROM ", ") AS integer)"],
  second: ["CAST(FLOOR(EXTRACT(SECOND FROM ", ")) AS integer)"],
  epoch: ["CAST(EXTRACT(EPOCH FROM ", ") AS double precision)"],
};
export const writeExtract: Handler<ExtractNode> = ({ part, operand, zone }, out): void => {
  if (!Object.hasOwn(parts, part))
    throw new FieldError(`expected one of ${Object.keys(parts).join(", ")} as the part to extract, got ${part}`);
  const [before, after] = parts[part];
  out.write(before);
  if (part === "epoch") out.operand(operand);
  else writeLocal(operand, zone, out);
  out.write(after);
};

const units: { readonly [U in TruncUnit]: U } = {
  year: "year",
  quarter: "quarter",
  month: "month",
  week: "week",
  day: "day",
  hour: "hour",
  minute: "minute",
  second: "second",
};
export const writeTrunc: Handler<TruncNode> = ({ unit, operand, zone, type }, out): void => {
  if (!Object.hasOwn(units, unit))
    throw new FieldError(`expected one of ${Object.keys(units).join(", ")} as the unit to cut to, got ${unit}`);
  const { kind } = operand.type;
  const cut = `DATE_TRUNC('${units[unit]}', `;
  if (kind === "time") return void out.write(`CAST(${cut}`).expr(operand).write(") AS time)");
  if (kind === "date") {
    out
      .write(`${type.kind === "date" ? "CAST(" : "("}${cut}CAST(`)
      .expr(operand)
      .write(" AS timestamp))");
    return void out.write(type.kind === "date" ? " AS date)" : " AT TIME ZONE 'UTC')");
  }
  if (type.kind === "date") {
    out.write(`CAST(${cut}`);
    writeLocal(operand, zone, out);
    return void out.write(") AS date)");
  }
  out.write(cut).expr(operand).write(", ");
  writeZone(zone, out);
  out.write(")");
};

/** Writes operations on days and durations that need a cast (a day stays a day, a difference is a duration); returns true if it did. */
export function writeDateArithmetic({ left, right, operator, type }: BinaryNode, out: Writer): boolean {
  const [a, b] = [left.type.kind, right.type.kind];
  if (operator === "-" && (a === "date" || a === "timestamp") && (b === "date" || b === "timestamp")) {
    writeDifference(left, right, out);
    return true;
  }
  if ((operator === "+" || operator === "-") && type.kind === "date" && (a === "date" || b === "date")) {
    out.write("CAST(").operand(left).write(` ${operator} `).operand(right).write(" AS date)");
    return true;
  }
  if ((operator === "*" || operator === "/") && (a === "duration") !== (b === "duration")) {
    if (a === "duration") out.operand(left);
    else writeDouble(left, out);
    out.write(` ${operator} `);
    if (b === "duration") out.operand(right);
    else writeDouble(right, out);
    return true;
  }
  return false;
}
export function writeDifference(left: Expr, right: Expr, out: Writer): void {
  const moment = (expr: Expr): void => {
    if (expr.type.kind === "timestamp") out.operand(expr);
    else out.write("(CAST(").expr(expr).write(" AS timestamp) AT TIME ZONE 'UTC')");
  };
  moment(left);
  out.write(" - ");
  moment(right);
}
