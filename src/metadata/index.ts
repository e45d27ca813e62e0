/** What is mapped: fields, relations, and the resolved metadata of every model. */

export { anyOf, foreignKey, hasMany, hasOne, manyToMany, oneToOne } from "./relations.js";
export { encodedCell, sameAsSnapshot, snapshotCell, valueOfCell } from "./comparable.js";
export { Json, softDelete, t, timestamps } from "./fields.js";
export { keyCell } from "./keys.js";
export { check, index, unique } from "./options.js";
export type { ConstraintDefinition, IndexDefinition, IndexOptions, ModelOptions } from "./options.js";
export { bindConstructor, registerModel, registerSubtype } from "./registrations.js";
export { automaticLinks, isModel, knownModels, metadataOf } from "./registry.js";
export { runSchema } from "./standard-schema.js";
export { problemWith, validateValue } from "./values.js";
export type * from "./model-meta.js";
