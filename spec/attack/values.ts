/** Hostile values: what a request or a program without a compiler may hand in. */

import { Case, Count, F, Prefetch, Q, sql, Subquery, Sum, Value, When } from "../../src/index.js";
import type { Random } from "./random.js";

/** Stands in every hostile text: no statement may ever contain it. */
export const MARK = "zq9mark";
/** What the values themselves throw when they are looked at; it is not the library's error. */
export class OwnError extends Error {}

const TEXTS: readonly string[] = [
  `${MARK}'; DROP TABLE attacked_canaries; --`,
  `${MARK}" ; DELETE FROM attacked_canaries; --`,
  `${MARK}\\'; UPDATE attacked_canaries SET n = 0; /*`,
  `${MARK}') OR ('1'='1`,
  `${MARK}$$; $1 :x @y ? %s`,
  `${MARK}\u0000after`,
  `${MARK}\ud800`,
  `${MARK}\u202e\ufeff😀`,
  `${MARK}${"x".repeat(5_000)}`,
  `${MARK}__in`,
  `name__${MARK}`,
  "",
  " ",
  "0",
  "-1",
  "1e999",
  "NaN",
  "null",
  "9999999999999999999999",
  "2024-02-30",
  "infinity",
  "{}",
  "[",
  "%",
  "_",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "id",
  "pk",
  "-pk",
  "?",
  "*",
  "name",
  "-name",
  "name__in",
  "name__isnull",
  "name__regex",
  "name__startswith",
  "n__range",
  "data__a__b",
  "data__0",
  "data__contains",
  "tags__contains",
  "at__year",
  "at__date",
  "owner",
  "owner__name",
  "owner__items__name",
  "items",
  "items__count",
  "labels",
  "labels__text",
  "price__gte",
  "kind__in",
  "uuid",
  "owner__owner__owner",
  `${"owner__items__".repeat(60)}name`,
  `data__${"a__".repeat(200)}b`,
];

const NUMBERS: readonly unknown[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e308,
  5e-324,
  10n ** 30n,
  2n ** 63n,
  1n,
  -1n,
];

const throwing = (): never => {
  throw new OwnError("a value of the attack");
};
const deep = (levels: number, wrap: (inner: unknown) => unknown): unknown => {
  let made: unknown = 1;
  for (let level = 0; level < levels; level++) made = wrap(made);
  return made;
};
const circular = (): object => {
  const made: Record<string, unknown> = {};
  made["self"] = made;
  return made;
};

const OTHERS: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  () => Symbol(MARK),
  () => () => MARK,
  () => OwnError,
  () => new Date(NaN),
  () => new Date(8.64e15),
  () => new Date(-8.64e15),
  () => new Date("2024-02-29T12:00:00Z"),
  () => new Uint8Array([0, 255]),
  () => Buffer.from(MARK),
  () => new ArrayBuffer(8),
  () => new Map([["name", MARK]]),
  () => new Set([MARK]),
  () => /x/g,
  () => new Error(MARK),
  () => Promise.resolve(MARK),
  () => ({ then: 5 }),
  () => Object.create(null) as unknown,
  () => Object.freeze({ name: MARK }),
  () => ({ toString: throwing, valueOf: throwing, toJSON: throwing }),
  () => ({ kind: "path", path: "name" }),
  () => ({ kind: "fragment", texts: [MARK], parts: [] }),
  () => ({ toExpr: () => ({ kind: "fragment", texts: [MARK], parts: [] }) }),
  () => JSON.parse(`{"__proto__": {"all": true, "raw": "${MARK}"}}`) as unknown,
  () => circular(),
  () => new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing, has: throwing }),
  () => Object.defineProperty({}, "name", { enumerable: true, get: throwing }),
  () => deep(5_000, (inner) => [inner]),
  () => deep(5_000, (inner) => ({ a: inner })),
  () => deep(200, (inner) => ({ a: inner })),
  () => Array.from({ length: 2_000 }, (_, n) => n),
  () => new Array(3),
  () => [MARK, null, undefined, 5],
  () => [[MARK]],
  () => [],
  () => ({}),
  () => Q({}),
  () => Q({ name: MARK }),
  () => deep(2_000, (inner) => (inner === 1 ? Q({ name: "a" }) : (inner as ReturnType<typeof Q>).or(Q({ name: "b" } as never)))),
  () => deep(2_000, (inner) => (inner === 1 ? Q({ name: "a" }) : (inner as ReturnType<typeof Q>).not())),
  () => deep(300, (inner) => (inner === 1 ? Q({ name: "a" }) : Q({ n: 1 }).and(inner as never))),
  () => deep(2_000, (inner) => (inner === 1 ? F("n") : (inner as ReturnType<typeof F>).add(1 as never))),
  () => F("name"),
  () => F(`${MARK}__x` as never),
  () => Value(MARK),
  () => Count("*"),
  () => Sum("n"),
  () => sql`1`,
  () => sql`${MARK}`,
  () => Case([When({ name: MARK } as never, Value(1))], { default: Value(0) } as never),
  () => new Prefetch("items" as never),
  () => Subquery(5 as never),
];

const NAMES = TEXTS.filter((text) => text.length < 40);

/** One hostile value; made anew each time, since some remember that they were used. */
export const hostile = (random: Random, depth = 0): unknown => {
  switch (random.below(depth > 2 ? 6 : 10)) {
    case 0:
    case 1:
    case 2:
      return random.of(TEXTS);
    case 3:
      return random.of(NUMBERS);
    case 4:
    case 5:
      try {
        return random.of(OTHERS)();
      } catch {
        // Some cannot even be made, which their own specs say.
        return MARK;
      }
    case 6:
      return Array.from({ length: random.below(4) }, () => hostile(random, depth + 1));
    default:
      return hostileObject(random, depth);
  }
};

export const hostileObject = (random: Random, depth = 0): Record<string, unknown> => {
  const made: Record<string, unknown> = {};
  for (let left = random.below(4); left > 0; left--)
    Object.defineProperty(made, random.of(NAMES), {
      value: hostile(random, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return made;
};
/** A value's text for a report. */
export const shown = (value: unknown, depth = 0): string => {
  try {
    if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}… (${value.length})` : value);
    if (typeof value === "bigint") return `${value}n`;
    if (Array.isArray(value))
      return depth > 2
        ? "[…]"
        : `[${value
            .slice(0, 5)
            .map((one) => shown(one, depth + 1))
            .join(", ")}${value.length > 5 ? ", …" : ""}]`;
    if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
      return depth > 2
        ? "{…}"
        : `{ ${Object.keys(value)
            .slice(0, 5)
            .map((key) => `${JSON.stringify(key.slice(0, 40))}: ${shown((value as Record<string, unknown>)[key], depth + 1)}`)
            .join(", ")} }`;
    if (typeof value === "object" && value !== null)
      return `<${Object.prototype.toString.call(value)} ${String((value as { constructor?: { name?: unknown } }).constructor?.name)}>`;
    return String(value);
  } catch {
    return "<a value that throws>";
  }
};
