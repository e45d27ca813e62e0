/** Relations as instances hold them: not loaded, loaded, prefetched. */

import type { AnyOf, Many, One, ReverseOne } from "../../metadata/typing/fields.js";
import type { SchemaOf, Target } from "../../metadata/typing/schema.js";
import type { PrefetchParts } from "../../query/typing/prefetch.js";

declare const loaded: unique symbol;
declare const item: unique symbol;
// Exported by a separate clause, so that editors never offer them.
export type { item, loaded };

/** A to-one relation: the instance once loaded, else something to await. `await post.author` works in both cases. */
export type Ref<I> = I | NotLoaded<I>;
/** Not loaded yet: only `await` gives the instance. A loaded model and this exclude each other, so `Ref<Author> & Author` is `Author`. */
export interface NotLoaded<out I> extends PromiseLike<I> {
  readonly [loaded]: false;
}

/** An instance with the named relations loaded: an intersection, so that it stays the class with all its members, private ones too. */
export type Loaded<I, P extends string> = I & { [H in Head<P>]: LoadedRelation<SchemaOf<I>, H, Tail<P, H>> };
export type Head<P> = P extends `${infer A}__${string}` ? A : P & string;
export type Tail<P, H> = P extends `${H & string}__${infer R}` ? R : never;
type Deep<I, R> = [R] extends [never] ? I : Loaded<I, R & string>;
type LoadedRelation<S, H, R> = H extends keyof S
  ? S[H] extends One<infer F, infer N, unknown>
    ? Deep<Target<F>, R> | N
    : S[H] extends Many<infer F>
      ? LoadedItems<Deep<Target<F>, R>>
      : S[H] extends ReverseOne<infer F>
        ? Deep<Target<F>, R> | null
        : S[H] extends AnyOf<infer M, infer N>
          ? AnyDeep<Target<M[keyof M]>, R> | N
          : never
  : never;
/** One of several models: each with what it has of the paths. */
type AnyDeep<I, R> = [R] extends [never] ? I : I extends unknown ? Deep<I, OwnPath<SchemaOf<I>, R>> : never;
type OwnPath<S, P> = P extends unknown ? (Head<P> extends keyof S ? P : never) : never;

/** What a loaded collection gains. `this[…]`: loaded twice, an item has what both loaded. */
export interface LoadedItems<out I> {
  readonly [item]: I;
  /** How many there are. */
  readonly length: number;
  /** The one at a place; negative places count from the end. */
  at(index: number): this[typeof item] | undefined;
  /** As `Array.map`. */
  map<U>(each: (x: this[typeof item], index: number) => U): U[];
  /** An array of them, which may be changed. */
  toArray(): this[typeof item][];
  /** For `for … of` and spread. */
  [Symbol.iterator](): IterableIterator<this[typeof item]>;
}

type PrefetchedBy<I, A> = A extends readonly [infer X, ...infer R]
  ? (X extends PrefetchParts<infer P, infer Row, infer At> ? Nest<SchemaOf<I>, P, [At] extends [never] ? null : At, Row> : unknown) &
      PrefetchedBy<I, R>
  : unknown;
type Nest<S, P, At, Row> = P extends `${infer H}__${infer R}`
  ? H extends keyof S
    ? {
        [K in H]: S[H] extends Many<infer F>
          ? LoadedItems<Target<F> & Nest<SchemaOf<Target<F>>, R, At, Row>>
          : S[H] extends One<infer F, infer N, unknown>
            ? (Target<F> & Nest<SchemaOf<Target<F>>, R, At, Row>) | N
            : S[H] extends ReverseOne<infer F>
              ? (Target<F> & Nest<SchemaOf<Target<F>>, R, At, Row>) | null
              : S[H] extends AnyOf<infer M, infer N>
                ? Target<M[keyof M]> | N
                : never;
      }
    : never
  : At extends string
    ? { [K in At]: Row[] }
    : P extends keyof S
      ? { [K in P]: S[P] extends Many<unknown> ? LoadedItems<Row> : Row | null }
      : never;
/** With Prefetch objects: each adds where its path leads, an array when it has `toAttr`. */
export type Prefetched<I, A extends readonly unknown[]> = (Extract<A[number], string> extends infer P
  ? [P] extends [never]
    ? I
    : Loaded<I, P & string>
  : never) &
  (Exclude<A[number], string> extends never ? unknown : PrefetchedBy<I, A>);
