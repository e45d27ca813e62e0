/** The parts of an object described by a schema: columns, which of them are required, and related objects. */

import { ConfigurationError } from "../errors.js";
import { isRequired } from "../metadata/field-problems.js";
import { standardSchema } from "../metadata/field-builder.js";
import type { FieldMeta, ModelMeta, RelationMeta, StandardSchemaLike } from "../metadata/model-meta.js";
import { parseWith } from "../metadata/standard-schema.js";
import { wantedFields, wantedOf, type Wanted } from "../model/serialize.js";
import { didYouMean } from "../support/did-you-mean.js";

export interface Shape {
  readonly meta: ModelMeta;
  readonly fields: ReadonlyMap<string, { readonly field: FieldMeta; readonly required: boolean }>;
  readonly relations: ReadonlyMap<string, RelatedShape>;
  /** Additional input fields that the model lacks, with their own schemas. */
  readonly extra: ReadonlyMap<string, { readonly schema: StandardSchemaLike; readonly required: boolean }>;
  /** Whether unknown names are errors; otherwise they are ignored. */
  readonly closed: boolean;
  /** Whether omitted fields stay unchanged. */
  readonly update: boolean;
}
/** Related objects; an `anyOf` relation has several shapes. */
export interface RelatedShape {
  readonly shapes: readonly Shape[];
  readonly many: boolean;
  readonly nullable: boolean;
}

export interface FieldChoice {
  readonly only?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/** Fields maintained by the database or the library, and fields that are hidden or not editable. */
const isLeftOut = (meta: ModelMeta, field: FieldMeta): boolean =>
  field.primaryKey ||
  field.version ||
  field.softDelete ||
  field.hidden ||
  !field.editable ||
  field.onInsert !== null ||
  field.onUpdate !== null ||
  (field.relation !== null && meta.relations.get(field.relation)?.kind === "anyOf");

const checkNames = (caller: string, meta: ModelMeta, names: readonly string[]): void => {
  for (const name of names) {
    if (!meta.fieldsByName.has(name))
      throw new ConfigurationError(`${caller}: ${meta.name} has no field "${name}".${didYouMean(name, meta.fieldsByName.keys())}`);
  }
};

/** The fields of input; in an update none is required. */
export const inputShape = (caller: string, meta: ModelMeta, choice: FieldChoice, update: boolean): Shape => {
  const { only, include = [], exclude = [], extra = {} } = choice;
  checkNames(caller, meta, [...(only ?? []), ...include, ...exclude]);
  const isIn = (field: FieldMeta): boolean => {
    if (only !== undefined) return only.includes(field.name);
    return (include.includes(field.name) || !isLeftOut(meta, field)) && !exclude.includes(field.name);
  };
  const fields = meta.fields.filter(isIn);
  for (const field of fields) {
    if (field.generated !== null)
      throw new ConfigurationError(`${caller}: ${meta.name}.${field.name} is computed by the database and cannot be given`);
  }
  return {
    meta,
    fields: new Map(fields.map((field) => [field.name, { field, required: !update && field.default === null && isRequired(meta, field) }])),
    relations: new Map(),
    extra: new Map(Object.entries(extra).map(([name, schema]) => [name, extraOf(caller, meta, name, schema, update)])),
    closed: true,
    update,
  };
};

const extraOf = (
  caller: string,
  meta: ModelMeta,
  name: string,
  given: unknown,
  update: boolean,
): { readonly schema: StandardSchemaLike; readonly required: boolean } => {
  if (meta.fieldsByName.has(name))
    throw new ConfigurationError(`${caller}: "${name}" is a field of ${meta.name}; \`extra\` is for names that the model does not have`);
  const schema = standardSchema(`${caller}: extra.${name}`, given);
  const answer = parseWith(schema, undefined);
  return { schema, required: !update && !(answer instanceof Promise) && answer.messages.length > 0 };
};

/** A row as output, with the relations that the paths name. */
export const outputShape = (caller: string, meta: ModelMeta, { include = [], exclude = [] }: FieldChoice): Shape => {
  checkNames(caller, meta, exclude);
  const whole = shapeOf(meta, wantedOf(meta, include));
  return { ...whole, fields: new Map([...whole.fields].filter(([name]) => !exclude.includes(name))) };
};

const shapeOf = (meta: ModelMeta, wanted: Wanted): Shape => ({
  meta,
  fields: new Map(wantedFields(meta, wanted).map((field) => [field.name, { field, required: true }])),
  relations: new Map(
    [...wanted.relations].flatMap(([name, next]) => {
      const relation = meta.relations.get(name);
      return relation === undefined ? [] : [[name, relatedShape(relation, next)] as const];
    }),
  ),
  extra: new Map(),
  closed: false,
  update: false,
});

const relatedShape = (relation: RelationMeta, wanted: Wanted): RelatedShape => {
  const targets = relation.kind === "anyOf" ? [...relation.targets.values()] : [relation.target];
  return {
    shapes: targets.map((target) => shapeOf(target, wanted)),
    many: relation.kind === "toMany" || relation.kind === "manyToMany",
    nullable: relation.kind === "reverseOne" || ((relation.kind === "toOne" || relation.kind === "anyOf") && relation.nullable),
  };
};
