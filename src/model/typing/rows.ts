/** QuerySets of plain rows: what values() and valuesList() give. */
/* eslint-disable typescript/no-generated-empty-object-type -- {} only as long as the model is not known */

import type { outcome } from "../../sql/typing.js";
import type { SchemaOf } from "../../metadata/typing/schema.js";
import type { Session } from "../../session/typing.js";
import type { AggregateOn, ConditionOn } from "../../query/typing/checked.js";
import type { AnyExpression, ResultOf } from "../../query/typing/results.js";
import type { Hints } from "../../query/typing/hints.js";
import type { Aliased, Annotated, RowsOf } from "../../query/typing/keys.js";
import type { OrderPath, Path, PathType } from "../../query/typing/paths.js";
import type { Where } from "../../query/typing/where.js";
import type { Columns } from "./plain.js";

/** `Db` is `[db: Session]` for unbound querysets, `[]` for bound ones; terminals start with it. */
export type RowsFor<R, I, Db extends readonly unknown[]> = Db extends readonly [] ? BoundRows<R, I> : Rows<R, I>;

/** Plain rows; `R` the row, `I` what paths speak of. Annotating groups by the named values. */
interface ValueQuery<R, I, Db extends readonly unknown[]> extends RowsOf<R> {
  all(): RowsFor<R, I, Db>;
  none(): RowsFor<R, I, Db>;
  filter<W = Hints<I>>(where: Where<I, W>, ...more: ConditionOn<I>[]): RowsFor<R, I, Db>;
  exclude<W = Hints<I>>(where: Where<I, W>, ...more: ConditionOn<I>[]): RowsFor<R, I, Db>;
  orderBy<const P extends readonly (string | ConditionOn<I>)[]>(...by: { [K in keyof P]: OrderPath<I, P[K]> }): RowsFor<R, I, Db>;
  annotate<A extends Record<string, ConditionOn<I>>>(
    values: A,
  ): RowsFor<R & { [K in keyof A]: ResultOf<I, A[K]> }, Annotated<I, { readonly [K in keyof A]: ResultOf<I, A[K]> }>, Db>;
  /** Other names instead, annotations among them. */
  values<const P extends readonly (string | NamedExpressions<I>)[]>(
    ...paths: { [K in keyof P]: ValuesArg<I, P[K]> }
  ): RowsFor<ValuesRow<I, P>, Annotated<I, NamedValues<I, Exclude<P[number], string>>>, Db>;
  valuesList<const P extends readonly (string | Flat | AnyExpression)[]>(
    ...paths: { [K in keyof P]: ListArg<I, P[K]> }
  ): RowsFor<ListRow<I, P>, I, Db>;
  when(
    condition: unknown,
    then: (rows: RowsFor<R, I, Db>) => RowsFor<R, I, Db>,
    otherwise?: (rows: RowsFor<R, I, Db>) => RowsFor<R, I, Db>,
  ): RowsFor<R, I, Db>;
  pipe<T>(change: (rows: RowsFor<R, I, Db>) => T): T;
  /** The last values() or valuesList() says what is selected; groups stay what they are. */
  values<const P extends readonly (string | NamedExpressions<I>)[]>(
    ...paths: { [K in keyof P]: ValuesArg<I, P[K]> }
  ): RowsFor<ValuesRow<I, P>, I, Db>;
  valuesList<const P extends readonly (string | Flat | AnyExpression)[]>(
    ...paths: { [K in keyof P]: ListArg<I, P[K]> }
  ): RowsFor<ListRow<I, P>, I, Db>;
  alias<A extends Record<string, ConditionOn<I>>>(values: A): RowsFor<R, Aliased<I, { [K in keyof A]: ResultOf<I, A[K]> }>, Db>;
  reverse(): RowsFor<R, I, Db>;
  limit(n: number | null): RowsFor<R, I, Db>;
  offset(n: number): RowsFor<R, I, Db>;
  slice(from: number, to?: number): RowsFor<R, I, Db>;
  distinct(): RowsFor<R, I, Db>;
  union(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  unionAll(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  intersection(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  difference(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  using(db: Session): BoundRows<R, I>;

  fetch(...db: Db): Promise<R[]>;
  first(...db: Db): Promise<R | null>;
  last(...db: Db): Promise<R | null>;
  get<W = Hints<I>>(...args: [...Db, where: Where<I, W>, ...more: ConditionOn<I>[]]): Promise<R>;
  aggregate<A extends Record<string, AggregateOn<I>>>(...args: [...Db, values: A]): Promise<{ [K in keyof A]: ResultOf<I, A[K]> }>;
  count(...db: Db): Promise<number>;
  exists(...db: Db): Promise<boolean>;
  iterate(...args: [...Db, options?: { readonly chunkSize?: number | undefined }]): AsyncIterableIterator<R>;
  explain(...args: [...Db, options?: { readonly analyze?: boolean | undefined }]): Promise<string>;
  toSQL(dialect?: string): { text: string; params: unknown[] };
}
/** @ts-ignore variance: read by row; filters only grow */
export interface Rows<out R, out I = unknown> extends ValueQuery<R, I, [db: Session]> {}
/** @ts-ignore variance: read by row; filters only grow */
export interface BoundRows<out R, out I = unknown> extends ValueQuery<R, I, []> {}

/** What values() takes beside paths: expressions by the name they get. */
export type NamedExpressions<I> = Readonly<Record<string, ConditionOn<I>>>;
export type ValuesArg<I, P> = P extends string ? Path<I, P> : P;
/** A row of values(): by name what was asked for, or all columns. */
export type ValuesRow<I, P extends readonly unknown[]> = P extends readonly []
  ? Columns<SchemaOf<I>>
  : PathValues<I, Extract<P[number], string>> & NamedValues<I, Exclude<P[number], string>>;
type PathValues<I, P> = { [K in P & string]: PathType<I, K> };
/** Expressions in values(), as names and types. */
export type NamedValues<I, A> = { [K in NameIn<A>]: ResultOf<I, A extends { readonly [N in K]: infer E } ? E : never> };
type NameIn<A> = A extends A ? keyof A : never;

export interface Flat {
  readonly flat: true;
}
export type ListArg<I, P> = P extends string ? Path<I, P> : P extends { readonly [outcome]: unknown } ? ConditionOn<I> : Flat;
/** A row of valuesList(): a tuple, or with `{ flat: true }` the one value. */
export type ListRow<I, P extends readonly unknown[]> = P extends readonly [infer A, Flat]
  ? ListValue<I, A>
  : P extends readonly []
    ? unknown[]
    : { -readonly [K in keyof P]: ListValue<I, P[K]> };
type ListValue<I, P> = P extends string ? PathType<I, P> : ResultOf<I, P>;

export type DateUnit = "year" | "quarter" | "month" | "week" | "day";
export type InstantUnit = DateUnit | "hour" | "minute" | "second";
export interface DatesOptions {
  readonly order?: "asc" | "desc" | undefined;
  /** An IANA name; UTC when left out. */
  readonly zone?: string | undefined;
}
