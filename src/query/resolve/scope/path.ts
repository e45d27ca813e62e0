/** Follows a path such as `author__posts__title` through the models, asking the scope for the joins it needs and no others. */

import { FieldError } from "../../../errors.js";
import type { AnyOfMeta, FieldMeta, ModelMeta, RelationMeta } from "../../../metadata/model-meta.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import { stepsOf, isHideable, type Scope } from "./scope.js";

/** Where a path has led. */
interface End {
  /** The source of the rows that the path reached. */
  readonly alias: string;
  /** The rest of the path: further names, transforms, a lookup. */
  readonly rest: readonly string[];
  readonly joins: readonly string[];
}
/** The path reached a column, or the key of a related row. */
export interface Reached extends End {
  readonly kind: "column";
  readonly field: FieldMeta;
  /** All columns of a composite key, of which `field` is the first. */
  readonly row: readonly FieldMeta[] | null;
  /** The relation that the path ends at, directly or by its key. */
  readonly relation: RelationMeta | null;
  /** The key was named, as in `author__id`, so it has the lookups of its column type. */
  readonly byName: boolean;
}
/** The path reached an `anyOf` relation. */
export interface ReachedAnyOf extends End {
  readonly kind: "anyOf";
  readonly relation: AnyOfMeta;
}
/** The path reached a to-many relation that may not be joined here (under NOT); the caller builds an EXISTS sub-query. */
export interface ReachedToMany extends End {
  readonly kind: "toMany";
  readonly relation: RelationMeta;
}

export interface WalkOptions {
  /** To-many joins that may be shared; null means all. */
  readonly reuse: Set<string> | null;
  readonly allowMany: boolean;
}

/** Below SQLite's limit of 64 joins and more than anyone needs; paths may come from requests. */
const MOST_HOPS = 32;

export const segmentsOf = (path: string): readonly string[] => path.split("__");

const has = (meta: ModelMeta, name: string): boolean => name === "pk" || meta.fieldsByName.has(name) || meta.relations.has(name);
/** Replaces `pk` by the name of a single-column key. */
const nameIn = (meta: ModelMeta, name: string | undefined): string | undefined => {
  const [key] = meta.primaryKey;
  return name === "pk" && meta.primaryKey.length === 1 ? key?.name : name;
};

export const keyOf = (meta: ModelMeta): FieldMeta => {
  const [key] = meta.primaryKey;
  if (key === undefined) throw new FieldError(`${meta.name} has no primary key`);
  return key;
};

/** All names that can follow in a path on this model. */
export const namesOn = (meta: ModelMeta, scope: Scope | null = null): string[] => [
  ...meta.fieldsByName.keys(),
  ...meta.relations.keys(),
  ...(scope === null ? [] : scope.annotations.keys()),
];
export const unknownName = (
  meta: ModelMeta,
  name: string,
  path: string,
  scope: Scope | null = null,
  kind = "field or relation",
): FieldError => {
  const known = meta.relations.has(name);
  // A relation without a column was used where only columns are allowed.
  const names = known ? [...meta.fieldsByName.keys()] : namesOn(meta, scope);
  const inPath = path === name ? "" : ` (in '${path}')`;
  const meant = name.includes(".") ? ` Paths are joined by two underscores: '${name.replaceAll(".", "__")}'.` : didYouMean(name, names);
  const wrong = known ? `'${name}' is a relation of ${meta.name} and no ${kind}` : `no ${kind} '${name}' on ${meta.name}`;
  return new FieldError(`${wrong}${inPath}.${known ? "" : meant} There are ${names.join(", ")}`, { model: meta.name });
};

/** Whether the path crosses a to-many relation, so that its join multiplies rows. */
export const crossesMany = (meta: ModelMeta, path: string): boolean => {
  let at = meta;
  for (const name of segmentsOf(path)) {
    const relation = at.relations.get(name);
    if (relation === undefined || relation.kind === "anyOf") return false;
    if (relation.kind === "toMany" || relation.kind === "manyToMany") return true;
    at = relation.target;
  }
  return false;
};

/** Where a path begins if not at the scope's own rows; `arrived` is the relation that led there. */
export interface Start {
  readonly meta: ModelMeta;
  readonly alias: string;
  readonly arrived: RelationMeta | null;
}

export const walk = (
  scope: Scope,
  segments: readonly string[],
  options: WalkOptions,
  start?: Start,
): Reached | ReachedAnyOf | ReachedToMany => {
  const path = segments.join("__");
  const joins: string[] = [];
  let meta = start?.meta ?? scope.meta;
  let alias = start?.alias ?? scope.alias;
  let arrived = start?.arrived ?? null;
  let at = 0;

  const column = (field: FieldMeta, relation: RelationMeta | null, next: number, row: readonly FieldMeta[] | null = null): Reached => {
    for (const part of row ?? [field]) scope.context.fields.add(part);
    const byName = relation !== null && row === null && next > 0 && segments[next - 1] !== relation.name;
    return { kind: "column", alias, field, row, relation, byName, rest: segments.slice(next), joins };
  };
  const key = (relation: RelationMeta | null, next: number): Reached =>
    column(keyOf(meta), relation, next, meta.primaryKey.length > 1 ? meta.primaryKey : null);
  const go = (step: ReturnType<typeof stepsOf>[number]): void => {
    if (joins.length >= MOST_HOPS)
      throw new FieldError(`'${path.slice(0, 100)}…' on ${scope.meta.name} leads through more than ${MOST_HOPS} tables`);
    alias = scope.join(alias, step, options.reuse);
    joins.push(alias);
    meta = step.target;
  };

  for (;;) {
    const name = segments[at];
    if (name === undefined || (arrived !== null && !has(meta, name))) return key(arrived, at);
    if (name === "pk" || meta.fieldsByName.has(name)) {
      const field = meta.fieldsByName.get(nameIn(meta, name) ?? name);
      return field === undefined ? key(arrived, at + 1) : column(field, null, at + 1);
    }
    const relation = meta.relations.get(name);
    if (relation === undefined) throw unknownName(meta, name, path, scope);
    const next = segments[at + 1];
    at += 1;
    if (relation.kind === "anyOf") return { kind: "anyOf", alias, relation, rest: segments.slice(at), joins };
    if (relation.kind === "toOne") {
      // The reference column already holds the related key, so no join is needed.
      const named = nameIn(relation.target, next);
      if (named === relation.targetField.name) return column(relation.field, relation, at + 1);
      if (next === undefined || !has(relation.target, next)) return column(relation.field, relation, at);
      for (const step of stepsOf(relation)) go(step);
    } else {
      if (relation.kind !== "reverseOne" && !options.allowMany) return { kind: "toMany", alias, relation, rest: segments.slice(at), joins };
      const [first, second] = stepsOf(relation);
      if (first !== undefined) go(first);
      if (relation.kind === "manyToMany" && second !== undefined) {
        const named = nameIn(relation.target, next);
        const ends = next === undefined || !has(relation.target, next);
        // The link row already holds the target's key.
        if (!isHideable(relation.target) && (ends || named === relation.far.targetField.name))
          return column(relation.far.field, relation, ends ? at : at + 1);
        go(second);
      }
    }
    arrived = relation;
  }
};
