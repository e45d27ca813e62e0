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
export const datePart = (part: string, kind: Kind, value: Value, zone = "UTC"): Value => {
  const compute = parts[part];
  if (compute === undefined) throw new Error(`no part ${part}`);
  if (value === null) return null;
  const time = millis(kind, value);
  return compute(kind === "timestamp" ? time + offsetAt(time, zone) : time);
};
export const truncated = (unit: string, kind: Kind, value: Value, zone = "UTC"): Value => {
  if (value === null) return null;
  const time = millis(kind, value);
  const offset = kind === "timestamp" ? offsetAt(time, zone) : 0;
  const wall = time + offset;
  const at = new Date(wall);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const cut: Readonly<Record<string, number>> = {
    year: Date.UTC(year, 0, 1),
    quarter: Date.UTC(year, month - (month % 3), 1),
    month: Date.UTC(year, month, 1),
    week: monday(wall),
    day: Math.floor(wall / DAY) * DAY,
    hour: Math.floor(wall / 3_600_000) * 3_600_000,
    minute: Math.floor(wall / 60_000) * 60_000,
    second: Math.floor(wall / 1000) * 1000,
  };
  const begin = cut[unit];
  if (begin === undefined) throw new Error(`no unit ${unit}`);
  if (kind === "date") return new Date(begin).toISOString().slice(0, 10);
  return unit === "hour" || unit === "minute" || unit === "second" ? begin - offset : instantAt(begin, zone);
};

const formats = new Map<string, Intl.DateTimeFormat>();
/** How far the clocks of the zone are ahead of UTC, in ms. */
const offsetAt = (time: number, zone: string): number => {
  if (/^[+-]/.test(zone)) return Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  formats.set(zone, format);
  const second = Math.floor(time / 1000) * 1000;
  return Date.parse(`${format.format(second).replace(" ", "T")}Z`) - second;
};
/** The clocks of these zones are never changed at midnight, so they show it once. */
const instantAt = (wall: number, zone: string): number => {
  const found = [-14, -1, 0, 1, 14]
    .map((hours) => wall - offsetAt(wall + hours * 3_600_000, zone))
    .find((time) => time + offsetAt(time, zone) === wall);
  if (found === undefined) throw new Error(`no clock of ${zone} shows ${new Date(wall).toISOString()}`);
  return found;
};
