/** QuerySets of plain rows: the results of values() and valuesList(). */
/* eslint-disable typescript/no-generated-empty-object-type -- {} only as long as the model is not known */

import type { outcome } from "../../sql/typing.js";
import type { SchemaOf } from "../../metadata/typing/schema.js";
import type { Session } from "../../session/typing/session.js";
import type { SpeaksOf } from "../../query/typing/checked.js";
import type { AnyExpression, ResultOf } from "../../query/typing/results.js";
import type { Hints } from "../../query/typing/hints.js";
import type { Aggregates, AnnotatedValue, Speaks } from "../../query/typing/annotations.js";
import type { Aliased, Annotated, ColumnOf, NewNames, OnlyValue, RowsOf } from "../../query/typing/keys.js";
import type { OrderTerm, Path, PathType } from "../../query/typing/paths.js";
import type { Filter, Filters } from "../../query/typing/where.js";
import type { Columns } from "./plain.js";

/** `Db` is `[db: Session]` for unbound querysets, `[]` for bound ones; it begins the parameters of terminal methods. */
export type RowsFor<R, I, Db extends readonly unknown[]> = Db extends readonly [] ? BoundRows<R, I> : Rows<R, I>;

/** Plain rows; `R` is the row, `I` the model that paths refer to. Annotating groups by the named values. */
interface ValueQuery<R, I, Db extends readonly unknown[]> extends RowsOf<R>, ColumnOf<OnlyValue<R>> {
  /** Returns the same query; builder methods always return a new one. */
  all(): RowsFor<R, I, Db>;
  /** A query without rows that never runs a statement. */
  none(): RowsFor<R, I, Db>;
  /**
   * Selects the rows that match; after an annotation of groups it is a HAVING.
   * @example Post.objects.values("author").annotate({ n: Count("*") }).filter({ n__gt: 2 })
   *          // SELECT author_id, COUNT(*) FROM posts GROUP BY author_id HAVING COUNT(*) > 2
   * @throws FieldError for an unknown path or lookup or an invalid value
   */
  filter<W = Hints<I>, const X extends readonly object[] = []>(where: Filter<I, W>, ...more: Filters<I, X>): RowsFor<R, I, Db>;
  /**
   * Excludes the rows that match.
   * @throws FieldError for an unknown path or lookup or an invalid value
   */
  exclude<W = Hints<I>, const X extends readonly object[] = []>(where: Filter<I, W>, ...more: Filters<I, X>): RowsFor<R, I, Db>;
  /**
   * Orders by paths, names of the row and expressions, with `-` for descending.
   * @example Post.objects.values("author").annotate({ n: Count("*") }).orderBy("-n")   // … GROUP BY author_id ORDER BY COUNT(*) DESC
   */
  orderBy<const P extends readonly (string | SpeaksOf<I>)[]>(...by: { [K in keyof P]: OrderTerm<I, P[K]> }): RowsFor<R, I, Db>;
  /**
   * Adds computed values; aggregates group by the values named before, as in Django.
   * @example Post.objects.values("author__name").annotate({ total: Sum("views") })
   *          // SELECT users.name, SUM(posts.views) FROM posts JOIN users … GROUP BY users.name
   * @throws FieldError for plain values (use Value(…))
   */
  annotate<A extends Record<string, unknown>>(
    values: A & NewNames<SchemaOf<I>, A> & Speaks<I, A>,
  ): RowsFor<R & { [K in keyof A]: AnnotatedValue<I, A, K> }, Annotated<I, { readonly [K in keyof A]: AnnotatedValue<I, A, K> }>, Db>;
  /**
   * Selects other names instead, including annotations.
   * @example Post.objects.values("author").annotate({ n: Count("*") }).values("n")   // still grouped by the author
   */
  values<const P extends readonly (string | NamedExpressions<I>)[]>(
    ...paths: { [K in keyof P]: ValuesArg<I, P[K]> }
  ): RowsFor<ValuesRow<I, P>, Annotated<I, NamedValues<I, Exclude<P[number], string>>>, Db>;
  /** Returns tuples of these, or with `{ flat: true }` single values. */
  valuesList<const P extends readonly (string | Flat | AnyExpression)[]>(
    ...paths: { [K in keyof P]: ListArg<I, P[K]> }
  ): RowsFor<ListRow<I, P>, I, Db>;
  /** Changes the query if a condition is true (or, with the third argument, if it is false). */
  when(
    condition: unknown,
    then: (rows: RowsFor<R, I, Db>) => RowsFor<R, I, Db>,
    otherwise?: (rows: RowsFor<R, I, Db>) => RowsFor<R, I, Db>,
  ): RowsFor<R, I, Db>;
  /** Passes the query to a function and returns its result. */
  pipe<T>(change: (rows: RowsFor<R, I, Db>) => T): T;
  /** The last values() or valuesList() determines what is selected; groups are not changed. */
  values<const P extends readonly (string | NamedExpressions<I>)[]>(
    ...paths: { [K in keyof P]: ValuesArg<I, P[K]> }
  ): RowsFor<ValuesRow<I, P>, I, Db>;
  /** Returns tuples of these instead; groups are not changed. */
  valuesList<const P extends readonly (string | Flat | AnyExpression)[]>(
    ...paths: { [K in keyof P]: ListArg<I, P[K]> }
  ): RowsFor<ListRow<I, P>, I, Db>;
  /** Like annotate(), but only for filters and order. */
  alias<A extends Record<string, unknown>>(
    values: A & NewNames<SchemaOf<I>, A> & Speaks<I, A>,
  ): RowsFor<R, Aliased<I, { [K in keyof A]: AnnotatedValue<I, A, K> }>, Db>;
  /** Reverses the order. */
  reverse(): RowsFor<R, I, Db>;
  /** Limits the number of rows; null removes the limit. */
  limit(n: number | null): RowsFor<R, I, Db>;
  /** Skips the first rows. */
  offset(n: number): RowsFor<R, I, Db>;
  /** The rows from one index up to (excluding) another. */
  slice(from: number, to?: number): RowsFor<R, I, Db>;
  /**
   * Removes duplicates.
   * @example User.objects.values("name").distinct()   // SELECT DISTINCT name FROM users
   */
  distinct(): RowsFor<R, I, Db>;
  /**
   * The rows of this and the other queries, without duplicates.
   * @example User.objects.values("name").union(Author.objects.values("name"))   // SELECT name FROM users UNION SELECT name FROM authors
   */
  union(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  /** The rows of this and the other queries, including duplicates. */
  unionAll(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  /** The rows that all of the queries have: `INTERSECT`. */
  intersection(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  /** The rows that none of the other queries has: `EXCEPT`. */
  difference(...other: RowsOf<R>[]): RowsFor<R, I, Db>;
  /** The same query bound to a session. */
  using(db: Session): BoundRows<R, I>;

  /**
   * Runs the query and returns its rows as plain values.
   * @example await Post.objects.values("title", "author__name").fetch(db);   // [{ title: "Notes", author__name: "Ada" }]
   */
  fetch(...db: Db): Promise<R[]>;
  /** The first row or null. */
  first(...db: Db): Promise<R | null>;
  /** The last row or null. */
  last(...db: Db): Promise<R | null>;
  /**
   * The one row that matches.
   * @throws DoesNotExist if no row matches
   * @throws MultipleObjectsReturned if several rows match
   */
  get<W = Hints<I>, const X extends readonly object[] = []>(...args: [...Db, where?: Filter<I, W>, ...more: Filters<I, X>]): Promise<R>;
  /**
   * An object of aggregates over all rows, or over the groups.
   * @example await Post.objects.values("author").annotate({ n: Count("*") }).aggregate(db, { most: Max("n") });
   */
  aggregate<A extends Record<string, unknown>>(
    ...args: [...Db, values: A & Aggregates<I, A>]
  ): Promise<{ [K in keyof A]: ResultOf<I, A[K]> }>;
  /** The number of rows, or of groups. */
  count(...db: Db): Promise<number>;
  /** Whether there is any row. */
  exists(...db: Db): Promise<boolean>;
  /**
   * Reads the rows in chunks.
   * @example for await (const row of Post.objects.values("title").iterate(db, { chunkSize: 1000 })) console.log(row.title);
   */
  iterate(...args: [...Db, options?: { readonly chunkSize?: number | undefined }]): AsyncIterableIterator<R>;
  /** The database's query plan as text; `analyze` also runs the query. */
  explain(...args: [...Db, options?: { readonly analyze?: boolean | undefined }]): Promise<string>;
  /**
   * The SQL and its parameters, without running it.
   * @throws ConfigurationError for an unknown dialect, and if none is named before initDb()
   */
  toSQL(dialect?: string): {
    /** The SQL, with `$1` or `?` for its parameters. */
    text: string;
    /** Its parameters in order. */
    params: unknown[];
  };
}
/**
 * Plain rows from values() or valuesList(), not bound to a session.
 * @ts-ignore variance: read by row; filters only grow */
export interface Rows<out R, out I = unknown> extends ValueQuery<R, I, [db: Session]> {}
/**
 * Plain rows of a query that is bound to a session.
 * @ts-ignore variance: read by row; filters only grow */
export interface BoundRows<out R, out I = unknown> extends ValueQuery<R, I, []> {}

/** The second form of arguments to values(): expressions with the names of their results. */
export type NamedExpressions<I> = Readonly<Record<string, SpeaksOf<I>>>;
export type ValuesArg<I, P> = P extends string ? Path<I, P> : P;
/** A row of values(): the requested names, or all columns. */
export type ValuesRow<I, P extends readonly unknown[]> = P extends readonly []
  ? Columns<SchemaOf<I>>
  : PathValues<I, Extract<P[number], string>> & NamedValues<I, Exclude<P[number], string>>;
type PathValues<I, P> = { [K in P & string]: PathType<I, K> };
/** Expressions in values(), as names and types. */
export type NamedValues<I, A> = { [K in NameIn<A>]: ResultOf<I, A extends { readonly [N in K]: infer E } ? E : never> };
type NameIn<A> = A extends A ? keyof A : never;

/** The last argument of `valuesList("title", { flat: true })`. */
export interface Flat {
  readonly flat: true;
}
export type ListArg<I, P> = P extends string ? Path<I, P> : P extends { readonly [outcome]: unknown } ? SpeaksOf<I> : Flat;
/** A row of valuesList(): a tuple, or with `{ flat: true }` the single value. */
export type ListRow<I, P extends readonly unknown[]> = P extends readonly [infer A, Flat]
  ? ListValue<I, A>
  : P extends readonly []
    ? unknown[]
    : { -readonly [K in keyof P]: ListValue<I, P[K]> };
type ListValue<I, P> = P extends string ? PathType<I, P> : ResultOf<I, P>;

export type DateUnit = "year" | "quarter" | "month" | "week" | "day";
export type InstantUnit = DateUnit | "hour" | "minute" | "second";
/** Options of dates() and datetimes(). */
export interface DatesOptions {
  readonly order?: "asc" | "desc" | undefined;
  /** An IANA name; UTC by default. */
  readonly zone?: string | undefined;
}
