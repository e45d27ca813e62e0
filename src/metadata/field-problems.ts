/** Validates values of fields, and tells which fields a new row needs. */

import type { FieldMeta, ModelMeta } from "./model-meta.js";
import { isThenable, runSchema } from "./standard-schema.js";
import { validateValue } from "./values.js";

/** Error messages for a value, empty if it is valid; a promise only if a schema of the field is asynchronous. */
export const fieldProblems = (field: FieldMeta, value: unknown): readonly string[] | Promise<readonly string[]> => {
  if (value === null) return field.nullable ? [] : ["cannot be null"];
  const problem = validateValue(field, value);
  // Schemas may rely on the type being right.
  if (problem !== null) return [problem];
  if (field.checks.length === 0) return [];
  const found = field.checks.map((schema) => runSchema(schema, value));
  if (!found.some(isThenable)) return (found as readonly (readonly string[])[]).flat();
  return Promise.all(found.map(async (messages) => messages)).then((lists) => lists.flat());
};

/** Whether the field is the discriminator, which never changes for an existing row. */
export const isDiscriminator = ({ subtypes }: Pick<ModelMeta, "subtypes">, { column }: FieldMeta): boolean =>
  subtypes !== null && subtypes.field.column === column;
/** Whether a row of this class can have the discriminator value: its own name, or for the base also a name without a class. */
export const canBeStoredAs = (meta: ModelMeta, kind: unknown): boolean => {
  const { subtypes } = meta;
  return subtypes === null || kind === subtypes.name || (meta === subtypes.base && !subtypes.byName.has(kind as string));
};
/** Whether the session fills the field in an INSERT: versions, timestamps, generated keys, the subtype name. */
export const isFilled = (meta: Pick<ModelMeta, "subtypes">, field: FieldMeta): boolean =>
  field.version || field.onInsert !== null || meta.subtypes?.field === field;
/** Whether the database fills the field. */
export const isOpen = (field: FieldMeta): boolean => field.identity || field.dbDefault !== null;
/** Whether an INSERT needs a value from the user. */
export const isRequired = (meta: Pick<ModelMeta, "subtypes">, field: FieldMeta): boolean =>
  !field.nullable && field.generated === null && !isFilled(meta, field) && !isOpen(field);
