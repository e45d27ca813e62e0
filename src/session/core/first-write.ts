/** Where the first write of a transaction was asked for. */

/** Stack trace of the first write; formatted only where a message names it. */
export interface FirstWrite {
  readonly site: Error;
  readonly text: string;
}

export const callSite = (): Error => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const here = new Error();
  Error.stackTraceLimit = limit;
  return here;
};

/** The line of the caller's code, where one waits for the write. */
export const placeOfWrite = ({ site }: FirstWrite): string | null => {
  const stack = (site.stack ?? "").split("\n").slice(1);
  const outside = stack.find((line) => !line.includes(library) && !line.includes("node:") && !line.includes("<anonymous>"));
  return outside === undefined ? null : outside.trim().replace(/^at /, "");
};

/** The first line of the stack that lies outside the library, where the user's code asked; the statement where no function of the user's waits for it. */
export const describeFirstWrite = (write: FirstWrite): string => {
  const place = placeOfWrite(write);
  return place === null ? `was not awaited where it was asked for, and began with ${write.text.slice(0, LONGEST_TEXT)}` : `was at ${place}`;
};
const LONGEST_TEXT = 80;
/** The folder that holds this library's code, as source or built; stack frames below it are not the user's. */
const library = /^(?:file:\/\/)?(.*\/(?:src|dist)\/)/.exec(import.meta.url)?.[1] ?? import.meta.url;
