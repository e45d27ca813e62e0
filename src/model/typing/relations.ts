/** The types of relations in instances: not loaded, loaded, prefetched. */

import type { AnyOf, Many, One, ReverseOne } from "../../metadata/typing/fields.js";
import type { AnyModel, SchemaOf, Target } from "../../metadata/typing/schema.js";
import type { PrefetchParts } from "../../query/typing/prefetch.js";

declare const loaded: unique symbol;
declare const item: unique symbol;
// Exported by a separate clause, so that editors never suggest them.
export type { item, loaded };

/** A to-one relation: the instance once loaded, otherwise an awaitable. `await post.author` works in both cases. */
export type Ref<I> = I | NotLoaded<I>;
/** Not loaded yet: only `await` returns the instance. A loaded model and this exclude each other, so `Ref<Author> & Author` is `Author`. */
export interface NotLoaded<out I> extends PromiseLike<I> {
  readonly [loaded]: false;
}

/** An instance with the named relations loaded; an intersection, so that it keeps all members of the class, including private ones. */
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
/** For an `anyOf` relation: each target with the paths that it has. */
type AnyDeep<I, R> = [R] extends [never] ? I : I extends unknown ? Deep<I, OwnPath<SchemaOf<I>, R>> : never;
type OwnPath<S, P> = P extends unknown ? (Head<P> extends keyof S ? P : never) : never;

/** Additional members of a loaded collection. `this[…]`: if it is loaded twice, an item has the relations of both. */
export interface LoadedItems<out I> {
  readonly [item]: I;
  /** The number of items. */
  readonly length: number;
  /** The item at an index; negative indexes count from the end. */
  at(index: number): this[typeof item] | undefined;
  /** Like `Array.map`. */
  map<U>(each: (x: this[typeof item], index: number) => U): U[];
  /** Like `Array.flatMap`. */
  flatMap<U>(each: (x: this[typeof item], index: number) => U | readonly U[]): U[];
  /** Like `Array.forEach`. */
  forEach(each: (x: this[typeof item], index: number) => void): void;
  /** Like `Array.find`. `filter()` is a query: for a list, `toArray().filter(…)`. */
  find<T extends this[typeof item]>(matches: (x: this[typeof item], index: number) => x is T): T | undefined;
  /** Like `Array.find`. `filter()` is a query: for a list, `toArray().filter(…)`. */
  find(matches: (x: this[typeof item], index: number) => unknown): this[typeof item] | undefined;
  /** Like `Array.some`. */
  some(matches: (x: this[typeof item], index: number) => unknown): boolean;
  /** Like `Array.every`. */
  every(matches: (x: this[typeof item], index: number) => unknown): boolean;
  /** Whether the object is one of the items. */
  includes(object: AnyModel | null | undefined): boolean;
  /** Like `Array.reduce`, with a first value. */
  reduce<U>(step: (total: U, x: this[typeof item], index: number) => U, first: U): U;
  /** A copy of the items as an array. */
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
/** The result of Prefetch objects: each extends its relation, or adds an array with `toAttr`. */
export type Prefetched<I, A extends readonly unknown[]> = (Extract<A[number], string> extends infer P
  ? [P] extends [never]
    ? I
    : Loaded<I, P & string>
  : never) &
  (Exclude<A[number], string> extends never ? unknown : PrefetchedBy<I, A>);
