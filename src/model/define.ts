/** `model()`: creates the base class that a model extends, registers its fields, and adds the static members. */

import { ConfigurationError, DoesNotExist, MultipleObjectsReturned } from "../errors.js";
import { baseMark } from "../loading/index.js";
import { definitionOf } from "../metadata/definition.js";
import type { ModelClass } from "../metadata/model-meta.js";
import type { ModelOptions } from "../metadata/options.js";
import { tableName } from "../metadata/names.js";
import { metadataOf, registerHistorical, registerModel, registerSubtype } from "../metadata/registry.js";
import { columnsOf } from "../query/expressions/columns.js";
import { querySetOf } from "../query/queryset.js";
import { describe } from "../support/describe.js";
import { pascalCase, singular } from "../support/naming.js";
import { defineRelation } from "./accessors.js";
import { Model } from "./model.js";
import { hideWhenPrinted } from "./printed.js";
import { listenTo } from "./signals.js";
import type { ModelFunction } from "./typing/constructor.js";

/** Caches one value per class, created on first use; a subclass does not share its base's value. */
const perClass = <T>(make: (model: ModelClass) => T): ((model: ModelClass) => T) => {
  const made = new WeakMap<ModelClass, { readonly value: T }>();
  return (model) => {
    let entry = made.get(model);
    if (entry === undefined) made.set(model, (entry = { value: make(model) }));
    return entry.value;
  };
};

const named = <C extends object>(name: string, made: C): C => Object.defineProperty(made, "name", { value: name, configurable: true });

const managers = perClass((model) => querySetOf(metadataOf(model)));
const columns = perClass((model) => columnsOf(metadataOf(model)));
// A separate class per model, so that `catch` can tell which model was missing; a subtype's error extends its base's.
const parentOf = (model: ModelClass): ModelClass | null => {
  const { subtypes } = metadataOf(model);
  return subtypes === null || subtypes.base.ctor === model ? null : subtypes.base.ctor;
};
const doesNotExist: (model: ModelClass) => typeof DoesNotExist = perClass((model) => {
  const parent = parentOf(model);
  const Base = parent === null ? DoesNotExist : doesNotExist(parent);
  return named(`${metadataOf(model).name}.DoesNotExist`, class extends Base {});
});
const multipleObjectsReturned: (model: ModelClass) => typeof MultipleObjectsReturned = perClass((model) => {
  const parent = parentOf(model);
  const Base = parent === null ? MultipleObjectsReturned : multipleObjectsReturned(parent);
  return named(`${metadataOf(model).name}.MultipleObjectsReturned`, class extends Base {});
});

/** Static members; getters, because `this` is the user's class only when they are used. */
const statics: PropertyDescriptorMap & ThisType<ModelClass> = {
  objects: {
    configurable: true,
    get: function (this: ModelClass) {
      return managers(this);
    },
  },
  c: {
    configurable: true,
    get: function (this: ModelClass) {
      return columns(this);
    },
  },
  DoesNotExist: {
    configurable: true,
    get: function (this: ModelClass) {
      return doesNotExist(this);
    },
  },
  MultipleObjectsReturned: {
    configurable: true,
    get: function (this: ModelClass) {
      return multipleObjectsReturned(this);
    },
  },
  on: {
    configurable: true,
    value: function (this: ModelClass, event: unknown, listener: unknown) {
      return listenTo(this, event, listener);
    },
  },
  subtype: {
    configurable: true,
    value: function (this: ModelClass, name: string) {
      return (fields: unknown) => subtypeOf(this, name, fields);
    },
  },
};

const defineMembers = (prototype: object, fields: unknown): void => {
  if (typeof fields !== "object" || fields === null) return;
  for (const [name, builder] of Object.entries(fields)) {
    const definition = definitionOf(builder);
    if (definition === null) continue;
    if (definition.kind !== "field") defineRelation(prototype, name);
    else if (definition.hidden) hideWhenPrinted(prototype);
  }
};

const subtypeOf = (parent: ModelClass, name: string, fields: unknown): ModelClass => {
  const Parent = parent as new () => object;
  const base = class extends Parent {} as unknown as ModelClass;
  mark(base);
  registerSubtype(base, parent, name, fields);
  defineMembers(base.prototype as object, fields);
  return base;
};

/** Marks a library class, to find where the user's code ends in a class chain. */
const mark = (base: object): void => void Object.defineProperty(base, baseMark, { value: true });
mark(Model);

const define =
  (table: string, first?: ModelOptions) =>
  (fields: unknown, second?: ModelOptions): ModelClass => {
    if (first !== undefined && second !== undefined)
      throw new ConfigurationError(`model("${table}"): options are given twice; put them after the fields`);
    if (typeof fields !== "object" || fields === null)
      throw new ConfigurationError(`model("${table}"): expected the fields by name, got ${describe(fields)}`);
    const base = modelBase();
    registerModel(base, table, fields, second ?? first ?? {});
    defineMembers(base.prototype as object, fields);
    return base;
  };

const modelBase = (): ModelClass => {
  const base = class extends Model {} as unknown as ModelClass;
  mark(base);
  return Object.defineProperties(base, statics);
};

/** A model of a former version of a table, without relations; `"auth.users"` includes the schema. */
export const defineHistorical = (table: string, fields: unknown): ModelClass => {
  const { schema, name } = tableName(table);
  const base = modelBase();
  registerHistorical(base, name, fields, schema === null ? {} : { schema });
  return named(pascalCase(singular(name)), base);
};

/**
 * Creates the base class of a model from its table, its fields, and options.
 *
 * ```ts
 * class User extends model<User>("users")({
 *   name: t.text(),
 *   posts: hasMany(() => Post, "author"),
 * }, { ordering: ["name"] }) {
 *   get shout() { return this.name.toUpperCase(); }
 * }
 * // CREATE TABLE "users" ("id" …, "name" text NOT NULL)
 * ```
 * Throws ConfigurationError, naming the table and field, for invalid definitions.
 * @function
 */
export const model = define as unknown as ModelFunction;
