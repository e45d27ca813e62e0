/** Translates SQLite's errors. */

import {
  CheckViolation,
  DatabaseError,
  FlashDbError,
  ForeignKeyViolation,
  type IntegrityFacts,
  IntegrityError,
  LockNotAvailable,
  NotNullViolation,
  QueryTimeout,
  SerializationFailure,
  UniqueViolation,
} from "../../errors.js";
import { missingColumn, missingTable } from "../missing.js";

interface SqliteFault {
  readonly code: string;
  readonly message: string;
}
const isFault = (error: unknown): error is SqliteFault & Error =>
  error instanceof Error &&
  typeof (error as { code?: unknown }).code === "string" &&
  (error as unknown as SqliteFault).code.startsWith("SQLITE_");

export const isBusy = (error: unknown): boolean =>
  isFault(error) && (error.code.startsWith("SQLITE_BUSY") || error.code.startsWith("SQLITE_LOCKED"));

export const isReadOnly = (error: unknown): boolean => isFault(error) && error.code.startsWith("SQLITE_READONLY");

/** `UNIQUE constraint failed: users.email, users.org` or `… failed: index 'by_lower_name'`. */
function named(message: string): IntegrityFacts {
  const list = /constraint failed: (.*)$/s.exec(message)?.[1];
  if (list === undefined) return {};
  const index = /^index '(.*)'$/s.exec(list)?.[1];
  if (index !== undefined) return { constraint: index };
  const columns = list.split(", ");
  const dot = columns[0]?.indexOf(".") ?? -1;
  if (dot < 0) return {};
  const table = columns[0]?.slice(0, dot);
  return { table, columns: columns.map((column) => column.slice(dot + 1)) };
}

const TARGET =
  /^\s*(?:WITH\b.*?\)\s*)?(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+(?:"((?:[^"]|"")+)"|(\w+))/is;
/** SQLite does not report the table of a foreign key or check error, so it is taken from the statement. */
function target(sql: string): string | undefined {
  const found = TARGET.exec(sql);
  return found?.[1]?.replaceAll('""', '"') ?? found?.[2];
}

const at = ({ table, columns }: IntegrityFacts): string =>
  table === undefined ? "" : columns === undefined ? ` of ${table}` : ` of ${table} (${columns.join(", ")})`;

function constraintError(error: SqliteFault, sql: string): IntegrityError {
  const options = { cause: error };
  switch (error.code) {
    case "SQLITE_CONSTRAINT_UNIQUE":
    case "SQLITE_CONSTRAINT_PRIMARYKEY":
    case "SQLITE_CONSTRAINT_ROWID": {
      const detailsOf = { table: target(sql), ...named(error.message) };
      const what = detailsOf.constraint === undefined ? at(detailsOf) : ` ${detailsOf.constraint}${at(detailsOf)}`;
      return new UniqueViolation(
        `Unique constraint${what} violated: another row has the same values. Change the values, or the other row.`,
        detailsOf,
        options,
      );
    }
    case "SQLITE_CONSTRAINT_NOTNULL": {
      const details = { table: target(sql), ...named(error.message) };
      return new NotNullViolation(
        `Expected a value, got NULL: the column${at(details)} is not nullable. Give a value, or make the field nullable.`,
        details,
        options,
      );
    }
    case "SQLITE_CONSTRAINT_CHECK": {
      const constraint = /constraint failed: (.*)$/s.exec(error.message)?.[1];
      const details = { table: target(sql), constraint };
      return new CheckViolation(
        `Check constraint ${constraint ?? ""}${at(details)} violated. Give values that satisfy it.`,
        details,
        options,
      );
    }
    case "SQLITE_CONSTRAINT_FOREIGNKEY": {
      const details = { table: target(sql) };
      return new ForeignKeyViolation(
        `Foreign key violated by the statement${details.table === undefined ? "" : ` on ${details.table}`}. ` +
          `Either a row references one that does not exist, or a row was deleted that others reference. Insert the referenced row first, or delete the others first.`,
        details,
        options,
      );
    }
    default:
      return new IntegrityError(`Constraint violated: ${error.message}.`, { table: target(sql) }, options);
  }
}

/** `sql` is the statement that failed. */
export function translate(error: unknown, sql: string): FlashDbError {
  if (error instanceof FlashDbError) return error;
  const options = { cause: error };
  if (!isFault(error)) return new DatabaseError(`${error instanceof Error ? error.message : String(error)}, in: ${sql}`, options);
  if (error.code.startsWith("SQLITE_CONSTRAINT")) return constraintError(error, sql);
  if (error.code === "SQLITE_BUSY_SNAPSHOT")
    return new SerializationFailure("The rows read have been changed by another connection. Run the whole transaction again.", options);
  if (isBusy(error)) return new LockNotAvailable("The database is locked by another connection. Try again, or raise busyTimeout.", options);
  if (error.code === "SQLITE_INTERRUPT") return new QueryTimeout(`The statement was interrupted: ${sql}`, options);
  if (isReadOnly(error))
    return new DatabaseError(
      `Expected a statement that only reads, got: ${sql}. Either the transaction is read-only, or the file or its folder cannot be written.`,
      options,
    );
  return new DatabaseError(`${error.message} (${error.code}), in: ${sql}${hint(error.message)}`, options);
}

const hint = (message: string): string =>
  message.startsWith("no such table") ? `. ${missingTable}` : /no such column|has no column/.test(message) ? `. ${missingColumn}` : "";
