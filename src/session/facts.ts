/** What writing needs to know of a model, worked out once per model instead of once per row. */

import type { AnyOfMeta, FieldMeta, ModelMeta, ToOneMeta } from "../metadata/model-meta.js";

export interface ModelFacts {
  /** Names of the fields by position. */
  readonly names: readonly string[];
  /** What the session gives an INSERT that has no value for it: versions, timestamps, keys made here, the name of a subtype. */
  readonly filled: readonly FieldMeta[];
  /** What the database fills where an INSERT has no value for it. */
  readonly open: readonly { readonly field: FieldMeta; readonly mark: string }[];
  readonly toOnes: readonly ToOneMeta[];
  readonly anyOfs: readonly AnyOfMeta[];
}

const known = new WeakMap<ModelMeta, ModelFacts>();
/** Rows are gone through model by model: the last answer is nearly always the next one. */
let lastMeta: ModelMeta | null = null;
let lastFacts: ModelFacts | null = null;

export const factsOf = (meta: ModelMeta): ModelFacts => {
  if (meta === lastMeta && lastFacts !== null) return lastFacts;
  let facts = known.get(meta);
  if (facts === undefined) known.set(meta, (facts = gatherFacts(meta)));
  lastMeta = meta;
  lastFacts = facts;
  return facts;
};

const gatherFacts = ({ fields, relations, subtypes }: ModelMeta): ModelFacts => {
  const all = [...relations.values()];
  return {
    names: fields.map((field) => field.name),
    filled: fields.filter((field) => field.version || field.onInsert !== null || subtypes?.field === field),
    open: fields.filter((field) => field.generated === null && (field.identity || field.dbDefault !== null)).map((field) => ({ field, mark: `,${field.position}` })),
    toOnes: all.filter((relation) => relation.kind === "toOne"),
    anyOfs: all.filter((relation) => relation.kind === "anyOf"),
  };
};
