/** Public exports of loading: rows become instances or values, with relations loaded in advance or on access. */

export { loadInstances } from "./hydrate.js";
export { unreadable } from "./unreadable.js";
export { decodeCells, decodeValues } from "./values.js";
export { prefetch, prefetchMissing } from "./prefetch.js";
export { loadRelation, loadedRelation } from "./batch.js";
export { collectionOf, valueOf } from "./attach.js";
export { baseMark } from "./base-mark.js";
export { checkClass, populate } from "./populate.js";
export { StateHolder, installMetadata, stateOf } from "./instance.js";
export type { CollectionChanges, CollectionState, SavedCollection } from "./collection-state.js";
export type { InstanceOwner, InstanceState, InstanceStatus, RelatedObjects } from "./instance.js";
export type { InstanceStore, InstanceTable, LoadContext, PlanRunner } from "./contracts.js";
