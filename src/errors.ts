/** Every error Flash DB throws: one root with a stable `code`, the facts as fields, the database's own error as `cause`. */

export interface ErrorOptions {
  readonly cause?: unknown;
  /** The name of the model that the error is about. */
  readonly model?: string | undefined;
  /** The name of the field that the error is about. */
  readonly field?: string | undefined;
}

/** A name or value of any length may stand in a message, and messages go into logs. */
const LONGEST_MESSAGE = 2_000;
const shortened = (message: string): string =>
  message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}… (cut from ${message.length} characters)`;

/** The root of all errors; `code` never changes between releases, messages may. */
export class FlashDbError extends Error {
  /** Stable: a word in capitals, such as `UNIQUE_VIOLATION`. */
  readonly code: string;
  /** The name of the model that the error is about, where there is one. */
  readonly model: string | undefined;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(shortened(message), options !== undefined && "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.name = new.target.name;
    this.model = options?.model;
  }
}

/** No row matched where exactly one was asked for. */
export class DoesNotExist extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("DOES_NOT_EXIST", message, options);
  }
}

/** Several rows matched where exactly one was asked for. */
export class MultipleObjectsReturned extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("MULTIPLE_OBJECTS_RETURNED", message, options);
  }
}

/** Values that a model refuses: messages by field name; `__all__` holds what concerns the object as a whole. `model` is the model's name. */
export class ValidationError extends FlashDbError {
  /** Messages by field; `__all__` has those about the object as a whole. */
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

/** Where in the schema a constraint failed, as far as the database tells. */
export interface IntegrityFacts {
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly constraint?: string | undefined;
}

/** What a model calls that which a constraint speaks of. */
export interface NamedConstraint {
  readonly model: string;
  readonly fields: readonly string[];
  readonly columns: readonly string[];
}
/** Only a room above knows models; set once, when the parts are put together. */
let nameConstraint: (details: IntegrityFacts) => NamedConstraint | null = () => null;
export const installConstraintNames = (find: typeof nameConstraint): void => void (nameConstraint = find);

/** A constraint of the database refused the statement. */
export class IntegrityError extends FlashDbError {
  /** The table that refused the row. */
  readonly table: string | undefined;
  /** The columns of the constraint; empty where the database does not tell them. */
  readonly columns: readonly string[];
  /** Names of the fields of `model` that the columns belong to. */
  readonly fields: readonly string[];
  /** The constraint's name, where the database tells it. */
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
 * Another row has the value already: `fields` (of `model`), `columns` (of `table`) and `constraint` say of which.
 * @example try { await db.commit(); } catch (error) { if (error instanceof UniqueViolation) return `taken: ${error.fields}`; throw error; }
 */
export class UniqueViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "UNIQUE_VIOLATION");
  }
}
/** A row refers to one that does not exist, or one was removed that others refer to. */
export class ForeignKeyViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "FOREIGN_KEY_VIOLATION");
  }
}
/** A column that must have a value was given none. */
export class NotNullViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "NOT_NULL_VIOLATION");
  }
}
/** A CHECK constraint refused a row. */
export class CheckViolation extends IntegrityError {
  constructor(message: string, details?: IntegrityFacts, options?: ErrorOptions) {
    super(message, details, options, "CHECK_VIOLATION");
  }
}

/** The row was changed or removed by someone else since it was read; `object` is the instance whose write lost. */
export class StaleDataError extends FlashDbError {
  /** Not enumerable, so that a logger does not write the values of the row. */
  declare readonly object: object | undefined;
  constructor(message: string, object?: object, options?: ErrorOptions) {
    super("STALE_DATA", message, options);
    Object.defineProperty(this, "object", { value: object, enumerable: false, configurable: true });
  }
}
/** Two serializable transactions could not both be right: run the whole transaction again. */
export class SerializationFailure extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("SERIALIZATION_FAILURE", message, options);
  }
}
/** Two transactions waited for each other and this one was ended: run it again, or give atomic() `retries`. */
export class DeadlockDetected extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("DEADLOCK_DETECTED", message, options);
  }
}
/** Another transaction holds the row, and `noWait` (or the time to wait for locks) forbids to wait. */
export class LockNotAvailable extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("LOCK_NOT_AVAILABLE", message, options);
  }
}
/** The statement took longer than `statementTimeout` and was ended. */
export class QueryTimeout extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("QUERY_TIMEOUT", message, options);
  }
}
/** No connection (or turn) became free in time; the message names who holds them. */
export class PoolTimeout extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("POOL_TIMEOUT", message, options);
  }
}
/** The connection broke. `outcome` is "unknown" when it broke during COMMIT, else the work was rolled back. */
export class ConnectionLost extends FlashDbError {
  /** Whether the transaction was rolled back; unknown when the connection broke during COMMIT. */
  readonly outcome: "rolled back" | "unknown";
  constructor(message: string, outcome: "rolled back" | "unknown", options?: ErrorOptions) {
    super("CONNECTION_LOST", message, options);
    this.outcome = outcome;
  }
}
/** The transaction is broken by an earlier error, which is the `cause`; roll it back. */
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
/** A session was used in a way its state does not allow: an object of another session, commit inside a hook, … */
export class SessionError extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("SESSION", message, options);
  }
}
/** What was read was never loaded; the message says how to load it. */
export class NotLoaded extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("NOT_LOADED", message, options);
  }
}
/** A path, lookup, name or value that the model does not know. */
export class FieldError extends FlashDbError {
  /** The name of the field or path that the error is about, where there is one. */
  readonly field: string | undefined;
  constructor(message: string, options?: ErrorOptions, code = "FIELD") {
    super(code, message, options);
    this.field = options?.field;
  }
}
/** A value that its field cannot hold or be compared with: often it came from a request. A wrong name is a plain FieldError. */
export class InvalidValue extends FieldError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, "INVALID_VALUE");
  }
}
/** A cursor of `paginate()` that cannot be read, or belongs to another order: often it came from a request. */
export class InvalidCursor extends FieldError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, "INVALID_CURSOR");
  }
}
/** A URL, option, driver or model definition that cannot work. */
export class ConfigurationError extends FlashDbError {
  constructor(message: string, options?: ErrorOptions) {
    super("CONFIGURATION", message, options);
  }
}
/** COMMIT succeeded, then listeners of `post_commit` or `onCommit` work failed: `causes` has their errors. */
export class CommitHookError extends FlashDbError {
  /** The transaction is committed: do not repeat it. */
  readonly committed = true;
  /** What the work after the commit threw. */
  readonly causes: readonly unknown[];
  constructor(message: string, causes: readonly unknown[]) {
    super("COMMIT_HOOK", message, { cause: causes[0] });
    this.causes = causes;
  }
}
/** Any other error of the database, translated once; `cause` is the driver's. */
export class DatabaseError extends FlashDbError {
  /** The name of the field whose stored value cannot be read. */
  readonly field: string | undefined;
  constructor(message: string, options?: ErrorOptions) {
    super("DATABASE", message, options);
    this.field = options?.field;
  }
}
