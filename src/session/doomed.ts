/** Which rows a deletion takes along: orphans, and dependants that the database will not handle by itself. */

import type { AnyOfMeta, FieldMeta, ModelMeta, ToOneMeta } from "../metadata/model-meta.js";
import { referenceOf } from "../metadata/references.js";
import { stateOf, type InstanceState } from "../loading/index.js";
import { ForeignKeyViolation } from "../errors.js";
import { held } from "./changes.js";
import type { Core } from "./core.js";
import { relationsToMeet } from "./dividing.js";
import { Fates, type Fate, type FateGroup } from "./fates.js";
import { keyOfSnapshot, nameOf } from "./keys.js";
import { findInstances, type Entries } from "./reading.js";
import { canSweep, explained, type Sweep } from "./sweeping.js";
import { leftValue, typeNameOf } from "./relationships/keys.js";
import { valuesOf } from "./persist/table.js";

export interface Doomed {
  readonly fates: Fates;
  /** Found dependants whose reference becomes null, or its default. */
  readonly released: Set<object>;
  /** Dependants that need not be found. */
  readonly sweeps: Sweep[];
}

export const fateOf = (core: Core, object: object, meta: ModelMeta): Fate =>
  meta.softDeleteField !== null && !core.hard.has(object) ? "mark" : "row";

/** Everything that goes with these objects, each given once, dependants of dependants included; with `all`, also what the database would take along by itself. */
export const doom = async (core: Core, objects: readonly object[], all = false): Promise<Doomed> => {
  const doomed: Doomed = { fates: new Fates(), released: new Set(), sweeps: [] };
  if (objects.length === 0) return doomed;
  let wave = groupsOf(core, objects, null);
  const going = new Set<ModelMeta>();
  for (const { meta, fate } of wave) if (fate === "row") going.add(meta);
  const division: Division = { met: relationsToMeet(core, going), all };
  while (wave.length > 0) {
    for (const group of wave) doomed.fates.add(group);
    const found = new Map<object, Fate>();
    for (const group of wave)
      for (const [object, fate] of await dependantsOf(core, group, doomed, division))
        if (!doomed.fates.has(object)) found.set(object, fate);
    wave = groupsOf(core, [...found.keys()], found);
  }
  return doomed;
};

interface Division {
  /** Relations whose rows the session finds. */
  readonly met: ReadonlySet<ToOneMeta>;
  /** Rows that the database would take along are found too. */
  readonly all: boolean;
}

const metaOf = (object: object): ModelMeta => (stateOf(object) as InstanceState).meta;

/** `fates`: what was found to become of them; where it is null, what their models say. */
const groupsOf = (core: Core, objects: readonly object[], fates: ReadonlyMap<object, Fate> | null): FateGroup[] => {
  const groups: FateGroup[] = [];
  let last: FateGroup | undefined;
  for (let at = 0; at < objects.length; at++) {
    const object = objects[at] as object;
    const meta = metaOf(object);
    const fate = fates?.get(object) ?? fateOf(core, object, meta);
    if (last === undefined || last.meta !== meta || last.fate !== fate) {
      last = groups.find((group) => group.meta === meta && group.fate === fate);
      if (last === undefined) groups.push((last = { meta, fate, objects: [] }));
    }
    last.objects.push(object);
  }
  return groups;
};

const dependantsOf = async (
  core: Core,
  { meta, fate, objects }: FateGroup,
  doomed: Doomed,
  { met, all }: Division,
): Promise<[object, Fate][]> => {
  const found: [object, Fate][] = [];
  for (const relation of meta.dependants()) {
    // The constraint does it, unless the row stays: then there is nothing that the database would react to.
    if (fate === "row" && !met.has(relation) && !(all && relation.onDelete === "cascade")) continue;
    const keys = keysOf(objects, relation.targetField);
    if (fate === "row" && canSweep(core, relation)) doomed.sweeps.push({ relation, keys });
    else found.push(...(await meet(core, relation, fate, keys, [], doomed)));
  }
  for (const relation of meta.anyOfDependants()) {
    const name = typeNameOf(relation, meta);
    const key = meta.primaryKey[0];
    if (name !== undefined && key !== undefined)
      found.push(...(await meet(core, relation, fate, keysOf(objects, key), [[relation.typeField.name, name]], doomed)));
  }
  return found;
};

const keysOf = (objects: readonly object[], field: FieldMeta): unknown[] =>
  objects.map((object) => valuesOf([field], (stateOf(object) as InstanceState).snapshot ?? [])[0]);

/** What the relation says about rows that refer to what goes. */
const meet = async (
  core: Core,
  relation: ToOneMeta | AnyOfMeta,
  fate: Fate,
  keys: readonly unknown[],
  also: Entries,
  doomed: Doomed,
): Promise<[object, Fate][]> => {
  const { onDelete, owner } = relation;
  if (
    onDelete === "nothing" ||
    (fate === "mark" && (onDelete === "setNull" || onDelete === "setDefault" || (onDelete === "cascade" && owner.softDeleteField === null)))
  )
    return [];
  const field = referenceOf(relation);
  const found = await explained(relation, findInstances(core, owner, [[`${field.name}__in`, keys], ...also]));
  const rows = found.filter((object) => concerned(object, field, owner, fate));
  const left = rows.filter((object) => !doomed.fates.has(object) && !core.deleting.has(object));
  switch (onDelete) {
    case "cascade":
      return rows.map((object) => [object, fate]);
    case "setNull":
    case "setDefault":
      for (const object of left) release(core, object, relation, doomed);
      return [];
    case "protect":
    case "restrict":
      if (left.length > 0) throw protectedBy(relation, left);
      return [];
  }
};

/** A row that was moved away in memory no longer depends; one that is marked already does not stop a deletion that only marks. */
const concerned = (object: object, field: FieldMeta, owner: ModelMeta, fate: Fate): boolean => {
  const state = stateOf(object) as InstanceState;
  const value = held(object, field);
  if (value === null || (state.snapshot !== null && value !== valuesOf([field], state.snapshot)[0])) return false;
  return fate === "row" || owner.softDeleteField === null || held(object, owner.softDeleteField) === null;
};

const release = (core: Core, object: object, relation: ToOneMeta | AnyOfMeta, doomed: Doomed): void => {
  const state = stateOf(object) as InstanceState;
  for (const field of relation.kind === "toOne" ? [relation.field] : [relation.typeField, relation.keyField])
    core.journal.fill(object, state, field, leftValue(relation, field));
  doomed.released.add(object);
};

const protectedBy = (relation: ToOneMeta | AnyOfMeta, objects: readonly object[]): ForeignKeyViolation => {
  const names = objects.slice(0, 3).map((object) => {
    const state = stateOf(object) as InstanceState;
    return nameOf(state.meta, state.snapshot === null ? null : keyOfSnapshot(state.meta, state.snapshot));
  });
  const more = objects.length > 3 ? ` and ${objects.length - 3} more` : "";
  const field = referenceOf(relation);
  return new ForeignKeyViolation(
    `cannot delete: ${names.join(", ")}${more} still refer to it by ${relation.owner.name}.${relation.name} (onDelete: "${relation.onDelete}"); delete or move them first`,
    { table: relation.owner.table, columns: [field.column] },
  );
};
