/**
 * A collection on an instance, `user.posts`: a queryset of the related rows that can also add and remove members, and answers from memory
 * once loaded.
 */

import { FieldError, NotLoaded, SessionError } from "../errors.js";
import { collectionOf, stateOf, type CollectionState, type InstanceState } from "../loading/index.js";
import { objectGiven } from "../metadata/argument.js";
import type { FieldMeta, ManyToManyMeta, ToManyMeta } from "../metadata/model-meta.js";
import { QuerySet } from "../query/queryset.js";
import { initialState, type QueryState } from "../query/state.js";
import { collectionAdd, collectionClear, collectionRemove, collectionSet, sessionOf } from "../session/index.js";
import { describe } from "../support/describe.js";
import { keepHiddenClass } from "../support/hidden-classes.js";
import { defineReading } from "./loaded-items.js";
import { loadThrough, outsideSession } from "./ref.js";

type Collection = ToManyMeta | ManyToManyMeta;
type Args = readonly unknown[];

const keyFieldOf = (relation: Collection): FieldMeta => (relation.kind === "toMany" ? relation.via.targetField : relation.near.targetField);
const keyOf = (owner: object, relation: Collection): unknown => (owner as Record<string, unknown>)[keyFieldOf(relation).name];

const where = (state: QueryState, path: string, value: unknown): QueryState => ({
  ...state,
  where: [{ negated: false, tree: { kind: "where", entries: [[path, value]] }, annotated: 0 }],
});

/** Whether a pair can be linked only once. */
const linksOnce = ({ automatic, through, near, far }: ManyToManyMeta): boolean => {
  const isOfPair = (fields: readonly FieldMeta[]): boolean => fields.every((field) => field === near.field || field === far.field);
  return (
    automatic ||
    near.field.unique ||
    far.field.unique ||
    isOfPair(through.primaryKey) ||
    through.constraints.some((one) => one.kind === "unique" && isOfPair(one.fields)) ||
    through.indexes.some((one) => one.unique && one.where === null && isOfPair(one.fields.map(({ field }) => field)))
  );
};

/** The related rows as a query: by their reference to the owner, or by link rows, with one result per link. A new owner has none. */
const stateFor = (owner: object, relation: Collection): QueryState => {
  const all = initialState(relation.target);
  const key = keyOf(owner, relation);
  if (key === undefined || key === null) return { ...all, none: true };
  if (relation.kind === "toMany") return where(all, relation.via.field.name, key);
  if (!linksOnce(relation)) return { ...all, where: [{ negated: false, tree: { kind: "linked", relation, key }, annotated: 0 }] };
  const links = where(
    { ...initialState(relation.through), order: [], values: { items: [relation.far.field.name], mode: "flat" } },
    relation.near.field.name,
    key,
  );
  return where(all, `${relation.far.targetField.name}__in`, new QuerySet(links));
};

const nameOf = (relation: Collection): string => `${relation.owner.name}.${relation.name}`;

export class RelatedManager extends QuerySet {
  readonly #owner: object;
  readonly #relation: Collection;

  constructor(owner: object, relation: Collection) {
    super(
      () => stateFor(owner, relation),
      () => {
        const session = sessionOf(owner);
        if (session === null) throw outsideSession(owner, relation);
        return session;
      },
    );
    this.#owner = owner;
    this.#relation = relation;
  }

  // ---------------------------------------------------------------- changes, in memory until the flush
  add(...members: Args): void {
    collectionAdd(this.#owner, this.#writable("add"), members);
  }
  remove(...members: Args): void {
    collectionRemove(this.#owner, this.#writable("remove"), members);
  }
  clear(): void {
    collectionClear(this.#owner, this.#writable("clear"));
  }
  async set(members: Iterable<unknown>): Promise<void> {
    if (typeof members !== "object" || members === null || !(Symbol.iterator in members))
      throw new FieldError(`${nameOf(this.#relation)}.set(): expected members in an array, got ${describe(members)}`);
    await collectionSet(this.#owner, this.#writable("set"), [...members]);
  }
  /** Creates and inserts a related object, with its reference to the owner or its link. */
  override async create(...args: Args): Promise<object> {
    const relation = this.#relation;
    if (relation.kind === "toMany") {
      const values = objectGiven(`${nameOf(relation)}.create()`, args.at(-1) as Readonly<Record<string, unknown>>, "an object of values");
      const { [relation.via.name]: given, [relation.via.field.name]: key, ...others } = values;
      if ((given !== undefined && given !== this.#owner) || (key !== undefined && key !== keyOf(this.#owner, relation))) {
        throw new SessionError(
          `${nameOf(relation)}.create(): "${relation.via.name}" is the ${relation.owner.name} that the collection belongs to, another one was given`,
        );
      }
      return super.create(...args.slice(0, -1), { ...others, [relation.via.name]: this.#owner });
    }
    const made = await super.create(...args);
    collectionAdd(this.#owner, relation, [made]);
    return made;
  }

  /** Looks among the members and creates one for the owner, with its reference or its link. */
  override async getOrCreate(...args: Args): Promise<readonly [object, boolean]> {
    return this.#linked(await super.getOrCreate(...this.#ofOwner(args)));
  }
  override async updateOrCreate(...args: Args): Promise<readonly [object, boolean]> {
    return this.#linked(await super.updateOrCreate(...this.#ofOwner(args)));
  }
  /** Adds the owner to the conditions of a one-to-many collection, so that a new object belongs to it. */
  #ofOwner(args: Args): Args {
    const relation = this.#relation;
    if (relation.kind !== "toMany") return args;
    const at = args.findIndex((arg) => typeof arg === "object" && arg !== null && Object.getPrototypeOf(arg) === Object.prototype);
    return args.map((arg, index) => (index === at ? { ...(arg as object), [relation.via.name]: this.#owner } : arg));
  }
  #linked(found: readonly [object, boolean]): readonly [object, boolean] {
    if (found[1] && this.#relation.kind === "manyToMany") collectionAdd(this.#owner, this.#relation, [found[0]]);
    return found;
  }

  // ---------------------------------------------------------------- reading: from memory once loaded
  override async fetch(...args: Args): Promise<unknown[]> {
    const known = this.#known();
    if (known !== null) return [...known];
    if (args.length > 0) return super.fetch(...args);
    await loadThrough(this.#owner, this.#relation);
    return [...(this.#known() ?? [])];
  }
  override async count(...args: Args): Promise<number> {
    return this.#known()?.length ?? super.count(...args);
  }
  override async exists(...args: Args): Promise<boolean> {
    const known = this.#known();
    return known === null ? super.exists(...args) : known.length > 0;
  }
  get length(): number {
    return this.#loaded("length").length;
  }
  static {
    defineReading(this.prototype, (collection, verb) => collection.#loaded(verb));
  }
  toArray(): object[] {
    return [...this.#loaded("toArray()")];
  }
  [Symbol.iterator](): ArrayIterator<object> {
    return this.toArray()[Symbol.iterator]();
  }
  /** Output must not depend on what happens to be loaded. */
  toJSON(): undefined {
    return undefined;
  }
  [Symbol.for("nodejs.util.inspect.custom")](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    const known = this.#known();
    return `${nameOf(this.#relation)} ${known === null ? "(not loaded)" : inspect([...known], options)}`;
  }

  get #collection(): CollectionState {
    return collectionOf(this.#owner, this.#relation);
  }
  /** The items if memory has all of them: loaded, from a filtered prefetch, or of an owner that no row can refer to yet. */
  #known(): readonly object[] | null {
    const state = stateOf(this.#owner) as InstanceState;
    const collection = state.collections?.get(this.#relation.name);
    const items = collection?.items ?? collection?.partial ?? null;
    if (items !== null) return items;
    return state.snapshot === null && state.status !== "deleted" && state.status !== "detached" ? [...(collection?.added ?? [])] : null;
  }
  #loaded(what: string): readonly object[] {
    const known = this.#known();
    if (known !== null) return known;
    const { name } = this.#relation;
    throw new NotLoaded(
      `${nameOf(this.#relation)} is not loaded, so ${what} has nothing to give: await .fetch(), or name it in prefetchRelated("${name}")`,
    );
  }
  /** A filtered prefetch shows only part of the collection, which must not be changed as if it were complete. */
  #writable(verb: string): Collection {
    const { items, partial } = this.#collection;
    if (items === null && partial !== null) {
      const { name } = this.#relation;
      throw new SessionError(
        `${nameOf(this.#relation)}.${verb}(): only a part of it was prefetched, which cannot be changed: give that Prefetch { toAttr }, or refresh(["${name}"]) first`,
      );
    }
    return this.#relation;
  }
}
keepHiddenClass(new RelatedManager({}, null as never));

/** The manager of a collection, created on first access: `user.posts === user.posts`. */
export const relatedManager = (owner: object, relation: Collection): object => {
  const collection = collectionOf(owner, relation);
  return (collection.manager ??= new RelatedManager(owner, relation));
};
