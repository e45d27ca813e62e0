/** How functions are defined: by name, with NULL and errors handled in one place. */

export type Cell = string | number | bigint | Uint8Array | null;
export type Given = Exclude<Cell, null>;

export interface ScalarFunction {
  /** Whether any number of arguments is accepted. */
  readonly varargs: boolean;
  /** Whether integers are passed as bigints, so that none is rounded. */
  readonly exact: boolean;
  readonly call: (...args: Cell[]) => Cell;
}

/** Any NULL argument gives NULL. SQLite checks calls by the number of parameters. */
export function strict(length: number, call: (...args: Given[]) => Cell, { exact = false } = {}): ScalarFunction {
  const guarded = (...args: Cell[]): Cell => (args.includes(null) ? null : call(...(args as Given[])));
  Object.defineProperty(guarded, "length", { value: length });
  return { varargs: false, exact, call: guarded };
}
export const strictVarargs = (call: (...args: Given[]) => Cell): ScalarFunction => ({ ...strict(0, call), varargs: true });

/** Ignores NULLs; if no argument is left, gives NULL. */
export function ofPresent(call: (args: readonly Given[]) => Cell): ScalarFunction {
  return {
    varargs: true,
    exact: true,
    call: (...args) => {
      const present = args.filter((arg) => arg !== null);
      return present.length === 0 ? null : call(present);
    },
  };
}

export function asText(value: Given): string {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : String(value);
}
export const asNumber = (value: Given): number => Number(typeof value === "object" ? asText(value) : value);
/** SQLite stores a bigint as an integer, but a JavaScript number as a real. */
export const asInteger = (value: number): bigint => BigInt(value);
export const asBoolean = (value: boolean): bigint => (value ? 1n : 0n);
