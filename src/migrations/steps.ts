/** Migration steps besides schema operations: raw SQL, code, backfills, the contract step, declarations. */

import { aFunction, knownOptions, nonEmptyText, refuseArgument, wholeNumber } from "../metadata/argument.js";
import type { Session } from "../session/typing/session.js";
import { SqlExpression } from "../sql/expression.js";
import { sql as template } from "../sql/template.js";
import type { SqlTag } from "../sql/typing.js";
import type { UpdateInput, Where } from "../model/typing/public.js";
import type { HistoricalModel, ItemOf, MigrationItem, SqlOptions, Statements } from "./contracts.js";

const statements = (place: string, given: Statements): Statements => {
  if (SqlExpression.is(given) || Array.isArray(given)) return given;
  if (typeof given !== "object" || given === null || (!Array.isArray(given) && Object.keys(given).length === 0))
    return refuseArgument(place, "SQL as sql`…`, a list of such, or one for each database", given);
  return given;
};

const statementItem = (up: Statements, options: SqlOptions = {}): ItemOf<"sql"> => {
  const { reverse, state } = knownOptions("sql()", options, ["reverse", "state"]);
  return Object.freeze({
    kind: "sql",
    up: statements("sql()", up),
    reverse: reverse === undefined ? null : statements("sql(), reverse", reverse),
    state: Object.freeze([...(state ?? [])]),
  });
};

/** The template, as in queries; called as a function it creates an operation. */
export interface MigrationSql extends SqlTag {
  (up: Statements, options?: SqlOptions): ItemOf<"sql">;
}

const isTemplate = (given: unknown): given is TemplateStringsArray => Array.isArray(given) && "raw" in given;

/**
 * Raw SQL, for every database or for each one separately. `reverse` undoes it; `state` declares its effect as operations if later
 * migrations must know about it.
 * @function
 * @example sql(sql`CREATE VIEW adults AS SELECT * FROM users WHERE age >= 18`, { reverse: sql`DROP VIEW adults` })
 *          sql({ postgres: sql`ANALYZE users`, sqlite: sql`ANALYZE` }, { reverse: [] })
 */
export const sql = Object.freeze(
  Object.assign(
    (first: TemplateStringsArray | Statements, ...others: readonly unknown[]) =>
      isTemplate(first) ? template(first, ...others) : statementItem(first, others[0] as SqlOptions | undefined),
    { ...template },
  ),
) as MigrationSql;

/** Options of `code()`. */
export interface CodeOptions {
  /** The historical models that it uses; their columns are checked against the tables at this point. */
  readonly models?: readonly HistoricalModel[] | undefined;
  /** Runs the step. */
  readonly up: (session: Session) => unknown;
  /** Undoes the step; without it, the migration cannot be rolled back. */
  readonly down?: ((session: Session) => unknown) | undefined;
}

/**
 * A data step in code, with a session in the migration's transaction.
 * @example code("split names", { models: [User], up: async (db) => { … await db.flush(); } })
 */
export const code = (name: string, options: CodeOptions): ItemOf<"code"> => {
  const { models, up, down } = knownOptions<CodeOptions>("code()", options, ["models", "up", "down"]);
  return Object.freeze({
    kind: "code",
    name: nonEmptyText("code()", name, "a name that says what it does"),
    models: Object.freeze([...(models ?? [])]),
    up: aFunction("code()", up, "a function as `up`") as (session: Session) => unknown,
    down: down === undefined ? null : aFunction("code()", down, "a function as `down`"),
  });
};

/** Options of `backfill()`. */
export interface BackfillOptions<I> {
  /** Rows that still need the backfill; must be false for finished rows. */
  readonly where: Where<I>;
  /** New values, as for `update()`. */
  readonly set: UpdateInput<I>;
  /** Rows per transaction; default 1,000. */
  readonly batch?: number | undefined;
}

/**
 * Fills a column in batches, each in its own transaction, so that the table stays usable; it resumes after an interruption.
 * @example backfill(User, { where: { nickname: null }, set: { nickname: Concat("first", "last") } })
 */
export const backfill = <I extends object>(
  model: abstract new (...args: never[]) => I,
  options: BackfillOptions<I>,
): ItemOf<"backfill"> => {
  const { where, set, batch } = knownOptions<BackfillOptions<I>>("backfill()", options, ["where", "set", "batch"]);
  if (where === undefined || set === undefined) return refuseArgument("backfill()", "`where` and `set`", options);
  return Object.freeze({
    kind: "backfill",
    model,
    where,
    set: set as Readonly<Record<string, unknown>>,
    batch: batch === undefined ? 1000 : wholeNumber("backfill()", batch, 1, 1_000_000, "a number of rows"),
  });
};

/**
 * Operations that may only run when no program needs the removed objects any more. Ends its migration's transaction: the preceding
 * operations are committed first.
 * @example contract(dropColumn("users", "first"), dropColumn("users", "last"))
 */
export const contract = (...items: readonly MigrationItem[]): ItemOf<"contract"> =>
  Object.freeze({ kind: "contract", items: Object.freeze(items) });

/**
 * Declares the tables and columns whose contents are lost when this migration runs: a rollback restores the columns, but not their values.
 * @example loses("users.first", "users.last")
 */
export const loses = (...what: readonly string[]): ItemOf<"loses"> =>
  Object.freeze({
    kind: "loses",
    what: Object.freeze(what.map((one) => nonEmptyText("loses()", one, 'a table or a column, "users.first"'))),
  });

/** Commits each step separately, for statements that cannot run in a transaction: CREATE INDEX CONCURRENTLY, VACUUM. */
export const noTransaction = (): ItemOf<"noTransaction"> => Object.freeze({ kind: "noTransaction" });
