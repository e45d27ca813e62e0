/** Relations that store a reference: `foreignKey`, `oneToOne` and `anyOf`. */

import type { AnyOfMeta, FieldMeta, ToOneMeta } from "../model-meta.js";
import { keyName } from "../names.js";
import type { Registration } from "../registrations.js";
import { type Context, type Draft, metaIn, type Mutable, refuse, targetOf } from "./context.js";

export const resolveReferences = (context: Context, draft: Draft): void => {
  const { registration, meta, relations } = draft;
  for (const [name, definition] of registration.definitions) {
    if (definition.kind === "reference") {
      const target = metaIn(context, targetOf(registration, name, definition.target));
      const relation: Mutable<ToOneMeta> = {
        kind: "toOne",
        name,
        owner: meta,
        target,
        inverse: null,
        field: fieldNamed(draft, keyName(name)),
        targetField: target.primaryKey[0] ?? refuse(registration, name, `${target.name} has no key`),
        nullable: definition.nullable,
        unique: definition.unique || isWholeKey(draft, keyName(name)),
        onDelete: definition.onDelete,
        onDeleteBy: definition.onDeleteBy,
        onUpdate: definition.onUpdate,
        deferrable: definition.deferrable,
      };
      relations.set(name, relation);
    } else if (definition.kind === "anyOf") {
      const targets = Object.entries(definition.targets).map(
        ([key, target]) => [key, metaIn(context, targetOf(registration, name, target))] as const,
      );
      const [first] = targets;
      if (first === undefined) refuse(registration, name, "leads to no model");
      else {
        const relation: AnyOfMeta = {
          kind: "anyOf",
          name,
          owner: meta,
          target: first[1],
          inverse: null,
          targets: new Map(targets),
          typeField: fieldNamed(draft, `${name}Type`),
          keyField: fieldNamed(draft, keyName(name)),
          nullable: definition.nullable,
          onDelete: definition.onDelete,
        };
        relations.set(name, Object.freeze(relation));
      }
    }
  }
};

const fieldNamed = ({ registration, meta }: Draft, name: string): FieldMeta =>
  meta.fieldsByName.get(name) ?? refuse(registration, name, "has no column");

/** A reference that is the whole primary key is unique. */
const isWholeKey = ({ meta }: Draft, name: string): boolean => meta.primaryKey.length === 1 && meta.primaryKey[0]?.name === name;

/** Names of the foreign keys among definitions. */
export const referenceNames = (definitions: Registration["definitions"]): readonly string[] =>
  [...definitions].filter(([, definition]) => definition.kind === "reference").map(([name]) => name);
