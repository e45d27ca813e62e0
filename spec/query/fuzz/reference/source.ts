/** The rows of a set while it is evaluated: each with the rows that collections have been followed to, and what was computed for it. */

import { fieldOf, relationOf, shapeOf, type ModelShape, type RelationShape } from "../schema.js";
import type { Path } from "../program.js";
import type { Value } from "../values.js";
import type { Row, World } from "../world.js";

/** One row of the set: a row of the model, or a group of them. */
export interface Tuple {
  readonly root: Row;
  /** The rows that collections were followed to, by the place of the collection; null where there is none. */
  readonly followed: ReadonlyMap<string, Row | null>;
  readonly values: ReadonlyMap<string, Value>;
  /** What a group is made of; null for a single row. */
  readonly members: readonly Tuple[] | null;
}

/** A collection that was followed, for all rows of the set at once. */
interface Followed {
  readonly place: string;
  readonly parent: string;
  readonly relation: RelationShape;
  /** The filter() that asked for it; what is no filter shares whichever is there. */
  readonly call: number | null;
}
const ROOT = "";

export class Source {
  readonly world: World;
  readonly model: ModelShape;
  tuples: readonly Tuple[];
  grouped = false;
  #followed: readonly Followed[] = [];
  constructor(world: World, model: ModelShape, rows: readonly Row[]) {
    this.world = world;
    this.model = model;
    this.tuples = rows.map((root) => ({ root, followed: new Map(), values: new Map(), members: null }));
  }

  /** Follows every collection on the way: a row per related row, or one without. */
  follow(hops: readonly string[], call: number | null): void {
    let place = ROOT;
    for (const relation of relationsAlong(this.model, hops)) {
      if (!relation.many) {
        place = oneBehind(place, relation);
        continue;
      }
      const parent = place;
      const found = this.#collection(parent, relation, call);
      if (found !== undefined) {
        place = found;
        continue;
      }
      place = `${parent}>${relation.name}#${this.#followed.length}`;
      const added = place;
      this.#followed = [...this.#followed, { place, parent, relation, call }];
      this.tuples = this.tuples.flatMap((tuple) => {
        const from = this.rowAt(tuple, parent);
        const related = from === null ? [] : this.world.related(from, relation);
        return (related.length === 0 ? [null] : related).map((row) => ({ ...tuple, followed: new Map(tuple.followed).set(added, row) }));
      });
    }
  }
  #collection(parent: string, relation: RelationShape, call: number | null): string | undefined {
    return this.#followed.findLast(
      (one) => one.parent === parent && one.relation.name === relation.name && (call === null || one.call === call),
    )?.place;
  }

  /** Whether this very filter() has followed the collections on the way. */
  isFollowed(hops: readonly string[], call: number): boolean {
    let place = ROOT;
    for (const relation of relationsAlong(this.model, hops)) {
      const found = relation.many
        ? this.#followed.find((one) => one.parent === place && one.relation.name === relation.name && one.call === call)?.place
        : oneBehind(place, relation);
      if (found === undefined) return false;
      place = found;
    }
    return true;
  }

  /** The row that a path leads to from a row of the set. */
  reach(tuple: Tuple, hops: readonly string[], call: number | null): Row | null {
    let place = ROOT;
    for (const relation of relationsAlong(this.model, hops)) {
      const next = relation.many ? this.#collection(place, relation, call) : oneBehind(place, relation);
      if (next === undefined) throw new Error(`${this.model.name}.${hops.join("__")} was not followed`);
      place = next;
    }
    return this.rowAt(tuple, place);
  }
  rowAt(tuple: Tuple, place: string): Row | null {
    if (place === ROOT) return tuple.root;
    const followed = tuple.followed.get(place);
    if (followed !== undefined) return followed;
    const at = place.lastIndexOf(">");
    const parent = this.rowAt(tuple, place.slice(0, at));
    if (parent === null) return null;
    const relation = relationOf(shapeOf(parent.model), place.slice(at + 1));
    if (relation === undefined) throw new Error(`${parent.model} has no ${place.slice(at + 1)}`);
    return this.world.related(parent, relation)[0] ?? null;
  }
}
const oneBehind = (place: string, relation: RelationShape): string => `${place}>${relation.name}`;

export const relationsAlong = (model: ModelShape, hops: readonly string[]): readonly RelationShape[] => {
  let at = model;
  return hops.map((hop) => {
    const relation = relationOf(at, hop);
    if (relation === undefined) throw new Error(`${at.name} has no relation ${hop}`);
    at = shapeOf(relation.target);
    return relation;
  });
};
export const modelBehind = (model: ModelShape, hops: readonly string[]): ModelShape => {
  const last = relationsAlong(model, hops).at(-1);
  return last === undefined ? model : shapeOf(last.target);
};
export const crossesCollection = (model: ModelShape, hops: readonly string[]): boolean =>
  relationsAlong(model, hops).some((relation) => relation.many);

/** Hops up to the row that holds the value, and its column: a relation at the end means the key of the related row. */
export const resolved = (model: ModelShape, { hops, name }: Path): { readonly hops: readonly string[]; readonly column: string } => {
  const at = modelBehind(model, hops);
  const relation = relationOf(at, name);
  if (relation === undefined) return { hops, column: fieldOf(at, name)?.name ?? name };
  return relation.at === "here"
    ? { hops, column: relation.column }
    : { hops: [...hops, name], column: shapeOf(relation.target).key[0] as string };
};
export const isAnnotation = (model: ModelShape, { hops, name }: Path): boolean =>
  hops.length === 0 && fieldOf(model, name) === undefined && relationOf(model, name) === undefined;
