/**
 * Converts instances to data: `toJSON` (columns and annotations, so that output never depends on what is loaded) and `toObject`
 * (unconverted, with loaded relations on request).
 */

import { FieldError, NotLoaded } from "../errors.js";
import { stateOf, type InstanceState } from "../loading/index.js";
import { toJsonValue } from "../metadata/json-values.js";
import type { FieldMeta, ModelMeta, RelationMeta } from "../metadata/model-meta.js";
import type { ColumnType } from "../sql/types.js";
import { didYouMean } from "../support/did-you-mean.js";
import { ownData } from "../support/own-data.js";
import { inMemory } from "./ref.js";

/** Annotations have no column type, so they are converted by their JavaScript type. */
const plainJson = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return Array.isArray(value) ? value.map(plainJson) : value;
};

const listsInstances = (value: unknown): boolean =>
  Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null && stateOf(item as object) !== undefined);

/** Names of annotations; `toAttr` lists hold instances, which are relations. */
const annotationsOf = (object: object, state: InstanceState): string[] =>
  (state.extras ?? []).filter((name) => !listsInstances(ownData(object, name)));

export const toJson = (object: object): Record<string, unknown> => {
  const state = stateOf(object) as InstanceState;
  const result: Record<string, unknown> = {};
  for (const field of state.meta.fields) {
    const value = field.hidden ? undefined : ownData(object, field.name);
    if (value !== undefined) result[field.name] = toJsonValue(value, field.type);
  }
  for (const name of annotationsOf(object, state)) result[name] = plainJson(ownData(object, name));
  return result;
};

/** What an object should contain: all columns unless paths name some, and relations. Hidden columns are included only if named. */
export interface Wanted {
  /** A path ends here, so all columns are included, whatever other paths name. */
  whole: boolean;
  readonly columns: Set<string>;
  readonly relations: Map<string, Wanted>;
}
const emptyWanted = (): Wanted => ({ whole: false, columns: new Set(), relations: new Map() });

/** Adds a path that may start at any of these models, since an `anyOf` relation has several targets. */
const addPath = (wanted: Wanted, metas: readonly ModelMeta[], path: string, whole: string): void => {
  const [name = "", ...rest] = path.split("__");
  const relations = metas.flatMap((meta) => meta.relations.get(name) ?? []);
  if (relations.length === 0) {
    if (rest.length > 0 || !metas.some((meta) => meta.fieldsByName.has(name))) {
      const names = metas.flatMap((meta) => [...meta.relations.keys(), ...meta.fieldsByName.keys()]);
      throw new FieldError(
        `include: "${whole}" is not a relation or field of ${metas.map((meta) => meta.name).join(" or ")}.${didYouMean(name, names)}`,
      );
    }
    wanted.columns.add(name);
    return;
  }
  const next = wanted.relations.get(name) ?? emptyWanted();
  wanted.relations.set(name, next);
  if (rest.length === 0) next.whole = true;
  else addPath(next, targetsOf(relations), rest.join("__"), whole);
};
const targetsOf = (relations: readonly RelationMeta[]): readonly ModelMeta[] =>
  relations.flatMap((relation) => (relation.kind === "anyOf" ? [...relation.targets.values()] : [relation.target]));

/** The columns and relations that the paths name, starting at one model. */
export const wantedOf = (meta: ModelMeta, include: readonly string[]): Wanted => {
  const wanted = { ...emptyWanted(), whole: true };
  for (const path of include) addPath(wanted, [meta], path, path);
  return wanted;
};

/** The requested columns of a model. */
export const wantedFields = (meta: ModelMeta, { whole, columns }: Wanted): readonly FieldMeta[] =>
  meta.fields.filter((field) => columns.has(field.name) || (!field.hidden && (whole || columns.size === 0)));

/** How values are written: unchanged, or converted to JSON. */
interface Form {
  readonly column: (value: unknown, type: ColumnType) => unknown;
  readonly annotation: (value: unknown) => unknown;
}
const asTheyAre: Form = { column: (value) => value, annotation: (value) => value };
const asJson: Form = { column: toJsonValue, annotation: plainJson };

const related = (object: object, relation: RelationMeta, wanted: Wanted, form: Form): unknown => {
  const held = inMemory(object, relation);
  if (held === undefined) {
    const name = (stateOf(object) as InstanceState).meta.name;
    throw new NotLoaded(
      `toObject(): ${name}.${relation.name} is not loaded; load it first, with prefetchRelated("${relation.name}") or by awaiting it`,
    );
  }
  if (Array.isArray(held)) return held.map((item: object) => shaped(item, wanted, form));
  return held === null ? null : shaped(held, wanted, form);
};

const shaped = (object: object, wanted: Wanted, form: Form): Record<string, unknown> => {
  const state = stateOf(object) as InstanceState;
  const result: Record<string, unknown> = {};
  for (const field of wantedFields(state.meta, wanted)) {
    const value = ownData(object, field.name);
    if (value !== undefined) result[field.name] = form.column(value, field.type);
  }
  if (wanted.whole || wanted.columns.size === 0)
    for (const name of annotationsOf(object, state)) result[name] = form.annotation(ownData(object, name));
  for (const [name, next] of wanted.relations) {
    const relation = state.meta.relations.get(name);
    if (relation !== undefined) result[name] = related(object, relation, next, form);
  }
  return result;
};

export const toObject = (object: object, include: readonly string[], json: boolean): Record<string, unknown> =>
  shaped(object, wantedOf((stateOf(object) as InstanceState).meta, include), json ? asJson : asTheyAre);
