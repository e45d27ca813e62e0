/** The lookups of each type of value, and the value each takes: `name__icontains: string`, `age__range: [number, number]`. */

import type { ExpressionOn } from "./checked.js";
import type { ColumnOf } from "./keys.js";

export type Scalar = string | number | bigint | boolean | Date | Uint8Array;
type Text = "contains" | "icontains" | "startswith" | "istartswith" | "endswith" | "iendswith" | "iexact" | "regex" | "iregex" | "search";
type Order = "gt" | "gte" | "lt" | "lte";
export type CalendarPart = "year" | "isoYear" | "quarter" | "month" | "week" | "day" | "weekday" | "isoWeekday" | "dayOfYear";
export type DatePart = CalendarPart | "hour" | "minute" | "second";

/** Transforms whose value can be followed by a lookup: `createdAt__year__gte`, `labels__len__gt`. */
type Part = DatePart | "date" | "time" | "len";

export type LookupName<B> =
  | "exact"
  | "ne"
  | "in"
  | "isnull"
  | (B extends string
      ? Text | Order | "range"
      : B extends number | bigint
        ? Order | "range"
        : B extends Date
          ? Order | "range" | DatePart | "date" | "time"
          : B extends readonly unknown[]
            ? "overlap" | "contains" | "len"
            : B extends Scalar
              ? never
              : "haskey" | "contains");

/** The value of a lookup, or never. Expressions of the same type are accepted: `views__gt: F("likes")`. */
export type Lookup<I, T, R, B = T & {}> = R extends "exact" | "ne"
  ? T | ExpressionOn<I, B>
  : R extends "in"
    ? readonly T[] | ColumnOf<B | null>
    : R extends "isnull"
      ? boolean
      : R extends LookupName<B>
        ? R extends Order
          ? B | ExpressionOn<I, B>
          : R extends "range"
            ? readonly [B, B]
            : R extends Text
              ? B extends string
                ? string | ExpressionOn<I, string>
                : B extends readonly unknown[]
                  ? B
                  : Partial<B>
              : R extends DatePart | "len"
                ? number
                : R extends "overlap"
                  ? B
                  : R extends "haskey" | "date" | "time"
                    ? string
                    : never
        : R extends `${infer H}__${infer R2}`
          ? H extends Part & LookupName<B>
            ? Lookup<I, H extends "date" | "time" ? string : number, R2>
            : B extends Scalar
              ? never
              : JsonLookup<I, B, R>
          : B extends Scalar
            ? never
            : JsonLookup<I, B, R>;
/** A path inside a JSON field: `settings__box__width__gt`. */
type JsonLookup<I, B, R> = [keyof B] extends [never]
  ? unknown
  : R extends `${infer H}__${infer R2}`
    ? JsonMember<B, H> extends infer V
      ? [V] extends [never]
        ? never
        : Lookup<I, V, R2>
      : never
    : JsonMember<B, R> | (JsonMember<B, R> extends never ? never : null);
/** The member at a key of an object or an index of an array; a key that may be missing is nullable. */
export type JsonMember<B, K> = B extends readonly (infer E)[]
  ? K extends `${number}`
    ? E
    : never
  : K extends keyof B
    ? B[K] & ({} | null)
    : never;
/** Lookups of a `t.date()`, which holds text; its parts are numbers. */
export type DateLookup<I, R> = R extends CalendarPart
  ? number | ExpressionOn<I, number>
  : R extends `${infer H}__${infer R2}`
    ? H extends CalendarPart
      ? Lookup<I, number, R2>
      : never
    : never;
