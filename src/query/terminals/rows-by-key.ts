/** A Map of rows by key. It also supports composite keys, which are objects: a plain Map would compare them by identity. */

import { keyCell } from "../../metadata/keys.js";
import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import type { TypeKind } from "../../sql/types.js";

/** Types whose values have one representation, equal in a Map exactly if they are equal in the database. */
const PLAIN: ReadonlySet<TypeKind> = new Set([
  "text",
  "varchar",
  "enum",
  "date",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "duration",
  "boolean",
]);

class RowsByKey extends Map<unknown, unknown> {
  readonly #normal: (key: unknown) => unknown;
  /** The Map's keys by their normalized form. */
  readonly #keys = new Map<unknown, unknown>();

  constructor(normal: (key: unknown) => unknown) {
    super();
    this.#normal = normal;
  }

  override get(key: unknown): unknown {
    return super.get(this.#keys.get(this.#normal(key)));
  }
  override has(key: unknown): boolean {
    return this.#keys.has(this.#normal(key));
  }
  override set(key: unknown, row: unknown): this {
    const normal = this.#normal(key);
    const known = this.#keys.has(normal) ? this.#keys.get(normal) : key;
    this.#keys.set(normal, known);
    return super.set(known, row);
  }
  override delete(key: unknown): boolean {
    const normal = this.#normal(key);
    const known = this.#keys.get(normal);
    return this.#keys.delete(normal) && super.delete(known);
  }
  override clear(): void {
    this.#keys.clear();
    super.clear();
  }
}

const asText = (cells: unknown): string =>
  JSON.stringify(cells, (_, cell: unknown) => (typeof cell === "bigint" ? { bigint: String(cell) } : cell));

/** An empty Map for the rows of a model, by key or by a field. */
export const mapByKey = (meta: ModelMeta, field: FieldMeta | null): Map<unknown, unknown> => {
  if (field === null) {
    const fields = meta.primaryKey;
    return new RowsByKey((key) =>
      typeof key === "object" && key !== null
        ? asText(fields.map((part) => keyCell((key as Record<string, unknown>)[part.name], part)))
        : key,
    );
  }
  return PLAIN.has(field.type.kind) ? new Map() : new RowsByKey((key) => asText(keyCell(key, field)));
};
