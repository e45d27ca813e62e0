/** How console.log shows instances with hidden fields: as any object, without them. */

import { stateOf } from "../loading/index.js";

/** The name under which Node looks for an object's own way to be printed. */
const inspect = Symbol.for("nodejs.util.inspect.custom");

/** A look-alike for the printer: the same class and properties, without the hidden ones and without this hook. */
const shown = (object: object): object => {
  const state = stateOf(object);
  if (state === undefined) return object;
  const hidden = new Set(state.meta.fields.filter((field) => field.hidden).map((field) => field.name));
  const properties = Object.entries(Object.getOwnPropertyDescriptors(object)).filter(([name]) => !hidden.has(name));
  const copy = Object.create(Object.getPrototypeOf(object) as object, Object.fromEntries(properties)) as object;
  return Object.defineProperty(copy, inspect, { value: undefined, enumerable: false });
};

/** The fields stay plain own properties: only the printer is told otherwise. */
export const hideWhenPrinted = (prototype: object): void => {
  Object.defineProperty(prototype, inspect, {
    configurable: true,
    value: function (this: object) {
      return shown(this);
    },
  });
};
