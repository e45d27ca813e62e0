/** Models as the registry sees them: what `model()` makes, without anything an instance can do. */

import { registerModel, registerSubtype } from "../../src/metadata/registry.js";
import type { ModelOptions } from "../../src/metadata/options.js";

type Base = new () => object;

/** A base class to be extended, as `model("users")({…})` gives. */
export const define = (table: string, fields: object, options: ModelOptions = {}): Base => {
  // eslint-disable-next-line typescript/no-extraneous-class -- a model is a class, whatever is in it
  const base = class {};
  registerModel(base, table, fields, options);
  return base;
};

export const subtype = (parent: Base, name: string, fields: object): Base => {
  const base = class extends parent {};
  registerSubtype(base, parent, name, fields);
  return base;
};

/** The message of the error that something throws. */
export const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    throw error;
  }
  throw new Error("expected an error, none was thrown");
};
