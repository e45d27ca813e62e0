/** Phantom keys of querysets and expressions, and the row type that a queryset carries. */

import type { FieldName } from "../../metadata/typing/schema.js";

declare const added: unique symbol;
declare const row: unique symbol;
declare const column: unique symbol;
declare const where: unique symbol;
// Exported by a separate clause, so that editors never suggest it.
export type { added, column, where };

/** Anything with rows of type `R`: a queryset, plain rows, a collection. Accepted by `author__in`, Subquery, Exists and union. */
export interface RowsOf<out R> {
  readonly [row]?: R;
}

/** Plain rows of one column with values of type `V`, as accepted by `in`. */
export interface ColumnOf<out V> {
  readonly [column]?: V;
}
/** The single value of a row. */
export type OnlyValue<R> = R extends readonly [infer V]
  ? V
  : R extends readonly unknown[]
    ? NotOneColumn
    : R extends Date | Uint8Array
      ? R
      : R extends object
        ? IsOne<keyof R> extends true
          ? R[keyof R]
          : NotOneColumn
        : R;
type IsOne<K, All = K> = K extends K ? ([All] extends [K] ? true : false) : never;
interface NotOneColumn {
  readonly "expected rows of one column: name it with values(…)": never;
}

/** Names of computed values, which must differ from the model's names. */
export type NewNames<S, A> = {
  readonly [K in keyof A & (keyof S | FieldName<S> | "pk")]?: `the model has '${K & string}' already: choose another name`;
};

/** The names that annotate() and alias() added to a row. */
export type AddedTo<I> = I extends { readonly [added]: infer A } ? A : {};
/** A row with added values, which filters, orders and values() can use. */
export type Annotated<I, A> = I & A & { readonly [added]: A };
/** A row whose added values can be filtered and ordered by, but are not selected. */
export type Aliased<I, A> = I & { readonly [added]: A };
