/** Runs Standard Schema validators (zod, valibot, arktype) and reads their results. */

import type { StandardSchemaLike } from "./model-meta.js";

/** Messages and the value parsed by the schema; a promise only if the schema is asynchronous. */
export const parseWith = (schema: StandardSchemaLike, value: unknown): Parsed | Promise<Parsed> => {
  const result = schema["~standard"].validate(value);
  return isThenable(result) ? Promise.resolve(result).then(parsed) : parsed(result);
};
interface Parsed {
  readonly messages: readonly string[];
  readonly value: unknown;
}
const parsed = (result: unknown): Parsed => ({ messages: messages(result), value: (result as { readonly value?: unknown }).value });

/** Error messages, empty if the value is valid; a promise only if the schema is asynchronous. */
export const runSchema = (schema: StandardSchemaLike, value: unknown): readonly string[] | Promise<readonly string[]> => {
  const result = schema["~standard"].validate(value);
  return isThenable(result) ? Promise.resolve(result).then(messages) : messages(result);
};

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const messages = (result: unknown): readonly string[] => {
  const issues = (result as { readonly issues?: readonly Issue[] | undefined }).issues ?? [];
  return issues.map(({ message, path }) => {
    const place = (path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
    return place === "" ? message : `${place}: ${message}`;
  });
};
