/** `prefetchRelated(db, objects, …)`: like the QuerySet method, for objects that are already loaded. */

import { prefetchObjects } from "../session/index.js";
import type { Session } from "../session/typing/session.js";
import type { AnyPrefetch, PrefetchArg } from "../query/typing/prefetch.js";
import type { Loaded, Prefetched } from "./typing/relations.js";

/**
 * Loads relations of instances, with one statement per relation and level; loaded relations are not read again. Returns the same instances,
 * typed as loaded.
 *
 * @example const users = await User.objects.fetch(db);
 *          const loaded = await prefetchRelated(db, users, "posts__tags");
 *          // SELECT … FROM posts WHERE author_id = ANY($1); SELECT … FROM tags JOIN posts_tags …
 * @throws FieldError for a name that is not a relation
 */
export const prefetchRelated = async <I extends object, const P extends readonly (string | AnyPrefetch)[]>(
  db: Session,
  objects: readonly I[],
  ...paths: { [K in keyof P]: PrefetchArg<I, P[K]> }
): Promise<(P extends readonly string[] ? Loaded<I, P[number]> : Prefetched<I, P>)[]> => {
  await prefetchObjects(db, objects, paths);
  return objects as never;
};
