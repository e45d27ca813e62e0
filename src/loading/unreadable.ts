/** Errors for stored values that their field cannot hold, for example because another program wrote them. */

import { DatabaseError } from "../errors.js";
import type { FieldMeta, ModelMeta } from "../metadata/model-meta.js";

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

export const unreadable = (what: string, cause: unknown): DatabaseError =>
  new DatabaseError(`Cannot read ${what}: ${reasonOf(cause)}.`, { cause });

/** The field by its position. */
export const unreadableField = (meta: ModelMeta, position: number, cause: unknown): DatabaseError => {
  const name = meta.fields[position]?.name ?? "";
  return new DatabaseError(
    `Cannot read ${meta.name}.${name}: ${reasonOf(cause)}. Correct the row, or give the field a type that holds it.`,
    {
      cause,
      model: meta.name,
      field: name,
    },
  );
};

/** Several rows would map to one object. */
export const finerKey = (meta: ModelMeta, field: FieldMeta): DatabaseError =>
  new DatabaseError(
    `Cannot read ${meta.name}.${field.name}: a row has a key that is finer than a millisecond, which is all that its value holds. Read such rows with values(), or store keys in whole milliseconds.`,
    { model: meta.name, field: field.name },
  );

export const decodeNamed = (decode: (cell: unknown) => unknown, cell: unknown, name: string): unknown => {
  try {
    return decode(cell);
  } catch (cause) {
    throw unreadable(`"${name}"`, cause);
  }
};
