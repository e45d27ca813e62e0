/** The session's face for the rooms above. */

export { atomic, databaseOf, openSession, sessionOf, type Session } from "./session.js";
export type { SessionOptions } from "./core.js";
export { baseHooks } from "./hooks.js";
export { deleteObject, restoreObject, saveObject } from "./saving.js";
export { loadColumns, refreshObject } from "./refreshing.js";
export { keyOf, setValues } from "./setting.js";
export { prefetchObjects } from "./prefetching.js";
export { assignRelated, collectionAdd, collectionClear, collectionRemove, collectionSet } from "./relationships/index.js";
