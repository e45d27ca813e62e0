/** What writing needs to know of a model, worked out once per model instead of once per row. */

import { isFilled, isOpen, isRequired } from "../../metadata/field-problems.js";
import { valueCheck } from "../../metadata/values.js";
import type { AnyOfMeta, FieldMeta, ModelMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { referenceOf } from "../../metadata/references.js";

export interface ModelInfo {
  /** Names of the fields by position. */
  readonly names: readonly string[];
  /** What the session gives an INSERT that has no value for it: versions, timestamps, keys made here, the name of a subtype. */
  readonly filled: readonly FieldMeta[];
  /** What the database fills where an INSERT has no value for it. */
  readonly open: readonly FieldMeta[];
  /** All that an INSERT may give a value: by the session, by the database. */
  readonly made: readonly FieldMeta[];
  /** The same as the journal notes it: each with the value that it has not. With the keys of new targets in the second. */
  readonly unset: readonly unknown[];
  readonly unsetWithReferences: readonly unknown[];
  /** What every UPDATE writes by itself: versions, and columns with a function for it. */
  readonly kept: readonly FieldMeta[];
  /** Must have a value in an INSERT, given or owed: nobody else fills them. */
  readonly required: readonly FieldMeta[];
  /** By position: what a field may be given without a second look. */
  readonly rules: readonly FieldRule[];
  /** Some field has a schema of the user's. */
  readonly schemas: boolean;
  /** Relations whose keys are columns here, in the order of their declaration. */
  readonly pointing: readonly (ToOneMeta | AnyOfMeta)[];
  /** Those columns. */
  readonly references: readonly FieldMeta[];
  /** Relations whose keys are columns of the other side, which waits for this one's key. */
  readonly owning: readonly (ToManyMeta | ReverseOneMeta)[];
  readonly toOnes: readonly ToOneMeta[];
  /** References that make the row an orphan, which goes, when they become null. */
  readonly orphaning: readonly FieldMeta[];
  readonly anyOfs: readonly AnyOfMeta[];
}

export interface FieldRule {
  readonly name: string;
  /** An INSERT needs no value for it. */
  readonly optional: boolean;
  readonly nullable: boolean;
  /** An INSERT may be given a value, and an UPDATE. */
  readonly given: boolean;
  readonly changeable: boolean;
  /** Throws a TypeError for what the field cannot hold. */
  readonly check: (value: unknown) => unknown;
}

const known = new WeakMap<ModelMeta, ModelInfo>();
/** Rows are gone through model by model: the last answer is nearly always the next one. */
let lastMeta: ModelMeta | null = null;
let lastInfo: ModelInfo | null = null;

export const modelInfoOf = (meta: ModelMeta): ModelInfo => {
  if (meta === lastMeta && lastInfo !== null) return lastInfo;
  let info = known.get(meta);
  if (info === undefined) known.set(meta, (info = buildModelInfo(meta)));
  lastMeta = meta;
  lastInfo = info;
  return info;
};

const isOwned = ({ inverse }: ToOneMeta): boolean =>
  (inverse?.kind === "toMany" || inverse?.kind === "reverseOne") && inverse.orphans === "delete";

export const unsetOf = (fields: readonly FieldMeta[]): readonly unknown[] => fields.flatMap((field) => [field, undefined]);

const buildModelInfo = (meta: ModelMeta): ModelInfo => {
  const { fields, relations } = meta;
  const all = [...relations.values()];
  const pointing = all.filter((relation) => relation.kind === "toOne" || relation.kind === "anyOf");
  const references = pointing.map(referenceOf);
  const made = fields.filter((field) => isFilled(meta, field) || isOpen(field) || field.generated !== null);
  return {
    names: fields.map((field) => field.name),
    filled: fields.filter((field) => isFilled(meta, field)),
    open: fields.filter((field) => field.generated === null && isOpen(field)),
    made,
    unset: unsetOf(made),
    unsetWithReferences: unsetOf([...made, ...references]),
    kept: fields.filter((field) => field.version || field.onUpdate !== null),
    required: fields.filter((field) => isRequired(meta, field)),
    rules: fields.map((field) => ({
      name: field.name,
      optional: !isRequired(meta, field),
      nullable: field.nullable && field.generated === null,
      given: field.generated === null,
      changeable: field.generated === null && !field.version,
      check: valueCheck(field.type),
    })),
    schemas: fields.some((field) => field.checks.length > 0),
    pointing,
    references,
    owning: all.filter((relation) => relation.kind === "toMany" || relation.kind === "reverseOne"),
    toOnes: all.filter((relation) => relation.kind === "toOne"),
    orphaning: all
      .filter((relation) => relation.kind === "toOne")
      .filter(isOwned)
      .map(({ field }) => field),
    anyOfs: all.filter((relation) => relation.kind === "anyOf"),
  };
};
