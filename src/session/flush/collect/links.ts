/** Finds the links that many-to-many collections gain and lose. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { ManyToManyMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { isInstance, type Core } from "../../core/core.js";
import type { Expansion, LinkWork } from "../work/work.js";

/** Whether the owner is the first of a link's two ends. Fixed by column order, so that both sides of a relation identify the same row. */
const leads = (relation: ManyToManyMeta): boolean => relation.symmetrical || relation.near.field.position < relation.far.field.position;

class Pairs {
  readonly #seen = new Map<ModelMeta, Map<unknown, Set<unknown>>>();
  /** Returns true the first time a link is seen. */
  first(relation: ManyToManyMeta, owner: object, member: unknown): boolean {
    const [a, b] = leads(relation) ? [owner, member] : [member, owner];
    let table = this.#seen.get(relation.through);
    if (table === undefined) this.#seen.set(relation.through, (table = new Map()));
    let ends = table.get(a);
    if (ends === undefined) table.set(a, (ends = new Set()));
    if (ends.has(b)) return false;
    ends.add(b);
    return true;
  }
}

/** Links of a deleted row are already gone. */
const canBeLinked = (core: Core, object: object): boolean => {
  const state = stateOf(object) as InstanceState;
  return state.owner === core && state.status !== "deleted";
};

export const collectLinks = (core: Core): LinkWork[] => {
  const added = new Pairs();
  const removed = new Pairs();
  const links: LinkWork[] = [];
  for (const collection of core.collections) {
    const { relation, owner } = collection;
    if (relation.kind !== "manyToMany" || !canBeLinked(core, owner)) continue;
    const here = [...collection.added].filter((member) => canBeLinked(core, member));
    const work: LinkWork = {
      collection,
      relation,
      owner,
      added: [...here, ...collection.addedKeys].filter((member) => added.first(relation, owner, member)),
      removed: [...collection.removed, ...collection.removedKeys].filter((member) => removed.first(relation, owner, member)),
      cleared: collection.cleared,
    };
    if (work.added.length > 0 || work.removed.length > 0 || work.cleared) links.push(work);
  }
  return links;
};

/** Leaves out the links of deleted rows, which their deletion removes, and of user-defined link models, which are written as objects. */
export const writtenLinks = (links: readonly LinkWork[], { deletions }: Expansion): readonly LinkWork[] => {
  if (links.length === 0) return links;
  const stays = (member: unknown): boolean => !isInstance(member) || deletions.get(member) !== "hard";
  const asRows = links.map((work) => (work.relation.automatic ? work : { ...work, added: [], cleared: false }));
  if (deletions.isEmpty) return asRows;
  return asRows.filter(({ owner }) => stays(owner)).map((work) => ({ ...work, added: work.added.filter(stays) }));
};
