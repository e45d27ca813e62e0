/** The column that holds a relation's reference. */

import type { AnyOfMeta, FieldMeta, ToOneMeta } from "./model-meta.js";

export const referenceOf = (relation: ToOneMeta | AnyOfMeta): FieldMeta => (relation.kind === "toOne" ? relation.field : relation.keyField);
