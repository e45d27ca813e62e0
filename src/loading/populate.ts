/** Fills an instance from its row: own data properties in a fixed order. Checks once per class that the class does not overwrite them. */

import { ConfigurationError, NotLoaded } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { blankOf } from "../support/hidden-classes.js";
import { baseMark } from "./base-mark.js";
import { comparableOf, decoded, readValues, type Reading } from "./cell-reading.js";
import { unreadableField } from "./unreadable.js";
import { StateHolder, setConstructionState, transientState, type InstanceState } from "./instance.js";

/** Creates the instances of one model and remembers the traits found with the first one. Lists are by field position. */
export interface Maker {
  readonly meta: ModelMeta;
  readonly names: readonly string[];
  readonly readings: readonly (Reading | null)[];
  traits: ClassTraits | null;
}
export const makerOf = (meta: ModelMeta, readings: Maker["readings"]): Maker => ({
  meta,
  names: meta.fields.map((field) => field.name),
  readings,
  traits: classes.get(meta.ctor) ?? null,
});

/** The maker of the row being loaded. */
let handed: Maker | null = null;
/** The row's values if they were read already; otherwise they are read from the row while they are assigned. */
let handedValues: readonly unknown[] | null = null;
/** True while cells are read: an error then comes from a cell, not from the constructor. */
let reading = false;
/** Set while the first instance of a class is created: records the properties that its constructor writes. */
let probe: Set<string> | null = null;

/**
 * Traits of a class, known after its first instance. `assigns`: its constructor may write columns, so loaded values are restored
 * afterwards.
 */
export interface ClassTraits {
  readonly assigns: boolean;
  /** Keeps the hidden class of loaded instances alive when no instance is left. */
  readonly sample: object | null;
}
const classes = new WeakMap<object, ClassTraits>();

const defer = (object: object, meta: ModelMeta, name: string): void => {
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: false,
    get(this: { pk?: unknown }) {
      throw new NotLoaded(
        `${meta.name}.${name} was not read by the query that loaded this object: await object.load("${name}"), or let the query read it: only() and defer() say what it leaves out`,
      );
    },
    set(value: unknown) {
      Object.defineProperty(object, name, { configurable: true, enumerable: true, writable: true, value });
    },
  });
};

const probed = (object: object, name: string, value: unknown, writes: Set<string>): void => {
  let held = value;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => held,
    set: (next: unknown) => {
      held = next;
      writes.add(name);
    },
  });
};

/**
 * Called by the base constructor of an instance that is created from a row. Uses plain data properties: column accessors on the prototype
 * would make loading ten times slower.
 */
export const populate = (object: object, state: InstanceState): void => {
  const maker = handed;
  handed = null;
  if (maker === null) return;
  if (handedValues === null) fill(object, state, maker);
  else give(object, maker, handedValues);
};

/** Values go directly from the row to the object: storing them in an older object in between would cost garbage collection time. */
const fill = (object: object, state: InstanceState, { names, readings }: Maker): void => {
  const target = object as Record<string, unknown>;
  const cells = state.snapshot as unknown[];
  reading = true;
  let index = 0;
  try {
    for (; index < names.length; index++) {
      const name = names[index] as string;
      const cell = cells[index];
      const how = readings[index] as Reading | null;
      if (cell === undefined) defer(object, state.meta, name);
      else if (how === null || cell === null) target[name] = cell;
      else if (how.instant !== null) {
        const time = how.instant(cell);
        target[name] = new Date(time);
        cells[index] = time;
      } else {
        const value = decoded(how, cell);
        target[name] = value;
        cells[index] = comparableOf(how, value);
      }
    }
  } catch (cause) {
    throw unreadableField(state.meta, index, cause);
  }
  reading = false;
};

const give = (object: object, { meta, names }: Maker, values: readonly unknown[]): void =>
  names.forEach((name, index) => {
    const value = values[index];
    if (probe !== null) probed(object, name, value, probe);
    else if (value === undefined) defer(object, meta, name);
    else (object as Record<string, unknown>)[name] = value;
  });

const isData = (object: object, name: string): boolean => "value" in (Object.getOwnPropertyDescriptor(object, name) ?? {});

const refuse = (meta: ModelMeta, redeclared: readonly string[]): never => {
  const fields = redeclared.map((name) => `\`declare ${name}\``).join(", ");
  throw new ConfigurationError(
    `${meta.name} declares ${redeclared.map((name) => `"${name}"`).join(", ")} again as a class field, which would overwrite what is loaded: remove the field or write ${fields}`,
  );
};

/** Calls `new User()` without arguments, so that class fields, private members and constructors work. */
const construct = (maker: Maker, state: InstanceState, values: readonly unknown[] | null): object => {
  handed = maker;
  handedValues = values;
  setConstructionState(state);
  try {
    const object = new (maker.meta.ctor as unknown as new () => object)();
    // A constructor that returns another object has not consumed the row.
    if (handed !== null) takeBack();
    return object;
  } catch (error) {
    const ofRow = reading;
    takeBack();
    if (ofRow || error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`the constructor of ${maker.meta.name} failed while a row was loaded; it must work without arguments`, {
      cause: error,
    });
  }
};
const takeBack = (): void => {
  handed = handedValues = null;
  reading = false;
  setConstructionState(null);
};

/** Source texts of the user's classes, from the model's own class upwards. */
const userSources = (meta: ModelMeta): string[] => {
  const sources: string[] = [];
  for (let at: unknown = meta.ctor; typeof at === "function" && at !== StateHolder; at = Object.getPrototypeOf(at)) {
    if (!Object.hasOwn(at, baseMark)) sources.push(Function.prototype.toString.call(at));
  }
  return sources;
};
/** Only a class with an explicit constructor can write columns in a way that its first instance did not show. */
const hasConstructor = (meta: ModelMeta): boolean => userSources(meta).some((source) => /\bconstructor\b/.test(source));

/**
 * Creates the first instance of a class. Columns are accessors while its constructor runs, to tell a redeclared field (defines) from an
 * assignment (sets).
 */
const first = (
  maker: Maker,
  state: InstanceState,
  values: readonly unknown[] | null,
): { readonly object: object; readonly traits: ClassTraits } => {
  const { meta, names } = maker;
  const writes = new Set<string>();
  probe = writes;
  let object: object;
  try {
    object = construct(maker, state, values ?? []);
  } finally {
    probe = null;
  }
  const redeclared = names.filter((name) => isData(object, name));
  if (redeclared.length > 0) refuse(meta, redeclared);
  const traits = {
    assigns: writes.size > 0 || hasConstructor(meta),
    sample: values === null ? null : sampleOf(maker, values),
  };
  classes.set(meta.ctor, traits);
  if (values !== null) putBack(object, meta, values, true);
  return { object, traits };
};

/** An instance with the hidden class of loaded ones, but without the data of any row. */
const sampleOf = (maker: Maker, values: readonly unknown[]): object | null => {
  const state = transientState(maker.meta);
  state.snapshot = [];
  try {
    return construct(maker, state, values.map(blankOf));
  } catch {
    return null;
  }
};

/** Restores loaded columns over the values that a constructor assigned. */
const putBack = (object: object, meta: ModelMeta, values: readonly unknown[], define: boolean): void => {
  const target = object as Record<string, unknown>;
  meta.fields.forEach((field, index) => {
    const value = values[index];
    if (value === undefined) defer(object, meta, field.name);
    else if (define) Object.defineProperty(object, field.name, { configurable: true, enumerable: true, writable: true, value });
    else if (target[field.name] !== value) target[field.name] = value;
  });
};

/** Creates an instance from a row. The row is the state's snapshot: raw cells before, comparable cells afterwards. */
export const instantiate = (maker: Maker, state: InstanceState): object => {
  if (maker.traits?.assigns === false) return construct(maker, state, null);
  const values = readValues(maker, state.snapshot as unknown[]);
  maker.traits ??= classes.get(maker.meta.ctor) ?? null;
  if (maker.traits === null) {
    const { object, traits } = first(maker, state, values);
    maker.traits = traits;
    return object;
  }
  const object = construct(maker, state, values);
  if (maker.traits.assigns) putBack(object, maker.meta, values, false);
  return object;
};

/** Matches class fields in source text: `name = …`, `name;` or `name` alone on a line, not after a dot. */
const looksRedeclared = (meta: ModelMeta): boolean => {
  const names = meta.fields.map((field) => field.name.replace(/\$/g, "\\$")).join("|");
  const pattern = new RegExp(`(?<![.\\w$])(?:${names})\\s*(?:=[^=>]|;|\\r?\\n|\\})`);
  return userSources(meta).some((source) => pattern.test(source));
};

/** Called before the first `new` of a class. If its source suggests redeclared fields, a throwaway instance is created to check. */
export const checkClass = (meta: ModelMeta): void => {
  if (classes.has(meta.ctor) || checked.has(meta.ctor)) return;
  checked.add(meta.ctor);
  if (!looksRedeclared(meta)) return;
  const outer = { handed, handedValues, reading, probe };
  try {
    const state = transientState(meta);
    state.snapshot = [];
    first(makerOf(meta, []), state, null);
  } catch (error) {
    // If the constructor fails without arguments, nothing is known about fields; loading will report it.
    if (error instanceof ConfigurationError && error.cause === undefined) {
      checked.delete(meta.ctor);
      throw error;
    }
  } finally {
    ({ handed, handedValues, reading, probe } = outer);
  }
};
const checked = new WeakSet<object>();
