/** The errors of a model's own: `User.DoesNotExist` where the class has one. */

import { DoesNotExist, MultipleObjectsReturned } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";

const classOf = <E extends Error>(meta: ModelMeta, name: string, usual: new (message: string) => E): new (message: string) => E => {
  const own = (meta.ctor as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof own === "function" ? (own as new (message: string) => E) : usual;
};

export const doesNotExist = (meta: ModelMeta, message: string): DoesNotExist => new (classOf(meta, "DoesNotExist", DoesNotExist))(message);
export const severalFound = (meta: ModelMeta, message: string): MultipleObjectsReturned =>
  new (classOf(meta, "MultipleObjectsReturned", MultipleObjectsReturned))(message);
