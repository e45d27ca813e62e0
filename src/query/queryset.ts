/** The QuerySet: lazy and immutable. Builder methods return a modified copy; terminal methods pass a plan to the session. */

import { ConfigurationError, FieldError } from "../errors.js";
import { functionGiven, knownOptions, namesGiven, optionsGiven } from "../metadata/argument.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { lock as lockNode } from "../sql/factories/index.js";
import type { Compound, Select } from "../sql/nodes.js";
import { describe } from "../support/describe.js";
import * as build from "./builders.js";
import { fetchModeOf, type FetchMode } from "./fetch-mode.js";
import { planSelect } from "./planner.js";
import { Rows, queryStateOf } from "./rows.js";
import type { BulkCreateOptions, QueryRunner } from "./runner.js";
import { changed, initialState, type QueryState } from "./state.js";
import { treeTable, type TreeReference } from "./tree-table.js";
import { pageOf, type Page, type PageRequest } from "./terminals/paginate.js";
import * as read from "./terminals/read.js";
import { isRunner, takeRunner } from "./terminals/run.js";
import * as write from "./terminals/write.js";

export interface LockSettings {
  readonly skipLocked?: boolean | undefined;
  readonly noWait?: boolean | undefined;
  /** "self" and relations in selectRelated. */
  readonly of?: readonly string[] | undefined;
}
type Args = readonly unknown[];
interface CompiledText {
  readonly text: string;
  readonly params: unknown[];
}
type Show = (statement: Select | Compound, dialect: string | undefined) => CompiledText;
let show: Show = () => {
  throw new ConfigurationError("toSQL() needs a database: call initDb() first, or name a dialect that is known");
};
/** Called once by the module that knows the dialects. */
export const installShow = (how: Show): void => void (show = how);

export class QuerySet extends Rows {
  readonly #bound: QueryRunner | null | (() => QueryRunner | null);
  constructor(state: QueryState | (() => QueryState), db: QueryRunner | null | (() => QueryRunner | null) = null) {
    super(state);
    this.#bound = db;
  }
  get #db(): QueryRunner | null {
    return typeof this.#bound === "function" ? this.#bound() : this.#bound;
  }
  get #state(): QueryState {
    return queryStateOf(this) as QueryState;
  }
  #with(state: QueryState): QuerySet {
    return state === this.#state ? this : new QuerySet(state, this.#bound);
  }
  #set(changes: Partial<QueryState>): QuerySet {
    return this.#with(changed(this.#state, changes));
  }
  #run(verb: string, args: Args): readonly [QueryRunner, ...rest: unknown[]] {
    // The bound session is resolved only if none is given, because an object's session may be closed.
    return takeRunner(isRunner(args[0]) ? null : this.#db, args, verb);
  }

  // ---------------------------------------------------------------- builders
  all(): QuerySet {
    return new QuerySet(this.#state, this.#db);
  }
  none(): QuerySet {
    return this.#set({ none: true });
  }
  filter(...conditions: Args): QuerySet {
    return this.#with(build.filtered(this.#state, false, conditions));
  }
  exclude(...conditions: Args): QuerySet {
    return this.#with(build.filtered(this.#state, true, conditions));
  }
  orderBy(...by: Args): QuerySet {
    return this.#with(build.ordered(this.#state, by));
  }
  reverse(): QuerySet {
    return this.#with(build.reversed(this.#state));
  }
  distinct(...on: readonly string[]): QuerySet {
    return this.#with(build.distinct(this.#state, namesGiven("distinct()", on, "names of fields")));
  }
  limit(count: number | null): QuerySet {
    return this.#with(build.limited(this.#state, count));
  }
  offset(count: number): QuerySet {
    return this.#with(build.skipping(this.#state, count));
  }
  slice(from: number, to?: number): QuerySet {
    return this.#with(build.sliced(this.#state, from, to));
  }
  only(...names: Args): QuerySet {
    return this.#with(build.only(this.#state, names));
  }
  defer(...names: Args): QuerySet {
    return this.#with(build.deferring(this.#state, names));
  }
  selectRelated(...paths: Args): QuerySet {
    return this.#with(build.related(this.#state, paths));
  }
  prefetchRelated(...paths: Args): QuerySet {
    return this.#with(build.prefetching(this.#state, paths));
  }
  annotate(values: object = {}): QuerySet {
    return this.#with(build.annotated(this.#state, values, false));
  }
  alias(values: object = {}): QuerySet {
    return this.#with(build.annotated(this.#state, values, true));
  }
  values(...items: Args): QuerySet {
    return this.#with(build.valued(this.#state, items));
  }
  valuesList(...items: Args): QuerySet {
    return this.#with(build.listed(this.#state, items));
  }
  union(...others: Args): QuerySet {
    return this.#with(build.combined(this.#state, "union", others));
  }
  unionAll(...others: Args): QuerySet {
    return this.#with(build.combined(this.#state, "union all", others));
  }
  intersection(...others: Args): QuerySet {
    return this.#with(build.combined(this.#state, "intersect", others));
  }
  difference(...others: Args): QuerySet {
    return this.#with(build.combined(this.#state, "except", others));
  }
  dates(field: string, unit: string, options: build.DatesOptions = {}): QuerySet {
    return this.#with(build.dated(this.#state, field, unit, options, "date"));
  }
  datetimes(field: string, unit: string, options: build.DatesOptions = {}): QuerySet {
    return this.#with(build.dated(this.#state, field, unit, options, "timestamp"));
  }
  selectForUpdate(settings: LockSettings = {}): QuerySet {
    return this.#set({ lock: lockNode("update", lockOptions(settings)) });
  }
  withDeleted(): QuerySet {
    return this.#set({ deleted: "include" });
  }
  onlyDeleted(): QuerySet {
    return this.#set({ deleted: "only" });
  }
  fetchMode(mode: FetchMode): QuerySet {
    return this.#set({ fetchMode: fetchModeOf(mode) });
  }
  /** Selects from a common table: see `treeTable`. */
  with(name: string, base: unknown, recursive?: (tree: TreeReference) => unknown, options?: { readonly all?: boolean }): QuerySet {
    return this.#with(build.fromTable(this.#state, treeTable(this.#state.meta, name, base, recursive, options)));
  }
  using(db: QueryRunner): QuerySet {
    return new QuerySet(this.#state, takeRunner(null, [db], "using")[0]);
  }
  /** Returns this queryset if the condition is false, or the result of `otherwise`. */
  when(condition: unknown, then: (query: this) => QuerySet, otherwise?: (query: this) => QuerySet): QuerySet {
    const change = condition ? then : otherwise;
    return change === undefined && !condition ? this : functionGiven("when()", change as typeof then)(this);
  }
  pipe<R>(change: (query: this) => R): R {
    return functionGiven("pipe()", change)(this);
  }

  // ---------------------------------------------------------------- terminals that read
  async fetch(...args: Args): Promise<unknown[]> {
    return await read.fetchRows(this.#run("fetch", args)[0], this.#state);
  }
  async first(...args: Args): Promise<unknown> {
    return await read.firstRow(this.#run("first", args)[0], this.#state);
  }
  async last(...args: Args): Promise<unknown> {
    return await read.lastRow(this.#run("last", args)[0], this.#state);
  }
  async get(...args: Args): Promise<unknown> {
    const [db, ...conditions] = this.#run("get", args);
    return await read.getRow(db, this.#state, conditions);
  }
  async getByPk(...args: Args): Promise<unknown> {
    const [db, key] = this.#run("getByPk", args);
    return await write.rowByKey(db, this.#state, key);
  }
  async latest(...args: Args): Promise<unknown> {
    const [db, ...by] = this.#run("latest", args);
    return await read.extremeRow(db, this.#state, by, true);
  }
  async earliest(...args: Args): Promise<unknown> {
    const [db, ...by] = this.#run("earliest", args);
    return await read.extremeRow(db, this.#state, by, false);
  }
  async count(...args: Args): Promise<number> {
    return await read.countRows(this.#run("count", args)[0], this.#state);
  }
  async exists(...args: Args): Promise<boolean> {
    return await read.anyRow(this.#run("exists", args)[0], this.#state);
  }
  async contains(...args: Args): Promise<boolean> {
    const [db, object] = this.#run("contains", args);
    return await read.containsObject(db, this.#state, object);
  }
  async aggregate(...args: Args): Promise<Record<string, unknown>> {
    const [db, values] = this.#run("aggregate", args);
    return await read.aggregateRows(db, this.#state, values);
  }
  async inBulk(...args: Args): Promise<Map<unknown, unknown>> {
    const [db, ids, options] = this.#run("inBulk", args);
    return await read.rowsInBulk(db, this.#state, ids, options as { readonly field?: string });
  }
  iterate(...args: Args): AsyncIterableIterator<unknown> {
    const [db, options = {}] = this.#run("iterate", args) as readonly [QueryRunner, IterateSettings?];
    const given = knownOptions("iterate()", options, ["chunkSize", "track"]);
    return db.iterate(planSelect(this.#state), { chunkSize: chunkSizeOf(given.chunkSize), track: given.track ?? false });
  }
  async paginate(...args: Args): Promise<Page> {
    const [db, request] = this.#run("paginate", args);
    return await pageOf(db, this.#state, request as PageRequest);
  }
  async explain(...args: Args): Promise<string> {
    const [db, options = {}] = this.#run("explain", args) as readonly [QueryRunner, { readonly analyze?: boolean }?];
    return await db.explain(planSelect(this.#state), { analyze: knownOptions("explain()", options, ["analyze"]).analyze ?? false });
  }
  toSQL(dialect?: string): CompiledText {
    return show(planSelect(this.#state).statement, dialect);
  }

  // ---------------------------------------------------------------- terminals that write
  async update(...args: Args): Promise<number> {
    const [db, values, options] = this.#run("update", args);
    return await write.updateRows(db, this.#state, values, options as write.UpdateOptions);
  }
  async delete(...args: Args): Promise<unknown> {
    const [db, options] = this.#run("delete", args);
    return await write.deleteRows(db, this.#state, options as write.DeleteOptions);
  }
  async create(...args: Args): Promise<object> {
    const [db, values] = this.#run("create", args);
    return await write.createRow(db, this.#state, values);
  }
  async getOrCreate(...args: Args): Promise<readonly [object, boolean]> {
    const [db, where, defaults] = this.#run("getOrCreate", args);
    return await write.getOrCreateRow(db, this.#state, where, defaults);
  }
  async updateOrCreate(...args: Args): Promise<readonly [object, boolean]> {
    const [db, where, changes, createDefaults] = this.#run("updateOrCreate", args);
    return await write.updateOrCreateRow(db, this.#state, where, changes, createDefaults);
  }
  async bulkCreate(...args: Args): Promise<object[]> {
    const [db, rows, options] = this.#run("bulkCreate", args);
    return await write.createRows(db, this.#state, rows, options as BulkCreateOptions);
  }
  async bulkUpdate(...args: Args): Promise<number> {
    const [db, objects, fields] = this.#run("bulkUpdate", args);
    return await write.updateObjects(db, this.#state, objects, fields);
  }
  async deleteByPk(...args: Args): Promise<number> {
    const [db, key, options] = this.#run("deleteByPk", args);
    return await write.deleteByKey(db, this.#state, key, options as { readonly raiseIfMissing?: boolean });
  }
  async updateByPk(...args: Args): Promise<unknown> {
    const [db, key, values] = this.#run("updateByPk", args);
    return await write.updateByKey(db, this.#state, key, values);
  }
  async raw(...args: Args): Promise<object[]> {
    const [db, query] = this.#run("raw", args);
    return await write.rawRows(db, this.#state, query);
  }
}

interface IterateSettings {
  readonly chunkSize?: number | undefined;
  readonly track?: boolean | undefined;
}
const DEFAULT_CHUNK = 1000;
const chunkSizeOf = (given: unknown): number => {
  const size = given ?? DEFAULT_CHUNK;
  if (typeof size === "number" && Number.isSafeInteger(size) && size > 0) return size;
  throw new FieldError(`iterate(): chunkSize is ${describe(size)}. Expected a whole number from 1 on`);
};

const lockOptions = (settings: LockSettings) => {
  const { skipLocked = false, noWait = false, of = [] } = optionsGiven("selectForUpdate()", settings, ["skipLocked", "noWait", "of"]);
  if (skipLocked && noWait) throw new FieldError("selectForUpdate: skipLocked and noWait exclude each other");
  return { skipLocked, noWait, of };
};
/** All rows of a model, as in `User.objects`. */
export const querySetOf = (meta: ModelMeta, db: QueryRunner | null = null): QuerySet => new QuerySet(initialState(meta), db);
