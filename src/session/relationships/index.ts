/** Entry point for relation accessors: one function per kind of change. */

import type { AnyOfMeta, ReverseOneMeta, ToOneMeta } from "../../metadata/model-meta.js";
import { assignReverseOne } from "./reverse-one.js";
import { assignAnyOf, assignToOne } from "./to-one.js";

export { collectionAdd, collectionClear, collectionRemove, collectionSet } from "./collections.js";

const assigners: { readonly [K in "toOne" | "reverseOne" | "anyOf"]: (object: object, relation: never, value: object | null) => void } = {
  toOne: (object, relation: ToOneMeta, value) => assignToOne(object, relation, value),
  reverseOne: (object, relation: ReverseOneMeta, value) => assignReverseOne(object, relation, value),
  anyOf: (object, relation: AnyOfMeta, value) => assignAnyOf(object, relation, value),
};

/** `post.author = user`, `user.profile = profile`, `comment.about = photo`, or null. */
export const assignRelated = (object: object, relation: ToOneMeta | ReverseOneMeta | AnyOfMeta, value: object | null): void =>
  assigners[relation.kind](object, relation as never, value);
