/** Instances as plain objects: rows of all columns, and what `toObject({ include })` gives. */

import type { Many, One, ReverseOne } from "../../metadata/typing/fields.js";
import type { AnyField, ForeignKeys, KeyName, SchemaOf, Target } from "../../metadata/typing/schema.js";
import type { Head, Tail } from "./relations.js";

/** All columns by name. */
export type Columns<S> = { -readonly [K in keyof S as S[K] extends AnyField ? K : never]: S[K] extends { readonly $type: infer T } ? T : never } & ForeignKeys<S, KeyName<S>>;
/** The columns, and the relations at these paths, `"author" | "tags__books"`. */
export type PlainObject<S, P> = Columns<S> & { [H in Head<P>]: Included<S, H, Tail<P, H>> };
type Included<S, H, R> = H extends keyof S
  ? S[H] extends One<infer F, infer N, unknown>
    ? PlainObject<SchemaOf<Target<F>>, R> | N
    : S[H] extends Many<infer F>
      ? PlainObject<SchemaOf<Target<F>>, R>[]
      : S[H] extends ReverseOne<infer F>
        ? PlainObject<SchemaOf<Target<F>>, R> | null
        : unknown
  : never;
