/** The QuerySet as its users see it: builders, terminals, and what each gives. */
/* eslint-disable typescript/no-generated-empty-object-type -- {} only as long as the model is not known */

import type { Sql } from "../../sql/typing.js";
import type { Create, Hinted, InputHints, NoField, Values } from "../../metadata/typing/input.js";
import type { FieldName, PkName, PkOf, SchemaOf } from "../../metadata/typing/schema.js";
import type { FetchMode } from "../../query/plan.js";
import type { AggregateOn, ConditionOn } from "../../query/typing/checked.js";
import type { AnyExpression, ResultOf } from "../../query/typing/results.js";
import type { Expression } from "../../query/typing/expressions.js";
import type { Hints } from "../../query/typing/hints.js";
import type { Aliased, Annotated, RowsOf } from "../../query/typing/keys.js";
import type { OrderPath, Path, PathType, Relation, TemporalPath } from "../../query/typing/paths.js";
import type { AnyPrefetch, PrefetchArg } from "../../query/typing/prefetch.js";
import type { Update } from "../../query/typing/update.js";
import type { Where } from "../../query/typing/where.js";
import type { Session } from "../../session/typing.js";
import type { Loaded, Prefetched } from "./relations.js";
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

type OwnField<I, P> = string extends P ? FieldName<SchemaOf<I>> : P extends FieldName<SchemaOf<I>> ? P : NoField<P, I>;
/** Only some columns are read: the others are not there. Not assignable to the model, as it is not one. */
export type Only<I, K> = Omit<I, Exclude<FieldName<SchemaOf<I>>, K | (PkName<SchemaOf<I>> & string)>>;

/** A page by keyset: cursors are opaque texts. */
export interface Page<out I> {
  readonly items: I[];
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}
export interface PageRequest {
  readonly first?: number | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | undefined;
  readonly before?: string | null | undefined;
}
export interface LockOptions {
  /** Rows that others hold are left out. */
  readonly skipLocked?: boolean | undefined;
  /** Rows that others hold throw LockNotAvailable. */
  readonly noWait?: boolean | undefined;
  /** "self" and relations of selectRelated. */
  readonly of?: readonly string[] | undefined;
}
export interface BulkCreate<I> {
  readonly ignoreConflicts?: boolean | undefined;
  readonly updateConflicts?:
    { readonly fields: readonly FieldName<SchemaOf<I>>[]; readonly on: readonly FieldName<SchemaOf<I>>[] } | undefined;
  readonly batchSize?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}
export interface UpdateOptions {
  /** Without a filter, update() and delete() throw unless this is true. */
  readonly all?: boolean | undefined;
}
export interface DeleteOptions extends UpdateOptions {
  /** "all": rows by model name, dependants too; they are deleted by the session. */
  readonly count?: "own" | "all" | undefined;
  /** Rows of a soft-deleting model are really deleted. */
  readonly hard?: boolean | undefined;
}
/** The rows found so far, inside the recursive part of `with()`. */
export interface Tree<R> extends RowsOf<R> {
  /** A value of the row that this one is found from: `tree.ref("depth").add(1)`. */
  ref<const P extends string>(path: Path<R, P>): Expression<PathType<R, P>>;
}
type Deleted<O> = O extends { readonly count: "all" } ? Readonly<Record<string, number>> : number;

/** `Db` is `[db: Session]` for unbound querysets, `[]` for bound ones; terminals start with it. */
type QuerySetFor<I, Db extends readonly unknown[]> = Db extends readonly [] ? BoundQuerySet<I> : QuerySet<I>;
interface Query<I, Db extends readonly unknown[], Via = never> extends RowsOf<I> {
  all(): QuerySetFor<I, Db>;
  none(): QuerySetFor<I, Db>;
  reverse(): QuerySetFor<I, Db>;
  limit(n: number | null): QuerySetFor<I, Db>;
  offset(n: number): QuerySetFor<I, Db>;
  slice(from: number, to?: number): QuerySetFor<I, Db>;
  withDeleted(): QuerySetFor<I, Db>;
  onlyDeleted(): QuerySetFor<I, Db>;
  fetchMode(mode: FetchMode): QuerySetFor<I, Db>;
  selectForUpdate(options?: LockOptions): QuerySetFor<I, Db>;
  union(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  unionAll(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  intersection(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  difference(...other: RowsOf<I>[]): QuerySetFor<I, Db>;
  /** Rows of a common table, above all of a tree: `base` gives the first rows, `recursive` those that follow from the rows found last. */
  with<R extends I>(
    name: string,
    base: RowsOf<R>,
    recursive?: (tree: Tree<R>) => RowsOf<unknown>,
    options?: { readonly all?: boolean | undefined },
  ): QuerySetFor<R, Db>;
  when(
    condition: unknown,
    then: (query: QuerySetFor<I, Db>) => QuerySetFor<I, Db>,
    otherwise?: (query: QuerySetFor<I, Db>) => QuerySetFor<I, Db>,
  ): QuerySetFor<I, Db>;
  pipe<R>(change: (query: QuerySetFor<I, Db>) => R): R;
  using(db: Session): BoundQuerySet<I>;
  filter<W = Hints<I>>(where: Where<I, W>, ...more: ConditionOn<I>[]): QuerySetFor<I, Db>;
  exclude<W = Hints<I>>(where: Where<I, W>, ...more: ConditionOn<I>[]): QuerySetFor<I, Db>;
  orderBy<const P extends readonly (string | ConditionOn<I>)[]>(...by: { [K in keyof P]: OrderPath<I, P[K]> }): QuerySetFor<I, Db>;
  distinct<const P extends readonly string[]>(...on: { [K in keyof P]: Path<I, P[K]> }): QuerySetFor<I, Db>;
  selectRelated<const P extends readonly string[]>(...paths: { [K in keyof P]: Relation<I, P[K]> }): QuerySetFor<Loaded<I, P[number]>, Db>;
  prefetchRelated<const P extends readonly (string | AnyPrefetch)[]>(
    ...paths: { [K in keyof P]: PrefetchArg<I, P[K]> }
  ): P extends readonly string[] ? QuerySetFor<Loaded<I, P[number]>, Db> : QuerySetFor<Prefetched<I, P>, Db>;
  only<const P extends readonly string[]>(...names: { [K in keyof P]: OwnField<I, P[K]> }): QuerySetFor<Only<I, P[number]>, Db>;
  defer<const P extends readonly string[]>(...names: { [K in keyof P]: OwnField<I, P[K]> }): QuerySetFor<Omit<I, P[number]>, Db>;
  annotate<A extends Record<string, ConditionOn<I>>>(
    values: A,
  ): QuerySetFor<Annotated<I, { readonly [K in keyof A]: ResultOf<I, A[K]> }>, Db>;
  alias<A extends Record<string, ConditionOn<I>>>(values: A): QuerySetFor<Aliased<I, { [K in keyof A]: ResultOf<I, A[K]> }>, Db>;
  values<const P extends readonly (string | NamedExpressions<I>)[]>(
    ...paths: { [K in keyof P]: ValuesArg<I, P[K]> }
  ): P extends readonly [string, ...string[]]
    ? RowsFor<{ [K in P[number]]: PathType<I, K> }, I, Db>
    : RowsFor<ValuesRow<I, P>, Annotated<I, NamedValues<I, Exclude<P[number], string>>>, Db>;
  valuesList<const P extends readonly (string | Flat | AnyExpression)[]>(
    ...paths: { [K in keyof P]: ListArg<I, P[K]> }
  ): RowsFor<ListRow<I, P>, I, Db>;
  /** The days (or first days of months, …) that occur, as `"YYYY-MM-DD"`. */
  dates<const P extends string>(path: TemporalPath<I, P, Date | string>, unit: DateUnit, options?: DatesOptions): RowsFor<string, I, Db>;
  /** The instants cut down to a unit that occur. */
  datetimes<const P extends string>(path: TemporalPath<I, P, Date>, unit: InstantUnit, options?: DatesOptions): RowsFor<Date, I, Db>;

  fetch(...db: Db): Promise<I[]>;
  first(...db: Db): Promise<I | null>;
  last(...db: Db): Promise<I | null>;
  count(...db: Db): Promise<number>;
  exists(...db: Db): Promise<boolean>;
  contains(...args: [...Db, object: I]): Promise<boolean>;
  explain(...args: [...Db, options?: { readonly analyze?: boolean | undefined }]): Promise<string>;
  get<W = Hints<I>>(...args: [...Db, where: Where<I, W>, ...more: ConditionOn<I>[]]): Promise<I>;
  getByPk(...args: [...Db, pk: PkOf<I>]): Promise<I>;
  deleteByPk(...args: [...Db, pk: PkOf<I>, options?: { readonly raiseIfMissing?: boolean | undefined }]): Promise<number>;
  updateByPk<V = InputHints<I>>(...args: [...Db, pk: PkOf<I>, values: Update<I, V>]): Promise<I>;
  latest(...args: [...Db, by: FieldName<SchemaOf<I>>, ...more: FieldName<SchemaOf<I>>[]]): Promise<I>;
  earliest(...args: [...Db, by: FieldName<SchemaOf<I>>, ...more: FieldName<SchemaOf<I>>[]]): Promise<I>;
  aggregate<A extends Record<string, AggregateOn<I> | Sql>>(...args: [...Db, values: A]): Promise<{ [K in keyof A]: ResultOf<I, A[K]> }>;
  inBulk(...args: [...Db, ids?: readonly PkOf<I>[] | null]): Promise<Map<PkOf<I>, I>>;
  /** By another unique field. */
  inBulk<const F extends string>(
    ...args: [...Db, values: readonly PathType<I, F>[], options: { readonly field: OwnField<I, F> }]
  ): Promise<Map<PathType<I, F>, I>>;
  iterate(
    ...args: [...Db, options?: { readonly chunkSize?: number | undefined; readonly track?: boolean | undefined }]
  ): AsyncIterableIterator<I>;
  paginate(...args: [...Db, page: PageRequest]): Promise<Page<I>>;
  update<V = InputHints<I>>(...args: [...Db, values: Update<I, V>, options?: UpdateOptions]): Promise<number>;
  delete<const O extends DeleteOptions = {}>(...args: [...Db, options?: O]): Promise<Deleted<O>>;
  create<V = Hinted>(...args: [...Db, values: Create<I, V, Via>]): Promise<I>;
  getOrCreate<W = Hints<I>>(...args: [...Db, where: Where<I, W>, defaults?: Values<I>]): Promise<[I, boolean]>;
  updateOrCreate<W = Hints<I>>(
    ...args: [...Db, where: Where<I, W>, changes?: Values<I>, createDefaults?: Values<I>]
  ): Promise<[I, boolean]>;
  bulkCreate(...args: [...Db, rows: readonly (Values<I> | I)[], options?: BulkCreate<I>]): Promise<I[]>;
  bulkUpdate(...args: [...Db, objects: readonly I[], fields: readonly FieldName<SchemaOf<I>>[]]): Promise<number>;
  raw(...args: [...Db, query: Sql]): Promise<I[]>;
  toSQL(dialect?: string): { text: string; params: unknown[] };
}
/** @ts-ignore variance: read by row; filters only grow */
export interface QuerySet<out I> extends Query<I, [db: Session]> {}
/** @ts-ignore variance: read by row; filters only grow */
export interface BoundQuerySet<out I> extends Query<I, []> {}
/** @ts-ignore variance: read by row; filters only grow */
export interface Manager<out I> extends QuerySet<I> {}
/**
 * A collection on an instance, `user.posts`: a queryset that knows its session, and changes that the next flush writes.
 * @ts-ignore variance: read by row; filters only grow */
export interface RelatedManager<out I, out Via = never> extends Query<I, [], Via> {
  add(...items: (I | PkOf<I>)[]): void;
  remove(...items: (I | PkOf<I>)[]): void;
  clear(): void;
  set(items: readonly (I | PkOf<I>)[]): Promise<void>;
}
