/** Connection state beyond transactions: the settings that Flash DB relies on, and what user-written SQL may leave behind. */

/** Cells are read as text, so text formats are fixed regardless of the server's or user's configuration. */
const FORMS: readonly (readonly [name: string, value: string])[] = [
  ["TimeZone", "UTC"],
  ["DateStyle", "ISO, YMD"],
  ["IntervalStyle", "postgres"],
  ["extra_float_digits", "1"],
  ["bytea_output", "hex"],
  ["standard_conforming_strings", "on"],
];
const settingsOf = (statementTimeout: number | null): readonly (readonly [name: string, value: string])[] =>
  statementTimeout === null ? FORMS : [...FORMS, ["statement_timeout", String(statementTimeout)]];

/** Settings for the lifetime of the connection. */
export const setUpText = (statementTimeout: number | null): string =>
  [["client_encoding", "UTF8"], ...settingsOf(statementTimeout)].map(([name, value]) => `SET ${name} TO '${value}'`).join("; ");

/**
 * Settings for one transaction, since behind a pooler the next one may use another server connection, and other programs use this one.
 * Returns no row, so that it can precede a statement whose rows are read.
 */
export const localText = (statementTimeout: number | null): string =>
  `SELECT 1 WHERE (${settingsOf(statementTimeout)
    .map(([name, value]) => `set_config('${name}', '${value}', true)`)
    .join(" || ")}) IS NULL`;

/** Restores the connection to its initial state; prepared statements stay. */
export const resetText = (setUp: string): string =>
  `RESET ALL; RESET SESSION AUTHORIZATION; RESET ROLE; UNLISTEN *; CLOSE ALL; DISCARD TEMP; DISCARD SEQUENCES; SELECT pg_advisory_unlock_all(); ${setUp}`;

const PLAIN = /^\s*(?:select|insert|update|delete|with|values|explain)\b/i;
const TEMPORARY = /\btemp(?:orary)?\b/i;
const TARGET = /\binto\s+(?:"(?:[^"]|"")+"|[\w$.])+\s*\(/gi;
const CALL = /("(?:[^"]|"")+"|[a-z_][\w$.]*)\s*\(/gi;
/** Words and functions that leave no state behind; any other function may be user-defined and do so. */
const HARMLESS = new Set(
  (
    "and or not in any all some exists as on using from where select values over filter by case when then else cast extract row array interval " +
    "numeric decimal varchar char timestamp count sum min max avg coalesce nullif greatest least lower upper length now date_trunc abs round floor " +
    "ceil concat substr substring trim replace left right position format md5 random gen_random_uuid unnest generate_series row_number rank dense_rank " +
    "array_agg string_agg json_agg jsonb_agg json_build_object jsonb_build_object to_char to_jsonb current_setting pg_sleep pg_backend_pid txid_current"
  ).split(" "),
);

/** Whether user-written SQL may change the connection's state for its next user; if in doubt, true. */
export const mayLeaveState = (text: string): boolean => {
  if (!PLAIN.test(text) || TEMPORARY.test(text)) return true;
  for (const [, name = ""] of text.replace(TARGET, ",(").matchAll(CALL)) if (!HARMLESS.has(name.toLowerCase())) return true;
  return false;
};
/** Statements that user code prepares cannot be told from our own. */
export const preparesItself = (text: string): boolean => /^\s*(?:prepare|deallocate|discard|load)\b/i.test(text);
