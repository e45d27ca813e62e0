/** Compile-time keys by which expressions, conditions and raw fragments are checked where they are used; nothing of this exists at run time. */

// Exported by a separate clause: a symbol declared with `export` would be offered by editors as a member of every expression.
declare const valid: unique symbol;
declare const result: unique symbol;
declare const outcome: unique symbol;
declare const assigned: unique symbol;
declare const fragment: unique symbol;
export type { assigned, fragment, outcome, result, valid };

/** Anything with a value in SQL: an expression, a condition, a raw fragment. */
export interface Computed {
  readonly [outcome]: unknown;
}

/** What the class `Sql` declares, so that a fragment fits wherever a condition or an expression is expected. */
interface AnywhereInSql extends Computed {
  readonly [valid]: (model: unknown) => never;
  readonly [assigned]: (model: unknown) => never;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- only `any` fits every type of value, and nobody knows a fragment's
  readonly [result]: (model: unknown) => any;
}

/**
 * SQL of one's own, made by the `sql` template. An interface rather than the class: a filter's keys are inferred from what it is given,
 * and private members of a class would be taken for such keys.
 */
export interface Sql extends AnywhereInSql {
  readonly [fragment]: true;
}
/** The `sql` template and what stands on it. */
export interface SqlTag {
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Sql;
  /** SQL text as it stands: never give it anything that came from outside. */
  raw(text: string): Sql;
  /** A quoted name: `sql.identifier("public", "users")` is `"public"."users"`. */
  identifier(...parts: readonly string[]): Sql;
  /** The items, bound or spliced, with the separator (a comma) between them. */
  join(items: readonly unknown[], separator?: Sql): Sql;
}
