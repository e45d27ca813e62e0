/** What a planned statement reads, so that only pending changes that could alter its answer are flushed before it. */

import type { ReadSet } from "../../plan.js";
import type { PlanContext } from "../../resolve/scope/scope.js";

export const readsOf = (context: PlanContext): ReadSet => ({ models: context.models, fields: context.fields, everything: context.raw });
