/**
 * The engine forgets the hidden class of objects, and all code that it optimised for them, when it collects garbage while none of them is left,
 * as happens between two bursts of work. One object of each class that every query makes is therefore kept.
 */

const samples: object[] = [];

/** Keeps an object that nobody else will ever see, for the hidden class it has. */
export const keepHiddenClass = (sample: object): void => void samples.push(sample);

const blanks: { readonly [type: string]: unknown } = { string: "", boolean: false, bigint: 0n };
/** A value of the same representation that says nothing: what a sample holds in its place. */
export const blankOf = (value: unknown): unknown => {
  if (typeof value === "number") return Number.isInteger(value) ? 0 : 0.5;
  return value instanceof Date ? new Date(0) : (blanks[typeof value] ?? null);
};

/** A plain object of the same hidden class, with nothing of what it holds. */
export const blankLike = (object: Readonly<Record<string, unknown>>): object => {
  const blank: Record<PropertyKey, unknown> = { ...object };
  for (const name of Reflect.ownKeys(blank)) blank[name] = blankOf(blank[name]);
  return blank;
};

/**
 * A class whose static members were changed after it was made (bundlers that keep names do that to each) holds them in a dictionary, and code that
 * constructs it is compiled again and again without success. Looking through an heir for something that only the class has makes it regular again.
 */
export const keepRegular = (ctor: object): void => {
  const heir = Object.create(ctor) as { readonly prototype: unknown };
  for (let at = 0; at < LOOKS; at++) if (heir.prototype === undefined) return;
};
const LOOKS = 20;
