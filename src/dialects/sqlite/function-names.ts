/** The SQL functions registered on every SQLite connection, for operations that SQLite lacks or does not compute exactly. */

/**
 * Scalar functions by meaning; the value is the SQL name. All are deterministic (`deterministic: true`) and safe in a schema. Unless noted,
 * any NULL argument gives NULL. Booleans are 0/1. `varargs` where noted.
 *
 * Forms: decimal = canonical decimal text (arguments may also be integers, bigints or reals that others stored);
 * timestamp = `YYYY-MM-DDTHH:MM:SS.sssZ` (arguments may also be `YYYY-MM-DD HH:MM:SS[.ffffff]`, `YYYY-MM-DD`, or integer ms);
 * date = `YYYY-MM-DD`; time = the time codec's own text; duration = integer ms; json and array = JSON text,
 * the elements of arrays as the array codec writes them (bigint and decimal as text, booleans as true and false, bytes in hexadecimal).
 */
export const sqliteFunctions = {
  /** (text) → text: upper case by Unicode's full mapping (JS `toUpperCase`), the same as PostgreSQL's ICU `UPPER`. What case-insensitive matching compares. */
  fold: "flash_fold",
  /** (text) → text: JS `toUpperCase` / `toLowerCase`. */
  upper: "flash_upper",
  lower: "flash_lower",
  /** (text, pattern) → 0/1: the regular expression matches somewhere. PostgreSQL's common subset; keep compiled patterns in a small cache. `iregex` ignores case. */
  regex: "flash_regex",
  iregex: "flash_iregex",
  /** (text) → text, code points in reverse order. */
  reverse: "flash_reverse",
  /** (text, length, fill = ' ') → text as PostgreSQL's: longer text is cut to `length` on the right; counts code points. varargs (2 or 3). */
  lpad: "flash_lpad",
  rpad: "flash_rpad",
  /** (text, count) → text repeated; count ≤ 0 gives ''. */
  repeat: "flash_repeat",
  /** (real or integer, bits = 32 or 64) → its shortest text that reads back the same, in PostgreSQL's form: `1`, `0.1`, `3.5e+20`. */
  floatText: "flash_float_text",
  /** (number, bits) → the integer, which must fit into this many bits. */
  whole: "flash_whole",
  /** (text) → lower-case hex digest of its UTF-8. */
  md5: "flash_md5",
  sha256: "flash_sha256",

  /** (a, b) → -1, 0, 1 by numeric value. */
  decimalCompare: "flash_decimal_compare",
  /** (x) → a text whose byte order is the numeric order (equal numbers give equal keys, `1.0` and `1`): for ORDER BY, PARTITION BY and IN. */
  decimalKey: "flash_decimal_key",
  /** (a, b) → decimal, exact. */
  decimalAdd: "flash_decimal_add",
  decimalSubtract: "flash_decimal_subtract",
  decimalMultiply: "flash_decimal_multiply",
  /** (a, b) → decimal with the digits PostgreSQL's numeric division gives (at least 16 significant ones); b = 0 gives NULL. */
  decimalDivide: "flash_decimal_divide",
  /** (a, b) → decimal remainder with the sign of a; b = 0 gives NULL. */
  decimalModulo: "flash_decimal_modulo",
  /** (x) → decimal. */
  decimalNegate: "flash_decimal_negate",
  decimalAbs: "flash_decimal_abs",
  decimalCeil: "flash_decimal_ceil",
  decimalFloor: "flash_decimal_floor",
  /** (x) → integer -1, 0, 1. */
  decimalSign: "flash_decimal_sign",
  /** (x, places) → decimal, half away from zero; negative places round before the point. */
  decimalRound: "flash_decimal_round",
  /** (value) → canonical decimal of any number or numeric text (cast); throws for other text. */
  decimal: "flash_decimal",
  /** (a, b, …) varargs → the greatest / least decimal; NULLs are ignored, all NULL gives NULL. */
  decimalGreatest: "flash_decimal_greatest",
  decimalLeast: "flash_decimal_least",
  /** (real or integer, places) → real, rounded half away from zero on the number's shortest decimal text (as PostgreSQL's numeric); negative places allowed. */
  round: "flash_round",
  /** (a, b, …) varargs → the greatest / least of values of one type (numbers by value, text by code point, not UTF-16 unit); NULLs are ignored, all NULL gives NULL. */
  greatest: "flash_greatest",
  least: "flash_least",

  /**
   * (part, timestamp | date | time, zone) → integer (`epoch`: real, seconds with fraction). `part` is a DatePart of sql/names.ts, `zone` an IANA name.
   * weekday: Sunday 1 … Saturday 7; isoWeekday: Monday 1 … Sunday 7; week and isoYear by ISO 8601; second without its fraction.
   * A date or time argument is used unchanged, whatever the zone.
   */
  extract: "flash_extract",
  /**
   * (unit, timestamp | date, zone) → timestamp: the instant at which the unit began in the local time of `zone` (weeks begin on Monday);
   * like PostgreSQL's date_trunc(unit, x, zone). A date counts as its midnight in UTC, with zone 'UTC' given.
   */
  trunc: "flash_trunc",
  /**
   * (unit, timestamp | date, zone) → date: the first day of the unit that contains the instant's day in `zone`. A date is used unchanged.
   */
  truncDate: "flash_trunc_date",
  /** (unit, time) → time cut to hour, minute or second. */
  truncTime: "flash_trunc_time",
  /** (timestamp, zone) → date / time in the local time of `zone`. */
  dateOf: "flash_date_of",
  timeOf: "flash_time_of",
  /** (timestamp, ms) → timestamp. */
  addDuration: "flash_add_duration",
  /** (date, ms) → date, whole days (PostgreSQL: `(date + interval)::date`). */
  addDurationToDate: "flash_add_duration_to_date",
  /** (timestamp a, timestamp b) → integer ms a − b; dates count as their midnight in UTC. */
  subtractInstants: "flash_subtract_instants",
  /** (any stored form) → timestamp, canonical. */
  timestamp: "flash_timestamp",

  /**
   * (json) → canonical JSON text: keys sorted, no white space, one form for equal numbers (1, 1.0 and 1e0). Two values are equal as jsonb
   * exactly when their canonical texts are equal.
   */
  jsonCanonical: "flash_json_canonical",
  /** (json) → a text whose byte order is the order of jsonb: null, texts by code point, numbers, booleans, arrays by length, objects by size. */
  jsonKey: "flash_json_key",
  /** (a, b, …) varargs → the greatest / least JSON in the order of `jsonKey`; NULLs are ignored, all NULL gives NULL. */
  jsonGreatest: "flash_json_greatest",
  jsonLeast: "flash_json_least",
  /** (json, JSON array of steps) → JSON at the path, where digits are an array index or an object key; NULL if there is nothing. */
  jsonAt: "flash_json_at",
  /**
   * (json, path) → the scalar at a SQLite JSON path like PostgreSQL's `->>`: strings unquoted, `true`/`false`, numbers as written, objects
   * and arrays as JSON text, JSON null and missing values as NULL.
   */
  jsonText: "flash_json_text",
  /** (json a, json b) → 0/1: a contains b as PostgreSQL's `@>` on jsonb. */
  jsonContains: "flash_json_contains",
  /** (json, key) → 0/1: an object has the top-level key, or an array the string as an element (PostgreSQL's `?`). */
  jsonHasKey: "flash_json_has_key",
  /** (JSON array of texts, separator) → the elements joined; nulls are skipped; an empty array gives NULL. */
  jsonJoin: "flash_json_join",
  /** (array a, array b) → 0/1: a common element / every element of b is in a. NULL elements match nothing. */
  arrayOverlaps: "flash_array_overlaps",
  arrayContains: "flash_array_contains",
} as const;

/** Aggregates; all skip NULL, give NULL for no rows, and work as window functions (`inverse`). */
export const sqliteAggregates = {
  /** (decimal) → decimal, exact. */
  decimalSum: "flash_decimal_sum",
  /** (decimal) → decimal: sum / count with the digits of `flash_decimal_divide`. */
  decimalAvg: "flash_decimal_avg",
  decimalMin: "flash_decimal_min",
  decimalMax: "flash_decimal_max",
  /** (integer) → the exact sum: an integer if it fits in 64 bits, otherwise its digits as text. */
  bigintSum: "flash_bigint_sum",
  /** (json) → the least / greatest value in the order of jsonb; JSON null counts as NULL. */
  jsonMin: "flash_json_min",
  jsonMax: "flash_json_max",
  /** (number or decimal) → real; the sample ones give NULL for a single value. */
  stddev: "flash_stddev",
  stddevSample: "flash_stddev_sample",
  variance: "flash_variance",
  varianceSample: "flash_variance_sample",
} as const;
