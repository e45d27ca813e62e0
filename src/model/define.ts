/** `model()`: makes the base class that a model extends, registers its fields, and gives it the members that every model class has. */

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

/** One value per class, made on first use: a subclass has its own, never its base's. */
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
// A class of its own per model, so that `catch` can tell whose row was missing; a subtype's error is its base's too.
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

/** What stands on the class: getters, since `this` is the user's class only when they are used. */
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

/** Marks a class as made here: what the user wrote ends at it. */
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

/** A model of a table as it once was, without relations; `"auth.users"` names the schema too. */
export const defineHistorical = (table: string, fields: unknown): ModelClass => {
  const { schema, name } = tableName(table);
  const base = modelBase();
  registerHistorical(base, name, fields, schema === null ? {} : { schema });
  return named(pascalCase(singular(name)), base);
};

/**
 * The base class of a model: its table, its fields, then perhaps options.
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
 * Throws ConfigurationError that names table and field for what cannot work.
 * @function
 */
export const model = define as unknown as ModelFunction;
