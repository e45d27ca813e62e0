/** Which rows of a table a unique constraint applies to. */

import { and, column, equals, isNull, literal } from "../sql/factories/index.js";
import type { Expr } from "../sql/nodes.js";
import type { FieldMeta, ModelMeta } from "./model-meta.js";

/**
 * Soft-deleted rows are excluded, except for the key; if sibling subtypes each declare a field with the same column, values are unique
 * within each subtype. Null means all rows.
 */
export const uniqueAmong = (meta: ModelMeta, fields: readonly FieldMeta[]): Expr | null => {
  if (isKey(meta, fields)) return null;
  const conditions: Expr[] = [];
  if (meta.softDeleteField !== null) conditions.push(isNull(bare(meta.softDeleteField)));
  const { subtypes } = meta;
  if (subtypes !== null && fields.some((field) => isSharedBySiblings(meta, field)))
    conditions.push(equals(bare(subtypes.field), literal(subtypes.name)));
  return conditions.length === 0 ? null : and(...conditions);
};

const isKey = ({ primaryKey }: ModelMeta, fields: readonly FieldMeta[]): boolean =>
  fields.length === primaryKey.length && primaryKey.every((part) => fields.some(({ column: name }) => name === part.column));

const bare = (field: FieldMeta): Expr => column(null, field.column, field.type);

/** Whether another subtype declares a field with this column independently, rather than inheriting it from the same model. */
export const isSharedBySiblings = (meta: ModelMeta, { column: name }: FieldMeta): boolean => {
  if (meta.subtypes === null) return false;
  const own = declaring(meta, name);
  for (const other of familyOf(meta)) {
    const there = declaring(other, name);
    if (there !== null && there !== own) return true;
  }
  return false;
};

/** The ancestor that first declares the column, from the base to this model. */
export const declaring = (meta: ModelMeta, name: string): ModelMeta | null => {
  let first: ModelMeta | null = null;
  for (const member of familyOf(meta))
    if (extendsOrIs(meta, member) && member.fields.some((field) => field.column === name) && (first === null || extendsOrIs(first, member)))
      first = member;
  return first;
};

/** All models of the table. */
const familyOf = (meta: ModelMeta): readonly ModelMeta[] => {
  const base = meta.subtypes?.base ?? meta;
  return [base, ...(base.subtypes?.byName.values() ?? [])];
};

const extendsOrIs = (meta: ModelMeta, ancestor: ModelMeta): boolean =>
  meta === ancestor || (meta.ctor as { readonly prototype: unknown }).prototype instanceof (ancestor.ctor as unknown as new () => object);
