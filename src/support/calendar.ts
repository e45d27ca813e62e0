/** Dates, times and instants as text: validated and parsed by position, without `Date.parse`. */

const ZERO = 48;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - ZERO;
  return value >= 0 && value <= 9 ? value : NaN;
};
const two = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);
const four = (text: string, at: number): number => two(text, at) * 100 + two(text, at + 2);

function daysIn(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (DAYS[month - 1] ?? 0);
}

/** Whether the text is an existing day in the years 1 to 9999, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") return false;
  const year = four(text, 0);
  const month = two(text, 5);
  const day = two(text, 8);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

/**
 * Normalizes `HH:MM`, `HH:MM:SS`, or with up to three decimals, to `HH:MM:SS[.f]` without trailing zeros (which sorts as text); null for
 * other texts.
 */
export function canonicalTime(text: string): string | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?$/.exec(text);
  if (found === null) return null;
  const fraction = (found[4] ?? "").replace(/0+$/, "");
  return `${found[1]}:${found[2]}:${found[3] ?? "00"}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Date.UTC interprets the years 0 to 99 as 1900 to 1999. */
function instant(year: number, month: number, day: number, hour: number, minute: number, second: number, ms: number): number {
  const time = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  if (year >= 100) return time;
  const date = new Date(time);
  date.setUTCFullYear(year);
  return date.getTime();
}

const DAY_MS = 86_400_000;
const DAYS_TO_1970 = 719_468;
const DAYS_IN_400_YEARS = 146_097;
const ZEROS_4 = ZERO * 1111;
const ZEROS_3 = ZERO * 111;
const ZEROS_2 = ZERO * 11;
const pair = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - ZEROS_2;

/** Counts days from the 1st of March, so that the leap day is the last: takes half the time of `Date.parse`. */
function instantOf(written: number, month: number, day: number, hour: number, minute: number, second: number, ms: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour <= 23)) return NaN;
  // Four hundred years later, so that no year is negative and divisions use small integers.
  const year = month <= 2 ? written + 399 : written + 400;
  const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
  const leapDays = ((year / 4) | 0) - ((year / 100) | 0) + ((year / 400) | 0);
  const days = year * 365 + leapDays + dayOfYear - DAYS_IN_400_YEARS - DAYS_TO_1970;
  return days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms;
}

/** Parses `YYYY-MM-DDTHH:MM:SS.sss` (or with a space), ignoring what follows, to UTC milliseconds; NaN if invalid. */
export const readInstant = (text: string): number =>
  instantOf(
    text.charCodeAt(0) * 1000 + text.charCodeAt(1) * 100 + text.charCodeAt(2) * 10 + text.charCodeAt(3) - ZEROS_4,
    pair(text, 5),
    pair(text, 8),
    pair(text, 11),
    pair(text, 14),
    pair(text, 17),
    text.charCodeAt(20) * 100 + text.charCodeAt(21) * 10 + text.charCodeAt(22) - ZEROS_3,
  );

const byte = (bytes: Uint8Array, at: number): number => bytes[at] as number;
const bytePair = (bytes: Uint8Array, at: number): number => byte(bytes, at) * 10 + byte(bytes, at + 1) - ZEROS_2;

/** Parses `YYYY-MM-DD HH:MM:SS` from the bytes starting at `at` and adds `ms`; NaN if invalid. */
export const readInstantAt = (bytes: Uint8Array, at: number, ms: number): number =>
  instantOf(
    byte(bytes, at) * 1000 + byte(bytes, at + 1) * 100 + byte(bytes, at + 2) * 10 + byte(bytes, at + 3) - ZEROS_4,
    bytePair(bytes, at + 5),
    bytePair(bytes, at + 8),
    bytePair(bytes, at + 11),
    bytePair(bytes, at + 14),
    bytePair(bytes, at + 17),
    ms,
  );

const INSTANT =
  /^(\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)? ?(?:Z|([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?)?( BC)?$/;

/** Parses any common format of an instant (UTC without a zone) to milliseconds; further digits are truncated. NaN for other texts. */
export function parseInstant(text: string): number {
  const found = INSTANT.exec(text);
  if (found === null) return NaN;
  const [
    ,
    year,
    month,
    day,
    hour = "0",
    minute = "0",
    second = "0",
    fraction = "",
    sign,
    zoneHour = "0",
    zoneMinute = "0",
    zoneSecond = "0",
    bc,
  ] = found;
  const numericYear = bc === undefined ? Number(year) : 1 - Number(year);
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(numericYear, Number(month))) return NaN;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return NaN;
  const local = instant(
    numericYear,
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.slice(0, 3).padEnd(3, "0")),
  );
  const shift = ((Number(zoneHour) * 60 + Number(zoneMinute)) * 60 + Number(zoneSecond)) * 1000;
  return sign === "-" ? local + shift : local - shift;
}

/**
 * Reads any stored form of an instant: the canonical format, other common ones, milliseconds as a number or digits. NaN for other values.
 */
export function storedInstant(value: string | number | bigint): number {
  if (typeof value !== "string") return Math.floor(Number(value));
  const time = value.length === 24 && value.endsWith("Z") ? readInstant(value) : parseInstant(value);
  return Number.isNaN(time) && /^-?\d{1,16}(\.\d+)?$/.test(value) ? Math.floor(Number(value)) : time;
}

/** Buffer for writing instants; the day is kept for the next one, which often has the same. */
const written = Buffer.from("0000-00-00T00:00:00.000Z", "latin1");
let writtenDay = NaN;
/** Writes two digits of a number below 100. */
function writeTwo(at: number, number: number): void {
  const tens = (number * 103) >> 10;
  written[at] = ZERO + tens;
  written[at + 1] = ZERO + number - tens * 10;
}

/** Writes the day with this number (0 is the 1st of January 1970), counted from the 1st of March as above. */
function writeDay(number: number): void {
  const days = number + DAYS_TO_1970;
  const era = Math.floor(days / DAYS_IN_400_YEARS);
  const dayOfEra = days - era * DAYS_IN_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const year = yearOfEra + era * 400 + (fromMarch < 10 ? 0 : 1);
  writeTwo(0, Math.floor(year / 100));
  writeTwo(2, year % 100);
  writeTwo(5, fromMarch < 10 ? fromMarch + 3 : fromMarch - 9);
  writeTwo(8, dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1);
}

/** Formats an instant of the years 0 to 9999 as `YYYY-MM-DDTHH:MM:SS.sssZ`, in a fifth of the time and garbage of `toISOString`. */
export function writeInstant(time: number): string {
  const day = Math.floor(time / DAY_MS);
  if (day !== writtenDay) writeDay((writtenDay = day));
  const ms = time - day * DAY_MS;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const fraction = ms - seconds * 1000;
  const hundreds = Math.floor(fraction / 100);
  writeTwo(11, hours);
  writeTwo(14, minutes - hours * 60);
  writeTwo(17, seconds - minutes * 60);
  written[20] = ZERO + hundreds;
  writeTwo(21, fraction - hundreds * 100);
  return written.toString("latin1");
}
