/**
 * When garbage is collected while no object of a hidden class exists, the engine drops the hidden class and all code optimized for it, for
 * example between two bursts of work. So one object of each class that every query creates is kept.
 */

const samples: object[] = [];

/** Keeps an object alive only for its hidden class. */
export const keepHiddenClass = (sample: object): void => void samples.push(sample);

const blanks: { readonly [type: string]: unknown } = { string: "", boolean: false, bigint: 0n };
/** A neutral value with the same representation, for use in a sample. */
export const blankOf = (value: unknown): unknown => {
  if (typeof value === "number") return Number.isInteger(value) ? 0 : 0.5;
  return value instanceof Date ? new Date(0) : (blanks[typeof value] ?? null);
};

/** A plain object with the same hidden class and neutral values. */
export const blankLike = (object: Readonly<Record<string, unknown>>): object => {
  const blank: Record<PropertyKey, unknown> = { ...object };
  for (const name of Reflect.ownKeys(blank)) blank[name] = blankOf(blank[name]);
  return blank;
};

/**
 * If static members of a class were changed after its creation (as bundlers with keep-names do), V8 stores them in dictionary mode, and
 * code that constructs the class is recompiled repeatedly without success. Looking up a member through an object that inherits from the
 * class makes it fast again.
 */
export const keepRegular = (ctor: object): void => {
  const heir = Object.create(ctor) as { readonly prototype: unknown };
  for (let at = 0; at < LOOKS; at++) if (heir.prototype === undefined) return;
};
const LOOKS = 20;
