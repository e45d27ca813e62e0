/** Members of every instance. Each method delegates to a lower layer; fields and relations come from `model()`. */

import { StateHolder, installMetadata, populate, stateOf, type InstanceState } from "../loading/index.js";
import { knownOptions, namesGiven, objectGiven } from "../metadata/argument.js";
import { metadataOf } from "../metadata/registry.js";
import { baseHooks, deleteObject, keyOf, loadColumns, refreshObject, restoreObject, saveObject, setValues } from "../session/index.js";
import { toJson, toObject } from "./serialize.js";
import type { Model as ModelType } from "./typing/instance.js";
import { validate } from "./validate.js";
import { initialise } from "./values.js";

installMetadata(metadataOf);

/** Holds the hidden state; filled from a row or from the values given to `new`. */
abstract class ModelBase extends StateHolder {
  constructor(values?: Readonly<Record<string, unknown>>) {
    super();
    const state = stateOf(this) as InstanceState;
    if (state.snapshot === null) initialise(this, state, values);
    else populate(this, state);
  }

  get pk(): unknown {
    return keyOf(this);
  }
  get isPersisted(): boolean {
    const state = stateOf(this) as InstanceState;
    return state.snapshot !== null && state.status !== "deleted";
  }

  async save(first?: object, second?: object): Promise<this> {
    await saveObject(this, first, second);
    return this;
  }
  async delete(db?: object): Promise<void> {
    await deleteObject(this, db, { hard: false });
  }
  async hardDelete(db?: object): Promise<void> {
    await deleteObject(this, db, { hard: true });
  }
  async restore(db?: object): Promise<void> {
    await restoreObject(this, db);
  }
  clean(): void | Promise<void> {}
  async fullClean(): Promise<void> {
    await validate(this);
  }
  async refresh(names?: readonly string[]): Promise<this> {
    await refreshObject(this, names === undefined ? null : namesGiven("refresh()", names, "names of fields and relations"));
    return this;
  }
  async load(...names: readonly string[]): Promise<this> {
    await loadColumns(this, namesGiven("load()", names, "names of fields"));
    return this;
  }
  set(values: Readonly<Record<string, unknown>>): this {
    setValues(this, objectGiven("set()", values, "an object of values"));
    return this;
  }
  toJSON(): Record<string, unknown> {
    return toJson(this);
  }
  toObject(options: { readonly include?: readonly string[]; readonly json?: boolean } = {}): Record<string, unknown> {
    const { include = [], json } = knownOptions("toObject()", options, ["include", "json"]);
    return toObject(this, namesGiven("toObject()", include, "paths in `include`"), json === true);
  }
}

// The session calls overridden save(), delete() and clean() per object; base methods run in batches.
const { save, delete: remove, clean } = ModelBase.prototype as Readonly<Record<"save" | "delete" | "clean", unknown>>;
baseHooks({ save, delete: remove, clean });

/**
 * The abstract base of all models, for `instanceof` and types, with the members of every instance. Models also have `set({ … })`, which
 * assigns several fields, `load("bio")`, which loads deferred columns, and `Model.objects`.
 * @class
 */
export const Model = ModelBase as unknown as abstract new (values?: Readonly<Record<string, unknown>>) => ModelType;
/** Members of every instance. */
export type Model = ModelType;
