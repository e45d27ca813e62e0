/** Per-model information for writing, computed once per model instead of once per row. */

import { canBeStoredAs, isDiscriminator, isFilled, isOpen, isRequired } from "../../metadata/field-problems.js";
import { valueCheck } from "../../metadata/values.js";
import type { AnyOfMeta, FieldMeta, ModelMeta, ReverseOneMeta, ToManyMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { referenceOf } from "../../metadata/references.js";

export interface ModelInfo {
  /** Names of the fields by position. */
  readonly names: readonly string[];
  /** Fields that the session fills when an INSERT has no value: versions, timestamps, generated keys, the subtype name. */
  readonly filled: readonly FieldMeta[];
  /** Fields that the database fills when an INSERT has no value. */
  readonly open: readonly FieldMeta[];
  /** Fields that either the session or the database may fill in an INSERT. */
  readonly made: readonly FieldMeta[];
  /** `made` in the journal's format, each field with the value undefined; the second list also holds the reference fields. */
  readonly unset: readonly unknown[];
  readonly unsetWithReferences: readonly unknown[];
  /** Fields that every UPDATE writes: versions and `onUpdate` columns. */
  readonly kept: readonly FieldMeta[];
  /** Fields for which an INSERT needs a value from the user, directly or through a new target's key. */
  readonly required: readonly FieldMeta[];
  /** What an assignment to each field may be, by position. */
  readonly rules: readonly FieldRule[];
  /** Whether any field has a user-defined schema check. */
  readonly schemas: boolean;
  /** Relations whose reference columns are in this table, in declaration order. */
  readonly pointing: readonly (ToOneMeta | AnyOfMeta)[];
  /** The reference columns of `pointing`. */
  readonly references: readonly FieldMeta[];
  /** Relations whose reference columns are in the other table, so that the other side needs this row's key. */
  readonly owning: readonly (ToManyMeta | ReverseOneMeta)[];
  readonly toOnes: readonly ToOneMeta[];
  /** References that make the row an orphan, to be deleted, when they become null. */
  readonly orphaning: readonly FieldMeta[];
  readonly anyOfs: readonly AnyOfMeta[];
}

export interface FieldRule {
  readonly name: string;
  /** An INSERT may omit the value. */
  readonly optional: boolean;
  readonly nullable: boolean;
  /** Whether an INSERT and an UPDATE may set the field. */
  readonly given: boolean;
  readonly changeable: boolean;
  /** Throws a TypeError for a value that the field cannot hold. */
  readonly check: (value: unknown) => unknown;
}

const known = new WeakMap<ModelMeta, ModelInfo>();
/** Callers handle rows model by model, so the last result is almost always the next one. */
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

const kindCheck = (meta: ModelMeta, { type }: FieldMeta): FieldRule["check"] => {
  const check = valueCheck(type);
  return (value) => {
    if (!canBeStoredAs(meta, value)) throw new TypeError(`"${String(value)}" is not the name of ${meta.name}`);
    return check(value);
  };
};

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
      check: isDiscriminator(meta, field) ? kindCheck(meta, field) : valueCheck(field.type),
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
