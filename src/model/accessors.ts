/**
 * Relation accessors on the prototype of a model's base class: reading returns the loaded object or a reference, assigning goes through the
 * session.
 */

import { SessionError } from "../errors.js";
import { stateOf, type InstanceState } from "../loading/index.js";
import type { ManyToManyMeta, RelationMeta, ToManyMeta } from "../metadata/model-meta.js";
import { assignRelated } from "../session/index.js";
import { readOne } from "./ref.js";
import { relatedManager } from "./related-manager.js";

const relationOf = (object: object, name: string): RelationMeta =>
  (stateOf(object) as InstanceState).meta.relations.get(name) as RelationMeta;

const isCollection = (relation: RelationMeta): relation is ToManyMeta | ManyToManyMeta =>
  relation.kind === "toMany" || relation.kind === "manyToMany";

const read = (object: object, name: string): unknown => {
  const relation = relationOf(object, name);
  return isCollection(relation) ? relatedManager(object, relation) : readOne(object, relation);
};

const assign = (object: object, name: string, value: unknown): void => {
  const relation = relationOf(object, name);
  if (isCollection(relation)) {
    const where = `${relation.owner.name}.${name}`;
    throw new SessionError(
      `${where} is a collection and cannot be assigned: use ${name}.add(…), ${name}.remove(…) or await ${name}.set([…])`,
    );
  }
  assignRelated(object, relation, value as object | null);
};

/** Defines the accessor of one relation; nothing is resolved before it is used. */
export const defineRelation = (prototype: object, name: string): void => {
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: false,
    get(this: object) {
      // Debuggers read properties of the prototype itself, which has no state.
      return stateOf(this) === undefined ? undefined : read(this, name);
    },
    set(this: object, value: unknown) {
      assign(this, name, value);
    },
  });
};
