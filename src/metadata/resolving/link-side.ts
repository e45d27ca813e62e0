/** A many-to-many relation while it is resolved: where it is declared, and the two ends of its link model. */

import type { LinkDefinition } from "../definition.js";
import type { ModelMeta, ToOneMeta } from "../model-meta.js";
import type { Registration } from "../registrations.js";

export interface LinkSide {
  readonly registration: Registration;
  readonly name: string;
  readonly definition: LinkDefinition;
  readonly target: Registration;
}

/** As seen from one side: `near` leads to the model that declares the relation. */
export interface LinkEnds {
  readonly through: ModelMeta;
  readonly near: ToOneMeta;
  readonly far: ToOneMeta;
  readonly automatic: boolean;
}
