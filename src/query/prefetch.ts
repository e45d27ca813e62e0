/** `Prefetch`: loads a relation with a custom queryset, into the relation or another attribute. */

import { FieldError } from "../errors.js";
import { describe } from "../support/describe.js";
import { checkName } from "./names.js";
import { queryStateOf } from "./rows.js";
import type { PrefetchSpec } from "./state.js";
import type { RowsOf } from "./typing/keys.js";
import type { PrefetchParts } from "./typing/prefetch.js";

/**
 * @example await User.objects.prefetchRelated(new Prefetch("posts", Post.objects.filter({ views__gt: 10 }), { toAttr: "popular" })).fetch(db)
 *          // SELECT … FROM posts WHERE views > 10 AND author_id = ANY($1); each user has an array `popular`
 */
export class Prefetch<const P extends string, R, const A extends string = never> implements PrefetchParts<P, R, A> {
  declare readonly $prefetch: PrefetchParts<P, R, A>["$prefetch"];
  readonly #spec: PrefetchSpec;
  constructor(path: P, query?: RowsOf<R>, options: { readonly toAttr?: A | undefined } = {}) {
    if (typeof path !== "string" || path === "") throw new FieldError(`Prefetch takes the path of a relation, not ${describe(path)}`);
    const state = query === undefined ? null : queryStateOf(query);
    if (state === undefined) throw new FieldError(`Prefetch("${path}") takes a QuerySet, not ${describe(query)}`);
    if (state !== null && state.values !== null)
      throw new FieldError(`Prefetch("${path}"): its queryset gives plain values; related objects are needed, leave values() out`);
    const toAttr = options.toAttr ?? null;
    if (toAttr !== null) checkName(toAttr, `Prefetch("${path}"), toAttr`);
    this.#spec = Object.freeze({ path, state, toAttr });
  }
  /** @internal */
  static specOf(value: unknown): PrefetchSpec | undefined {
    return typeof value === "object" && value !== null && #spec in value ? value.#spec : undefined;
  }
}
