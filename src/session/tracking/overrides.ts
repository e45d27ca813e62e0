/** Finds which hooks a class overrides: an overridden save(), delete() or clean() is called per object; base methods run in batches. */

import type { ModelMeta } from "../../metadata/model-meta.js";

type HookName = "save" | "delete" | "clean";
export type BaseHooks = { readonly [K in HookName]: unknown };

let base: BaseHooks = { save: undefined, delete: undefined, clean: undefined };

/** Registers the base implementations of the model layer, to recognize user-defined overrides on a prototype. */
export const baseHooks = (functions: BaseHooks): void => {
  base = functions;
};

export interface Overrides {
  readonly save: boolean;
  readonly delete: boolean;
  readonly clean: boolean;
}
const known = new WeakMap<object, Overrides>();

export const overridesOf = (meta: ModelMeta): Overrides => {
  let found = known.get(meta.ctor);
  if (found === undefined) {
    const prototype = meta.ctor.prototype as Readonly<Record<HookName, unknown>>;
    const differs = (name: HookName): boolean => prototype[name] !== undefined && prototype[name] !== base[name];
    known.set(meta.ctor, (found = { save: differs("save"), delete: differs("delete"), clean: differs("clean") }));
  }
  return found;
};

/** Rows of an implicit many-to-many link table have no instances, and so no hooks and no listeners. */
export const hasInstances = (meta: ModelMeta): boolean => "save" in (meta.ctor.prototype as object);

export const callSave = (object: object, db: object): Promise<unknown> => (object as { save(db: object): Promise<unknown> }).save(db);
export const callDelete = (object: object, db: object): Promise<unknown> => (object as { delete(db: object): Promise<unknown> }).delete(db);
/** May return a promise or nothing. */
export const callClean = (object: object): void | Promise<void> => (object as { clean(): void | Promise<void> }).clean();
