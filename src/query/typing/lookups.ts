/** Which lookups a type of value has, and what each takes: `name__icontains: string`, `age__range: [number, number]`. */

import type { ExpressionOn } from "./checked.js";
import type { RowsOf } from "./keys.js";

export type Scalar = string | number | bigint | boolean | Date | Uint8Array;
type Text = "contains" | "icontains" | "startswith" | "istartswith" | "endswith" | "iendswith" | "iexact" | "regex" | "iregex" | "search";
type Order = "gt" | "gte" | "lt" | "lte";
export type DatePart = "year" | "month" | "day" | "week" | "weekday" | "isoWeekday" | "isoYear" | "quarter" | "hour" | "minute" | "second";

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

/** A lookup's value, or never. Expressions of the same kind are welcome: `views__gt: F("likes")`. */
export type Lookup<I, T, R, B = T & {}> = R extends "exact" | "ne"
  ? T | ExpressionOn<I, B>
  : R extends "in"
    ? readonly B[] | RowsOf<B>
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
                : B
              : R extends DatePart | "len"
                ? number
                : R extends "overlap"
                  ? B
                  : R extends "haskey" | "date" | "time"
                    ? string
                    : never
        : R extends `${infer H}__${infer R2}`
          ? H extends DatePart & LookupName<B>
            ? Lookup<I, number, R2>
            : B extends Scalar
              ? never
              : JsonLookup<I, B, R>
          : B extends Scalar
            ? never
            : JsonLookup<I, B, R>;
/** Inside a JSON field: `settings__box__width__gt`. */
type JsonLookup<I, B, R> = R extends keyof B ? B[R] : R extends `${infer H}__${infer R2}` ? (H extends keyof B ? Lookup<I, B[H], R2> : never) : never;
