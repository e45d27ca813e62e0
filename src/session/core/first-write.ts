/** Finds the user's line that caused the first write of a transaction, or the first change that was never sent. */

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

/** The line of the caller's code, if it awaits the write. */
export const placeOf = (site: Error): string | null => {
  const stack = (site.stack ?? "").split("\n").slice(1);
  const outside = stack.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes(library) && !line.includes("node:"));
  return outside === undefined ? null : outside.trim().replace(/^at /, "");
};

/** Names the first stack frame outside the library. If the write was not awaited there is none, so its SQL is quoted instead. */
export const describeFirstWrite = (write: FirstWrite): string => {
  const place = placeOf(write.site);
  return place === null ? `was not awaited by its caller; its SQL begins with ${write.text.slice(0, LONGEST_TEXT)}` : `was at ${place}`;
};
const LONGEST_TEXT = 80;
/** The directory of this library's code, source or built; stack frames inside it are skipped. */
const library = /^(?:file:\/\/)?(.*\/(?:src|dist)\/)/.exec(import.meta.url)?.[1] ?? import.meta.url;
