/** The UPDATE that moves members of a one-to-many collection that were given by their keys. */

import { DoesNotExist } from "../../../errors.js";
import { keyCell } from "../../../metadata/keys.js";
import type { FieldMeta, ToManyMeta } from "../../../metadata/model-meta.js";
import { planSelect, planUpdate } from "../../../query/planner.js";
import type { Core } from "../../core/core.js";
import { load, stateWhere, type Entries } from "../../reading/find-instances.js";
import { bind, run } from "../../statements/send.js";
import { held } from "../../tracking/changes.js";
import type { KeyReassignment } from "../work/work.js";

/** The field whose values are the keys that were given. */
export const keyField = ({ target }: ToManyMeta): FieldMeta => target.primaryKey[0] as FieldMeta;

export const refuseMissing = (relation: ToManyMeta, keys: Iterable<unknown>, found: readonly unknown[]): void => {
  const field = keyField(relation);
  const present = new Set(found.map((key) => keyCell(key, field)));
  const missing = [...keys].filter((key) => !present.has(keyCell(key, field)));
  if (missing.length > 0) throw noSuch(relation, missing);
};

const noSuch = ({ name, owner, target }: ToManyMeta, keys: readonly unknown[]): DoesNotExist =>
  new DoesNotExist(
    `${owner.name}.${name} was given the ${keys.length === 1 ? "key" : "keys"} ${keys.map(String).join(", ")}, and there is no such ${target.name}: remove() what is not there`,
  );

/** Runs when the row of the new owner exists and that of the old one is not deleted yet. */
export const runReassignment = async (core: Core, { relation, owner, keys, joins }: KeyReassignment): Promise<void> => {
  const field = keyField(relation);
  const { via } = relation;
  const ownKey = held(owner, via.targetField);
  const which: Entries = [[`${field.name}__in`, keys], ...(joins ? [] : ([[via.field.name, ownKey]] as const))];
  const plan = planUpdate(stateWhere(relation.target, which), [[via.field.name, joins ? ownKey : null]], { all: true });
  const { affected } = await run(core, bind(core, plan), "write");
  if (!joins || affected === keys.length) return;
  // Keys alone: what is read now would outlive the rollback.
  const state = stateWhere(relation.target, [[`${field.name}__in`, keys]]);
  refuseMissing(relation, keys, await load(core, planSelect({ ...state, values: { items: [field.name], mode: "flat" } })));
};
