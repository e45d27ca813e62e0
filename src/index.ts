/**
 * All exports of Flash DB, by subject: the headings are those of the API index.
 * @module flash-db
 */

// Start and stop
export { closeDb, connect, getDb, initDb } from "./connect.js";
export type { Database, DatabaseOptions, GetDb } from "./connect.js";
export type { IsolationLevel, QueryEvent } from "./database/contracts.js";

// Models
export { model } from "./model/define.js";
export { Json, softDelete, t, timestamps } from "./metadata/index.js";
export { check, index, unique } from "./model/options.js";
export { Model } from "./model/model.js";
export type { CreateInput, InstanceOf, ManagerOf, ModelClass, UpdateInput } from "./model/typing/public.js";
export type { SaveOptions } from "./model/typing/instance.js";
export type { ModelOptions } from "./model/typing/options.js";
export type { PkOf } from "./metadata/typing/schema.js";
export type { StandardSchema } from "./metadata/typing/standard-schema.js";

// Relations
export { anyOf, foreignKey, hasMany, hasOne, manyToMany, oneToOne } from "./metadata/index.js";
export { prefetchRelated } from "./model/prefetch-related.js";
export { Prefetch } from "./query/prefetch.js";
export type { Loaded, NotLoaded as NotLoadedRef, Ref } from "./model/typing/relations.js";
export type { RelatedManager } from "./model/typing/queryset.js";
export type { FetchMode } from "./query/fetch-mode.js";

// Sessions and transactions
export { atomic } from "./session/index.js";
export type { FlushPlan, PlannedStatement, Session, Transaction, TransactionOptions } from "./session/typing/session.js";
export type { SessionOptions } from "./session/index.js";
// With a star, so that `declare module "flash-db"` reaches the interface itself.
export type * from "./session/typing/info.js";
export { stateOf } from "./model/object-state.js";
export type { Changes, ObjectState } from "./model/typing/state.js";

// Queries
export type {
  BoundQuerySet,
  BulkCreate,
  DeleteOptions,
  LockOptions,
  Manager,
  Only,
  Page,
  PageRequest,
  QuerySet,
  Tree,
  UpdateOptions,
} from "./model/typing/queryset.js";
export type { BoundRows, Rows } from "./model/typing/rows.js";
export type { Where } from "./model/typing/public.js";
export type { ExpressionOn } from "./query/typing/checked.js";
export type { FieldPath, OrderPath } from "./query/typing/paths.js";
export type { ConditionOn } from "./query/typing/where.js";

// Expressions
export { sql, type Sql } from "./sql/template.js";
export { Cast, F, Q, Value } from "./query/expressions/basic.js";
export { Case, When } from "./query/expressions/conditional.js";
export { Exists, OuterRef, Subquery } from "./query/expressions/subqueries.js";

// Functions
export {
  Abs,
  Ceil,
  Coalesce,
  Concat,
  Exp,
  Floor,
  Greatest,
  Least,
  Left,
  Length,
  Ln,
  Log,
  Lower,
  LPad,
  LTrim,
  Mod,
  Now,
  NullIf,
  Power,
  Random,
  Repeat,
  Replace,
  Reverse,
  Right,
  Round,
  RPad,
  RTrim,
  Sign,
  Sqrt,
  StrIndex,
  Substr,
  Trim,
  Upper,
} from "./query/expressions/functions.js";
export { Extract, Trunc, TruncDate } from "./query/expressions/dates.js";

// Aggregates
export {
  ArrayAgg,
  Avg,
  BoolAnd,
  BoolOr,
  Count,
  JsonAgg,
  Max,
  Min,
  StdDev,
  StringAgg,
  Sum,
  Variance,
} from "./query/expressions/aggregates.js";

// Windows
export {
  CumeDist,
  DenseRank,
  FirstValue,
  Lag,
  LastValue,
  Lead,
  Ntile,
  NthValue,
  PercentRank,
  Rank,
  RowNumber,
  Window,
} from "./query/expressions/windows.js";

// Schemas from models
export { createSchema, readSchema, updateSchema } from "./json-schema/index.js";
export type { InputSchemaOptions, JSONSchemaOptions, ModelSchema, ReadSchema, SchemaIssue, SchemaResult } from "./json-schema/index.js";

// Request data
export { httpError, parseFilter, parseOrder } from "./request-data/index.js";
export type { FilterLimits, HttpError } from "./request-data/index.js";

// Signals
export { signals } from "./model/signals.js";
export type { ModelEvents, SessionEvents, Signals } from "./model/typing/events.js";

// Errors
export {
  CheckViolation,
  CommitHookError,
  ConfigurationError,
  ConnectionLost,
  DatabaseError,
  DeadlockDetected,
  DoesNotExist,
  FieldError,
  FlashDbError,
  ForeignKeyViolation,
  IntegrityError,
  InvalidCursor,
  InvalidValue,
  LockNotAvailable,
  MultipleObjectsReturned,
  NotLoaded,
  NotNullViolation,
  PoolTimeout,
  QueryTimeout,
  SerializationFailure,
  SessionClosed,
  SessionError,
  StaleDataError,
  TransactionAborted,
  UniqueViolation,
  ValidationError,
} from "./errors.js";

// Types that appear in declarations
export type { AnyOf, Field, JsonNull, Many, One, ReverseOne } from "./metadata/typing/fields.js";
export type { AutomaticKey, KeyName } from "./metadata/typing/schema.js";
export type { InputHints } from "./metadata/typing/input.js";
export type { Model as ModelInstance } from "./model/typing/instance.js";
export type { Hints } from "./query/typing/hints.js";
export type { ModelConstructor, SubtypeConstructor } from "./model/typing/constructor.js";
export type { Check, Index, Unique } from "./model/typing/options.js";
export type { Columns, JsonObject, PlainObject } from "./model/typing/plain.js";
export type { LoadedItems, Prefetched } from "./model/typing/relations.js";
export type { NamedValues } from "./model/typing/rows.js";
export type { WhenClause } from "./query/typing/basic-functions.js";
export type { Aggregate, Column, ColumnsOf, ComputedColumn, Condition, Expression, Ordering } from "./query/typing/expressions.js";
export type { Aliased, Annotated, ColumnOf, RowsOf } from "./query/typing/keys.js";
export type { Arithmetic, Plain } from "./query/typing/results.js";
export type { At, AvgOf, ListOf, Maybe, Over, Some, SumOf } from "./query/typing/results.js";
