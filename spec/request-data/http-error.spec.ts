/** httpError(): the status that an error means, with messages by property name and nothing of the database. */

import { describe, expect, it } from "vitest";
import * as flashDb from "../../src/index.js";
import { FlashDbError, httpError, InvalidValue, model, parseFilter, t, ValidationError, type HttpError } from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";
import { rejectionOf } from "../support/rejection.js";

class Account extends model<Account>("http_accounts")(
  { email: t.text().unique(), owner: t.text(), bank: t.text(), version: t.version() },
  { constraints: [flashDb.unique("owner", "bank")] },
) {}

/** What each class of error means; null: the program is wrong. */
const expected: Readonly<Record<string, number | null>> = {
  CheckViolation: 409,
  CommitHookError: null,
  ConfigurationError: null,
  ConnectionLost: 503,
  DatabaseError: null,
  DeadlockDetected: 503,
  DoesNotExist: 404,
  FieldError: null,
  FlashDbError: null,
  ForeignKeyViolation: 409,
  IntegrityError: null,
  InvalidCursor: 400,
  InvalidValue: 400,
  LockNotAvailable: 503,
  MultipleObjectsReturned: null,
  NotLoaded: null,
  NotNullViolation: 409,
  PoolTimeout: 503,
  QueryTimeout: 504,
  SerializationFailure: 503,
  SessionClosed: null,
  SessionError: null,
  StaleDataError: 409,
  TransactionAborted: null,
  UniqueViolation: 409,
  ValidationError: 422,
};

/** Second arguments, where a class cannot be made without one. */
const second: Readonly<Record<string, unknown>> = { CommitHookError: [], FlashDbError: "the message" };

describe("the status of an error", () => {
  it("is decided for every class of error", () => {
    const classes = Object.entries(flashDb).filter(
      ([, value]) =>
        typeof value === "function" && (value === FlashDbError || (value as { prototype: unknown }).prototype instanceof FlashDbError),
    );
    const found = classes.map(([name, Class]) => {
      const made: unknown =
        Class === ValidationError ? new ValidationError({}) : Reflect.construct(Class as new () => unknown, ["the message", second[name]]);
      return [name, httpError(made)?.status ?? null];
    });
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it("is none for what is no error of the library", () => {
    for (const error of [new Error("x"), new TypeError("x"), null, undefined, "text", { status: 404 }]) expect(httpError(error)).toBeNull();
  });

  it("comes with messages by property name", () => {
    expect(httpError(new ValidationError({ name: "is required" }, "User"))).toEqual({
      status: 422,
      errors: { name: ["is required"] },
      retry: false,
    });
    const wrong = (): HttpError | null => {
      try {
        parseFilter(Account, { owner: 3 }, { allow: ["owner"] });
        return null;
      } catch (error) {
        return httpError(error);
      }
    };
    expect(wrong()).toEqual({ status: 400, errors: { owner: ["expected a string, got the number 3"] }, retry: false });
    expect(httpError(new InvalidValue("cannot be read"))?.errors).toEqual({ __all__: ["cannot be read"] });
    expect(httpError(new flashDb.PoolTimeout("no connection of host db.internal"))).toEqual({
      status: 503,
      errors: { __all__: ["the database is not available; try again"] },
      retry: true,
    });
  });
});

eachDatabase("errors of the database", [Account], (open) => {
  it("name the properties of a constraint, and no values", async () => {
    const database = await open();
    await using db = database.session();
    await Account.objects.create(db, { email: "ada@example.org", owner: "Ada", bank: "A" });
    await db.commit();
    const same = await rejectionOf(Account.objects.create(db, { email: "ada@example.org", owner: "Bob", bank: "A" }));
    expect(httpError(same)).toEqual({ status: 409, errors: { email: ["is taken already"] }, retry: false });
    const both = await rejectionOf(Account.objects.create(db, { email: "b@example.org", owner: "Ada", bank: "A" }));
    expect(httpError(both)?.errors).toEqual({ owner: ["is taken already"], bank: ["is taken already"] });
    expect(httpError(await rejectionOf(Account.objects.get(db, { email: "nobody@example.org" })))?.errors).toEqual({
      __all__: ["not found"],
    });
    await db.rollback();
  });
});
