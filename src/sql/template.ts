/** The `sql` template: raw SQL whose values are always bound, never inserted into the text. */

import { FieldError } from "../errors.js";
import { refuseOther, refuseUndefined, SqlExpression } from "./expression.js";
import { fragment } from "./factories/computed.js";
import { identifier, param } from "./factories/values.js";
import type { Expr, FragmentNode } from "./nodes.js";
import { type ColumnType, types } from "./types.js";
import type { assigned, fragment as brand, outcome, result, Sql, SqlTag, valid } from "./typing.js";

export type { Sql } from "./typing.js";

/** The class behind `sql`. Users see the interface `Sql`; other modules use `SqlExpression.is` and its node. */
export class SqlFragment extends SqlExpression implements Sql {
  declare readonly [valid]: Sql[typeof valid];
  declare readonly [result]: Sql[typeof result];
  declare readonly [assigned]: Sql[typeof assigned];
  declare readonly [outcome]: Sql[typeof outcome];
  declare readonly [brand]: Sql[typeof brand];
  readonly #node: FragmentNode;
  constructor(node: FragmentNode) {
    super();
    this.#node = node;
  }
  override toExpr(): FragmentNode {
    return this.#node;
  }
}

/** The node of a caller's whole statement; anything else, in particular a plain string, is refused. */
export function fragmentOf(given: unknown): FragmentNode {
  if (given instanceof SqlFragment) return given.toExpr();
  return refuseOther('SQL made by sql`…` (use sql.raw("…") to pass a plain string)', given);
}

/** A string may represent any type (a uuid, a date); the database infers it from the context. */
function inferType(value: unknown): ColumnType {
  if (value === null || typeof value === "string" || Array.isArray(value)) return types.unknown;
  if (typeof value === "number") return Number.isSafeInteger(value) ? types.integer : types.double;
  if (typeof value === "boolean") return types.boolean;
  if (typeof value === "bigint") return types.bigint;
  if (value instanceof Date) return types.timestamp;
  if (value instanceof Uint8Array) return types.bytes;
  return refuseOther(
    "a string, number, bigint, boolean, Date, Uint8Array, null, array of these or SQL inside sql`…` (turn other objects into JSON text first)",
    value,
  );
}

function toNode(value: unknown, place: string): Expr {
  refuseUndefined(value, place);
  return SqlExpression.is(value) ? value.toExpr() : param(value, inferType(value));
}

const MOST_LEVELS = 64;
const levels = new WeakMap<Expr, number>();
/** Nested fragments are read with one function call per level, so their depth is limited. */
function nested(made: FragmentNode, values: readonly Expr[]): Sql {
  let deepest = 0;
  for (const value of values) deepest = Math.max(deepest, levels.get(value) ?? 0);
  if (deepest >= MOST_LEVELS)
    throw new FieldError(`sql\`…\` is nested more than ${MOST_LEVELS} levels deep: put the parts into one text, or use sql.join`);
  levels.set(made, deepest + 1);
  return new SqlFragment(made);
}

function template(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  if (!Array.isArray(strings) || !Object.isFrozen(strings) || !Array.isArray(strings.raw)) {
    throw new FieldError("expected sql`…` to be used as a template tag, got a call: use sql.raw(text) to pass SQL as text");
  }
  const nodes = values.map((value, at) => toNode(value, `at \${…} number ${at + 1} of sql\`…\``));
  return nested(fragment([...strings], nodes), nodes);
}

/** SQL text as it is; never pass text from outside. */
function raw(text: string): Sql {
  if (typeof text !== "string") refuseOther("SQL text", text);
  return new SqlFragment(fragment([text], []));
}

/** A quoted name: `sql.identifier("public", "users")` is `"public"."users"`. */
function quoted(...parts: readonly string[]): Sql {
  if (parts.length === 0) refuseOther("the parts of a name", parts);
  for (const part of parts)
    if (typeof part !== "string" || part === "" || part.includes("\0")) refuseOther("a name, a text without NUL characters", part);
  return new SqlFragment(fragment(["", ""], [identifier(...parts)]));
}

const COMMA = raw(", ");
/** The items, bound or spliced, separated by the separator. */
function join(items: readonly unknown[], separator: Sql = COMMA): Sql {
  if (!Array.isArray(items)) refuseOther("an array of what is to be joined", items);
  if (items.length === 0)
    throw new FieldError("expected at least one item for sql.join, got none: an empty list has no SQL that is right everywhere");
  const between = fragmentOf(separator);
  const values: Expr[] = [];
  items.forEach((item, at) => {
    if (at > 0) values.push(between);
    values.push(toNode(item, `as item ${at + 1} of sql.join`));
  });
  const texts = Array.from({ length: values.length + 1 }, () => "");
  return nested(fragment(texts, values), values);
}

/**
 * Raw SQL. Values are bound as parameters; other SQL, columns and expressions are spliced in.
 *
 * @function
 * @example
 * ```ts
 * await db.execute(sql`SELECT name FROM users WHERE age > ${18} AND email = ${email}`);
 * // SELECT name FROM users WHERE age > ? AND email = ?        (SQLite)
 * // SELECT name FROM users WHERE age > $1 AND email = $2      (PostgreSQL)
 * User.objects.filter(sql`${F("age")} % ${2} = 0`);
 * ```
 * @throws FieldError for undefined, and for objects that no database type can hold.
 */
export const sql: SqlTag = Object.freeze(Object.assign(template, { raw, identifier: quoted, join }));
