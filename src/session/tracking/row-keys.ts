/** Keys in the form the identity map uses, normalized so that two spellings of one key never make two objects. */

import type { Dialect } from "../../database/contracts.js";
import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import { keyCell } from "../../metadata/keys.js";
import { FieldError, ValidationError } from "../../errors.js";
import { describe } from "../../support/describe.js";

/** The key of a row, from its snapshot. */
export const keyOfSnapshot = (meta: ModelMeta, snapshot: readonly unknown[]): unknown[] => {
  const fields = meta.primaryKey;
  const key = new Array<unknown>(fields.length);
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] as FieldMeta;
    key[at] = keyCell(snapshot[field.position], field);
  }
  return key;
};

/** The key that an instance holds now; null while any part of it is missing. */
export const keyHeldBy = (meta: ModelMeta, object: object): unknown[] | null => {
  const values = object as Record<string, unknown>;
  const key: unknown[] = [];
  for (const field of meta.primaryKey) {
    const cell = keyCell(values[field.name], field);
    if (cell === undefined || cell === null) return null;
    key.push(cell);
  }
  return key;
};

/**
 * Validates the shape of a key given by the caller, a value or an object by property names, and returns its parts in the order of the
 * model's key.
 */
export const keyParts = (meta: ModelMeta, given: unknown): unknown[] => {
  const fields = meta.primaryKey;
  if (fields.length === 1) return [given];
  if (typeof given !== "object" || given === null) {
    throw new FieldError(
      `the key of ${meta.name} is an object { ${fields.map((field) => field.name).join(", ")} }, got ${describe(given)}`,
    );
  }
  return fields.map((field) => (given as Record<string, unknown>)[field.name]);
};

/** Also checks the types of the parts: `1` for a bigint key is an error here rather than a silent miss. */
export const checkedKey = (meta: ModelMeta, given: unknown, dialect: Pick<Dialect, "codec">): unknown[] => {
  const parts = keyParts(meta, given);
  meta.primaryKey.forEach((field, at) => {
    const value = parts[at];
    if (value === null || value === undefined)
      throw new ValidationError({ [field.name]: `is part of the key and cannot be ${describe(value)}` }, meta.name);
    try {
      dialect.codec(field.type).encode(value);
    } catch (cause) {
      throw new ValidationError({ [field.name]: cause instanceof Error ? cause.message : String(cause) }, meta.name);
    }
  });
  return parts;
};

export const keyCells = (meta: ModelMeta, parts: readonly unknown[]): unknown[] =>
  meta.primaryKey.map((field, at) => keyCell(parts[at], field));

/** Names an object in messages: `User 5`, `Entry (1, 2)`. */
export const describeRow = (meta: ModelMeta, key: readonly unknown[] | null): string =>
  key === null ? `a new ${meta.name}` : `${meta.name} ${key.length === 1 ? String(key[0]) : `(${key.map(String).join(", ")})`}`;
