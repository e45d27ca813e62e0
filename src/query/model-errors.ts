/** Errors of a model: `User.DoesNotExist` if the class has one. */

import { DoesNotExist, type ErrorOptions, MultipleObjectsReturned } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";

const classOf = <E extends Error>(
  meta: ModelMeta,
  name: string,
  usual: new (message: string, options?: ErrorOptions) => E,
): new (message: string, options?: ErrorOptions) => E => {
  const own = (meta.ctor as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof own === "function" ? (own as new (message: string, options?: ErrorOptions) => E) : usual;
};

export const doesNotExist = (meta: ModelMeta, message: string): DoesNotExist =>
  new (classOf(meta, "DoesNotExist", DoesNotExist))(message, { model: meta.name });
export const severalFound = (meta: ModelMeta, message: string): MultipleObjectsReturned =>
  new (classOf(meta, "MultipleObjectsReturned", MultipleObjectsReturned))(message, { model: meta.name });
