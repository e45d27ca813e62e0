/** The value of an unloaded to-one relation: an awaitable that stays the same object and never loads merely by being read. */

import { NotLoaded } from "../errors.js";
import { loadedRelation, stateOf, type InstanceState } from "../loading/index.js";
import type { AnyOfMeta, RelationMeta, ReverseOneMeta, ToOneMeta } from "../metadata/model-meta.js";
import { ownData } from "../support/own-data.js";

export type OneRelation = ToOneMeta | ReverseOneMeta | AnyOfMeta;

/** The relation's value in memory; undefined if it must be loaded. */
export const inMemory = (object: object, relation: RelationMeta): unknown => {
  const state = stateOf(object) as InstanceState;
  const owner = state.owner;
  return loadedRelation(object, state, relation, owner === null || owner.closed ? null : owner);
};

/** Loads the relation through the session of the object. */
export const loadThrough = async (object: object, relation: RelationMeta): Promise<unknown> => {
  const held = inMemory(object, relation);
  if (held !== undefined) return held;
  const state = stateOf(object) as InstanceState;
  // A transient object only has related objects that were assigned: no row can refer to it.
  if (state.owner === null && state.status === "transient")
    if (relation.kind === "reverseOne" || ownData(object, keyName(relation)) === undefined) return null;
  if (state.owner === null || state.owner.closed) throw outsideSession(object, relation);
  if (state.status === "pending" && relation.kind === "reverseOne") return null;
  return state.owner.loadRelation(object, relation);
};
/** The error for a relation that cannot be loaded because there is no open session. */
export const outsideSession = (object: object, relation: RelationMeta): NotLoaded => {
  const { meta, owner } = stateOf(object) as InstanceState;
  const why =
    owner === null
      ? `cannot be loaded: this ${meta.name} belongs to no session; db.add() it, or load the relation before the object leaves its session`
      : `was not loaded before its session was closed: name it in prefetchRelated("${relation.name}") or await it earlier`;
  return new NotLoaded(`${meta.name}.${relation.name} ${why}`, { model: meta.name });
};
const keyName = (relation: RelationMeta): string =>
  relation.kind === "toOne" ? relation.field.name : relation.kind === "anyOf" ? relation.keyField.name : relation.name;

/** `Ref<User 5>`: names the target and the key, without loading. */
const describe = (object: object, relation: OneRelation): string => {
  if (relation.kind === "reverseOne") return `Ref<${relation.target.name}>`;
  const key = ownData(object, keyName(relation)) as string | number | null | undefined;
  const name =
    relation.kind === "toOne"
      ? relation.target.name
      : (relation.targets.get(String(ownData(object, relation.typeField.name)))?.name ?? relation.target.name);
  return key === undefined || key === null ? `Ref<${name}>` : `Ref<${name} ${key}>`;
};

export class LazyReference implements PromiseLike<unknown> {
  readonly #object: object;
  readonly #relation: OneRelation;
  constructor(object: object, relation: OneRelation) {
    this.#object = object;
    this.#relation = relation;
  }
  /** Nothing is sent before this is called. */
  // eslint-disable-next-line unicorn/no-thenable -- to be awaited is what it is for
  then<A = unknown, B = never>(
    fulfilled?: ((value: unknown) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return loadThrough(this.#object, this.#relation).then(fulfilled, rejected);
  }
  /** Output must not depend on what happens to be loaded. */
  toJSON(): undefined {
    return undefined;
  }
  [Symbol.toPrimitive](): never {
    const text = describe(this.#object, this.#relation);
    throw new NotLoaded(`${text} is not loaded, so it has no value yet: await it, or load it with selectRelated("${this.#relation.name}")`);
  }
  get [Symbol.toStringTag](): string {
    return describe(this.#object, this.#relation);
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return describe(this.#object, this.#relation);
  }
}

/** Managers and references of an object, created on first access, so that `user.posts === user.posts`. */
const managers = new WeakMap<object, Map<string, object>>();
export const faceOf = (object: object, name: string, make: () => object): object => {
  let known = managers.get(object);
  if (known === undefined) managers.set(object, (known = new Map()));
  let manager = known.get(name);
  if (manager === undefined) known.set(name, (manager = make()));
  return manager;
};

/** The value of `post.author`. */
export const readOne = (object: object, relation: OneRelation): unknown => {
  const held = inMemory(object, relation);
  return held === undefined ? faceOf(object, relation.name, () => new LazyReference(object, relation)) : held;
};
