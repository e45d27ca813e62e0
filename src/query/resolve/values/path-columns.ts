/** The columns that a path stands for as a value: one, or all columns of a composite key. */

import { FieldError } from "../../../errors.js";
import type { ModelMeta } from "../../../metadata/model-meta.js";
import type { ConditionContext, Resolved } from "../scope/context.js";
import { segmentsOf, unknownName, walk } from "../scope/path.js";
import type { Scope } from "../scope/scope.js";
import { transformedAll } from "./transforms.js";

/** `key` is the column's name within a composite key, null for a path to one value. */
export interface PathColumn {
  readonly key: string | null;
  readonly value: Resolved;
}

/** An annotation, a column or a relation's key, followed by transforms. */
export const pathColumns = (scope: Scope, path: string, { reuse }: ConditionContext): readonly PathColumn[] => {
  const segments = segmentsOf(path);
  const known = scope.annotations.get(segments[0] ?? "");
  const what = `${scope.meta.name}: '${path}'`;
  if (known !== undefined) return [{ key: null, value: transformedAll(known, segments.slice(1), what) }];
  const end = walk(scope, segments, { reuse, allowMany: true });
  if (end.kind !== "column") throw new FieldError(`${what} leads to one of several models and has no value: use its type or its key`);
  for (const alias of end.joins) reuse?.add(alias);
  const [next] = end.rest;
  const read = (field: typeof end.field): Resolved => ({ expr: scope.read(end.alias, field), nullable: scope.canBeNull(end.alias, field) });
  if (next !== undefined && end.relation !== null) throw unknownName(end.relation.target, next, path);
  if (end.row === null) return [{ key: null, value: transformedAll(read(end.field), end.rest, what) }];
  if (next !== undefined) throw new FieldError(`${what}: a key of several columns has no '${next}'`);
  return end.row.map((field) => ({ key: field.name, value: read(field) }));
};

/** A path as one value; a composite key is none. */
export const pathValue = (scope: Scope, path: string, conditionContext: ConditionContext): Resolved => {
  const columns = pathColumns(scope, path, conditionContext);
  const [only] = columns;
  if (only === undefined || columns.length > 1)
    throw new FieldError(
      `${scope.meta.name}: '${path}' is a key of several columns and no single value. Name one of them: ${columns.map(({ key }) => `'${keyColumn(path, key ?? "")}'`).join(", ")}`,
    );
  return only.value;
};

/** The path of one column of the key that `path` leads to. */
export const keyColumn = (path: string, name: string): string => (path === "pk" ? name : `${path.replace(/__pk$/, "")}__${name}`);

/** The paths of the columns of the composite key that a path ends at, by a relation or `pk`; null for other paths. */
export const compositeKeyPaths = (start: ModelMeta, path: string): readonly string[] | null => {
  let meta = start;
  const segments = segmentsOf(path);
  for (const [index, name] of segments.entries()) {
    if (name === "pk" && index === segments.length - 1) break;
    const relation = meta.relations.get(name);
    if (relation === undefined || relation.kind === "anyOf") return null;
    meta = relation.target;
  }
  return meta.primaryKey.length > 1 ? meta.primaryKey.map((field) => keyColumn(path, field.name)) : null;
};
