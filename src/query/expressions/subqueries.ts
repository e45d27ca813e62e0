/** Nested queries: `Subquery`, `Exists`, and `OuterRef` for fields of the enclosing query. */

import { FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { queryStateOf } from "../rows.js";
import type { QueryState } from "../state.js";
import type { ExistsFunction, OuterRefFunction, SubqueryFunction } from "../typing/basic-functions.js";
import { Condition, Expression } from "./expression.js";

const stateOf = (query: unknown, label: string): QueryState => {
  const state = queryStateOf(query);
  if (state === undefined)
    throw new FieldError(`${label} takes a QuerySet, such as Post.objects.filter({ author: OuterRef("pk") }), not ${describe(query)}`);
  return state;
};

/**
 * A field of the enclosing query, like Django's `OuterRef`; `OuterRef(OuterRef("pk"))` goes two queries out.
 * @function
 * @example User.objects.filter(Exists(Post.objects.filter({ author: OuterRef("pk") })))
 *          // WHERE EXISTS (SELECT 1 FROM posts WHERE posts.author_id = users.id)
 */
export const OuterRef: OuterRefFunction = (path) => {
  const inner = Expression.nodeOf(path);
  if (inner?.kind === "outer") return new Expression({ kind: "outer", path: inner.path, depth: inner.depth + 1 }) as never;
  if (typeof path !== "string" || path === "") throw new FieldError(`OuterRef takes the path of a field, not ${describe(path)}`);
  return new Expression({ kind: "outer", path, depth: 1 }) as never;
};

/**
 * The value of a query with one column, which must be limited to one row. Like Django's `Subquery`.
 * @function
 * @example User.objects.annotate({ latest: Subquery(Post.objects.filter({ author: OuterRef("pk") }).orderBy("-id").valuesList("title").limit(1)) })
 *          // SELECT …, (SELECT title FROM posts WHERE posts.author_id = users.id ORDER BY id DESC LIMIT 1) FROM users
 * @throws FieldError if the argument is not a queryset
 */
export const Subquery: SubqueryFunction = (query) => new Expression({ kind: "subquery", state: stateOf(query, "Subquery") }) as never;

/**
 * Whether the query has any row; `.not()` is NOT EXISTS. Like Django's `Exists`.
 * @function
 * @example User.objects.filter(Exists(Post.objects.filter({ author: OuterRef("pk") })))
 *          // WHERE EXISTS (SELECT 1 FROM posts WHERE posts.author_id = users.id)
 * @throws FieldError if the argument is not a queryset
 */
export const Exists: ExistsFunction = (query) => new Condition({ kind: "exists", state: stateOf(query, "Exists") }) as never;
