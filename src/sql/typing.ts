/** Compile-time keys that check expressions, conditions and raw fragments where they are used; they do not exist at run time. */

// Exported by a separate clause: editors would suggest a symbol declared with `export` as a member of every expression.
declare const valid: unique symbol;
declare const result: unique symbol;
declare const outcome: unique symbol;
declare const assigned: unique symbol;
declare const fragment: unique symbol;
export type { assigned, fragment, outcome, result, valid };

/** Anything that has a value in SQL: an expression, a condition, a raw fragment. */
export interface Computed {
  readonly [outcome]: unknown;
}

/** The members that `Sql` declares, so that a fragment is accepted wherever a condition or an expression is. */
interface AnywhereInSql extends Computed {
  readonly [valid]: (model: unknown) => never;
  readonly [assigned]: (model: unknown) => never;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- only `any` fits every type of value, and nobody knows a fragment's
  readonly [result]: (model: unknown) => any;
}

/**
 * Raw SQL, made by the `sql` template. An interface rather than the class: a filter's keys are inferred from its argument, and private
 * members of a class would count as keys.
 */
export interface Sql extends AnywhereInSql {
  readonly [fragment]: true;
}
/** The `sql` template with its helper functions. */
export interface SqlTag {
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Sql;
  /** SQL text as it is; never pass text from outside. */
  raw(text: string): Sql;
  /** A quoted name: `sql.identifier("public", "users")` is `"public"."users"`. */
  identifier(...parts: readonly string[]): Sql;
  /** The items, bound or spliced, separated by the separator (a comma). */
  join(items: readonly unknown[], separator?: Sql): Sql;
}
