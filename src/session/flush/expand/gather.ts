/** Finds what a flush has to do: new objects, changed ones, deletions ones, and links. */

import type { FieldMeta, ManyToManyMeta, ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { stateOf, type CollectionState, type InstanceState } from "../../../loading/index.js";
import { changedFields, held, isChanged, isUnchanged } from "../../tracking/changes.js";
import type { Core, RunningFlush } from "../../core/core.js";
import { collectDeletions, type Deletions } from "./cascade-delete.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { collectReassignments, withoutDeletedOwners } from "./reassign-by-key.js";
import { keyHeldBy } from "../../tracking/row-keys.js";
import { findInstances } from "../../reading/find-instances.js";
import { collectionRemove } from "../../relationships/collections.js";
import { unresolvedTarget } from "../../core/reference-keys.js";
import { releaseMember } from "../../relationships/reverse-one.js";
import { belongsTo, displaceMember, inTheWay } from "../../relationships/to-one.js";
import { add } from "../../relationships/cascade-add.js";
import { detach } from "../../rollback/restore.js";
import {
  softDeleteOf,
  deleteOf,
  insertOf,
  replacementOf,
  updateOf,
  type CollectionMark,
  type LinkWork,
  type RowWork,
  type Work,
} from "../work/work.js";

/** Null: everything; else only these objects and what they depend on. */
export type Subset = ReadonlySet<object> | null;

export const nothingToDo = (core: Core): boolean => {
  if (
    core.pending.size > 0 ||
    core.deleting.size > 0 ||
    core.collections.size > 0 ||
    core.forcedUpdates.size > 0 ||
    core.replacedReverseOnes.size > 0
  )
    return false;
  return !anyChanged(core);
};

/** The same for some objects. */
export const nothingToDoFor = (core: Core, objects: ReadonlySet<object>): boolean => {
  for (const object of objects) {
    const state = stateOf(object) as InstanceState;
    if (state.status !== "persistent" || state.deleting || core.forcedUpdates.has(object) || !isUnchanged(object, state)) return false;
  }
  return true;
};

const hasChanged = (object: object): boolean => !isUnchanged(object, stateOf(object) as InstanceState);

const anyChanged = (core: Core): boolean => {
  for (const meta of core.map.models()) if (core.map.some(meta, hasChanged)) return true;
  return false;
};

export const collectWork = async (core: Core, subset: Subset, running: RunningFlush): Promise<Work> => {
  if (subset === null) await emptyCleared(core);
  if (core.replacedReverseOnes.size > 0) await releaseReplaced(core);
  const moves = subset === null ? await collectReassignments(core) : [];
  const links = subset === null ? collectLinks(core) : [];
  const wanted = subset === null ? null : withDependencies(subset);
  const changed = collectChanged(core, wanted);
  const collections = subset === null ? marksOf(core) : [];
  const deletions = await collectDeletions(core, deletionRoots(core, wanted, changed), running.countsAll);
  // In a later round they point elsewhere already.
  for (const object of deletions.clearedReferences) running.clearedReferences.add(object);
  for (const object of running.clearedReferences)
    if (!changed.has(object) && stateOf(object)?.status === "persistent" && stateOf(object)?.owner === core) recordChanged(object, changed);
  return {
    rows: rowsOf(core, wanted, changed, deletions),
    links: withoutDeleted(links, deletions),
    collections,
    bulkActions: deletions.bulkActions,
    reassignments: withoutDeletedOwners(moves, (owner) => deletions.index.get(owner) === "hard"),
  };
};

type Changed = Map<object, readonly FieldMeta[]>;

/** Gives the list of what has changed: rows changed in the same fields share one, `like` if that is it. */
const recordChanged = (object: object, changed: Changed, like: readonly FieldMeta[] | null = null): readonly FieldMeta[] | null => {
  const found = changedFields(object, stateOf(object) as InstanceState);
  if (found === null) return like;
  const fields = like !== null && isSameList(found, like) ? like : found;
  changed.set(object, fields);
  return fields;
};

const isSameList = (a: readonly FieldMeta[], b: readonly FieldMeta[]): boolean => {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

const collectChanged = (core: Core, wanted: Subset): Changed => {
  const changed: Changed = new Map();
  let last: readonly FieldMeta[] | null = null;
  // Asked of everything that is tracked, most of which has not changed; "no" goes on to the next.
  const look = (object: object): boolean => {
    const state = stateOf(object) as InstanceState;
    // What goes is not written once more.
    if (!isUnchanged(object, state) && !(state.deleting && state.meta.softDeleteField === null))
      last = recordChanged(object, changed, last);
    return false;
  };
  if (wanted === null) for (const meta of core.map.models()) core.map.some(meta, look);
  else for (const object of wanted) if ((stateOf(object) as InstanceState).status === "persistent") look(object);
  for (const [object, limit] of core.fieldLimits) keepOnly(object, limit, changed);
  for (const object of core.forcedUpdates) if (!changed.has(object) && (wanted === null || wanted.has(object))) changed.set(object, []);
  return changed;
};

/** `save({ fields })` writes no others. */
const keepOnly = (object: object, limit: ReadonlySet<string>, changed: Changed): void => {
  const fields = changed.get(object)?.filter(({ name }) => limit.has(name));
  if (fields !== undefined && fields.length > 0) changed.set(object, fields);
  else changed.delete(object);
};

/** New objects that these point at must be written first, and who had the one place that they take. */
const withDependencies = (subset: ReadonlySet<object>): Set<object> => {
  const all = new Set(subset);
  for (const object of all) {
    const state = stateOf(object) as InstanceState;
    for (const relation of state.meta.relations.values()) {
      const target = relation.kind === "toOne" || relation.kind === "anyOf" ? unresolvedTarget(object, state, relation) : null;
      if (target !== null && stateOf(target)?.status === "pending") all.add(target);
      if (relation.kind === "toOne" && relation.unique) for (const holder of inTheWay(object, relation)) all.add(holder);
    }
  }
  return all;
};

const isOrphan = (object: object, fields: readonly FieldMeta[]): boolean => {
  const { orphaning } = modelInfoOf((stateOf(object) as InstanceState).meta);
  return orphaning.some((field) => fields.includes(field) && held(object, field) === null);
};

const deletionRoots = (core: Core, wanted: Subset, changed: Changed): object[] => {
  const objects: object[] = [];
  for (const object of core.deleting) if (wanted === null || wanted.has(object)) objects.push(object);
  for (const [object, fields] of changed) if (!core.deleting.has(object) && isOrphan(object, fields)) objects.push(object);
  return objects;
};

const rowsOf = (core: Core, wanted: Subset, changed: Changed, deletions: Deletions): RowWork[] => {
  const rows: RowWork[] = [];
  const replaced = new Set<object>();
  for (const object of core.pending) {
    if (wanted !== null && !wanted.has(object)) continue;
    const state = stateOf(object) as InstanceState;
    const former = deletions.index.isEmpty ? null : formerRow(core, object, state.meta, deletions);
    if (former === null || replaced.has(former)) rows.push(insertOf(object, state));
    else {
      replaced.add(former);
      rows.push(replacementOf(object, state, fieldsOver(object, state, former), former));
    }
  }
  for (const [object, fields] of changed)
    if (!deletions.index.has(object) && !core.deleting.has(object)) rows.push(updateOf(object, stateOf(object) as InstanceState, fields));
  for (const { kind, objects } of deletions.index.groups())
    for (const object of objects) {
      const state = stateOf(object) as InstanceState;
      if (state.snapshot === null || state.status !== "persistent" || (replaced.size > 0 && replaced.has(object))) continue;
      if (kind === "hard") rows.push(deleteOf(object, state));
      else rows.push(softDeleteOf(object, state, [...new Set([...(changed.get(object) ?? []), state.meta.softDeleteField as FieldMeta])]));
    }
  return rows;
};

/** A new object whose key is that of a row about to go takes that row over. */
const formerRow = (core: Core, object: object, meta: ModelMeta, deletions: Deletions): object | null => {
  const key = keyHeldBy(meta, object);
  const former = key === null ? undefined : core.map.find(meta, key);
  return former !== undefined && deletions.index.get(former) === "hard" && stateOf(former)?.meta === meta ? former : null;
};

/** What the new object was not given stays in the row; where nothing differs the key is written, since the row must still be there. */
const fieldsOver = (object: object, state: InstanceState, former: object): readonly FieldMeta[] => {
  const row = (stateOf(former) as InstanceState).snapshot as unknown[];
  const fields = state.meta.fields.filter((field) => {
    const owed = field.relation === null ? undefined : state.meta.relations.get(field.relation);
    if (held(object, field) === undefined)
      return (owed?.kind === "toOne" || owed?.kind === "anyOf") && unresolvedTarget(object, state, owed) !== null;
    return field.generated === null && !field.version && isChanged(object, field, row[field.position]);
  });
  return fields.length === 0 ? state.meta.primaryKey.slice(0, 1) : fields;
};

/** Members that a stored owner had all along are found now, so that they make room. */
const releaseReplaced = async (core: Core): Promise<void> => {
  for (const [owner, relations] of [...core.replacedReverseOnes]) {
    core.replacedReverseOnes.delete(owner);
    const state = stateOf(owner) as InstanceState;
    for (const relation of relations) {
      const now = state.related?.get(relation.name);
      if (state.owner !== core || state.snapshot === null || now === undefined) continue;
      const members = await findInstances(core, relation.target, [[relation.via.field.name, held(owner, relation.via.targetField)]]);
      for (const member of members) {
        if (member === now || !belongsTo(member, relation.via, owner)) continue;
        releaseMember(owner, relation, member);
        if (now !== null) displaceMember(member, now);
      }
      state.related?.set(relation.name, now);
    }
  }
};

/** clear() on a collection that was not loaded: its members are found now, so that each is released like one that was removed. */
const emptyCleared = async (core: Core): Promise<void> => {
  const cleared: CollectionState[] = [];
  for (const collection of core.collections) if (collection.cleared) cleared.push(collection);
  for (const collection of cleared) {
    const { relation, owner, added } = collection;
    if (relation.kind !== "toMany") continue;
    const state = stateOf(owner) as InstanceState;
    if (state.snapshot !== null) {
      const key = held(owner, relation.via.targetField);
      const members = await findInstances(core, relation.target, [[relation.via.field.name, key]]);
      core.journal.touch(owner, state);
      collection.cleared = false;
      collectionRemove(
        owner,
        relation,
        members.filter((member) => !added.has(member)),
      );
    }
    collection.cleared = false;
    if (!collection.isTouched) core.collections.delete(collection);
  }
};

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

const collectLinks = (core: Core): LinkWork[] => {
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
  return links.flatMap((work) => (work.relation.automatic ? [work] : [throughObjects(core, work)]));
};

/** A link model of the user's own: its rows are objects like any other. */
const throughObjects = (core: Core, work: LinkWork): LinkWork => {
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
        ...(isMember(member) ? { [relation.far.name]: member } : { [relation.far.field.name]: member }),
      }),
    );
  }
  return { ...work, added: [] };
};
const isMember = (member: unknown): member is object => typeof member === "object" && member !== null && stateOf(member) !== undefined;

const isLink = (object: object, relation: ManyToManyMeta, owner: object, member: unknown): boolean => {
  const related = stateOf(object)?.related;
  return (
    related?.get(relation.near.name) === owner &&
    (isMember(member) ? related.get(relation.far.name) === member : held(object, relation.far.field) === member)
  );
};

/** Rows that go take their links along. */
const withoutDeleted = (links: readonly LinkWork[], deletions: Deletions): readonly LinkWork[] => {
  if (links.length === 0 || deletions.index.isEmpty) return links;
  const stays = (member: unknown): boolean => !isMember(member) || deletions.index.get(member) !== "hard";
  return links.filter(({ owner }) => stays(owner)).map((work) => ({ ...work, added: work.added.filter(stays) }));
};

const marksOf = (core: Core): CollectionMark[] => {
  const marks: CollectionMark[] = [];
  for (const collection of core.collections) {
    const { owner, snapshot } = stateOf(collection.owner) as InstanceState;
    if (owner === core) marks.push({ collection, changes: collection.changes(), ofNew: snapshot === null });
  }
  return marks;
};

/** A flush has written what stood in this collection when it began; what came since stays. */
export const settleCollection = (core: Core, { collection, changes, ofNew }: CollectionMark): void => {
  const { added, removed, addedKeys, removedKeys, cleared } = changes;
  const state = stateOf(collection.owner) as InstanceState;
  // An owner that this flush has inserted was noted then.
  if (!ofNew || state.snapshot === null) core.journal.touch(collection.owner, state);
  if (collection.relation.kind === "toMany" && collection.items !== null)
    followRawKeys(collection, collection.relation.via, [...added, ...removed]);
  for (const member of added) if (stateOf(member)?.status !== "transient") collection.added.delete(member);
  for (const member of removed) collection.removed.delete(member);
  for (const key of addedKeys) collection.addedKeys.delete(key);
  for (const key of removedKeys) collection.removedKeys.delete(key);
  // Members known by key only: the list is asked for again when it is wanted.
  if (addedKeys.length > 0) collection.items = null;
  if (cleared) collection.cleared = false;
  if (!collection.isTouched) core.collections.delete(collection);
};

/** A key that was assigned over an addition or a removal is the truth: the list agrees with it from now on. */
const followRawKeys = (collection: CollectionState, via: ToOneMeta, members: readonly object[]): void => {
  for (const member of members) {
    const belongs = belongsTo(member, via, collection.owner) && stateOf(member)?.status === "persistent";
    const listed = collection.items?.includes(member) === true;
    if (belongs && !listed) collection.items?.push(member);
    else if (!belongs && listed && stateOf(member)?.status === "persistent")
      collection.items = collection.items?.filter((item) => item !== member) ?? null;
  }
};

/** An object that was added and deleted again before any flush is simply not there. */
export const withdraw = (core: Core, object: object, state: InstanceState): void => {
  core.journal.touch(object, state);
  detach(core, object);
};
