/** Hides hidden fields when console.log prints instances. */

import { stateOf } from "../loading/index.js";

/** The symbol under which Node looks for a custom inspect function. */
const inspect = Symbol.for("nodejs.util.inspect.custom");

/** A copy for the printer: the same class and properties, without hidden fields and without this hook. */
const shown = (object: object): object => {
  const state = stateOf(object);
  if (state === undefined) return object;
  const hidden = new Set(state.meta.fields.filter((field) => field.hidden).map((field) => field.name));
  const properties = Object.entries(Object.getOwnPropertyDescriptors(object)).filter(([name]) => !hidden.has(name));
  const copy = Object.create(Object.getPrototypeOf(object) as object, Object.fromEntries(properties)) as object;
  return Object.defineProperty(copy, inspect, { value: undefined, enumerable: false });
};

/** Fields stay plain own properties; only the printer gets a different view. */
export const hideWhenPrinted = (prototype: object): void => {
  Object.defineProperty(prototype, inspect, {
    configurable: true,
    value: function (this: object) {
      return shown(this);
    },
  });
};
