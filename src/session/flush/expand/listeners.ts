/** Tells which models have user code that runs when their rows change; the session must load the objects of such rows. */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import type { Core } from "../../core/core.js";
import { isOf } from "../../tracking/identity-map.js";
import { hasInstances, overridesOf } from "../../tracking/overrides.js";
import type { WritePolicy } from "../work/policy.js";

/** The classes that rows of a relation's owner may have. */
const classesOf = (owner: ModelMeta): readonly ModelMeta[] =>
  owner.subtypes === null ? [owner] : [...owner.subtypes.byName.values()].filter((meta) => isOf(meta, owner));

/** Whether user code is notified when a row of this model is deleted or saved. */
export const hasListeners = (core: Core, { hooks }: WritePolicy, owner: ModelMeta, what: "delete" | "save"): boolean =>
  hooks &&
  hasInstances(owner) &&
  classesOf(owner).some(
    (meta) => overridesOf(meta)[what] || core.signals.has(`pre_${what}`, meta.ctor) || core.signals.has(`post_${what}`, meta.ctor),
  );

/** Whether user code checks what is written. */
export const hasCleanHook = (owner: ModelMeta): boolean => classesOf(owner).some((meta) => overridesOf(meta).clean);
