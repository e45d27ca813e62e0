/** The public QuerySet interface: builder methods, terminal methods, and their results. */
/* eslint-disable typescript/no-generated-empty-object-type -- {} only as long as the model is not known */

import type { Sql } from "../../sql/typing.js";
import type { BulkRow, Create, CreateInput, Hinted, InputHints, NoField, Values } from "../../metadata/typing/input.js";
import type { Problem } from "../../metadata/typing/keys.js";
import type {
  AnyModel,
  AnyReference,
  FieldName,
  PkName,
  PkOf,
  RelationName,
  SchemaOf,
  ShownField,
  TargetOf,
} from "../../metadata/typing/schema.js";
import type { FetchMode } from "../../query/fetch-mode.js";
import type { SpeaksOf } from "../../query/typing/checked.js";
import type { AnyExpression, ResultOf } from "../../query/typing/results.js";
import type { Expression } from "../../query/typing/expressions.js";
import type { Hints } from "../../query/typing/hints.js";
import type { Aggregates, AnnotatedValue, Speaks } from "../../query/typing/annotations.js";
import type { Aliased, Annotated, NewNames, RowsOf } from "../../query/typing/keys.js";
import type { TemporalPath } from "../../query/typing/kinds.js";
import type { OrderTerm, Path, PathType, ToOneRelation } from "../../query/typing/paths.js";
import type { AnyPrefetch, PrefetchArg } from "../../query/typing/prefetch.js";
import type { UpdateInput } from "../../query/typing/update.js";
import type { Filter, Filters, LookedUp, RowsOfModel } from "../../query/typing/where.js";
import type { Session } from "../../session/typing/session.js";
import type { Loaded, Prefetched, Tail } from "./relations.js";
import type {
  DatesOptions,
  DateUnit,
  Flat,
  InstantUnit,
  ListArg,
  ListRow,
  NamedExpressions,
  NamedValues,
  RowsFor,
  ValuesArg,
  ValuesRow,
} from "./rows.js";

type OwnField<I, P> = string extends P
  ? ShownField<SchemaOf<I>>
  : P extends FieldName<SchemaOf<I>> | ReferenceName<SchemaOf<I>>
    ? P
    : NoField<P, I>;
type ReferenceName<S> = { [K in keyof S]: S[K] extends AnyReference ? K : never }[keyof S];
/** The columns by their names and by those of their relations. */
type ColumnsNamed<S, K> = K extends keyof S ? (S[K] extends AnyReference ? `${K & string}Id` : K) : K;
/**
 * The rows of `only()`: the named columns and the key. Not assignable to the model, since other columns are missing.
 * @example const users: Only<User, "name">[] = await User.objects.only("name").fetch(db);
 */
export type Only<I, K> = [Extract<K, `${string}__${string}`>] extends [never]
  ? Omit<I, Exclude<FieldName<SchemaOf<I>>, ColumnsNamed<SchemaOf<I>, K> | (PkName<SchemaOf<I>> & string)>>
  : OwnOnly<I, K> & JoinedOnly<I, Extract<K, `${string}__${string}`>>;
type OwnOnly<I, K> = Omit<
  I,
  Exclude<FieldName<SchemaOf<I>>, ColumnsNamed<SchemaOf<I>, K> | (PkName<SchemaOf<I>> & string)> | JoinedName<K>
>;
type JoinedName<K> = K extends `${infer H}__${string}` ? H : never;
type JoinedOnly<I, K> = { [H in JoinedName<K>]: OnlyOf<H extends keyof I ? I[H] : never, Tail<K, H>> };
type OnlyOf<I, K> = I extends null ? null : Only<I, K>;
/** An argument of only(): a column, or a column of a relation joined by selectRelated(). */
type OnlyPath<I, P> = P extends `${infer H}__${infer R}`
  ? H extends RelationName<SchemaOf<I>>
    ? I extends { readonly [K in H]: AnyModel | null }
      ? OnlyPath<TargetOf<SchemaOf<I>[H]>, R> extends infer X
        ? X extends string
          ? P
          : X
        : never
      : Problem<`selectRelated() has not joined '${H}' of`, I>
    : OwnField<I, P>
  : OwnField<I, P>;

/** A keyset page as returned by `paginate()`; cursors are opaque strings. */
export interface Page<out I> {
  /** The rows of the page. */
  readonly items: I[];
  /** The cursor of the first row, for `before`; null on an empty page. */
  readonly startCursor: string | null;
  /** The cursor of the last row, for `after`; null on an empty page. */
  readonly endCursor: string | null;
  /** Whether there are further rows. */
  readonly hasNext: boolean;
  /** Whether there are previous rows. */
  readonly hasPrevious: boolean;
}
/**
 * The requested page: forward with `first` and `after`, or backward with `last` and `before`, as in Relay's connections.
 * @example const next = await Post.objects.orderBy("-createdAt").paginate(db, { first: 20, after: page.endCursor });
 */
export interface PageRequest {
  /** Number of rows from the beginning, or after `after`. */
  readonly first?: number | undefined;
  /** The `endCursor` of a page; null for the first page. */
  readonly after?: string | null | undefined;
  /** Number of rows from the end, or before `before`. */
  readonly last?: number | undefined;
  /** The `startCursor` of a page; null for the last page. */
  readonly before?: string | null | undefined;
}
/**
 * How `selectForUpdate()` locks.
 * @example Job.objects.filter({ done: false }).selectForUpdate({ skipLocked: true })   // … FOR UPDATE SKIP LOCKED
 */
export interface LockOptions {
  /** Skips rows locked by other transactions. */
  readonly skipLocked?: boolean | undefined;
  /** Throws LockNotAvailable for rows locked by other transactions. */
  readonly noWait?: boolean | undefined;
  /** "self" and relations in selectRelated. */
  readonly of?: readonly string[] | undefined;
}
/**
 * How `bulkCreate()` handles conflicts with existing rows, and the size of its batches.
 * @example await User.objects.bulkCreate(db, rows, { updateConflicts: { on: ["email"], fields: ["name"] } });
 *          // INSERT INTO users (…) SELECT … FROM unnest($1, …) … ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name RETURNING …
 */
export interface BulkCreate<I> {
  /** Skips rows that violate a unique constraint: `ON CONFLICT DO NOTHING`. */
  readonly ignoreConflicts?: boolean | undefined;
  /** Updates `fields` of existing rows, which are identified by the unique fields `on`. */
  readonly updateConflicts?:
    | {
        /** The fields to update. */
        readonly fields: readonly FieldName<SchemaOf<I>>[];
        /** The unique fields that identify a row. */
        readonly on: readonly FieldName<SchemaOf<I>>[];
      }
    | undefined;
  /** Rows per statement; as many as the database allows by default. */
  readonly batchSize?: number | undefined;
  /** Called after each batch; the next one waits for the returned promise, if any. */
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
}
/** Options of `update()`. */
export interface UpdateOptions {
  /** Without a filter, update() and delete() throw unless this is true. */
  readonly all?: boolean | undefined;
}
/**
 * Options of a QuerySet's `delete()`.
 * @example await Post.objects.filter({ draft: true }).delete(db, { count: "all" });   // { Post: 3, Comment: 12 }
 */
export interface DeleteOptions extends UpdateOptions {
  /** "all" returns the number of rows by model name, including dependants; the session then deletes them. */
  readonly count?: "own" | "all" | undefined;
  /** Really deletes rows of a soft-deleting model. */
  readonly hard?: boolean | undefined;
  /**
   * Emits `pre_delete` and `post_delete` and calls overridden `delete()` for each row and its dependants, which are loaded if there are
   * listeners.
   */
  readonly signals?: boolean | undefined;
}
/** The rows found so far, inside the recursive part of `with()`. */
export interface Tree<R> extends RowsOf<R> {
  /** A value of the parent row: `tree.ref("depth").add(1)`. */
  ref<const P extends string>(path: Path<R, P>): Expression<PathType<R, P>>;
}
type Deleted<O> = O extends { readonly count: "all" } ? Readonly<Record<string, number>> : number;

/** `Db` is `[db: Session]` for unbound querysets, `[]` for bound ones; it begins the parameters of terminal methods. */
type QuerySetFor<I, Db extends readonly unknown[]> = Db extends readonly [] ? BoundQuerySet<I> : QuerySet<I>;
interface Query<I, Db extends readonly unknown[], Via = never> extends RowsOf<I> {
  /**
   * Returns the same queryset; builder methods always return a new one.
   * @example const posts = Post.objects.all();   // SELECT … FROM posts
   */
  all(): QuerySetFor<I, Db>;
  /**
   * A queryset without rows that never runs a query, like Django's `none()`.
   * @example await Post.objects.none().fetch(db);   // [], no statement
   */
  none(): QuerySetFor<I, Db>;
  /**
   * Reverses the order, including the model's default ordering.
   * @example Post.objects.orderBy("title").reverse()   // … ORDER BY title DESC
   * @throws FieldError after limit(), offset() or slice()
   */
  reverse(): QuerySetFor<I, Db>;
  /**
   * Limits the number of rows; null removes the limit. Without an order, rows are ordered by key, so that pages do not overlap.
   * @example Post.objects.limit(10)   // … ORDER BY id ASC LIMIT 10
   * @throws FieldError unless it is an integer from 0 on
   */
  limit(n: number | null): QuerySetFor<I, Db>;
  /**
   * Skips the first rows.
   * @example Post.objects.limit(10).offset(20)   // … ORDER BY id ASC LIMIT 10 OFFSET 20
   * @throws FieldError unless it is an integer from 0 on
   */
  offset(n: number): QuerySetFor<I, Db>;
  /**
   * The rows from one index up to (excluding) another, like `Array.slice` and Python's `[20:30]`.
   * @example Post.objects.slice(20, 30)   // … ORDER BY id ASC LIMIT 10 OFFSET 20
   * @throws FieldError for negative or fractional numbers, and if the end is before the beginning
   */
  slice(from: number, to?: number): QuerySetFor<I, Db>;
  /**
   * Includes soft-deleted rows of a softDelete() model.
   * @example Note.objects.withDeleted()   // SELECT … FROM notes; without it WHERE deleted_at IS NULL
   */
  withDeleted(): QuerySetFor<I, Db>;
  /**
   * Selects only the soft-deleted rows of a softDelete() model.
   * @example Note.objects.onlyDeleted()   // … WHERE deleted_at IS NOT NULL
   */
  onlyDeleted(): QuerySetFor<I, Db>;
  /**
   * What reading an unloaded relation of these rows does: "peers" (one query for all rows of the result), "one", or "raise". Like Django
   * 6.1's fetch modes.
   * @example Post.objects.fetchMode("raise")   // (await post.author) throws NotLoaded instead of asking
   * @throws FieldError for another mode
   */
  fetchMode(mode: FetchMode): QuerySetFor<I, Db>;
  /**
   * Locks the rows until the transaction ends, like Django's `select_for_update()`. SQLite locks the whole file for the transaction
   * instead.
   * @example await atomic(db, () => Account.objects.selectForUpdate().get(db, { id: 1 }));   // SELECT … FOR UPDATE
   * @throws LockNotAvailable immediately with `noWait` if another transaction holds a row
   * @throws FieldError if both `skipLocked` and `noWait` are set
   */
  selectForUpdate(options?: LockOptions): QuerySetFor<I, Db>;
  /**
   * The rows of this and the other querysets, without duplicates.
   * @example User.objects.filter({ name: "Ada" }).union(User.objects.filter({ age__gt: 30 }))
   *          // SELECT … WHERE name = 'Ada' UNION SELECT … WHERE age > 30
   * @throws FieldError for rows of another model; filter() and the like go before the union
   */
  union(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  /**
   * The rows of this and the other querysets, including duplicates.
   * @example active.unionAll(archived)   // SELECT … UNION ALL SELECT …
   * @throws FieldError for rows of another model
   */
  unionAll(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  /**
   * The rows that all of the querysets have.
   * @example writers.intersection(readers)   // SELECT … INTERSECT SELECT …
   * @throws FieldError for rows of another model
   */
  intersection(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  /**
   * The rows that none of the other querysets has.
   * @example writers.difference(readers)   // SELECT … EXCEPT SELECT …
   * @throws FieldError for rows of another model
   */
  difference(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  /**
   * Rows of a common table, mainly for trees: `base` selects the first rows, `recursive` the rows that follow from those found last. With
   * `{ all: false }` each row occurs once, which also stops at cycles.
   * @example Node.objects.with("tree", Node.objects.filter({ parent: null }), (tree) => Node.objects.filter({ parent: tree.ref("id") }))
   *          // WITH RECURSIVE tree (…) AS (SELECT … UNION ALL SELECT … JOIN tree … WHERE parent_id = tree.id) SELECT … FROM tree
   * @throws FieldError after filter(), and for querysets of another model
   */
  with<R extends I>(
    name: string,
    base: RowsOf<R>,
    recursive?: (tree: Tree<R>) => RowsOf<unknown>,
    options?: { readonly all?: boolean | undefined },
  ): QuerySetFor<R, Db>;
  /**
   * Changes the queryset if a condition is true (or, with the third argument, if it is false), without breaking the chain.
   * @example Post.objects.when(search, (posts) => posts.filter({ title__icontains: search ?? "" }))
   */
  when(
    condition: unknown,
    then: (query: QuerySetFor<I, Db>) => QuerySetFor<I, Db>,
    otherwise?: (query: QuerySetFor<I, Db>) => QuerySetFor<I, Db>,
  ): QuerySetFor<I, Db>;
  /**
   * Passes the queryset to a function and returns its result, for reusable filters.
   * @example const popular = (posts: QuerySet<Post>) => posts.filter({ views__gt: 100 });
   *          await Post.objects.pipe(popular).fetch(db);   // … WHERE views > 100
   */
  pipe<R>(change: (query: QuerySetFor<I, Db>) => R): R;
  /**
   * The same queryset bound to a session; its terminal methods take no session.
   * @example const posts = Post.objects.using(db); await posts.filter({ views: 0 }).count();
   */
  using(db: Session): BoundQuerySet<I>;
  /**
   * Selects the rows that match all conditions: fields, paths over relations and lookups by name, further conditions as additional
   * arguments. Within one call, conditions over a collection refer to the same related row, as in Django.
   * @example Post.objects.filter({ views__gt: 10, author__name__icontains: "ada" })
   *          // … JOIN users ON posts.author_id = users.id WHERE views > 10 AND UPPER(users.name) LIKE UPPER('%ada%') …
   * @throws FieldError for an unknown path or lookup or an invalid value, and after limit(), offset() or slice()
   */
  filter<W = Hints<I>, const X extends readonly object[] = [], U extends object = I & object>(
    this: RowsOfModel<U>,
    where: Filter<I, W, U>,
    ...more: Filters<I, X, U>
  ): QuerySetFor<I, Db>;
  /**
   * Excludes the rows that match, like Django's `exclude()`; over a collection, the rows that have any such related row.
   * @example User.objects.exclude({ posts__title: "x" })
   *          // … WHERE NOT EXISTS (SELECT 1 FROM posts WHERE posts.author_id = users.id AND posts.title = 'x')
   * @throws FieldError like filter()
   */
  exclude<W = Hints<I>, const X extends readonly object[] = [], U extends object = I & object>(
    this: RowsOfModel<U>,
    where: Filter<I, W, U>,
    ...more: Filters<I, X, U>
  ): QuerySetFor<I, Db>;
  /**
   * Orders by fields, paths (with `-` for descending) and expressions. Replaces an earlier order; without arguments, removes it.
   * @example Post.objects.orderBy("-views", "author__name")   // … ORDER BY views DESC, users.name ASC
   * @throws FieldError for an unknown path, and after limit(), offset() or slice()
   */
  orderBy<const P extends readonly (string | SpeaksOf<I>)[]>(...by: { [K in keyof P]: OrderTerm<I, P[K]> }): QuerySetFor<I, Db>;
  /**
   * Removes duplicates; with paths, keeps the first row of each group of equal values (PostgreSQL's `DISTINCT ON`, a window on SQLite).
   * @example Post.objects.orderBy("author", "-views").distinct("author")
   *          // SELECT DISTINCT ON (author_id) … ORDER BY author_id, views DESC
   */
  distinct<const P extends readonly string[]>(...on: { [K in keyof P]: Path<I, P[K]> }): QuerySetFor<I, Db>;
  /**
   * Loads to-one relations in the same statement, like Django's `select_related()`; they become plain properties of the rows.
   * @example const posts = await Post.objects.selectRelated("author").fetch(db); posts[0]?.author.name;
   *          // SELECT posts.…, users.… FROM posts INNER JOIN users ON posts.author_id = users.id
   * @throws FieldError for an unknown relation, a collection (use prefetchRelated()), and after values()
   */
  selectRelated<const P extends readonly string[]>(
    ...paths: { [K in keyof P]: ToOneRelation<I, P[K]> }
  ): QuerySetFor<Loaded<I, P[number]>, Db>;
  /**
   * Loads relations of any kind with one further statement per relation and level, like Django's `prefetch_related()`.
   * @example const users = await User.objects.prefetchRelated("posts__tags").fetch(db); users[0]?.posts.at(0);
   *          // SELECT … FROM users; SELECT … FROM posts WHERE author_id = ANY($1); SELECT … FROM tags JOIN posts_tags …
   * @throws FieldError for a name that is not a relation, and after values()
   */
  prefetchRelated<const P extends readonly (string | AnyPrefetch)[]>(
    ...paths: { [K in keyof P]: PrefetchArg<I, P[K]> }
  ): P extends readonly string[] ? QuerySetFor<Loaded<I, P[number]>, Db> : QuerySetFor<Prefetched<I, P>, Db>;
  /**
   * Reads only these columns and the key; the others are missing until `load()` reads them.
   * @example User.objects.only("name")   // SELECT id, name FROM users
   * @throws FieldError for an unknown field
   */
  only<const P extends readonly string[]>(...names: { [K in keyof P]: OnlyPath<I, P[K]> }): QuerySetFor<Only<I, P[number]>, Db>;
  /**
   * Reads all columns except these.
   * @example User.objects.defer("bio")   // SELECT id, name, … FROM users
   * @throws FieldError for an unknown field
   */
  defer<const P extends readonly string[]>(
    ...names: { [K in keyof P]: OwnField<I, P[K]> }
  ): QuerySetFor<Omit<I, ColumnsNamed<SchemaOf<I>, P[number]>>, Db>;
  /**
   * Adds computed values to the rows, typed by their expressions; an aggregate groups by row, as in Django.
   * @example const users = await User.objects.annotate({ n: Count("posts") }).filter({ n__gte: 2 }).fetch(db); users[0]?.n;
   *          // SELECT …, COUNT(posts.id) FROM users LEFT JOIN posts … GROUP BY users.id HAVING COUNT(posts.id) >= 2
   * @throws FieldError for a name that the model has, and for plain values (use Value(…))
   */
  annotate<A extends Record<string, unknown>>(
    values: A & NewNames<SchemaOf<I>, A> & Speaks<I, A>,
  ): QuerySetFor<Annotated<I, { readonly [K in keyof A]: AnnotatedValue<I, A, K> }>, Db>;
  /**
   * Like annotate(), but only for filters and order: the values are not selected.
   * @example User.objects.alias({ n: Count("posts") }).filter({ n__gte: 2 })
   *          // SELECT users.… FROM users LEFT JOIN posts … GROUP BY users.id HAVING COUNT(posts.id) >= 2
   */
  alias<A extends Record<string, unknown>>(
    values: A & NewNames<SchemaOf<I>, A> & Speaks<I, A>,
  ): QuerySetFor<Aliased<I, { [K in keyof A]: AnnotatedValue<I, A, K> }>, Db>;
  /**
   * Returns plain objects of these paths (or of all columns) instead of instances; a following annotate() groups by them.
   * @example Post.objects.values("author__name").annotate({ total: Sum("views") })
   *          // SELECT users.name, SUM(posts.views) FROM posts JOIN users … GROUP BY users.name
   *          Post.objects.values("title", { shout: Upper("title") })   // { title, shout }
   * @throws FieldError for an unknown path
   */
  values<const P extends readonly (string | NamedExpressions<I>)[]>(
    ...paths: { [K in keyof P]: ValuesArg<I, P[K]> }
  ): P extends readonly [string, ...string[]]
    ? RowsFor<{ [K in P[number]]: PathType<I, K> }, I, Db>
    : RowsFor<ValuesRow<I, P>, Annotated<I, NamedValues<I, Exclude<P[number], string>>>, Db>;
  /**
   * Returns tuples instead of instances; with `{ flat: true }`, the values of one path.
   * @example await Post.objects.valuesList("title", "author__name").fetch(db);   // [["Notes", "Ada"], …]
   *          await Post.objects.valuesList("title", { flat: true }).fetch(db);   // ["Notes", …]
   * @throws FieldError for an unknown path, and for `flat` with several
   */
  valuesList<const P extends readonly (string | Flat | AnyExpression)[]>(
    ...paths: { [K in keyof P]: ListArg<I, P[K]> }
  ): RowsFor<ListRow<I, P>, I, Db>;
  /**
   * The distinct days (or first days of months, …) in the column, as `"YYYY-MM-DD"`.
   * @example await Post.objects.dates("createdAt", "month").fetch(db);   // ["2026-01-01", "2026-03-01"]
   *          // SELECT DISTINCT DATE_TRUNC('month', created_at AT TIME ZONE 'UTC') FROM posts WHERE created_at IS NOT NULL ORDER BY …
   * @throws FieldError for an unknown unit, order or time zone
   */
  dates<const P extends string>(
    path: P & TemporalPath<I, P, Date | string>,
    unit: DateUnit,
    options?: DatesOptions,
  ): RowsFor<string, I, Db>;
  /**
   * The distinct instants in the column, truncated to a unit.
   * @example Post.objects.datetimes("createdAt", "hour", { order: "desc" })   // Date[]
   * @throws FieldError for an unknown unit, order or time zone
   */
  datetimes<const P extends string>(path: P & TemporalPath<I, P, Date>, unit: InstantUnit, options?: DatesOptions): RowsFor<Date, I, Db>;

  /**
   * Runs the query and returns its rows as instances, one per row of the table and session.
   * @example const posts = await Post.objects.filter({ views__gt: 10 }).fetch(db);   // SELECT … FROM posts WHERE views > 10
   */
  fetch(...db: Db): Promise<I[]>;
  /**
   * The first row or null; ordered by key if no order is given.
   * @example await Post.objects.orderBy("-views").first(db);   // … ORDER BY views DESC, id ASC LIMIT 1
   */
  first(...db: Db): Promise<I | null>;
  /**
   * The last row or null: the first of the reversed order.
   * @example await Post.objects.orderBy("title").last(db);   // … ORDER BY title DESC, id DESC LIMIT 1
   */
  last(...db: Db): Promise<I | null>;
  /**
   * The number of rows, counted by the database.
   * @example await Post.objects.filter({ views: 0 }).count(db);   // SELECT COUNT(*) FROM posts WHERE views = 0
   */
  count(...db: Db): Promise<number>;
  /**
   * Whether there is any row.
   * @example await User.objects.filter({ email }).exists(db);   // SELECT 1 FROM users WHERE email = $1 LIMIT 1
   */
  exists(...db: Db): Promise<boolean>;
  /**
   * Whether this object is in the set.
   * @example await User.objects.filter({ age: 1 }).contains(db, ada);   // SELECT 1 FROM users WHERE age = 1 AND id = 1 LIMIT 1
   * @throws FieldError for an object without a key
   */
  contains(...args: [...Db, object: I]): Promise<boolean>;
  /**
   * The database's query plan as text; `analyze` also runs the query.
   * @example console.log(await Post.objects.filter({ views: 0 }).explain(db));   // EXPLAIN QUERY PLAN SELECT … (SQLite)
   */
  explain(...args: [...Db, options?: { readonly analyze?: boolean | undefined }]): Promise<string>;
  /**
   * The one row that matches.
   * @example const ada = await User.objects.get(db, { email: "ada@example.org" });   // … WHERE email = $1 LIMIT 2
   * @throws DoesNotExist if no row matches
   * @throws MultipleObjectsReturned if several rows match
   */
  get<W = Hints<I>, const X extends readonly object[] = []>(...args: [...Db, where?: Filter<I, W>, ...more: Filters<I, X>]): Promise<I>;
  /**
   * The row with this key; `db.get(User, 1)` avoids the query if the session has the row.
   * @example const user = await User.objects.getByPk(db, 1);   // … WHERE id = 1
   * @throws DoesNotExist if there is no such row
   */
  getByPk(...args: [...Db, pk: PkOf<I>]): Promise<I>;
  /**
   * Deletes the row with this key without reading it; returns 1 or 0.
   * @example await User.objects.deleteByPk(db, 1);   // DELETE FROM users WHERE id = 1
   * @throws DoesNotExist with `raiseIfMissing`, if there is no such row
   */
  deleteByPk(...args: [...Db, pk: PkOf<I>, options?: { readonly raiseIfMissing?: boolean | undefined }]): Promise<number>;
  /**
   * Reads and locks the row with this key, changes its object and saves it; an overridden `save()` is called.
   * @example const user = await User.objects.updateByPk(db, 1, { age: F("age").add(1) });
   *          // SELECT … WHERE id = 1 FOR UPDATE OF users; UPDATE users SET age = age + 1 WHERE id = 1 RETURNING age
   * @throws DoesNotExist if there is no such row
   */
  updateByPk<V = InputHints<I>>(...args: [...Db, pk: PkOf<I>, values: UpdateInput<I, V>]): Promise<I>;
  /**
   * The row with the greatest value of these fields.
   * @example await Post.objects.latest(db, "createdAt");   // … ORDER BY created_at DESC, id DESC LIMIT 1
   * @throws DoesNotExist if there are no rows
   */
  latest<const P extends readonly [string, ...string[]]>(...args: [...Db, ...by: { [K in keyof P]: OrderTerm<I, P[K]> }]): Promise<I>;
  /**
   * The row with the smallest value of these fields.
   * @example await Post.objects.earliest(db, "createdAt");   // … ORDER BY created_at ASC, id ASC LIMIT 1
   * @throws DoesNotExist if there are no rows
   */
  earliest<const P extends readonly [string, ...string[]]>(...args: [...Db, ...by: { [K in keyof P]: OrderTerm<I, P[K]> }]): Promise<I>;
  /**
   * An object of aggregates over all rows.
   * @example const { n, avg } = await User.objects.aggregate(db, { n: Count("*"), avg: Avg("age") });
   *          // SELECT COUNT(*) AS n, AVG(age) AS avg FROM users
   * @throws FieldError if a value is not an aggregate
   */
  aggregate<A extends Record<string, unknown>>(
    ...args: [...Db, values: A & Aggregates<I, A>]
  ): Promise<{ [K in keyof A]: ResultOf<I, A[K]> }>;
  /**
   * The rows with these keys (or all) as a Map by key; missing rows are not included. A composite key is looked up by its values, `get({
   * orderId: 1, lineNumber: 2 })`; a key with several spellings, such as a uuid in upper case, also by any of them.
   * @example const byId = await User.objects.inBulk(db, [1, 2]);   // … WHERE id = ANY($1)
   * @throws FieldError after limit(), offset(), slice() or values()
   */
  inBulk(...args: [...Db, ids?: readonly PkOf<I>[] | null]): Promise<Map<PkOf<I>, I>>;
  /**
   * The same by another unique field.
   * @example const byEmail = await User.objects.inBulk(db, ["ada@example.org"], { field: "email" });
   * @throws FieldError for a field that is not unique
   */
  inBulk<const F extends string>(
    ...args: [...Db, values: readonly PathType<I, F>[], options: { readonly field: OwnField<I, F> }]
  ): Promise<Map<PathType<I, F>, I>>;
  /**
   * Reads the rows in chunks, for results that do not fit into memory; with `track: true` the session keeps the objects.
   * @example for await (const post of Post.objects.iterate(db, { chunkSize: 500 })) console.log(post.title);
   */
  iterate(
    ...args: [...Db, options?: { readonly chunkSize?: number | undefined; readonly track?: boolean | undefined }]
  ): AsyncIterableIterator<I>;
  /**
   * A keyset page: the rows after a cursor, at the same cost for every page.
   * @example const page = await User.objects.orderBy("name").paginate(db, { first: 20, after: cursor });
   *          // … WHERE name >= $1 AND (name > $1 OR (name = $1 AND id > $2)) ORDER BY name, id LIMIT 21
   * @throws FieldError for a cursor of another order, a number below 1, and `first` with `last`
   */
  paginate(...args: [...Db, page: PageRequest]): Promise<Page<I>>;
  /**
   * Updates all rows of the queryset in one statement and returns their number; tracked instances are synchronized.
   * @example await Post.objects.filter({ views: 0 }).update(db, { views: F("views").add(1) });
   *          // UPDATE posts SET views = views + 1, … WHERE views = 0
   * @throws FieldError without a filter, unless `{ all: true }` is given
   * @throws IntegrityError if a constraint is violated
   */
  update<V = InputHints<I>>(...args: [...Db, values: UpdateInput<I, V>, options?: UpdateOptions]): Promise<number>;
  /**
   * Deletes all rows of the queryset in one statement and returns their number, or with `count: "all"` the numbers by model, including
   * dependants.
   * On a softDelete() model it sets `deletedAt`.
   * @example await Post.objects.filter({ draft: true }).delete(db);   // DELETE FROM posts WHERE draft = true
   * @throws FieldError without a filter, unless `{ all: true }` is given
   * @throws ForeignKeyViolation if protected rows refer to one of them
   */
  delete<const O extends DeleteOptions = {}>(...args: [...Db, options?: O]): Promise<Deleted<O>>;
  /**
   * Creates an instance and inserts it immediately.
   * @example const ada = await User.objects.create(db, { name: "Ada" });   // INSERT INTO users (name, …) VALUES ($1, …) RETURNING id
   * @throws ValidationError if the checks or clean() fail
   * @throws IntegrityError if a constraint is violated
   */
  create<V = Hinted>(...args: [...Db, values: Create<I, V, Via>]): Promise<I>;
  /**
   * The row that matches, or a new one with the same values and the defaults; the boolean tells which. With a unique constraint, concurrent
   * calls do not create two rows.
   * @example const [tag, created] = await Tag.objects.getOrCreate(db, { label: "new" });
   *          // SELECT … WHERE label = 'new' LIMIT 2; INSERT INTO tags … ON CONFLICT (label) DO NOTHING RETURNING id
   * @throws MultipleObjectsReturned if several rows match
   */
  getOrCreate<W = Hints<I>>(...args: [...Db, where: LookedUp<I, W>, defaults?: Values<I>]): Promise<[I, boolean]>;
  /**
   * Updates the row that matches, or creates one; the boolean tells whether it is new. A new row gets the changes, or the last argument
   * instead.
   * @example const [user, created] = await User.objects.updateOrCreate(db, { email }, { name: "Ada" }, { name: "Ada", role: "member" });
   * @throws MultipleObjectsReturned if several rows match
   */
  updateOrCreate<W = Hints<I>>(
    ...args: [...Db, where: LookedUp<I, W>, changes?: Values<I>, createDefaults?: Values<I>]
  ): Promise<[I, boolean]>;
  /**
   * Inserts many rows with few statements and returns their instances.
   * @example await User.objects.bulkCreate(db, [{ name: "Ada" }, { name: "Bob" }]);
   *          // INSERT INTO users (name, …) SELECT … FROM unnest($1, …) … RETURNING id
   *          // INSERT INTO users (name, …) VALUES (?, …), (?, …) on SQLite
   * @throws FieldError for options that exclude each other
   * @throws IntegrityError if a row violates a constraint and no option handles it
   */
  bulkCreate<const V extends readonly (Values<I> | CreateInput<I> | I)[]>(
    ...args: [...Db, rows: { [K in keyof V]: BulkRow<I, V[K], Via> }, options?: BulkCreate<I>]
  ): Promise<I[]>;
  /**
   * Writes these fields of loaded instances with few statements; returns the number of rows.
   * @example for (const user of users) user.verified = true;
   *          await User.objects.bulkUpdate(db, users, ["verified"]);
   * @throws FieldError for keys, unknown fields, and an empty list
   * @throws SessionError for an object that is not stored yet
   */
  bulkUpdate(...args: [...Db, objects: readonly I[], fields: readonly FieldName<SchemaOf<I>>[]]): Promise<number>;
  /**
   * Instances from raw SQL, which must select the key.
   * @example await User.objects.raw(db, sql`SELECT * FROM users WHERE age > ${18}`);   // … WHERE age > $1
   * @throws FieldError if the key is not among the columns
   */
  raw(...args: [...Db, query: Sql]): Promise<I[]>;
  /**
   * The SQL and its parameters, without running it; for the default database, or for the named dialect.
   * @example User.objects.limit(1).toSQL("postgres");
   *          // { text: 'SELECT "users"."id", … ORDER BY "users"."id" ASC LIMIT $1', params: [1] }
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
 * A query that knows its model but no session, which its terminal methods take. Nothing runs before a terminal method, and builder methods
 * never change the query.
 * @example const adults = User.objects.filter({ age__gte: 18 }).orderBy("name");
 *          await adults.fetch(db); await adults.count(db);
 * @ts-ignore variance: read by row; filters only grow */
export interface QuerySet<out I> extends Query<I, [db: Session]> {}
/**
 * A QuerySet bound to a session by `using(db)`, or by the collection that it comes from; its terminal methods take no session.
 * @example await user.posts.filter({ views__gt: 10 }).count();   // SELECT COUNT(*) FROM posts WHERE author_id = 1 AND views > 10
 * @ts-ignore variance: read by row; filters only grow */
export interface BoundQuerySet<out I> extends Query<I, []> {}
/**
 * `User.objects`: the entry point of a model's queries. `Kind` is the field that `create()` does not need, the discriminator of a subtype.
 * @ts-ignore variance: read by row; filters only grow */
export interface Manager<out I, in Kind = never> extends Query<I, [db: Session], Kind> {}
/**
 * A collection on an instance, `user.posts`: a queryset bound to the object's session, with changes that the next flush writes.
 * @example await user.posts.filter({ views: 0 }).count();   // SELECT COUNT(*) FROM posts WHERE author_id = 1 AND views = 0
 *          user.posts.add(new Post({ title: "New" })); await db.flush();   // INSERT INTO posts (title, …) …
 * @ts-ignore variance: read by row; filters only grow */
export interface RelatedManager<out I, out Via = never> extends Query<I, [], Via> {
  /**
   * Adds objects, or keys of rows that need not be loaded; both sides of the relation change immediately, and the next flush writes the
   * change.
   * @example post.tags.add(tag); await db.flush();   // INSERT INTO posts_tags (post_id, tag_id) VALUES (1, 2) ON CONFLICT (post_id, tag_id) DO NOTHING
   *          user.posts.add(7, 8); await db.flush();   // UPDATE posts SET author_id = 1, … WHERE id = ANY($3)
   * @throws ValidationError for an invalid key; the flush throws DoesNotExist for a key without a row
   */
  add(...items: (I | PkOf<I>)[]): void;
  /**
   * Removes objects: a link is deleted, a foreign key becomes null, and with `orphans: "delete"` the object is deleted.
   * @example post.tags.remove(tag); await db.flush();   // DELETE FROM posts_tags WHERE post_id = 1 AND tag_id = 2
   * @throws FieldError if the foreign key cannot be null and `orphans` is not "delete"
   */
  remove(...items: (I | PkOf<I>)[]): void;
  /**
   * Removes all members.
   * @example post.tags.clear(); await db.flush();
   */
  clear(): void;
  /**
   * Makes the collection hold exactly these objects: loads it and writes the difference.
   * @example await post.tags.set([red, blue]); await db.flush();
   */
  set(items: readonly (I | PkOf<I>)[]): Promise<void>;
}
