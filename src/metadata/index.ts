/** Public exports of the mapping: fields, relations, and the resolved metadata of models. */

export { anyOf, foreignKey, hasMany, hasOne, manyToMany, oneToOne } from "./relations.js";
export { Json, softDelete, t, timestamps } from "./fields.js";
export { check, index, unique } from "./options.js";
export type * from "./model-meta.js";
