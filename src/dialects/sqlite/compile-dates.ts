/** Instants, days and times in SQLite: with strftime in UTC, with registered functions in other zones. */

import type { BinaryNode, DatePart, Expr, ExtractNode, TruncNode, TruncUnit } from "../../sql/nodes.js";
import { FieldError } from "../../errors.js";
import type { Handler, Writer } from "../../sql/compile/writer.js";
import { sqliteFunctions } from "./function-names.js";

const isUtc = (zone: string | null): boolean => zone === null || zone === "UTC";

/** strftime's letter, if its result is the part itself. */
const letters: { readonly [P in DatePart]: string | null } = {
  year: "%Y",
  isoYear: "%G",
  month: "%m",
  week: "%V",
  day: "%d",
  isoWeekday: "%u",
  dayOfYear: "%j",
  hour: "%H",
  minute: "%M",
  second: "%S",
  quarter: null,
  weekday: null,
  epoch: null,
};
const isMoment = ({ type }: Expr): boolean => type.kind === "timestamp" || type.kind === "date" || type.kind === "time";

export const writeExtract: Handler<ExtractNode> = ({ part, operand, zone }, out): void => {
  if (!Object.hasOwn(letters, part))
    throw new FieldError(`expected one of ${Object.keys(letters).join(", ")} as the part to extract, got ${part}`);
  if (operand.type.kind === "duration" && part === "epoch") return void out.write("(").operand(operand).write(" / 1000.0)");
  if (!isMoment(operand) || (operand.type.kind === "timestamp" && !isUtc(zone))) {
    return void out
      .write(`${sqliteFunctions.extract}('${part}', `)
      .expr(operand)
      .write(`, ${out.constant(zone ?? "UTC")})`);
  }
  const letter = letters[part];
  if (letter !== null) return void out.write(`CAST(strftime('${letter}', `).expr(operand).write(") AS INTEGER)");
  if (part === "quarter") return void out.write("((strftime('%m', ").expr(operand).write(") + 2) / 3)");
  if (part === "weekday") return void out.write("(strftime('%w', ").expr(operand).write(") + 1)");
  out.write("CAST(unixepoch(").expr(operand).write(", 'subsec') AS REAL)");
};

/** The strftime format that keeps the instant up to the unit and sets the rest to the unit's start. */
const instants: { readonly [U in TruncUnit]: string | null } = {
  year: "%Y-01-01T00:00:00.000Z",
  month: "%Y-%m-01T00:00:00.000Z",
  day: "%Y-%m-%dT00:00:00.000Z",
  hour: "%Y-%m-%dT%H:00:00.000Z",
  minute: "%Y-%m-%dT%H:%M:00.000Z",
  second: "%Y-%m-%dT%H:%M:%S.000Z",
  quarter: null,
  week: null,
};
const days: { readonly [U in TruncUnit]: string | null } = {
  ...instants,
  year: "%Y-01-01",
  month: "%Y-%m-01",
  day: "%Y-%m-%d",
  hour: "%Y-%m-%d",
  minute: "%Y-%m-%d",
  second: "%Y-%m-%d",
};

export const writeTrunc: Handler<TruncNode> = ({ unit, operand, zone, type }, out): void => {
  if (!Object.hasOwn(instants, unit))
    throw new FieldError(`expected one of ${Object.keys(instants).join(", ")} as the unit to cut to, got ${unit}`);
  if (operand.type.kind === "time") return void out.write(`${sqliteFunctions.truncTime}('${unit}', `).expr(operand).write(")");
  const asDate = type.kind === "date";
  const pattern = asDate ? days[unit] : instants[unit];
  const own = isUtc(zone) || (operand.type.kind === "date" && asDate);
  if (own && pattern !== null && isMoment(operand)) return void out.write(`strftime('${pattern}', `).expr(operand).write(")");
  out
    .write(`${asDate ? sqliteFunctions.truncDate : sqliteFunctions.trunc}('${unit}', `)
    .expr(operand)
    .write(`, ${out.constant(zone ?? "UTC")})`);
};

/** Writes sums and differences of instants and durations; returns true if it did. */
export function writeDateArithmetic({ left, right, operator }: BinaryNode, out: Writer): boolean {
  if (operator !== "+" && operator !== "-") return false;
  const [a, b] = [left.type.kind, right.type.kind];
  const moments = (kind: string): boolean => kind === "timestamp" || kind === "date";
  if (operator === "-" && moments(a) && moments(b)) {
    out.write(`${sqliteFunctions.subtractInstants}(`).expr(left).write(", ").expr(right).write(")");
    return true;
  }
  const [moment, duration] =
    moments(a) && b === "duration" ? [left, right] : operator === "+" && a === "duration" && moments(b) ? [right, left] : [null, null];
  if (moment === null || duration === null) return false;
  out.write(`${moment.type.kind === "date" ? sqliteFunctions.addDurationToDate : sqliteFunctions.addDuration}(`).expr(moment);
  out
    .write(operator === "-" ? ", - " : ", ")
    .operand(duration)
    .write(")");
  return true;
}
