/** `User.c`: the columns of a model by name. */

import type { One } from "../../metadata/typing/fields.js";
import type { AnyField, AnyReference, PkOf, Target } from "../../metadata/typing/schema.js";
import type { Column } from "./expressions.js";

/** The columns of a model, as in `User.c`. */
export type ColumnsOf<I, S> = {
  readonly [K in keyof S as S[K] extends AnyField ? K : never]: Column<S[K] extends { readonly $type: infer T } ? T : never, I>;
} & {
  readonly [K in keyof S & string as S[K] extends AnyReference ? `${K}Id` : never]: S[K] extends One<infer F, infer N, unknown>
    ? Column<PkOf<Target<F>> | N, I>
    : never;
};
