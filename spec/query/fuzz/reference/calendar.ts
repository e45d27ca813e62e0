/** Parts of days and instants by the calendar, computed from the civil date alone. */

import type { Kind } from "../schema.js";
import type { Value } from "../values.js";

const DAY = 86_400_000;
const millis = (kind: Kind, value: Value): number =>
  kind === "date" ? Date.parse(`${String(value)}T00:00:00Z`) : kind === "time" ? Date.parse(`1970-01-01T${String(value)}Z`) : Number(value);

/** Monday of the ISO week that the day lies in. */
const monday = (time: number): number => {
  const day = Math.floor(time / DAY) * DAY;
  return day - ((new Date(day).getUTCDay() + 6) % 7) * DAY;
};
const isoYear = (time: number): number => new Date(monday(time) + 3 * DAY).getUTCFullYear();
const isoWeek = (time: number): number => {
  const first = monday(Date.UTC(isoYear(time), 0, 4));
  return Math.round((monday(time) - first) / (7 * DAY)) + 1;
};

const parts: Readonly<Record<string, (time: number) => number | string>> = {
  year: (time) => new Date(time).getUTCFullYear(),
  isoYear,
  quarter: (time) => Math.floor(new Date(time).getUTCMonth() / 3) + 1,
  month: (time) => new Date(time).getUTCMonth() + 1,
  week: isoWeek,
  day: (time) => new Date(time).getUTCDate(),
  weekday: (time) => new Date(time).getUTCDay() + 1,
  isoWeekday: (time) => ((new Date(time).getUTCDay() + 6) % 7) + 1,
  hour: (time) => new Date(time).getUTCHours(),
  minute: (time) => new Date(time).getUTCMinutes(),
  second: (time) => new Date(time).getUTCSeconds(),
  date: (time) => new Date(time).toISOString().slice(0, 10),
};
export const datePart = (part: string, kind: Kind, value: Value): Value => {
  const compute = parts[part];
  if (compute === undefined) throw new Error(`no part ${part}`);
  return value === null ? null : compute(millis(kind, value));
};
export const truncated = (unit: string, kind: Kind, value: Value): Value => {
  if (value === null) return null;
  const time = millis(kind, value);
  const at = new Date(time);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const cut: Readonly<Record<string, number>> = {
    year: Date.UTC(year, 0, 1),
    quarter: Date.UTC(year, month - (month % 3), 1),
    month: Date.UTC(year, month, 1),
    week: monday(time),
    day: Math.floor(time / DAY) * DAY,
    hour: Math.floor(time / 3_600_000) * 3_600_000,
    minute: Math.floor(time / 60_000) * 60_000,
    second: Math.floor(time / 1000) * 1000,
  };
  const begin = cut[unit];
  if (begin === undefined) throw new Error(`no unit ${unit}`);
  return kind === "date" ? new Date(begin).toISOString().slice(0, 10) : begin;
};
