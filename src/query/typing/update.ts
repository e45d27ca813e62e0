/** The values of update(). */
/* eslint-disable typescript/no-generated-empty-object-type -- {} only as long as the model is not known */

import type { InputHints, InputValue } from "../../metadata/typing/input.js";
import type { One } from "../../metadata/typing/fields.js";
import type { PkOf, SchemaOf, Target } from "../../metadata/typing/schema.js";
import type { TextKindOf } from "./results.js";
import type { RightSide } from "./checked.js";

/** The argument of `update()`: like `create()`, but nothing is required and expressions are accepted. */
export type UpdateInput<I, V = InputHints<I>> = { [K in keyof V]: UpdateValue<I, SchemaOf<I>, K> };
/** The value of one name: a plain value, or an expression of its kind over the model's own columns. */
export type UpdateValue<I, S, K> = InputValue<I, S, K> | Computed<I, S, K>;
type Computed<I, S, K> = K extends keyof S
  ? S[K] extends { readonly $type: infer T; readonly $input: infer In }
    ? [In] extends [never]
      ? never
      : RightSide<I, NonNullable<T>, TextKindOf<S[K]>>
    : KeyOf<I, S[K]>
  : K extends `${infer H}Id`
    ? H extends keyof S
      ? KeyOf<I, S[H]>
      : never
    : never;
type KeyOf<I, D> = D extends One<infer F, unknown, unknown> ? RightSide<I, PkOf<Target<F>>, string> : never;
