/** State of one resolution: the models being resolved together, and how a relation's target is found. */

import { ConfigurationError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { didYouMean } from "../../support/did-you-mean.js";
import type { ModelMeta, RelationMeta } from "../model-meta.js";
import { type MutableMeta, nameOf, type Registration, registrationOf, rootOf } from "../registrations.js";

/** A relation whose inverse is not known yet. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A model being resolved, whose collections are still mutable. */
export interface Draft {
  readonly registration: Registration;
  readonly meta: MutableMeta;
  readonly relations: Map<string, RelationMeta>;
}

export interface Context {
  readonly drafts: ReadonlyMap<Registration, Draft>;
}

/** The metadata of a model, finished or in progress. */
export const metaIn = (context: Context, registration: Registration): ModelMeta => {
  const meta = registration.meta ?? context.drafts.get(registration)?.meta;
  if (meta === undefined) throw new ConfigurationError(`${nameOf(registration)} was not reached while its relations were resolved`);
  return meta;
};

export const refuse = (registration: Registration, name: string, message: string): never => {
  throw new ConfigurationError(`${nameOf(registration)}.${name}: ${message}`);
};

/** Calls a function that returns classes, which may not be loaded yet. */
export const givenBy = (registration: Registration, name: string, thunk: () => unknown): unknown => {
  try {
    return thunk();
  } catch (cause) {
    throw new ConfigurationError(
      `${nameOf(registration)}.${name}: the model it leads to cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        "Models may import each other in circles, but queries and `new` must wait until all of them are loaded",
      { cause },
    );
  }
};

/** Calls a relation's function and returns its model; throws an error that explains why there is none. */
export const targetOf = (registration: Registration, name: string, target: () => unknown): Registration => {
  const given = givenBy(registration, name, target);
  const found = registrationOf(given);
  if (found !== null) return found;
  const hint = given === undefined ? " (do the two files import each other, and is this one used before the other is loaded?)" : "";
  return refuse(registration, name, `expected the relation's function to give a model class, got ${describe(given)}${hint}`);
};

/** Whether rows of both models are in the same table: a reference to a base may refer to its subtypes, and vice versa. */
export const sameRows = (a: Registration, b: Registration): boolean => rootOf(a) === rootOf(b);

export const noSuch = (registration: Registration, name: string, what: string, wanted: string, known: Iterable<string>): never =>
  refuse(registration, name, `${what} '${wanted}'.${didYouMean(wanted, known)}`);
