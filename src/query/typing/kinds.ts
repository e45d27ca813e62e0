/** The kinds of values behind paths: finer than their types, as a decimal and a text are both strings. */

import type { Problem } from "../../metadata/typing/keys.js";
import type { AnyField, SchemaOf, TargetOf } from "../../metadata/typing/schema.js";
import type { FieldPath, PathType } from "./paths.js";

/**
 * The kinds of values that arithmetic distinguishes. "number" may be an integer or a fraction (an annotation), "any" may be anything (raw
 * SQL).
 */
export type KindOfField<D> = D extends { readonly $type: infer T; readonly $kind: infer K }
  ? unknown extends K
    ? NonNullable<T> extends string
      ? "text"
      : NonNullable<T> extends number
        ? "whole"
        : KindOfValue<T>
    : K extends "date"
      ? "moment"
      : K
  : never;
export type KindOfValue<T> = 0 extends 1 & T
  ? "any"
  : T extends null
    ? never
    : T extends number
      ? "number"
      : T extends bigint
        ? "bigint"
        : T extends string
          ? "string"
          : T extends Date
            ? "moment"
            : unknown extends T
              ? "any"
              : "other";
export type KindOfPath<I, P, S = SchemaOf<I>> = P extends keyof S
  ? S[P] extends AnyField
    ? KindOfField<S[P]>
    : KindOfValue<PathType<I, P>>
  : P extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? S[H] extends AnyField
        ? KindOfValue<PathType<I, P>>
        : KindOfPath<TargetOf<S[H]>, R>
      : KindOfValue<PathType<I, P>>
    : KindOfValue<PathType<I, P>>;

/** A path to an instant, for datetimes(); `T` is the required type of its value. */
export type TemporalPath<I, P, T> = string extends P
  ? FieldPath<I>
  : PathType<I, P> extends infer V
    ? V extends Problem<unknown>
      ? V
      : [NonNullable<V>, KindOfPath<I, P>] extends [T, "moment"]
        ? P
        : Problem<`'${P & string}' is neither date nor instant on`, I>
    : never;
