/** Loads relations for objects that are already in memory. */

import { FieldError, SessionError } from "../../errors.js";
import { listGiven } from "../../metadata/argument.js";
import { prefetchMissing } from "../../loading/index.js";
import { prefetchTree } from "../../query/planning/requests/prefetch-tree.js";
import { Prefetch } from "../../query/prefetch.js";
import { describe } from "../../support/describe.js";
import { autoflush } from "./autoflush.js";
import { assertOpen, assertTracked } from "../core/core.js";
import { coreOfSession } from "../core/session-handle.js";
import { contextOf } from "../reading/find-instances.js";

const everything = { models: new Set<never>(), fields: new Set<never>(), everything: true };

/** Sends one query per relation and level for these objects, which are tracked instances of one model. */
export const prefetchObjects = async (db: unknown, objects: readonly object[], paths: readonly unknown[]): Promise<void> => {
  const core = coreOfSession(db);
  if (core === null) throw new SessionError(`prefetchRelated takes the session first, got ${describe(db)}`);
  assertOpen(core);
  const states = listGiven("prefetchRelated()", objects, "instances").map((object) => assertTracked(core, object));
  const [first] = states;
  const specs = paths.map((path) => {
    const spec = Prefetch.specOf(path) ?? path;
    if (typeof spec !== "string" && Prefetch.specOf(path) === undefined)
      throw new FieldError(`prefetchRelated takes relation paths and Prefetch objects, got ${describe(path)}`);
    return spec as string;
  });
  if (first === undefined) return;
  const other = states.find((state) => state.meta !== first.meta && state.meta.subtypes?.base !== first.meta.subtypes?.base);
  if (other !== undefined)
    throw new FieldError(`prefetchRelated takes objects of one model, got ${first.meta.name} and ${other.meta.name}`);
  const nodes = prefetchTree(first.meta, specs);
  await autoflush(core, everything, false);
  await prefetchMissing([...new Set(objects)], nodes, contextOf(core));
};
