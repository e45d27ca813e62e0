/**
 * Exports for Flash DB's own tools: metadata, pictures of schemas, dialects and handles. Not for applications, since it may change with any
 * version.
 */

export { connect, handleOf, leaseOf, type Database, type DatabaseOptions } from "./connect.js";
export type { Connection, Dialect, Lease, SchemaSql } from "./database/contracts.js";
export type { DatabaseHandle, OpenTransaction } from "./database/handle.js";
export { postgresDialect } from "./dialects/postgres/dialect.js";
export { sqliteDialect } from "./dialects/sqlite/dialect.js";
export { definitionOf } from "./metadata/definition.js";
export type { Definition, FieldDefinition, ReferenceDefinition } from "./metadata/definition.js";
export type { FieldMeta, ModelClass, ModelMeta } from "./metadata/model-meta.js";
export { columnName, foreignKeyName, indexName, tableName, typeCheckName, uniqueName } from "./metadata/names.js";
export { registrationOf } from "./metadata/registrations.js";
export { knownModels, metadataOf } from "./metadata/registry.js";
export { declaredCondition, declaredExpression } from "./query/declared.js";
export * from "./schema/index.js";
export type { Expr, TableName } from "./sql/nodes.js";
export { types } from "./sql/types.js";
export type { ColumnType, DataType, IdentityKind } from "./sql/types.js";
