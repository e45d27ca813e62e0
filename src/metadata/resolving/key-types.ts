/** The type of a reference: that of the target's key, which may itself be a reference. */

import { type ColumnType, types } from "../../sql/types.js";
import { allDefinitions, nameOf, type Registration, rootOf } from "../registrations.js";
import { refuse, targetOf } from "./context.js";

/** Names of the declared fields and relations that form the key; empty if an `id` is added. */
export const keyNames = (registration: Registration): readonly string[] =>
  [...allDefinitions(rootOf(registration))]
    .filter(([, definition]) => (definition.kind === "field" || definition.kind === "reference") && definition.primaryKey)
    .map(([name]) => name);

/** The column type of a reference to `target`; `from` and `name` identify the relation for messages. */
export const keyTypeOf = (target: Registration, from: Registration, name: string, trail: readonly Registration[] = []): ColumnType => {
  const [key, second] = keyNames(target);
  if (key === undefined) return types.wideInteger;
  if (second !== undefined)
    return refuse(
      from,
      name,
      `${nameOf(target)} has a key of several columns (${keyNames(target).join(", ")}), which a foreign key cannot refer to; give ${nameOf(target)} a key of one column and a unique constraint`,
    );
  const root = rootOf(target);
  const definition = root.definitions.get(key);
  if (definition?.kind === "field") return definition.type;
  if (definition?.kind !== "reference") return types.wideInteger;
  if (trail.includes(root))
    return refuse(
      from,
      name,
      `the keys of ${[...trail, root].map(nameOf).join(" → ")} refer to each other in a cycle, so none of them has a type`,
    );
  return keyTypeOf(targetOf(root, key, definition.target), root, key, [...trail, root]);
};
