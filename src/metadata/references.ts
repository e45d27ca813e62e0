/** Which column of a row holds the key of what a relation points at. */

import type { AnyOfMeta, FieldMeta, ToOneMeta } from "./model-meta.js";

export const referenceOf = (relation: ToOneMeta | AnyOfMeta): FieldMeta => (relation.kind === "toOne" ? relation.field : relation.keyField);
