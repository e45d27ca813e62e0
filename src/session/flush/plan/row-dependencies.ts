/** Determines which rows of a flush must be written before which others, and why. */

import type { FieldMeta, ModelMeta, ToOneMeta } from "../../../metadata/model-meta.js";
import { held } from "../../tracking/changes.js";
import { modelInfoOf } from "../../tracking/model-info.js";
import { overridesOf } from "../../tracking/overrides.js";
import { IdentityMap, rootOf } from "../../tracking/identity-map.js";
import { keyCells, keyHeldBy } from "../../tracking/row-keys.js";
import { keyCell } from "../../../metadata/keys.js";
import { KeyMoves } from "../../tracking/key-moves.js";
import type { RowWork } from "../work/work.js";

/**
 * "reference": the target row must exist first. "deletion": the referring row must be deleted first. "away": the row must be deleted or
 * moved first. "unique": the value must be freed first. `from` and `to` are indexes into the list of rows.
 */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly reason: "reference" | "deletion" | "away" | "unique";
  readonly fields: readonly FieldMeta[];
  dropped?: boolean;
}

/** The relation, and where its target's key is a reference itself, those that this leads on to: a key that changes far above reaches the row by them. */
export const chainOf = (relation: ToOneMeta): readonly ToOneMeta[] => {
  const chain: ToOneMeta[] = [];
  for (let next: ToOneMeta | null = relation; next !== null && !chain.includes(next); next = referenceIn(next)) chain.push(next);
  return chain;
};
const referenceIn = ({ target, targetField }: ToOneMeta): ToOneMeta | null => {
  const relation = targetField.relation === null ? undefined : target.relations.get(targetField.relation);
  return relation?.kind === "toOne" ? relation : null;
};

const before = (work: RowWork): readonly unknown[] | null => work.state.snapshot;

export const dependenciesOf = (rows: readonly RowWork[]): Edge[] => [...references(rows), ...departures(rows), ...uniqueValues(rows)];

const writes = (work: RowWork, field: FieldMeta): boolean => work.kind === "insert" || work.fields.includes(field);

/** A row written with a reference waits for the INSERT of its target. */
function* references(rows: readonly RowWork[]): Iterable<Edge> {
  const places = new Map<object, number>();
  const byKey = new KeyIndex();
  rows.forEach((work, at) => {
    if (work.kind === "insert") places.set(work.object, at);
    // A changed key exists for other rows only after its UPDATE.
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
      // A new row that references itself before it has a key.
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
  if (value !== undefined) {
    for (const one of chainOf(relation)) {
      const place = byKey.find(one, value);
      if (place !== undefined) return place;
    }
    return undefined;
  }
  const target = work.state.related?.get(relation.name);
  return target === null || target === undefined ? undefined : places.get(target);
};

/** A row is deleted after the rows that refer to it are deleted or point elsewhere. */
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
  yield* movedKeys(rows);
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
        // A row that still refers to a deleted one is written before the deletion; then the constraint applies.
        const value = held(work.object, field);
        const written = leavingPlace(arriving, relation, value) === undefined ? leavingPlace(leaving, relation, value) : undefined;
        if (stored !== undefined) yield { from: at, to: stored, reason: "away", fields: [field] };
        if (written !== undefined && written !== stored) yield { from: at, to: written, reason: "away", fields: [field] };
      } else if (stored !== undefined && stored !== at) {
        // The constraint deletes or changes the referring row, so that row's own changes are written first.
        yield { from: at, to: stored, reason: "away", fields: [field] };
      }
    }
  }
}

/** If a new row reuses the key of a deleted one, the deletion comes first. */
function* reusedKeys(rows: readonly RowWork[], leaving: KeyIndex): Iterable<Edge> {
  for (let at = 0; at < rows.length; at++) {
    const { kind, meta, object } = rows[at] as RowWork;
    const key = kind === "insert" ? keyHeldBy(meta, object) : null;
    const former = key === null ? undefined : leaving.findRow(meta, key);
    if (former !== undefined) yield { from: former, to: at, reason: "away", fields: meta.primaryKey };
  }
}

/** A row that goes is moved to another key by the change of a key above it: who is added under that key waits until it is gone. */
function* movedKeys(rows: readonly RowWork[]): Iterable<Edge> {
  const moves = new KeyMoves();
  for (const { kind, object, state, fields } of rows) if (kind === "update") moves.add(object, state, fields);
  if (moves.none) return;
  const leaving = new KeyIndex();
  rows.forEach((work, at) => {
    const row = work.kind === "delete" ? work.state.snapshot : null;
    if (row !== null) leaving.add(work, at, (field) => moves.after(work.meta, field, row[field.position]));
  });
  if (!leaving.empty) yield* reusedKeys(rows, leaving);
}

/**
 * Whether one DELETE can cover rows of a table that refer to each other: their delete() is not overridden and a single array holds their
 * keys.
 */
const goTogether = ({ meta }: RowWork, { target }: ToOneMeta): boolean =>
  rootOf(meta) === rootOf(target) && meta.primaryKey.length === 1 && !overridesOf(meta).delete;

const leavingPlace = (leaving: KeyIndex, relation: ToOneMeta, value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : leaving.find(relation, value);

/** Index of rows by a referenced field, which is nearly always the primary key. */
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
  /** Finds the row with this complete key. */
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
/** Sets of fields with unique values, except the primary key, which is never swapped. */
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

/** A row that takes a unique value waits for the row that gives it up. */
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

/** Whether a stored row has the key or another unique value of a new object. */
export const isInTheWay = (snapshot: readonly unknown[], object: object, meta: ModelMeta): boolean =>
  [meta.primaryKey, ...uniqueSets(rootOf(meta))].some((fields) => {
    const taken = combined(fields, (field) => snapshot[field.position]);
    return taken !== null && taken === combined(fields, (field) => held(object, field));
  });

/** Whether the row's UPDATE writes one of the fields. */
export const touches = (work: RowWork, fields: readonly FieldMeta[]): boolean =>
  work.fields.some((field) => fields.some((other) => other.column === field.column));

/** Compares by column, because a subtype's fields have their own positions. */
const valueWritten = (work: RowWork, field: FieldMeta): unknown => {
  const value = held(work.object, field);
  if (value !== undefined || field.relation === null) return value;
  const relation = work.meta.relations.get(field.relation);
  const target = relation?.kind === "toOne" ? work.state.related?.get(relation.name) : undefined;
  return target === null || target === undefined || relation?.kind !== "toOne" ? value : held(target, relation.targetField);
};

/** Combines the values of several fields into one string; null if one of them is NULL, which never equals another. */
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
