/** Transforms that may follow a column in a path before the lookup: parts of dates, lengths, array elements, JSON keys. */

import { FieldError } from "../../../errors.js";
import { extract, fn, jsonPath, literal } from "../../../sql/factories/index.js";
import type { DatePart } from "../../../sql/nodes.js";
import { types, type ColumnType } from "../../../sql/types.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import type { Resolved } from "../scope/context.js";
import { isTextual, typeName } from "./types.js";

type Transform = (of: Resolved) => Resolved;
type Transforms = Readonly<Record<string, Transform>>;

const part =
  (name: DatePart): Transform =>
  (of) => ({ expr: extract(name, of.expr), nullable: of.nullable });
const calendar: Transforms = {
  year: part("year"),
  isoYear: part("isoYear"),
  quarter: part("quarter"),
  month: part("month"),
  week: part("week"),
  day: part("day"),
  weekday: part("weekday"),
  isoWeekday: part("isoWeekday"),
  dayOfYear: part("dayOfYear"),
};
const clock: Transforms = { hour: part("hour"), minute: part("minute"), second: part("second") };
const function_ =
  (name: "dateOf" | "timeOf" | "length" | "arrayLength", type: ColumnType): Transform =>
  (of) => ({ expr: fn(name, [of.expr], type), nullable: of.nullable });
const text: Transforms = { length: function_("length", types.integer) };

const byType: Partial<Record<ColumnType["kind"], Transforms>> = {
  timestamp: { ...calendar, ...clock, date: function_("dateOf", types.date), time: function_("timeOf", types.time) },
  date: calendar,
  time: clock,
  text,
  varchar: text,
  array: { len: function_("arrayLength", types.integer) },
};

export const transformsOf = (type: ColumnType): readonly string[] => Object.keys(byType[type.kind] ?? {});

const INDEX = /^\d+$/;
const MOST_STEPS = 100;
/** Digits may be an array index or an object key; the document decides. */
const jsonStep = (of: Resolved, name: string): Resolved => {
  const inside = of.expr.kind === "jsonPath" && of.expr.type.kind === "json" ? of.expr : null;
  if (inside !== null && inside.path.length >= MOST_STEPS) throw new FieldError(`a path into JSON has more than ${MOST_STEPS} steps`);
  return { expr: inside === null ? jsonPath(of.expr, [name]) : jsonPath(inside.operand, [...inside.path, name]), nullable: true };
};
const arrayStep = (of: Resolved, name: string, element: ColumnType): Resolved => ({
  expr: fn("arrayGet", [of.expr, literal(Number(name))], element),
  nullable: true,
});

/** Applies one transform; null if the type has no transform of this name. */
export const transformed = (of: Resolved, name: string): Resolved | null => {
  const { type } = of.expr;
  if (type.kind === "json") return jsonStep(of, name);
  if (type.kind === "array" && INDEX.test(name)) return arrayStep(of, name, type.of);
  const own = byType[type.kind];
  return own !== undefined && Object.hasOwn(own, name) ? (own[name] as Transform)(of) : null;
};

/** Applies all names as transforms, where no lookup may follow: in F, values and orders. */
export const transformedAll = (of: Resolved, names: readonly string[], what: string): Resolved => {
  let reached = of;
  for (const name of names) {
    const next = transformed(reached, name);
    if (next === null) {
      const known = transformsOf(reached.expr.type);
      throw new FieldError(
        `${what}: nothing called '${name}' on ${typeName(reached.expr.type)}.${didYouMean(name, known)}${known.length > 0 ? ` There are ${known.join(", ")}` : ""}`,
      );
    }
    reached = next;
  }
  return reached;
};

/** Reads a JSON scalar as another type: text without quotes, or a number; NULL if the document holds no such scalar. */
export const jsonAs = (of: Resolved, type: ColumnType): Resolved => ({
  expr:
    of.expr.kind === "jsonPath" && of.expr.type.kind === "json"
      ? jsonPath(of.expr.operand, of.expr.path, type)
      : jsonPath(of.expr, [], type),
  nullable: true,
});
const isJson = (type: ColumnType): boolean => type.kind === "json";
/** A JSON scalar is read with the given type; other expressions are returned unchanged. */
export const scalarAs = (of: Resolved, type: ColumnType): Resolved => {
  if (!isJson(of.expr.type) || isJson(type) || type.kind === "unknown" || type.kind === "array") return of;
  if (isTextual(type)) return jsonAs(of, types.text);
  if (type.kind === "integer" || type.kind === "smallint" || type.kind === "real") return jsonAs(of, types.double);
  return jsonAs(of, type);
};
