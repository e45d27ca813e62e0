/** Collects the work of a flush from memory and the expansion; pure, reads and sends nothing. */

import { stateOf, type InstanceState } from "../../../loading/index.js";
import type { Core } from "../../core/core.js";
import type { CollectionMark, Expansion, Work } from "../work/work.js";
import { collectLinks, writtenLinks } from "./links.js";
import { collectRows } from "./rows.js";

export const collectWork = (core: Core, expansion: Expansion): Work => {
  const whole = expansion.wanted === null;
  return {
    rows: collectRows(core, expansion),
    links: whole ? writtenLinks(collectLinks(core), expansion) : [],
    collections: whole ? marksOf(core) : [],
    bulkActions: expansion.bulkActions,
    reassignments: expansion.reassignments,
  };
};

const marksOf = (core: Core): CollectionMark[] => {
  const marks: CollectionMark[] = [];
  for (const collection of core.collections) {
    const { owner, snapshot } = stateOf(collection.owner) as InstanceState;
    if (owner === core) marks.push({ collection, changes: collection.changes(), ofNew: snapshot === null });
  }
  return marks;
};
