/** The names of all lookups, and which types have them. */

import { FieldError } from "../../../errors.js";
import type { ColumnType } from "../../../sql/types.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import { transformsOf } from "../values/transforms.js";
import { typeName } from "../values/types.js";

export type LookupName =
  | "exact"
  | "ne"
  | "iexact"
  | "in"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "range"
  | "isnull"
  | "contains"
  | "icontains"
  | "startswith"
  | "istartswith"
  | "endswith"
  | "iendswith"
  | "regex"
  | "iregex"
  | "overlap"
  | "haskey"
  | "search";

const always: readonly LookupName[] = ["exact", "ne", "in", "isnull"];
const comparing: readonly LookupName[] = [...always, "gt", "gte", "lt", "lte", "range"];
const texts: readonly LookupName[] = [
  "iexact",
  "contains",
  "icontains",
  "startswith",
  "istartswith",
  "endswith",
  "iendswith",
  "regex",
  "iregex",
];
const byType: Partial<Record<ColumnType["kind"], readonly LookupName[]>> = {
  boolean: always,
  bytes: always,
  array: [...always, "contains", "overlap"],
  json: [...comparing, ...texts, "haskey"],
  text: [...comparing, ...texts, "search"],
  varchar: [...comparing, ...texts, "search"],
};

/** The lookups of a type; a relation has only key comparisons. */
export const lookupsOf = (type: ColumnType, relation: boolean): readonly LookupName[] =>
  relation ? comparing : (byType[type.kind] ?? [...comparing, ...texts]);

export const isLookup = (name: string, type: ColumnType, relation: boolean): name is LookupName =>
  (lookupsOf(type, relation) as readonly string[]).includes(name);

export const unknownLookup = (name: string, type: ColumnType, relation: boolean, what: string): FieldError => {
  const known = [...transformsOf(type), ...lookupsOf(type, relation)];
  const of = relation ? "a relation" : typeName(type);
  return new FieldError(`${what}: no lookup '${name}' for ${of}.${didYouMean(name, known)} There are ${known.join(", ")}`);
};
