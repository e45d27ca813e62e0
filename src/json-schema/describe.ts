/** Converts shapes to JSON Schema. */

import { ConfigurationError } from "../errors.js";
import { toJsonValue } from "../metadata/json-values.js";
import type { FieldMeta, StandardSchemaLike } from "../metadata/model-meta.js";
import { orNull, typeSchema } from "./types.js";
import type { RelatedShape, Shape } from "./shape.js";
import type { JSONSchema } from "./typing/schema.js";

/** The supported dialects, in which the keywords used here have the same meaning, with their URIs. */
const dialects: Readonly<Record<string, string>> = {
  "draft-2020-12": "https://json-schema.org/draft/2020-12/schema",
  "draft-07": "http://json-schema.org/draft-07/schema#",
};

/** The JSON Schema of a `.check()`, if its library can produce it. */
const checkSchema = (schema: StandardSchemaLike, target: string): JSONSchema => {
  const { jsonSchema } = schema["~standard"] as { readonly jsonSchema?: { readonly input?: (options: { target: string }) => JSONSchema } };
  try {
    const { $schema: _, ...said } = jsonSchema?.input?.({ target }) ?? {};
    return said;
  } catch {
    // The specification allows a converter to throw for schemas that JSON Schema cannot express.
    return {};
  }
};

/** Combines two schemas: side by side if they do not contradict each other, otherwise with `allOf`. */
const both = (left: JSONSchema, right: JSONSchema): JSONSchema => {
  const shared = Object.keys(right).filter((word) => word in left);
  const generic =
    shared.length === 1 && shared[0] === "type" && Array.isArray(left["type"]) && (left["type"] as unknown[]).includes(right["type"]);
  const agrees = generic || shared.every((word) => JSON.stringify(left[word]) === JSON.stringify(right[word]));
  return agrees ? { ...left, ...right } : { ...left, allOf: [...((left["allOf"] as readonly JSONSchema[] | undefined) ?? []), right] };
};

const fieldSchema = (field: FieldMeta, target: string, defaults: boolean): JSONSchema => {
  const checked = field.checks.map((check) => checkSchema(check, target)).reduce(both, typeSchema(field.type));
  const schema = field.nullable ? orNull(checked) : checked;
  const given = defaults && field.default !== null && "value" in field.default ? field.default.value : undefined;
  return given === undefined ? schema : { ...schema, default: toJsonValue(given, field.type) };
};

const relatedSchema = ({ shapes, many, nullable }: RelatedShape, target: string): JSONSchema => {
  const [first = {}, ...others] = shapes.map((shape) => objectSchema(shape, target));
  const one = others.length === 0 ? first : { anyOf: [first, ...others] };
  if (many) return { type: "array", items: one };
  return nullable ? orNull(one) : one;
};

const objectSchema = (shape: Shape, target: string): JSONSchema => {
  const fields = [...shape.fields.values()];
  const extra = [...shape.extra];
  const required = [
    ...fields.filter((one) => one.required).map(({ field }) => field.name),
    ...shape.relations.keys(),
    ...extra.filter(([, one]) => one.required).map(([name]) => name),
  ];
  return {
    type: "object",
    properties: Object.fromEntries([
      ...fields.map(({ field }) => [field.name, fieldSchema(field, target, shape.closed)] as const),
      ...extra.map(([name, { schema }]) => [name, checkSchema(schema, target)] as const),
      ...[...shape.relations].map(([name, related]) => [name, relatedSchema(related, target)] as const),
    ]),
    ...(required.length === 0 ? {} : { required }),
    ...(shape.closed ? { additionalProperties: false } : {}),
  };
};

/** The complete document in one of the dialects. */
export const jsonSchemaOf = (shape: Shape, target: string): Record<string, unknown> => {
  const dialect = Object.hasOwn(dialects, target) ? dialects[target] : undefined;
  if (dialect === undefined)
    throw new ConfigurationError(`jsonSchema: the target "${target}" is not supported; ask for ${Object.keys(dialects).join(" or ")}`);
  return { $schema: dialect, ...objectSchema(shape, target) };
};
