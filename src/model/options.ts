/** `index`, `unique` and `check` with types that check names against the model. */

import { check as makeCheck, index as makeIndex, unique as makeUnique } from "../metadata/index.js";
import type { CheckFunction, IndexFunction, UniqueFunction } from "./typing/options.js";

/**
 * Declares an index in a model's options: `indexes: [index("author", "-createdAt")]`.
 *
 * ```sql
 * CREATE INDEX "posts_author_id_created_at_idx" ON "posts" ("author_id", "created_at" DESC)
 * ```
 * @function
 */
export const index = makeIndex as unknown as IndexFunction;
/**
 * Declares a unique constraint over several fields: `constraints: [unique("author", "slug")]`. Soft-deleted rows do not count.
 * @function
 */
export const unique = makeUnique as unknown as UniqueFunction;
/**
 * Declares a CHECK constraint: `constraints: [check("title_not_empty", { title__ne: "" })]`.
 * @function
 */
export const check = makeCheck as unknown as CheckFunction;
