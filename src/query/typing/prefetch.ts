/** The type half of `new Prefetch(path, queryset, { toAttr })`. */

import type { Problem } from "../../metadata/typing/keys.js";
import type { RowsOf } from "./keys.js";
import type { Relation, RelationPath } from "./paths.js";

/** What a Prefetch remembers: its path, the rows of its queryset, the name of its list. */
export interface PrefetchParts<out P, out R, out A> {
  readonly $prefetch: { readonly path: P; readonly row: R; readonly attr: A };
}
/** The constructor of Prefetch. */
export interface PrefetchConstructor {
  new <const P extends string, R, const A extends string = never>(path: P, query?: RowsOf<R>, options?: { toAttr?: A }): Prefetch<P, R, A>;
}
/** A relation to be loaded by a queryset of one's own, into the relation or into a list named by `toAttr`. */
export interface Prefetch<out P extends string, out R, out A extends string = never> extends PrefetchParts<P, R, A> {}

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
