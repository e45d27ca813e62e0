/** Compile-time keys by which expressions, conditions and raw fragments are checked where they are used; nothing of this exists at run time. */

// Exported by a separate clause: a symbol declared with `export` would be offered by editors as a member of every expression.
declare const valid: unique symbol;
declare const result: unique symbol;
declare const outcome: unique symbol;
export type { outcome, result, valid };

/** Anything with a value in SQL: an expression, a condition, a raw fragment. */
export interface Computed {
  readonly [outcome]: unknown;
}

/** What the class `Sql` declares, so that a fragment fits wherever a condition or an expression is expected. */
export interface AnywhereInSql extends Computed {
  readonly [valid]: (model: unknown) => never;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- only `any` fits every type of value, and nobody knows a fragment's
  readonly [result]: (model: unknown) => any;
}
