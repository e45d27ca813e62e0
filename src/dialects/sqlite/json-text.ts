/** JSON in the form that SQLite's functions take: lists of values as one parameter, and paths. */

/** The encoded values as a JSON array; bigints as digits (SQLite reads all 64 bits), bytes in hexadecimal. */
export function jsonArrayText(values: readonly unknown[], encode: (value: unknown) => unknown): string {
  let text = "[";
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (at > 0) text += ",";
    text += value === null ? "null" : element(encode(value));
  }
  return `${text}]`;
}
function element(cell: unknown): string {
  if (typeof cell === "bigint" || Number.isSafeInteger(cell)) return String(cell);
  if (cell instanceof Uint8Array) return `"${Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString("hex")}"`;
  const text = JSON.stringify(cell);
  // JavaScript writes the shortest digits that identify the double, which SQLite would read as another integer.
  return typeof cell === "number" && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * `$."key"[0]`: keys are written as JSON strings, so that a key cannot be misread as another part of the path; negative positions count
 * from the end.
 */
export function jsonPathText(path: readonly (string | number)[]): string {
  let text = "$";
  for (const segment of path) text += typeof segment === "number" ? position(segment) : `.${JSON.stringify(segment)}`;
  return text;
}
function position(segment: number): string {
  if (!Number.isSafeInteger(segment)) throw new TypeError(`expected a whole number as a position in a JSON array, got ${segment}`);
  return segment < 0 ? `[#${segment}]` : `[${segment}]`;
}
