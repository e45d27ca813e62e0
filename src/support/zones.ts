/** Time zones: converts between instants and local times. */

import { Recent } from "./recent.js";

const HOUR = 3_600_000;
/** No zone changes its offset within a quarter of an hour. */
const STEP = HOUR / 4;

const MINUTE = 60_000;
const OFFSET = /^([+-])(\d\d)(?::?(\d\d))?$/;

/** `+05:30`, `+0530` or `-03` as milliseconds east of Greenwich; null for other texts. Offsets are at most 14 hours. */
function offsetIn(zone: string): number | null {
  const [, sign, hours, minutes = "00"] = OFFSET.exec(zone) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * MINUTE;
  if (sign === undefined || Number(minutes) > 59 || ms > 14 * HOUR) return null;
  return sign === "-" ? -ms : ms;
}

/** An offset normalized to `+HH:MM`, or the name of a known zone; null for other texts. */
export function zoneOf(given: string): string | null {
  const ms = offsetIn(given);
  if (ms !== null) {
    const minutes = Math.abs(ms) / MINUTE;
    return `${ms < 0 ? "-" : "+"}${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  }
  // Some engines accept further offset formats, which databases read differently.
  if (/^[+-]/.test(given)) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: given });
    return given;
  } catch {
    return null;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Recent<string, number>(4096);

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}

function measureOffset(instant: number, zone: string): number {
  const fixed = offsetIn(zone);
  if (fixed !== null) return fixed;
  const shown: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) shown[type] = value;
  const year = shown["era"] === "BC" ? 1 - Number(shown["year"]) : Number(shown["year"]);
  const wall = new Date(
    Date.UTC(
      2000,
      Number(shown["month"]) - 1,
      Number(shown["day"]),
      Number(shown["hour"]),
      Number(shown["minute"]),
      Number(shown["second"]),
    ),
  );
  wall.setUTCFullYear(year, Number(shown["month"]) - 1, Number(shown["day"]));
  return wall.getTime() - instant;
}

/** The zone's offset from UTC at an instant, in milliseconds. Throws a RangeError for an unknown zone. */
export function offsetOf(instant: number, zone: string): number {
  if (zone === "UTC") return 0;
  const step = Math.floor(instant / STEP) * STEP;
  const key = `${zone} ${step}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = measureOffset(step, zone);
  offsets.set(key, offset);
  return offset;
}

/** The local time of the zone, as an instant whose UTC time is the same. */
export const toWall = (instant: number, zone: string): number => instant + offsetOf(instant, zone);

/** The instant with this local time. If it occurs twice: the later one; if never: as if the clocks had not been changed yet. */
export function fromWall(wall: number, zone: string): number {
  const before = offsetOf(wall - 24 * HOUR, zone);
  const after = offsetOf(wall + 24 * HOUR, zone);
  const later = wall - after;
  return before === after || offsetOf(later, zone) === after ? later : wall - before;
}
