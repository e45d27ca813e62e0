/** How user functions are written down: by name, with NULL and errors handled once. */

export type Cell = string | number | bigint | Uint8Array | null;
export type Given = Exclude<Cell, null>;

export interface ScalarFunction {
  /** Any number of arguments. */
  readonly varargs: boolean;
  /** Integers arrive as bigints, so that none is rounded. */
  readonly exact: boolean;
  readonly call: (...args: Cell[]) => Cell;
}

/** NULL as any argument gives NULL. The number of parameters is what SQLite checks calls by. */
export function strict(length: number, call: (...args: Given[]) => Cell, { exact = false } = {}): ScalarFunction {
  const guarded = (...args: Cell[]): Cell => (args.includes(null) ? null : call(...(args as Given[])));
  Object.defineProperty(guarded, "length", { value: length });
  return { varargs: false, exact, call: guarded };
}
export const strictVarargs = (call: (...args: Given[]) => Cell): ScalarFunction => ({ ...strict(0, call), varargs: true });

/** NULLs are left out; nothing left gives NULL. */
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
/** A bigint is what SQLite takes for an integer; a JavaScript number becomes a real. */
export const asInteger = (value: number): bigint => BigInt(value);
export const asBoolean = (value: boolean): bigint => (value ? 1n : 0n);
