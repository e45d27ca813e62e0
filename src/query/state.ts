/** Everything a QuerySet has been told, as one frozen record; each builder makes a copy with one thing changed. */

import type { ModelMeta } from "../metadata/model-meta.js";
import type { Lock } from "../sql/statements.js";

/** What reading an unloaded relation of a result's instance does: load it for all siblings, for it alone, or throw. */
export type FetchMode = "peers" | "one" | "raise";

/** A condition tree as the user gave it; paths are resolved when the query is planned. (The query room may refine the leaves.) */
export type ConditionTree =
  | { readonly kind: "where"; readonly entries: readonly (readonly [path: string, value: unknown])[] }
  | { readonly kind: "and" | "or"; readonly parts: readonly ConditionTree[] }
  | { readonly kind: "not"; readonly part: ConditionTree }
  /** A boolean expression (sql fragment, Exists, column condition). */
  | { readonly kind: "expression"; readonly expression: object };

export interface QueryState {
  readonly meta: ModelMeta;
  /** One entry per filter()/exclude() call, in order: conditions of one call speak of the same related row. */
  readonly where: readonly { readonly negated: boolean; readonly tree: ConditionTree }[];
  /** null: the model's default ordering. */
  readonly order: readonly (string | object)[] | null;
  readonly reversed: boolean;
  readonly limit: number | null;
  readonly offset: number;
  readonly distinct: boolean | readonly string[];
  readonly annotations: readonly { readonly name: string; readonly expression: object; readonly hidden: boolean }[];
  readonly values: { readonly paths: readonly (string | { readonly name: string; readonly expression: object })[]; readonly mode: "object" | "list" | "flat"; /** how many annotations stood before values(): later aggregates group */ readonly annotated: number } | null;
  readonly only: readonly string[] | null;
  readonly defer: readonly string[];
  readonly related: readonly string[];
  readonly prefetch: readonly (string | object)[];
  readonly lock: Lock | null;
  readonly fetchMode: FetchMode | null;
  readonly deleted: "hide" | "include" | "only";
  readonly combined: { readonly operator: "union" | "union all" | "intersect" | "except"; readonly states: readonly QueryState[] } | null;
  readonly with: readonly { readonly name: string; readonly state: object; readonly recursive: boolean }[];
  readonly none: boolean;
}
