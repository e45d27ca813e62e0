/** Finds the links that many-to-many collections gain and lose. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { ManyToManyMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { isInstance, type Core } from "../../core/core.js";
import type { Expansion, LinkWork } from "../work/work.js";

/** Which column leads says in which order the two ends of a link row are told, so that both sides of a relation mean the same row. */
const leads = (relation: ManyToManyMeta): boolean => relation.symmetrical || relation.near.field.position < relation.far.field.position;

class Pairs {
  readonly #seen = new Map<ModelMeta, Map<unknown, Set<unknown>>>();
  /** True the first time that this link is met. */
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

/** What is gone already took its links along. */
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

/** A deleted row takes its links along; the links of a model of the user's own are written as objects of that model. */
export const writtenLinks = (links: readonly LinkWork[], { deletions }: Expansion): readonly LinkWork[] => {
  if (links.length === 0) return links;
  const stays = (member: unknown): boolean => !isInstance(member) || deletions.get(member) !== "hard";
  const asRows = links.map((work) => (work.relation.automatic ? work : { ...work, added: [], cleared: false }));
  if (deletions.isEmpty) return asRows;
  return asRows.filter(({ owner }) => stays(owner)).map((work) => ({ ...work, added: work.added.filter(stays) }));
};
