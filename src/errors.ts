/** All errors of Flash DB: one base class with a stable `code`, details as fields, and the database's error as `cause`. */

export interface ErrorOptions {
  readonly cause?: unknown;
  /** The name of the model that the error is about. */
  readonly model?: string | undefined;
  /** The name of the field that the error is about. */
  readonly field?: string | undefined;
}

/** Messages may contain names or values of any length and are written to logs. */
const LONGEST_MESSAGE = 2_000;
const shortened = (message: string): string =>
  message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}… (cut from ${message.length} characters)`;

/** Base class of all errors; `code` never changes between releases, messages may. */
export class FlashDbError extends Error {
  /** Stable identifier in capitals, such as `UNIQUE_VIOLATION`. */
  readonly code: string;
  /** The name of the model that the error is about, if any. */
  readonly model: string | undefined;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(shortened(message), options !== undefined && "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.name = new.target.name;
    this.model = options?.model;
  }
}

/** No row matched, but one was expected. */
export class DoesNotExist extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("DOES_NOT_EXIST", message, options);
  }
}

/** Several rows matched, but one was expected. */
export class MultipleObjectsReturned extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("MULTIPLE_OBJECTS_RETURNED", message, options);
  }
}

/** Invalid values of a model: messages by field name; `__all__` holds messages about the object as a whole. `model` is the model's name. */
export class ValidationError extends FlashDbError {
  /** Messages by field; `__all__` holds those about the object as a whole. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  constructor(errors: Readonly<Record<string, string | readonly string[]>>, subject?: string) {
    const lists = Object.fromEntries(
      Object.entries(errors).map(([field, given]) => [field, typeof given === "string" ? [given] : [...given]]),
    );
    const text = Object.entries(lists)
      .map(([field, messages]) => (field === "__all__" ? messages.join("; ") : `${field} ${messages.join("; ")}`))
      .join(", ");
    super("VALIDATION", subject === undefined ? text : `${subject}: ${text}`, { model: subject });
    this.errors = lists;
  }
}

/** Where a constraint failed, as reported by the database. */
export interface IntegrityFacts {
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly constraint?: string | undefined;
}

/** The model, fields and columns of a constraint. */
export interface NamedConstraint {
  readonly model: string;
  readonly fields: readonly string[];
  readonly columns: readonly string[];
}
/** Installed once by a higher layer, since only that knows the models. */
let nameConstraint: (details: IntegrityFacts) => NamedConstraint | null = () => null;
export const installConstraintNames = (find: typeof nameConstraint): void => void (nameConstraint = find);

/** A statement violated a constraint. */
export class IntegrityError extends FlashDbError {
  /** The table of the row. */
  readonly table: string | undefined;
  /** The columns of the constraint; empty if the database does not report them. */
  readonly columns: readonly string[];
  /** Names of the fields of `model` that the columns belong to. */
  readonly fields: readonly string[];
  /** The constraint's name, if the database reports it. */
  readonly constraint: string | undefined;
  constructor(message: string, details: IntegrityFacts = {}, options?: ErrorOptions, code = "INTEGRITY") {
    const named = nameConstraint(details);
    super(code, message, named === null ? options : { ...options, model: named.model });
    this.table = details.table;
    this.columns = details.columns ?? named?.columns ?? [];
    this.fields = named?.fields ?? [];
    this.constraint = details.constraint;
  }
}
/**
 * Another row already has the value: see `fields` (of `model`), `columns` (of `table`) and `constraint`.
 * @example try { await db.commit(); } catch (error) { if (error instanceof UniqueViolation) return `taken: ${error.fields}`; throw error; }
 */
export class UniqueViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "UNIQUE_VIOLATION");
  }
}
/** A row refers to one that does not exist, or a deleted row is still referenced. */
export class ForeignKeyViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "FOREIGN_KEY_VIOLATION");
  }
}
/** A required column has no value. */
export class NotNullViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "NOT_NULL_VIOLATION");
  }
}
/** A row violated a CHECK constraint. */
export class CheckViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "CHECK_VIOLATION");
  }
}

/** The row was changed or deleted by another transaction since it was read; `object` is the instance whose write failed. */
export class StaleDataError extends FlashDbError {
  /** Not enumerable, so that loggers do not write the values of the row. */
  declare readonly object: object | undefined;
  constructor(message: string, object?: object, options?: ErrorOptions) {
    super("STALE_DATA", message, options);
    Object.defineProperty(this, "object", { value: object, enumerable: false, configurable: true });
  }
}
/** A serializable transaction conflicted with another one: run the whole transaction again. */
export class SerializationFailure extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("SERIALIZATION_FAILURE", message, options);
  }
}
/** Two transactions waited for each other and this one was aborted: run it again, or give atomic() `retries`. */
export class DeadlockDetected extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("DEADLOCK_DETECTED", message, options);
  }
}
/** Another transaction holds the row, and `noWait` (or a lock timeout) does not allow waiting. */
export class LockNotAvailable extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("LOCK_NOT_AVAILABLE", message, options);
  }
}
/** The statement took longer than `statementTimeout` and was cancelled. */
export class QueryTimeout extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("QUERY_TIMEOUT", message, options);
  }
}
/** No connection or lock became available in time; the message names the holders. */
export class PoolTimeout extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("POOL_TIMEOUT", message, options);
  }
}
/** The connection was lost. `outcome` is "unknown" if that happened during COMMIT; otherwise the work was rolled back. */
export class ConnectionLost extends FlashDbError {
  /** Whether the transaction was rolled back; "unknown" if the connection was lost during COMMIT. */
  readonly outcome: "rolled back" | "unknown";
  constructor(message: string, outcome: "rolled back" | "unknown", options?: ErrorOptions) {
    super("CONNECTION_LOST", message, options);
    this.outcome = outcome;
  }
}
/** An earlier error, the `cause`, aborted the transaction; roll it back. */
export class TransactionAborted extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("TRANSACTION_ABORTED", message, options);
  }
}
/** The session was used after close(): take a new one from getDb(). */
export class SessionClosed extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("SESSION_CLOSED", message, options);
  }
}
/** A session was used in a way that its state does not allow: an object of another session, commit inside a hook, … */
export class SessionError extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("SESSION", message, options);
  }
}
/** A relation or column was read that is not loaded; the message says how to load it. */
export class NotLoaded extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("NOT_LOADED", message, options);
  }
}
/** An unknown path, lookup or name, or an invalid value. */
export class FieldError extends FlashDbError {
  /** The name of the field or path that the error is about, if any. */
  readonly field: string | undefined;
  constructor(message: string, options?: ErrorOptions, code = "FIELD") {
    super(code, message, options);
    this.field = options?.field;
  }
}
/** A value that its field cannot hold or be compared with, often from a request. A wrong name is a plain FieldError. */
export class InvalidValue extends FieldError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, "INVALID_VALUE");
  }
}
/** A cursor of `paginate()` that is invalid or belongs to another order, often from a request. */
export class InvalidCursor extends FieldError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, "INVALID_CURSOR");
  }
}
/** An invalid URL, option, driver or model definition. */
export class ConfigurationError extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("CONFIGURATION", message, options);
  }
}
/** COMMIT succeeded, but listeners of `post_commit` or `onCommit` callbacks failed: `causes` holds their errors. */
export class CommitHookError extends FlashDbError {
  /** The transaction is committed: do not repeat it. */
  readonly committed = true;
  /** The errors of the work after the commit. */
  readonly causes: readonly unknown[];
  constructor(message: string, causes: readonly unknown[]) {
    super("COMMIT_HOOK", message, { cause: causes[0] });
    this.causes = causes;
  }
}
/** Any other database error; `cause` is the driver's error. */
export class DatabaseError extends FlashDbError {
  /** The name of the field whose stored value cannot be read. */
  readonly field: string | undefined;
  constructor(message: string, options?: ErrorOptions) {
    super("DATABASE", message, options);
    this.field = options?.field;
  }
}
