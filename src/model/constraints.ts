/** `index`, `unique` and `check` with names that the compiler checks where they stand; `metadata/` makes them. */

import * as metadata from "../metadata/options.js";
import type { CheckFunction, IndexFunction, UniqueFunction } from "./typing/options.js";

/**
 * An index over fields or references, `-` for descending.
 *
 * ```ts
 * class Post extends model<Post>("posts")({ … }, { indexes: [index("author", "-createdAt")] }) {}
 * // CREATE INDEX … ON "posts" ("author_id", "created_at" DESC)
 * ```
 */
export const index = metadata.index as unknown as IndexFunction;
/**
 * No two rows have the same values in all of these fields; rows that are soft-deleted do not count.
 *
 * ```ts
 * class Post extends model<Post>("posts")({ … }, { constraints: [unique("author", "slug")] }) {}
 * // UNIQUE ("author_id", "slug")
 * ```
 */
export const unique = metadata.unique as unknown as UniqueFunction;
/**
 * Every row passes this filter over its own columns.
 *
 * ```ts
 * class Post extends model<Post>("posts")({ … }, { constraints: [check("title_not_empty", { title__ne: "" })] }) {}
 * // CONSTRAINT "title_not_empty" CHECK ("title" <> '')
 * ```
 */
export const check = metadata.check as unknown as CheckFunction;
