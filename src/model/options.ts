/** `index`, `unique` and `check` with the types that check their names against the model. */

import { check as makeCheck, index as makeIndex, unique as makeUnique } from "../metadata/index.js";
import type { CheckFunction, IndexFunction, UniqueFunction } from "./typing/options.js";

/**
 * An index, in a model's options: `indexes: [index("author", "-createdAt")]`.
 *
 * ```sql
 * CREATE INDEX "posts_author_id_created_at_idx" ON "posts" ("author_id", "created_at" DESC)
 * ```
 * @function
 */
export const index = makeIndex as unknown as IndexFunction;
/**
 * No two rows have the same values in all of these: `constraints: [unique("author", "slug")]`. Rows that are soft-deleted do not count.
 * @function
 */
export const unique = makeUnique as unknown as UniqueFunction;
/**
 * Every row passes this filter: `constraints: [check("title_not_empty", { title__ne: "" })]`.
 * @function
 */
export const check = makeCheck as unknown as CheckFunction;
