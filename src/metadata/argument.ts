/** Runtime checks of arguments to builders and methods, for callers whose types were not checked. */

import { ConfigurationError, FieldError } from "../errors.js";
import { describe } from "../support/describe.js";
import { didYouMean } from "../support/did-you-mean.js";
import { isPlainObject } from "../support/plain-data.js";

/** Rejects an argument of a builder: `t.varchar(): expected a length from 1, got the number 0`. */
export const refuseArgument = (builder: string, expected: string, value: unknown): never => {
  throw new ConfigurationError(`${builder}: expected ${expected}, got ${describe(value)}`);
};

export const wholeNumber = (builder: string, value: unknown, from: number, to: number, what: string): number =>
  typeof value === "number" && Number.isInteger(value) && value >= from && value <= to
    ? value
    : refuseArgument(builder, `${what} from ${from} to ${to}`, value);

export const nonEmptyText = (builder: string, value: unknown, what: string): string =>
  typeof value === "string" && value !== "" && !value.includes("\0") ? value : refuseArgument(builder, what, value);

export const aFunction = <F>(builder: string, value: F, what: string): F =>
  typeof value === "function" ? value : refuseArgument(builder, what, value);

export const oneOf = <const T extends string>(builder: string, option: string, value: unknown, allowed: readonly T[]): T => {
  const found = allowed.find((word) => word === value);
  if (found !== undefined) return found;
  const hint = typeof value === "string" ? didYouMean(value, allowed) : "";
  throw new ConfigurationError(
    `${builder}: expected ${option} to be one of ${allowed.map((word) => `"${word}"`).join(", ")}, got ${describe(value)}.${hint}`,
  );
};

const unknownName = (options: object, names: readonly string[]): string | undefined =>
  Object.keys(options).find((name) => !names.includes(name));

/** Checks that options are an object with known names only; a misspelt option would be ignored silently. */
export const knownOptions = <O extends object>(
  builder: string,
  options: O | undefined,
  names: readonly (keyof O & string)[],
): Partial<O> => {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || Array.isArray(options))
    return refuseArgument(builder, "options as an object", options);
  const unknown = unknownName(options, names);
  if (unknown !== undefined) throw new ConfigurationError(`${builder}: no option '${unknown}'.${didYouMean(unknown, names)}`);
  return options;
};

const refuseGiven = (verb: string, expected: string, value: unknown): never => {
  throw new FieldError(`${verb}: expected ${expected}, got ${describe(value)}`);
};

/** `what` names the items of the list in the message. */
export const listGiven = <T>(verb: string, value: readonly T[], what: string): readonly T[] =>
  Array.isArray(value) ? value : refuseGiven(verb, `${what} in an array`, value);

export const namesGiven = (verb: string, value: readonly string[], what: string): readonly string[] => {
  for (const name of listGiven(verb, value, what)) if (typeof name !== "string") refuseGiven(verb, `each of the ${what} as a string`, name);
  return value;
};

export const objectGiven = <T extends object>(verb: string, value: T, what: string): T =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : refuseGiven(verb, what, value);

/** Options of a verb or a function. An expression or a list in their place would do nothing, as would a misspelt name. */
export const optionsGiven = <O extends object>(verb: string, options: O | undefined, names: readonly (keyof O & string)[]): Partial<O> => {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || !isPlainObject(options)) return refuseGiven(verb, "options as an object", options);
  const unknown = unknownName(options, names);
  if (unknown !== undefined)
    throw new FieldError(`${verb}: no option '${unknown}'; there are ${names.join(", ")}.${didYouMean(unknown, names)}`);
  return options;
};

export const functionGiven = <F>(verb: string, value: F): F =>
  typeof value === "function" ? value : refuseGiven(verb, "a function", value);
