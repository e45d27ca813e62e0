/** Resolves a filter key or an order term to its type, lookup and columns, for callers that need them before values are known. */

import { FieldError } from "../errors.js";
import type { FieldMeta, ModelMeta } from "../metadata/model-meta.js";
import type { ColumnType } from "../sql/types.js";
import { freshContext } from "./planning/requests/rows.js";
import { isLookup, unknownLookup, type LookupName } from "./resolve/conditions/lookup-names.js";
import type { Resolved } from "./resolve/scope/context.js";
import { crossesMany, segmentsOf, unknownName, walk, type Reached } from "./resolve/scope/path.js";
import { Scope } from "./resolve/scope/scope.js";
import { comparable, converter } from "./resolve/values/bind.js";
import { transformed, transformedAll } from "./resolve/values/transforms.js";

export type { LookupName } from "./resolve/conditions/lookup-names.js";

/** A comparison by `lookup` with values of `type`. */
export interface FilterEnd {
  readonly type: ColumnType;
  readonly lookup: LookupName;
  /** The columns that the comparison reads. */
  readonly fields: readonly FieldMeta[];
}

interface Column {
  readonly end: Reached;
  readonly left: Resolved;
  readonly fields: readonly FieldMeta[];
}
const columnAt = (meta: ModelMeta, path: string): Column => {
  const context = freshContext();
  const scope = new Scope(context, meta, null);
  const end = walk(scope, segmentsOf(path), { reuse: null, allowMany: true });
  if (end.kind !== "column")
    throw new FieldError(`${meta.name}: '${path}' is a relation to one of several models, which has no single type of key`);
  if (end.row !== null) throw new FieldError(`${meta.name}: '${path}' is a key of several columns; name one of them`);
  return { end, left: { expr: scope.read(end.alias, end.field), nullable: true }, fields: [...context.fields] };
};

/** Resolves a key as filter() does. */
export const filterEnd = (meta: ModelMeta, key: string): FilterEnd => {
  const { end, left, fields } = columnAt(meta, key);
  let at = left;
  let relation = end.relation !== null && !end.byName;
  for (const [index, name] of end.rest.entries()) {
    const { type } = at.expr;
    if (index === end.rest.length - 1 && isLookup(name, type, relation)) return { type, lookup: name, fields };
    const next = transformed(at, name);
    if (next === null) {
      if (end.relation !== null && index === 0) throw unknownName(end.relation.target, name, key, null, "field, relation or lookup");
      throw unknownLookup(name, type, relation, `${meta.name}: '${key}'`);
    }
    at = next;
    relation = false;
  }
  return { type: at.expr.type, lookup: "exact", fields };
};

/** Resolves a term as orderBy() does; to-many relations are refused because they would multiply rows. */
export const orderEnd = (meta: ModelMeta, path: string): { readonly fields: readonly FieldMeta[] } => {
  if (crossesMany(meta, path)) throw new FieldError(`${meta.name}: ordering by '${path}' would multiply the rows: it leads to many`);
  const { end, left, fields } = columnAt(meta, path);
  transformedAll(left, end.rest, `${meta.name}: '${path}'`);
  return { fields };
};

/** Checks a value as a filter would; throws InvalidValue if it cannot be compared with the type. */
export const comparableValue = (type: ColumnType, value: unknown, what: string): unknown => converter(comparable(type), what)(value);
