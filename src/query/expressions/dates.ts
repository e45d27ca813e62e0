/** Parts of instants and dates, and truncation to a unit. */

import { FieldError, InvalidValue } from "../../errors.js";
import { optionsGiven } from "../../metadata/argument.js";
import { didYouMean } from "../../support/did-you-mean.js";
import { zoneOf } from "../../support/zones.js";
import type { DatePart, TruncUnit } from "../../sql/nodes.js";
import type { ExtractFunction, TruncDateFunction, TruncFunction, ZoneOptions } from "../typing/scalar-functions.js";
import { describe } from "../../support/describe.js";
import { Expression, operandNode } from "./expression.js";

export const dateParts: Readonly<Record<DatePart, true>> = {
  year: true,
  isoYear: true,
  quarter: true,
  month: true,
  week: true,
  day: true,
  weekday: true,
  isoWeekday: true,
  dayOfYear: true,
  hour: true,
  minute: true,
  second: true,
  epoch: true,
};
export const truncUnits: Readonly<Record<TruncUnit, true>> = {
  year: true,
  quarter: true,
  month: true,
  week: true,
  day: true,
  hour: true,
  minute: true,
  second: true,
};

/** Checks a name against a fixed list, so that text from callers never becomes SQL. */
export const member = <K extends string>(given: unknown, list: Readonly<Record<K, true>>, where: string): K => {
  if (typeof given === "string" && Object.hasOwn(list, given)) return given as K;
  throw new FieldError(
    `${where}: no ${describe(given)}; there are ${Object.keys(list).join(", ")}.${typeof given === "string" ? didYouMean(given, Object.keys(list)) : ""}`,
  );
};
export const zoneName = (zone: unknown): string | null => {
  if (zone === undefined || zone === null) return null;
  const known = typeof zone === "string" ? zoneOf(zone) : null;
  if (known === null)
    throw new InvalidValue(`no time zone ${describe(zone)}: give an IANA name such as "Europe/Berlin", or an offset such as "+05:30"`);
  return known;
};
const zoneIn = (label: string, options: ZoneOptions | undefined): string | null => zoneName(optionsGiven(label, options, ["zone"]).zone);

/**
 * A part of an instant or date as a number. `weekday` 1 is Sunday, `isoWeekday` 1 is Monday.
 * @function
 * @example Post.objects.annotate({ year: Extract("createdAt", "year") })   // EXTRACT(YEAR FROM created_at AT TIME ZONE 'UTC'); STRFTIME('%Y', …) on SQLite
 * @throws FieldError for an unknown part or time zone
 */
export const Extract: ExtractFunction = (of, part, options) =>
  new Expression({
    kind: "extract",
    part: member(part, dateParts, "Extract"),
    operand: operandNode(of, "Extract"),
    zone: zoneIn("Extract", options),
  }) as never;

/**
 * The start of the year, month, … of an instant or date.
 * @function
 * @example Post.objects.annotate({ month: Trunc("createdAt", "month") })   // date_trunc('month', created_at); strftime(…) on SQLite
 * @throws FieldError for an unknown unit or time zone
 */
export const Trunc: TruncFunction = (of, unit, options) =>
  new Expression({
    kind: "trunc",
    unit: member(unit, truncUnits, "Trunc"),
    operand: operandNode(of, "Trunc"),
    zone: zoneIn("Trunc", options),
    as: null,
  }) as never;

/**
 * The day of an instant, as `"YYYY-MM-DD"`.
 * @function
 * @example Post.objects.annotate({ day: TruncDate("createdAt") })   // CAST(created_at AT TIME ZONE 'UTC' AS date); DATE(created_at) on SQLite
 * @throws FieldError for an unknown time zone
 */
export const TruncDate: TruncDateFunction = (of, options) =>
  new Expression({
    kind: "trunc",
    unit: "day",
    operand: operandNode(of, "TruncDate"),
    zone: zoneIn("TruncDate", options),
    as: "date",
  }) as never;
