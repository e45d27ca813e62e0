/** Parts, truncation and arithmetic of dates and instants, in the local time of a zone. */

import type { DatePart, TruncUnit } from "../../../sql/nodes.js";
import { canonicalTime, storedInstant } from "../../../support/calendar.js";
import { fromWall, offsetOf, toWall } from "../../../support/zones.js";
import type { sqliteFunctions } from "../function-names.js";
import { asInteger, asNumber, asText, type Given, type ScalarFunction, strict } from "./define.js";

const DAY = 86_400_000;

/** Any stored form of an instant, in milliseconds. */
function instantOf(value: Given): number {
  const time = storedInstant(typeof value === "object" ? asText(value) : value);
  if (Number.isNaN(time)) throw new TypeError(`expected a timestamp or a date, got ${JSON.stringify(asText(value))}`);
  return time;
}
const isDay = (value: Given): boolean => typeof value === "string" && value.length === 10 && value[4] === "-";
const isTime = (value: Given): value is string => typeof value === "string" && value[2] === ":";
const stamp = (time: number): string => new Date(time).toISOString();
const day = (time: number): string => stamp(time).slice(0, 10);
const clock = (time: number): string => canonicalTime(stamp(time).slice(11, 23)) ?? "";

/** The local time in the zone; a date or a time is used unchanged. */
function shownAt(value: Given, zone: string): number {
  if (isTime(value)) return instantOf(`1970-01-01T${value}`);
  return isDay(value) ? instantOf(value) : toWall(instantOf(value), zone);
}

const isoWeekday = (wall: number): number => ((((Math.floor(wall / DAY) + 3) % 7) + 7) % 7) + 1;
const startOfYear = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1);
/** A week belongs to the year of its Thursday. */
const thursday = (wall: number): Date => new Date(wall + (4 - isoWeekday(wall)) * DAY);
const dayOfYear = (date: Date): number => Math.floor((date.getTime() - startOfYear(date.getUTCFullYear())) / DAY) + 1;

const parts: { readonly [K in Exclude<DatePart, "epoch">]: (wall: number, date: Date) => number } = {
  year: (_, date) => date.getUTCFullYear(),
  isoYear: (wall) => thursday(wall).getUTCFullYear(),
  quarter: (_, date) => Math.floor(date.getUTCMonth() / 3) + 1,
  month: (_, date) => date.getUTCMonth() + 1,
  week: (wall) => Math.ceil(dayOfYear(thursday(wall)) / 7),
  day: (_, date) => date.getUTCDate(),
  weekday: (_, date) => date.getUTCDay() + 1,
  isoWeekday: (wall) => isoWeekday(wall),
  dayOfYear: (_, date) => dayOfYear(date),
  hour: (_, date) => date.getUTCHours(),
  minute: (_, date) => date.getUTCMinutes(),
  second: (_, date) => date.getUTCSeconds(),
};

const month = (wall: number, months: number): number => {
  const date = new Date(wall);
  const first = Math.floor(date.getUTCMonth() / months) * months;
  return new Date(0).setUTCFullYear(date.getUTCFullYear(), first, 1);
};
const multiple = (wall: number, step: number): number => Math.floor(wall / step) * step;

const starts: { readonly [K in TruncUnit]: (wall: number) => number } = {
  year: (wall) => month(wall, 12),
  quarter: (wall) => month(wall, 3),
  month: (wall) => month(wall, 1),
  week: (wall) => multiple(wall, DAY) - (isoWeekday(wall) - 1) * DAY,
  day: (wall) => multiple(wall, DAY),
  hour: (wall) => multiple(wall, DAY / 24),
  minute: (wall) => multiple(wall, 60_000),
  second: (wall) => multiple(wall, 1000),
};
const withinDay = (unit: string): boolean => unit === "hour" || unit === "minute" || unit === "second";

function lookUp<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new TypeError(`expected ${what} out of ${Object.keys(table).join(", ")}, got ${JSON.stringify(name)}`);
  return found;
}
const startOf = (unit: Given): ((wall: number) => number) => lookUp(starts, asText(unit), "a unit");

type DateFunction =
  | "extract"
  | "trunc"
  | "truncDate"
  | "truncTime"
  | "dateOf"
  | "timeOf"
  | "addDuration"
  | "addDurationToDate"
  | "subtractInstants"
  | "timestamp";
export const dateFunctions: { readonly [K in DateFunction & keyof typeof sqliteFunctions]: ScalarFunction } = {
  extract: strict(3, (part, value, zone) => {
    if (part === "epoch") return (isTime(value) ? shownAt(value, "UTC") : instantOf(value)) / 1000;
    const wall = shownAt(value, asText(zone));
    return asInteger(lookUp(parts, asText(part), "a part")(wall, new Date(wall)));
  }),
  trunc: strict(3, (unit, value, zone) => {
    const time = instantOf(value);
    const start = startOf(unit);
    const name = asText(zone);
    // Within a day the offset stays the same; a longer unit may have begun before a change of the clocks.
    const offset = offsetOf(time, name);
    return stamp(withinDay(asText(unit)) ? start(time + offset) - offset : fromWall(start(time + offset), name));
  }),
  truncDate: strict(3, (unit, value, zone) => day(startOf(unit)(shownAt(value, asText(zone))))),
  truncTime: strict(2, (unit, value) => clock(startOf(unit)(instantOf(`1970-01-01T${asText(value)}`)))),
  dateOf: strict(2, (value, zone) => day(shownAt(value, asText(zone)))),
  timeOf: strict(2, (value, zone) => clock(shownAt(value, asText(zone)))),
  addDuration: strict(2, (value, ms) => stamp(instantOf(value) + asNumber(ms))),
  addDurationToDate: strict(2, (value, ms) => day(instantOf(value) + asNumber(ms))),
  subtractInstants: strict(2, (a, b) => asInteger(instantOf(a) - instantOf(b))),
  timestamp: strict(1, (value) => stamp(instantOf(value))),
};
