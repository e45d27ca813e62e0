/** Maps errors to HTTP statuses, with messages by property name; implements the table in docs/errors.md. */

import {
  CheckViolation,
  ConnectionLost,
  DeadlockDetected,
  DoesNotExist,
  ForeignKeyViolation,
  InvalidCursor,
  InvalidValue,
  LockNotAvailable,
  NotNullViolation,
  PoolTimeout,
  QueryTimeout,
  SerializationFailure,
  StaleDataError,
  UniqueViolation,
  ValidationError,
  type IntegrityError,
} from "../errors.js";

/** An error as an HTTP response: the status, and messages by property name; `__all__` holds messages about the request as a whole. */
export interface HttpError {
  /** The response status: 400, 404, 409, 422, 503 or 504. */
  readonly status: number;
  /** Messages by property name. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  /** Whether the same request may succeed later: respond with `Retry-After`. */
  readonly retry: boolean;
}

const answer = (status: number, errors: HttpError["errors"], retry = false): HttpError => ({ status, errors, retry });
const about = (names: readonly string[], message: string): HttpError["errors"] =>
  Object.fromEntries((names.length === 0 ? ["__all__"] : names).map((name) => [name, [message]]));
/** A constraint violation. The database's message is omitted, because it reveals table names and values. */
const refused = ({ fields }: IntegrityError, message: string): HttpError => answer(409, about(fields, message));

/**
 * The response for an error, or null if the program is wrong (500): wrong names and options, database errors.
 * @example const answer = httpError(new ValidationError({ name: "is required" }));
 *          answer?.status;   // 422
 *          answer?.errors;   // { name: ["is required"] }
 */
export const httpError = (error: unknown): HttpError | null => {
  if (error instanceof ValidationError) return answer(422, error.errors);
  if (error instanceof InvalidValue || error instanceof InvalidCursor) {
    const name = error.field === undefined ? [] : [error.field];
    return answer(400, about(name, error.field === undefined ? error.message : error.message.replace(`${error.field}: `, "")));
  }
  if (error instanceof DoesNotExist) return answer(404, about([], "not found"));
  if (error instanceof UniqueViolation) return refused(error, "is taken already");
  if (error instanceof ForeignKeyViolation) return refused(error, "refers to what does not exist, or others refer to it");
  if (error instanceof NotNullViolation) return refused(error, "is required");
  if (error instanceof CheckViolation) return refused(error, "is not allowed");
  if (error instanceof StaleDataError) return answer(409, about([], "was changed by another request meanwhile"));
  if (error instanceof SerializationFailure || error instanceof DeadlockDetected || error instanceof LockNotAvailable)
    return answer(503, about([], "others are changing the same; try again"), true);
  if (error instanceof PoolTimeout || error instanceof ConnectionLost)
    return answer(503, about([], "the database is not available; try again"), true);
  if (error instanceof QueryTimeout) return answer(504, about([], "the answer took too long"));
  return null;
};
