/** What is mapped: fields, relations, and the resolved metadata of every model. */

export { anyOf, foreignKey, hasMany, hasOne, manyToMany, oneToOne } from "./relations.js";
export { Json, softDelete, t, timestamps } from "./fields.js";
export { check, index, unique } from "./options.js";
export type * from "./model-meta.js";
