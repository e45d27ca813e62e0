/** What the base constructor does for a row: own data properties in one fixed order, and the proof, once per class, that the class leaves them alone. */

import { ConfigurationError, NotLoaded } from "../errors.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { blankOf } from "../support/hidden-classes.js";
import { baseMark } from "./base-mark.js";
import { Carrier, constructAround, transientState, type InstanceState } from "./instance.js";

/** The decoded values of the row being hydrated, by field position; undefined where the column was not read. */
let handed: readonly unknown[] | null = null;
let handedNames: readonly string[] = [];
/** Set while the first instance of a class is made: writes by its constructor are noted here. */
let probe: Set<string> | null = null;

/** What is known of a class after its first instance: `assigns` when its constructor may write columns, so that they are put back. */
interface ClassFacts {
  readonly assigns: boolean;
  /** Keeps the hidden class of loaded instances while none of them is left. */
  readonly sample: object | null;
}
const classes = new WeakMap<object, ClassFacts>();

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
 * Called by the base constructor of an instance that is made around a row. Plain data properties, since a column accessor on the prototype
 * would make hydration an order of magnitude slower.
 */
export const populate = (object: object, state: InstanceState): void => {
  const values = handed;
  handed = null;
  if (values === null) return;
  const names = handedNames;
  const target = object as Record<string, unknown>;
  const writes = probe;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const value = values[index];
    if (writes !== null) probed(object, name, value, writes);
    else if (value === undefined) defer(object, state.meta, name);
    else target[name] = value;
  }
};

const isData = (object: object, name: string): boolean => "value" in (Object.getOwnPropertyDescriptor(object, name) ?? {});

const refuse = (meta: ModelMeta, redeclared: readonly string[]): never => {
  const fields = redeclared.map((name) => `\`declare ${name}\``).join(", ");
  throw new ConfigurationError(
    `${meta.name} declares ${redeclared.map((name) => `"${name}"`).join(", ")} again as a class field, which would overwrite what is loaded: remove the field or write ${fields}`,
  );
};

const construct = (state: InstanceState, values: readonly unknown[], names: readonly string[]): object => {
  handed = values;
  handedNames = names;
  try {
    return constructAround(state);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`the constructor of ${state.meta.name} failed while a row was loaded; it must work without arguments`, {
      cause: error,
    });
  } finally {
    handed = null;
  }
};

/** Source texts of the classes that the user wrote, from the model's own upwards. */
const userSources = (meta: ModelMeta): string[] => {
  const sources: string[] = [];
  for (let at: unknown = meta.ctor; typeof at === "function" && at !== Carrier; at = Object.getPrototypeOf(at)) {
    if (!Object.hasOwn(at, baseMark)) sources.push(Function.prototype.toString.call(at));
  }
  return sources;
};
/** Only a class with a constructor of its own can write columns in a way that the first instance did not show. */
const hasConstructor = (meta: ModelMeta): boolean => userSources(meta).some((source) => /\bconstructor\b/.test(source));

/** The first instance of a class: columns are accessors while the constructor runs, so that a redeclared field (which defines) and an assignment (which sets) tell themselves apart. */
const first = (state: InstanceState, values: readonly unknown[] | null): { readonly object: object; readonly facts: ClassFacts } => {
  const writes = new Set<string>();
  const names = state.meta.fields.map((field) => field.name);
  probe = writes;
  let object: object;
  try {
    object = construct(state, values ?? names.map(() => undefined), names);
  } finally {
    probe = null;
  }
  const redeclared = state.meta.fields.filter((field) => isData(object, field.name)).map((field) => field.name);
  if (redeclared.length > 0) refuse(state.meta, redeclared);
  const facts = {
    assigns: writes.size > 0 || hasConstructor(state.meta),
    sample: values === null ? null : sampleOf(state.meta, values, names),
  };
  classes.set(state.meta.ctor, facts);
  if (values !== null) putBack(object, state.meta, values, true);
  return { object, facts };
};

/** An instance like those that are made of rows, with nothing of any row in it. */
const sampleOf = (meta: ModelMeta, values: readonly unknown[], names: readonly string[]): object | null => {
  const state = transientState(meta);
  state.snapshot = [];
  try {
    return construct(state, values.map(blankOf), names);
  } catch {
    return null;
  }
};

/** Loaded columns win over what a constructor assigned. */
const putBack = (object: object, meta: ModelMeta, values: readonly unknown[], define: boolean): void => {
  const target = object as Record<string, unknown>;
  meta.fields.forEach((field, index) => {
    const value = values[index];
    if (value === undefined) defer(object, meta, field.name);
    else if (define) Object.defineProperty(object, field.name, { configurable: true, enumerable: true, writable: true, value });
    else if (target[field.name] !== value) target[field.name] = value;
  });
};

/** An instance around a row: `values` are its columns, `names` what they are called, both by field position. */
export const instantiate = (state: InstanceState, values: readonly unknown[], names: readonly string[]): object => {
  const facts = classes.get(state.meta.ctor);
  if (facts === undefined) return first(state, values).object;
  const object = construct(state, values, names);
  if (facts.assigns) putBack(object, state.meta, values, false);
  return object;
};

/** `name = …`, `name;` or `name` alone on a line, not after a dot: what a class field looks like. */
const looksRedeclared = (meta: ModelMeta): boolean => {
  const names = meta.fields.map((field) => field.name.replace(/\$/g, "\\$")).join("|");
  const pattern = new RegExp(`(?<![.\\w$])(?:${names})\\s*(?:=[^=>]|;|\\r?\\n|\\})`);
  return userSources(meta).some((source) => pattern.test(source));
};

/** Called by the base constructor before the first `new` of a class: a class whose text suggests redeclared fields is tried on an instance that is thrown away. */
export const checkClass = (meta: ModelMeta): void => {
  if (classes.has(meta.ctor) || checked.has(meta.ctor)) return;
  checked.add(meta.ctor);
  if (!looksRedeclared(meta)) return;
  const outer = { handed, probe };
  try {
    const state = transientState(meta);
    state.snapshot = [];
    first(state, null);
  } catch (error) {
    // A constructor that cannot run without arguments says nothing about fields; loading will name it.
    if (error instanceof ConfigurationError && error.cause === undefined) {
      checked.delete(meta.ctor);
      throw error;
    }
  } finally {
    ({ handed, probe } = outer);
  }
};
const checked = new WeakSet<object>();
