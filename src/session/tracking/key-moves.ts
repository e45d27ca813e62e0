/** The keys that a flush changes, and those that change with them by `onUpdate: "cascade"`, over any number of levels. */

import { keyCell } from "../../metadata/keys.js";
import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import type { InstanceState } from "../../loading/index.js";
import { held } from "./changes.js";
import { rootOf } from "./identity-map.js";

/** What rows can be referred to by. */
const isReferredTo = ({ primaryKey, unique }: FieldMeta): boolean => primaryKey || unique;

export class KeyMoves {
  readonly #moves = new Map<ModelMeta, Map<string, Map<unknown, unknown>>>();

  get none(): boolean {
    return this.#moves.size === 0;
  }

  /** The changed fields of a row that is in the database. */
  add(object: object, { meta, snapshot }: InstanceState, fields: readonly FieldMeta[]): void {
    if (snapshot === null) return;
    for (const field of fields) {
      const before = snapshot[field.position];
      if (!isReferredTo(field) || before === null || before === undefined) continue;
      const root = rootOf(meta);
      const columns = this.#moves.get(root) ?? new Map<string, Map<unknown, unknown>>();
      this.#moves.set(root, columns);
      const values = columns.get(field.column) ?? new Map<unknown, unknown>();
      columns.set(field.column, values.set(keyCell(before, field), held(object, field)));
    }
  }

  /** What the value of this field of a row becomes by the changed keys of the rows that it leads to. */
  after(meta: ModelMeta, field: FieldMeta, value: unknown): unknown {
    if (value === null || value === undefined) return value;
    const moved = this.#moves.get(rootOf(meta))?.get(field.column);
    const cell = keyCell(value, field);
    if (moved?.has(cell) === true) return moved.get(cell);
    const relation = field.relation === null ? undefined : meta.relations.get(field.relation);
    if (relation?.kind !== "toOne" || relation.onUpdate !== "cascade") return value;
    // A row whose key is a reference to itself leads nowhere else.
    if (relation.target === meta && relation.targetField === field) return value;
    return this.after(relation.target, relation.targetField, value);
  }
}
