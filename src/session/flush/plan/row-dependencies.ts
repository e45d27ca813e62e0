/** Which rows of a flush must be written before which others, and why. */

import type { FieldMeta, ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { held } from "../../tracking/changes.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { overridesOf } from "../../tracking/overrides.js";
import { IdentityMap, rootOf } from "../../tracking/identity-map.js";
import { keyCells, keyHeldBy } from "../../tracking/row-keys.js";
import { keyCell } from "../../../metadata/keys.js";
import type { RowWork } from "../work/work.js";

/**
 * "reference": the target's row must be there first. "deletion": the referring row must go first. "away": the row must have moved away first.
 * "unique": the value must have become free first. Rows are named by their place in the list.
 */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly reason: "reference" | "deletion" | "away" | "unique";
  readonly fields: readonly FieldMeta[];
  dropped?: boolean;
}

const before = (work: RowWork): readonly unknown[] | null => work.state.snapshot;

export const dependenciesOf = (rows: readonly RowWork[]): Edge[] => [...references(rows), ...departures(rows), ...uniqueValues(rows)];

const writes = (work: RowWork, field: FieldMeta): boolean => work.kind === "insert" || work.fields.includes(field);

/** Rows that are written with a reference wait for the INSERT of its target. */
function* references(rows: readonly RowWork[]): Iterable<Edge> {
  const places = new Map<object, number>();
  const byKey = new KeyIndex();
  rows.forEach((work, at) => {
    if (work.kind === "insert") places.set(work.object, at);
    // A key that changes is there for others only after its UPDATE.
    if (work.kind === "insert" || (work.kind === "update" && work.fields.some((field) => field.primaryKey)))
      byKey.add(work, at, (field) => held(work.object, field));
  });
  if (places.size === 0 && byKey.empty) return;
  for (let at = 0; at < rows.length; at++) {
    const work = rows[at] as RowWork;
    if (work.kind === "delete") continue;
    for (const relation of modelInfoOf(work.meta).toOnes) {
      if (!writes(work, relation.field)) continue;
      const target = targetPlace(work, relation, places, byKey);
      if (target !== undefined && target !== at) yield { from: target, to: at, reason: "reference", fields: [relation.field] };
      // A row that refers to itself before it has a key.
      else if (target === at && held(work.object, relation.field) === undefined)
        yield { from: at, to: at, reason: "reference", fields: [relation.field] };
    }
    for (const relation of modelInfoOf(work.meta).anyOfs) {
      const target = work.state.related?.get(relation.name);
      const place = target === null || target === undefined ? undefined : places.get(target);
      if (place !== undefined && place !== at && held(work.object, relation.keyField) === undefined)
        yield { from: place, to: at, reason: "reference", fields: [relation.keyField] };
    }
  }
}

const targetPlace = (work: RowWork, relation: ToOneMeta, places: ReadonlyMap<object, number>, byKey: KeyIndex): number | undefined => {
  const value = held(work.object, relation.field);
  if (value === null) return undefined;
  if (value !== undefined) return byKey.find(relation, value);
  const target = work.state.related?.get(relation.name);
  return target === null || target === undefined ? undefined : places.get(target);
};

/** A row goes after those that refer to it are gone or point elsewhere. */
function* departures(rows: readonly RowWork[]): Iterable<Edge> {
  const leaving = new KeyIndex();
  rows.forEach((work, at) => {
    const row = work.kind === "delete" ? work.state.snapshot : null;
    if (row !== null) leaving.add(work, at, (field) => row[field.position]);
  });
  if (leaving.empty) return;
  const arriving = new KeyIndex();
  rows.forEach((work, at) => {
    if (work.kind === "insert") arriving.add(work, at, (field) => held(work.object, field));
  });
  yield* reusedKeys(rows, leaving);
  for (let at = 0; at < rows.length; at++) {
    const work = rows[at] as RowWork;
    const row = before(work);
    for (const relation of modelInfoOf(work.meta).toOnes) {
      const { field } = relation;
      const stored = row === null ? undefined : leavingPlace(leaving, relation, row[field.position]);
      if (work.kind === "delete") {
        if (stored !== undefined && stored !== at && !goTogether(work, relation))
          yield { from: at, to: stored, reason: "deletion", fields: [field] };
      } else if (writes(work, field)) {
        // What still refers to a row that goes is written while that is there; its constraint then does what it says.
        const value = held(work.object, field);
        const written = leavingPlace(arriving, relation, value) === undefined ? leavingPlace(leaving, relation, value) : undefined;
        if (stored !== undefined) yield { from: at, to: stored, reason: "away", fields: [field] };
        if (written !== undefined && written !== stored) yield { from: at, to: written, reason: "away", fields: [field] };
      } else if (stored !== undefined && stored !== at) {
        // The constraint takes the row along, or changes it: what is written into it comes first.
        yield { from: at, to: stored, reason: "away", fields: [field] };
      }
    }
  }
}

/** A row that is deleted and another that is added with its key are two rows: the first goes before the second comes. */
function* reusedKeys(rows: readonly RowWork[], leaving: KeyIndex): Iterable<Edge> {
  for (let at = 0; at < rows.length; at++) {
    const { kind, meta, object } = rows[at] as RowWork;
    const key = kind === "insert" ? keyHeldBy(meta, object) : null;
    const former = key === null ? undefined : leaving.findRow(meta, key);
    if (former !== undefined) yield { from: former, to: at, reason: "away", fields: meta.primaryKey };
  }
}

/** One DELETE takes rows of one table that refer to each other, where their delete() is not called one by one and one array holds their keys. */
const goTogether = ({ meta }: RowWork, { target }: ToOneMeta): boolean =>
  rootOf(meta) === rootOf(target) && meta.primaryKey.length === 1 && !overridesOf(meta).delete;

const leavingPlace = (leaving: KeyIndex, relation: ToOneMeta, value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : leaving.find(relation, value);

/** Rows by the field that references name: the key, nearly always. */
class KeyIndex {
  readonly #byField = new Map<string, Map<unknown, number>>();
  #byKey: IdentityMap | null = null;
  readonly #rows: { readonly work: RowWork; readonly at: number; readonly valueOf: (field: FieldMeta) => unknown }[] = [];

  get empty(): boolean {
    return this.#rows.length === 0;
  }
  add(work: RowWork, at: number, valueOf: (field: FieldMeta) => unknown): void {
    this.#rows.push({ work, at, valueOf });
  }
  /** The row with this whole key. */
  findRow(meta: ModelMeta, key: readonly unknown[]): number | undefined {
    if (this.#byKey === null) {
      this.#byKey = new IdentityMap();
      for (const { work, at, valueOf } of this.#rows) {
        const cells = keyCells(
          work.meta,
          work.meta.primaryKey.map((field) => valueOf(field)),
        );
        this.#byKey.set(work.meta, cells, { at });
      }
    }
    return (this.#byKey.find(rootOf(meta), key) as { readonly at: number } | undefined)?.at;
  }
  find(relation: ToOneMeta, value: unknown): number | undefined {
    const root = rootOf(relation.target);
    const name = `${root.table} ${relation.targetField.column} ${root.schema ?? ""}`;
    let index = this.#byField.get(name);
    if (index === undefined) {
      index = new Map();
      for (const { work, at, valueOf } of this.#rows) {
        if (rootOf(work.meta) !== root) continue;
        const cell = keyCell(valueOf(relation.targetField), relation.targetField);
        if (cell !== null && cell !== undefined) index.set(cell, at);
      }
      this.#byField.set(name, index);
    }
    return index.get(keyCell(value, relation.targetField));
  }
}

const uniques = new WeakMap<ModelMeta, readonly (readonly FieldMeta[])[]>();
/** Sets of fields whose values no two rows may share, but for the primary key, which is never swapped. */
export const uniqueSets = (meta: ModelMeta): readonly (readonly FieldMeta[])[] => {
  let known = uniques.get(meta);
  if (known === undefined) {
    const sets: (readonly FieldMeta[])[] = [];
    for (const field of meta.fields) if (field.unique && !(field.primaryKey && meta.primaryKey.length === 1)) sets.push([field]);
    for (const relation of meta.relations.values())
      if (relation.kind === "toOne" && relation.unique && !relation.field.unique) sets.push([relation.field]);
    for (const constraint of meta.constraints) if (constraint.kind === "unique") sets.push(constraint.fields);
    for (const index of meta.indexes) if (index.unique) sets.push(index.fields.map(({ field }) => field));
    uniques.set(meta, (known = sets));
  }
  return known;
};

/** Who takes a unique value waits for who gives it up. */
function* uniqueValues(rows: readonly RowWork[]): Iterable<Edge> {
  const tables = new Map<ModelMeta, number[]>();
  rows.forEach((work, at) => {
    const root = rootOf(work.meta);
    const places = tables.get(root);
    if (places === undefined) tables.set(root, [at]);
    else places.push(at);
  });
  for (const [root, places] of tables) for (const fields of uniqueSets(root)) yield* uniqueValuesOf(rows, places, fields);
}

function* uniqueValuesOf(rows: readonly RowWork[], places: readonly number[], fields: readonly FieldMeta[]): Iterable<Edge> {
  const free = new Map<string, number>();
  for (const at of places) {
    const work = rows[at] as RowWork;
    const row = before(work);
    if (row === null || (work.kind === "update" && !touches(work, fields))) continue;
    const value = combined(fields, (field) => row[field.position]);
    if (value !== null) free.set(value, at);
  }
  if (free.size === 0) return;
  for (const at of places) {
    const work = rows[at] as RowWork;
    if (work.kind === "delete" || (work.kind === "update" && !touches(work, fields))) continue;
    const value = combined(fields, (field) => valueWritten(work, field));
    const holder = value === null ? undefined : free.get(value);
    if (holder !== undefined && holder !== at) yield { from: holder, to: at, reason: "unique", fields };
  }
}

/** A stored row has the key, or another unique value, that a new object is to be written with. */
export const isInTheWay = (snapshot: readonly unknown[], object: object, meta: ModelMeta): boolean =>
  [meta.primaryKey, ...uniqueSets(rootOf(meta))].some((fields) => {
    const taken = combined(fields, (field) => snapshot[field.position]);
    return taken !== null && taken === combined(fields, (field) => held(object, field));
  });

/** An UPDATE of the work writes one of the fields. */
export const touches = (work: RowWork, fields: readonly FieldMeta[]): boolean =>
  work.fields.some((field) => fields.some((other) => other.column === field.column));

/** A subtype's fields have positions of their own; all of a table share columns. */
const valueWritten = (work: RowWork, field: FieldMeta): unknown => {
  const value = held(work.object, field);
  if (value !== undefined || field.relation === null) return value;
  const relation = work.meta.relations.get(field.relation);
  const target = relation?.kind === "toOne" ? work.state.related?.get(relation.name) : undefined;
  return target === null || target === undefined || relation?.kind !== "toOne" ? value : held(target, relation.targetField);
};

/** One text for the values of a set of fields; null when one of them is NULL, which is never equal to another. */
const combined = (fields: readonly FieldMeta[], valueOf: (field: FieldMeta) => unknown): string | null => {
  let text = "";
  for (const field of fields) {
    const cell = keyCell(valueOf(field), field);
    if (cell === null || cell === undefined) return null;
    const part = typeof cell === "object" ? JSON.stringify(cell) : `${typeof cell}:${cell as string | number | bigint | boolean}`;
    text += `${part.length}:${part}`;
  }
  return text;
};
