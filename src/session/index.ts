/** Public exports of the session for the layers above. */

export { atomic, databaseOf, openSession, sessionOf, type Session } from "./session.js";
export type { SessionOptions } from "./core/core.js";
export { baseHooks } from "./tracking/overrides.js";
export { deleteObject, restoreObject, saveObject } from "./writes/save.js";
export { loadColumns, refreshObject } from "./queries/refresh.js";
export { objectState } from "./reading/object-state.js";
export { keyOf, setValues } from "./writes/set-values.js";
export { prefetchObjects } from "./queries/prefetch.js";
export { assignRelated, collectionAdd, collectionClear, collectionRemove, collectionSet } from "./relationships/index.js";
