/** Makes the objects of a link model that links of the user's own model are written as. */

import { stateOf } from "../../../loading/index.js";
import type { ManyToManyMeta } from "../../../metadata/model-meta.js";
import { isInstance, type Core } from "../../core/core.js";
import { add } from "../../relationships/cascade-add.js";
import { held } from "../../tracking/changes.js";
import { collectLinks } from "../collect/links.js";
import type { LinkWork } from "../work/work.js";

/** Links through a model of the user's own become objects like any other, pending until this flush writes them. */
export const addLinkObjects = (core: Core): void => {
  let through = false;
  for (const { relation } of core.collections) if (relation.kind === "manyToMany" && !relation.automatic) through = true;
  if (!through) return;
  for (const work of collectLinks(core)) if (!work.relation.automatic) throughObjects(core, work);
};

const throughObjects = (core: Core, work: LinkWork): void => {
  const { relation, owner } = work;
  for (const member of work.added) {
    const known = [...core.pending].some(
      (object) => object instanceof (relation.through.ctor as unknown as new () => object) && isLink(object, relation, owner, member),
    );
    if (known) continue;
    const Through = relation.through.ctor as unknown as new (values: Record<string, unknown>) => object;
    add(
      core,
      new Through({
        [relation.near.name]: owner,
        ...(isInstance(member) ? { [relation.far.name]: member } : { [relation.far.field.name]: member }),
      }),
    );
  }
};
const isLink = (object: object, relation: ManyToManyMeta, owner: object, member: unknown): boolean => {
  const related = stateOf(object)?.related;
  return (
    related?.get(relation.near.name) === owner &&
    (isInstance(member) ? related.get(relation.far.name) === member : held(object, relation.far.field) === member)
  );
};
