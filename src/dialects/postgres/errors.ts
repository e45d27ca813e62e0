/** Translates PostgreSQL's errors, by their five-character codes. */

import {
  CheckViolation,
  ConfigurationError,
  ConnectionLost,
  DatabaseError,
  DeadlockDetected,
  FlashDbError,
  ForeignKeyViolation,
  type IntegrityFacts,
  IntegrityError,
  LockNotAvailable,
  NotNullViolation,
  QueryTimeout,
  SerializationFailure,
  TransactionAborted,
  UniqueViolation,
} from "../../errors.js";
import { missingColumn, missingTable } from "../missing.js";

interface ServerFault {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}
/** Errors from the server always have a severity; network errors may also have five-character codes (`EPIPE`). */
const isServerFault = (error: unknown): error is ServerFault & Error =>
  error instanceof Error &&
  typeof (error as { severity?: unknown }).severity === "string" &&
  /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code));

/** `Key (a, "b c")=(1, 2) already exists.` */
function keyColumns(detail: string | undefined): readonly string[] | undefined {
  const list = /^Key \((.*?)\)=\(/s.exec(detail ?? "")?.[1];
  return list?.split(", ").map((column) => column.replace(/^"(.*)"$/s, (_, name: string) => name.replaceAll('""', '"')));
}

function detailsOf(fault: ServerFault): IntegrityFacts {
  return {
    table: fault.table,
    constraint: fault.constraint,
    columns: fault.column === undefined ? keyColumns(fault.detail) : [fault.column],
  };
}
const place = ({ table, columns }: IntegrityFacts): string =>
  table === undefined ? "" : ` of ${table}${columns === undefined ? "" : ` (${columns.join(", ")})`}`;
const detailOf = ({ detail }: ServerFault): string => (detail === undefined ? "" : ` ${detail}`);

type Translation = (fault: ServerFault, sql: string) => FlashDbError;

const byCode: Readonly<Record<string, Translation>> = {
  "23505": (fault) =>
    new UniqueViolation(
      `Unique constraint ${fault.constraint ?? ""}${place(detailsOf(fault))} violated: another row has the same values.${detailOf(fault)} Change the values, or the row that has them.`,
      detailsOf(fault),
      { cause: fault },
    ),
  "23503": (fault) =>
    new ForeignKeyViolation(
      `Foreign key ${fault.constraint ?? ""}${place(detailsOf(fault))} violated.${detailOf(fault)} ` +
        `Insert the referenced row first, or delete the rows that reference it first.`,
      detailsOf(fault),
      { cause: fault },
    ),
  "23001": (fault) => byCodeOf("23503", fault),
  "23502": (fault) =>
    new NotNullViolation(
      `Expected a value, got NULL: the column${place(detailsOf(fault))} is not nullable. Give a value, or make the field nullable.`,
      detailsOf(fault),
      { cause: fault },
    ),
  "23514": (fault) =>
    new CheckViolation(
      `Check constraint ${fault.constraint ?? ""}${place(detailsOf(fault))} violated. Give values that satisfy it.`,
      detailsOf(fault),
      { cause: fault },
    ),
  "40001": (fault) =>
    new SerializationFailure(`The transaction collided with another one: ${fault.message}. Run the whole transaction again.`, {
      cause: fault,
    }),
  "40P01": (fault) =>
    new DeadlockDetected(
      `Two transactions waited for each other, and this one was ended: ${fault.message}. Run the whole transaction again.`,
      { cause: fault },
    ),
  "55P03": (fault) =>
    new LockNotAvailable(`The rows are locked by another transaction: ${fault.message}. Try again later.`, { cause: fault }),
  "25P02": (fault) =>
    new TransactionAborted("An earlier error aborted the transaction. Roll it back, or back to a savepoint.", { cause: fault }),
  "57014": (fault, sql) =>
    fault.message.includes("timeout")
      ? new QueryTimeout(`The statement ran longer than statementTimeout allows and was ended: ${sql}`, { cause: fault })
      : new DatabaseError(`The statement was cancelled: ${sql}`, { cause: fault }),
};
const byCodeOf = (code: string, fault: ServerFault): FlashDbError =>
  byCode[code]?.(fault, "") ?? new DatabaseError(fault.message, { cause: fault });

/** Whether the server ended the session: it was shut down, terminated, or idle in a transaction for too long. */
const endsSession = (code: string): boolean => code.startsWith("08") || /^57P0[1235]$/.test(code) || code === "25P03" || code === "25P04";

export const lost = (cause: unknown): ConnectionLost =>
  new ConnectionLost(
    `The connection to PostgreSQL was lost: ${cause instanceof Error ? cause.message : String(cause)}. What was not committed is rolled back; run it again on a new connection.`,
    "rolled back",
    { cause },
  );

/** The connection is closed after this error. */
export const unanswered = (ms: number): QueryTimeout =>
  new QueryTimeout(`PostgreSQL has not answered for ${ms} ms, longer than the statement may take: the connection was closed.`);

/** Inside a transaction the statement cannot be sent again, because the server has aborted the transaction. */
export const stalePlan = (cause: unknown): SerializationFailure =>
  new SerializationFailure(
    `The tables changed after a statement was prepared, and PostgreSQL refused to run it: ${(cause as Error).message}. Run the whole transaction again.`,
    { cause },
  );

/** `sql` is the statement that failed. */
export function translate(error: unknown, sql: string): FlashDbError {
  if (error instanceof FlashDbError) return error;
  if (!isServerFault(error)) return lost(error);
  if (endsSession(error.code)) return lost(error);
  const known = byCode[error.code];
  if (known !== undefined) return known(error, sql);
  if (error.code.startsWith("23"))
    return new IntegrityError(`Constraint violated: ${error.message}.${detailOf(error)}`, detailsOf(error), {
      cause: error,
    });
  const ours: Readonly<Record<string, string>> = { "42P01": missingTable, "42703": missingColumn };
  const hint = [error.hint, ours[error.code]].map((text) => (text === undefined ? "" : ` ${text}`)).join("");
  return new DatabaseError(`${error.message} (${error.code}).${detailOf(error)}${hint} In: ${sql}`, { cause: error });
}

/** If a connection cannot be made, the URL is usually wrong. */
export function translateConnecting(error: unknown, place: string): FlashDbError {
  const options = { cause: error };
  const why = error instanceof Error && error.message !== "" ? error.message : String((error as { code?: unknown } | null)?.code ?? error);
  if (isServerFault(error) && (error.code.startsWith("28") || error.code === "3D000")) {
    return new ConfigurationError(
      `PostgreSQL at ${place} refused the connection: ${why}. Check the user, the password and the name of the database in the URL.`,
      options,
    );
  }
  return new ConnectionLost(
    `Cannot connect to PostgreSQL at ${place}: ${why}. Check that the server runs there and accepts connections.`,
    "rolled back",
    options,
  );
}
