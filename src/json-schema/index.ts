/** Schemas generated from models: Standard Schema with JSON Schema, for validation, serialization and OpenAPI. */

export { createSchema, readSchema, updateSchema } from "./schemas.js";
export type { InputSchemaOptions, JSONSchemaOptions, ModelSchema, ReadSchema, SchemaIssue, SchemaResult } from "./typing/schema.js";
