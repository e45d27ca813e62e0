/** What is wrong with a value for a field, and which fields a new row must be given. */

import type { FieldMeta, ModelMeta } from "./model-meta.js";
import { isThenable, runSchema } from "./standard-schema.js";
import { validateValue } from "./values.js";

/** Messages, none when the field can have the value; a promise only where a schema of the field is asynchronous. */
export const fieldProblems = (field: FieldMeta, value: unknown): readonly string[] | Promise<readonly string[]> => {
  if (value === null) return field.nullable ? [] : ["cannot be null"];
  const problem = validateValue(field, value);
  // A schema may count on the type being right.
  if (problem !== null) return [problem];
  if (field.checks.length === 0) return [];
  const found = field.checks.map((schema) => runSchema(schema, value));
  if (!found.some(isThenable)) return (found as readonly (readonly string[])[]).flat();
  return Promise.all(found.map(async (messages) => messages)).then((lists) => lists.flat());
};

/** Tells the class of a row, which is the same for as long as the row exists. */
export const isDiscriminator = ({ subtypes }: Pick<ModelMeta, "subtypes">, { column }: FieldMeta): boolean =>
  subtypes !== null && subtypes.field.column === column;
/** A row is stored under the name of its own class; that of a base may have names that stand for no class. */
export const canBeStoredAs = (meta: ModelMeta, kind: unknown): boolean => {
  const { subtypes } = meta;
  return subtypes === null || kind === subtypes.name || (meta === subtypes.base && !subtypes.byName.has(kind as string));
};
/** The session gives an INSERT a value for it: versions, timestamps, keys made here, the name of a subtype. */
export const isFilled = (meta: Pick<ModelMeta, "subtypes">, field: FieldMeta): boolean =>
  field.version || field.onInsert !== null || meta.subtypes?.field === field;
/** The database does. */
export const isOpen = (field: FieldMeta): boolean => field.identity || field.dbDefault !== null;
/** Must have a value in an INSERT: neither the session nor the database fills it. */
export const isRequired = (meta: Pick<ModelMeta, "subtypes">, field: FieldMeta): boolean =>
  !field.nullable && field.generated === null && !isFilled(meta, field) && !isOpen(field);
