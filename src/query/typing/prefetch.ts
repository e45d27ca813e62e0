/** The type half of `new Prefetch(path, queryset, { toAttr })`. */

import type { Problem } from "../../metadata/typing/keys.js";
import type { Relation, RelationPath } from "./paths.js";

/** The type information of a Prefetch: its path, the rows of its queryset, the name of its list. */
export interface PrefetchParts<out P, out R, out A> {
  readonly $prefetch: { readonly path: P; readonly row: R; readonly attr: A };
}
export type AnyPrefetch = PrefetchParts<unknown, unknown, unknown>;
/** An argument of prefetchRelated. */
export type PrefetchArg<I, P> = P extends string
  ? Relation<I, P>
  : P extends PrefetchParts<infer X, unknown, unknown>
    ? string extends X
      ? P
      : RelationPath<I, X> extends infer B
        ? B extends string
          ? P
          : B
        : never
    : Problem<"a relation path or a Prefetch, of", I>;
