/** The library's functions, each on plain values. */

import type { Kind } from "../schema.js";
import { compare, Decimal, type Value } from "../values.js";
import type { Option } from "../program.js";
import { datePart, truncated } from "./calendar.js";

interface Argument {
  readonly kind: Kind;
  readonly value: Value;
}
type Options = readonly Option[];
const zoneOf = (options: Options): string => {
  const last = options.at(-1);
  return typeof last === "object" ? last.zone : "UTC";
};

/** NULL where the first argument is. */
const onText =
  (work: (text: string, options: Options) => Value) =>
  ([of]: readonly Argument[], options: Options): Value =>
    of === undefined || of.value === null ? null : work(String(of.value), options);
const letters = (text: string): string[] => Array.from(text);
const present = (args: readonly Argument[]): Value[] => args.map(({ value }) => value).filter((value) => value !== null);

const functions: Readonly<Record<string, (args: readonly Argument[], options: Options) => Value>> = {
  Lower: onText((text) => text.toLowerCase()),
  Upper: onText((text) => text.toUpperCase()),
  Length: onText((text) => letters(text).length),
  Trim: onText((text) => text.replace(/^ +| +$/g, "")),
  LTrim: onText((text) => text.replace(/^ +/, "")),
  RTrim: onText((text) => text.replace(/ +$/, "")),
  Reverse: onText((text) => letters(text).reverse().join("")),
  Left: onText((text, [count]) => letters(text).slice(0, Number(count)).join("")),
  Right: onText((text, [count]) => letters(text).slice(-Number(count)).join("")),
  Repeat: onText((text, [count]) => text.repeat(Number(count))),
  Substr: onText((text, [from, length]) =>
    letters(text)
      .slice(Number(from) - 1, length === undefined ? undefined : Number(from) - 1 + Number(length))
      .join(""),
  ),
  Replace: onText((text, [search, by]) => text.replaceAll(String(search), () => String(by))),
  Concat: (args) => args.map(({ value }) => (value === null ? "" : String(value))).join(""),
  Coalesce: (args) => present(args)[0] ?? null,
  Greatest: (args) => present(args).reduce<Value>((best, one) => (best === null || compare(one, best) > 0 ? one : best), null),
  Least: (args) => present(args).reduce<Value>((best, one) => (best === null || compare(one, best) < 0 ? one : best), null),
  NullIf: ([of, other]) => {
    const [left, right] = [of?.value ?? null, other?.value ?? null];
    return left !== null && right !== null && compare(left, right) === 0 ? null : left;
  },
  Abs: ([of]) => {
    const value = of?.value ?? null;
    if (value instanceof Decimal) return value.units < 0n ? new Decimal(-value.units, value.scale) : value;
    if (typeof value === "bigint") return value < 0n ? -value : value;
    return value === null ? null : Math.abs(Number(value));
  },
  Extract: ([of], options) => datePart(String(options[0]), of?.kind ?? "date", of?.value ?? null, zoneOf(options)),
  Trunc: ([of], options) => truncated(String(options[0]), of?.kind ?? "date", of?.value ?? null, zoneOf(options)),
  TruncDate: ([of], options) => datePart("date", of?.kind ?? "date", of?.value ?? null, zoneOf(options)),
};

export const call = (name: string, args: readonly Argument[], options: Options): Value => {
  const found = functions[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  return found(args, options);
};
