/** Where the user's code asked for a change: the first write of a transaction, the first change that was never sent. */

/** Stack trace of the first write; formatted only where a message names it. */
export interface FirstWrite {
  readonly site: Error;
  readonly text: string;
}

export const callSite = (): Error => {
  const limit = Error.stackTraceLimit;
  // An assignment would throw where the built-in classes are frozen (node --frozen-intrinsics).
  Reflect.set(Error, "stackTraceLimit", 50);
  const here = new Error();
  Reflect.set(Error, "stackTraceLimit", limit);
  return here;
};

/** The line of the caller's code, where one waits for the write. */
export const placeOf = (site: Error): string | null => {
  const stack = (site.stack ?? "").split("\n").slice(1);
  const outside = stack.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes(library) && !line.includes("node:"));
  return outside === undefined ? null : outside.trim().replace(/^at /, "");
};

/** The first line of the stack that lies outside the library, where the user's code asked; the statement where no function of the user's waits for it. */
export const describeFirstWrite = (write: FirstWrite): string => {
  const place = placeOf(write.site);
  return place === null ? `was not awaited where it was asked for, and began with ${write.text.slice(0, LONGEST_TEXT)}` : `was at ${place}`;
};
const LONGEST_TEXT = 80;
/** The folder that holds this library's code, as source or built; stack frames below it are not the user's. */
const library = /^(?:file:\/\/)?(.*\/(?:src|dist)\/)/.exec(import.meta.url)?.[1] ?? import.meta.url;
