/** What a request may use: allowed paths, by their external names. */

import { ConfigurationError } from "../errors.js";
import type { FieldMeta, ModelMeta } from "../metadata/model-meta.js";
import { describe } from "../support/describe.js";

/** Paths by name; a Map, so that names such as `__proto__` are not found. */
export const allowedNames = (caller: string, allow: unknown): ReadonlyMap<string, string> => {
  const entries = Array.isArray(allow)
    ? (allow as readonly unknown[]).map((path) => [path, path] as const)
    : typeof allow === "object" && allow !== null
      ? Object.entries(allow as Readonly<Record<string, unknown>>)
      : null;
  if (entries === null || entries.some((entry) => entry.some((part) => typeof part !== "string")))
    throw new ConfigurationError(`${caller}: expected \`allow\` as a list of paths, or an object of paths by name, got ${describe(allow)}`);
  return new Map(entries as readonly (readonly [string, string])[]);
};

/** Filtering or sorting by a hidden column would reveal its values over many requests. */
export const refuseHidden = (caller: string, meta: ModelMeta, path: string, fields: readonly FieldMeta[]): void => {
  const hidden = fields.find((field) => field.hidden);
  if (hidden !== undefined)
    throw new ConfigurationError(
      `${caller}: "${path}" of ${meta.name} reads ${hidden.name}, which is hidden; requests could find out its value. Leave it out of \`allow\``,
    );
};

/** The allowed names for messages; a long list is truncated. */
export const listed = (names: Iterable<string>): string => {
  const all = [...names];
  return all.length > 20 ? `${all.slice(0, 20).join(", ")}, …` : all.join(", ");
};

export const positive = (caller: string, option: string, value: number | undefined, usual: number, from = 1): number => {
  if (value === undefined) return usual;
  if (Number.isInteger(value) && value >= from) return value;
  throw new ConfigurationError(`${caller}: expected \`${option}\` to be a whole number from ${from}, got ${describe(value)}`);
};
