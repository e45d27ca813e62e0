/** Clocks of the world's time zones: from an instant to what they show, and back. */

import { Recent } from "./recent.js";

const HOUR = 3_600_000;
/** No zone changes its clocks within a quarter of an hour. */
const STEP = HOUR / 4;

const MINUTE = 60_000;
const OFFSET = /^([+-])(\d\d)(?::?(\d\d))?$/;

/** `+05:30`, `+0530` or `-03` as ms east of Greenwich; null for everything else. The clocks of the world are at most 14 hours away. */
function offsetIn(zone: string): number | null {
  const [, sign, hours, minutes = "00"] = OFFSET.exec(zone) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * MINUTE;
  if (sign === undefined || Number(minutes) > 59 || ms > 14 * HOUR) return null;
  return sign === "-" ? -ms : ms;
}

/** An offset in the one form `+HH:MM`, or the name of a zone that is known here; null for everything else. */
export function zoneOf(given: string): string | null {
  const ms = offsetIn(given);
  if (ms !== null) {
    const minutes = Math.abs(ms) / MINUTE;
    return `${ms < 0 ? "-" : "+"}${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  }
  // Some engines take further forms of offsets, which databases read in another way.
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

/** How far the zone's clocks are ahead of UTC at an instant, in ms. An unknown zone is a RangeError. */
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

/** What the zone's clocks show, as the instant at which clocks of UTC show it. */
export const toWall = (instant: number, zone: string): number => instant + offsetOf(instant, zone);

/** The instant at which the zone's clocks show this. Shown twice: the later one; never shown: as if the clocks had not been changed yet. */
export function fromWall(wall: number, zone: string): number {
  const before = offsetOf(wall - 24 * HOUR, zone);
  const after = offsetOf(wall + 24 * HOUR, zone);
  const later = wall - after;
  return before === after || offsetOf(later, zone) === after ? later : wall - before;
}
