/** A model's options with checked names: ordering, indexes, constraints. */

import type { Problem } from "../../metadata/typing/keys.js";
import type { AnyField, AnyReference } from "../../metadata/typing/schema.js";
import type { Computed } from "../../sql/typing.js";
import type { where } from "../../query/typing/keys.js";
import type { Lookup } from "../../query/typing/lookups.js";

/** `index("author", "-createdAt")`; `N` are its names. */
export interface Index<out N = string> {
  readonly $index: N;
}
/** `unique("author", "slug")`. */
export interface Unique<out N = string> {
  readonly $unique: N;
}
/** `check("title_not_empty", { title__ne: "" })`; `W` is its filter. */
export interface Check<out W = object> {
  readonly $check: W;
}
export interface IndexOptions {
  readonly name?: string | undefined;
  readonly unique?: boolean | undefined;
  /** Limits the index to rows that satisfy this: ``sql`deleted_at IS NULL` ``. */
  readonly where?: Computed | undefined;
  /** PostgreSQL's index method: "gin", "gist", "brin", "hash"; default "btree". SQLite has one method. */
  readonly method?: string | undefined;
}
export interface UniqueOptions {
  readonly name?: string | undefined;
  /** PostgreSQL checks it at COMMIT ("deferred"), or if the transaction requests it ("immediate"); SQLite always checks immediately. */
  readonly deferrable?: "immediate" | "deferred" | undefined;
}
export type IndexFunction = <const N extends readonly (string | IndexOptions)[]>(...names: N) => Index<Extract<N[number], string>>;
export type UniqueFunction = <const N extends readonly (string | UniqueOptions)[]>(...names: N) => Unique<Extract<N[number], string>>;
export type CheckFunction = <const W extends object>(name: string, where: W) => Check<W>;

export interface ModelOptions {
  /** The default order of queries: `["name", "-createdAt"]`. */
  readonly ordering?: readonly string[] | undefined;
  /** Indexes over several columns or expressions: `index(…)`. */
  readonly indexes?: readonly Index[] | undefined;
  /** Constraints over several columns: `unique(…)` and `check(…)`. */
  readonly constraints?: readonly (Unique | Check)[] | undefined;
  /**
   * The table's former name: the next migration renames it and keeps its rows. Remove this once that migration is written.
   * @example class Person extends model<Person>("people")({ name: t.text() }, { renamedFrom: "users" }) {}   // ALTER TABLE "users" RENAME TO "people"
   */
  readonly renamedFrom?: string | undefined;
  /** A comment stored on the table in PostgreSQL: `COMMENT ON TABLE`. */
  readonly comment?: string | undefined;
  /** The database schema of the table, if the database supports schemas. */
  readonly schema?: string | undefined;
  /** The discriminator field of a model with subtypes; defaults to `kind` or `type`. */
  readonly discriminator?: string | undefined;
  /**
   * All subtypes. Their rows become instances of these classes even if nothing else refers to them. If the discriminator has a default (the
   * base's own name), a row with any other name is an error; otherwise it is a row of the base. (Not typed as a function, which would be
   * inspected while the class is still being resolved.)
   * @example class Pet extends model<Pet>("pets")({ kind: t.text() }, { subtypes: () => [Dog] }) {}
   *          class Dog extends Pet.subtype<Dog>("dog")({ barks: t.boolean().nullable() }) {}
   */
  readonly subtypes?: unknown;
}

// Evaluated while the class's base is being resolved, so these types look at names and flags, never through a thunk.
type ColumnName<S> = { [K in keyof S]: S[K] extends AnyField ? K : S[K] extends AnyReference ? K | `${K & string}Id` : never }[keyof S] &
  string;
type PathName<S, P> = P extends `${infer H}__${string}` ? (H extends keyof S ? (S[H] extends AnyField ? never : P) : never) : P;
type OrderName<Self, S, P> = string extends P
  ? ColumnName<S> | `-${ColumnName<S>}`
  : (P extends `-${infer N}` ? N : P) extends ColumnName<S>
    ? P
    : P extends `${string}__${string}`
      ? PathName<S, P extends `-${infer N}` ? N : P> extends never
        ? NoField<Self, P>
        : P
      : NoField<Self, P extends `-${infer N}` ? N : P>;
type NoField<Self, P> = P extends P ? Problem<`no field '${P & string}' on`, Self> : never;
type BadName<Self, S, N> = N extends N ? ((N extends `-${infer X}` ? X : N) extends ColumnName<S> ? never : NoField<Self, N>) : never;
type BadCheck<Self, S, W> = W extends { readonly [where]: infer X } ? BadFilter<Self, S, X> : BadFilter<Self, S, W>;
type BadFilter<Self, S, W> = W extends W ? { [K in keyof W]: BadEntry<Self, K, W[K], CheckValue<S, K>> }[keyof W] : never;
type BadEntry<Self, K, V, T> = [T] extends [never]
  ? Problem<`no field or lookup '${K & string}' on`, Self>
  : V extends T | Computed
    ? never
    : Problem<`another type is expected for '${K & string}', not`, V>;
type CheckValue<S, K> = K extends keyof S
  ? S[K] extends { readonly $type: infer T }
    ? T
    : never
  : K extends `${infer H}__${infer R}`
    ? H extends keyof S
      ? S[H] extends { readonly $type: infer T }
        ? Lookup<never, T, R>
        : R extends "isnull"
          ? boolean
          : never
      : H extends `${infer O}Id`
        ? O extends keyof S
          ? unknown
          : never
        : never
    : K extends `${infer H}Id`
      ? H extends keyof S
        ? unknown
        : never
      : K extends symbol
        ? unknown
        : never;
/** The type itself, or the Problem. */
type Checked<X, Bad> = [Bad] extends [never] ? X : Bad;
type OptionValue<Self, S, K, V> = K extends "ordering"
  ? { [N in keyof V]: OrderName<Self, S, V[N]> }
  : K extends "indexes" | "constraints"
    ? {
        [N in keyof V]: V[N] extends Index<infer X> | Unique<infer X>
          ? Checked<V[N], BadName<Self, S, X>>
          : V[N] extends Check<infer W>
            ? Checked<V[N], BadCheck<Self, S, W>>
            : V[N];
      }
    : K extends "discriminator"
      ? V extends keyof S | undefined
        ? V
        : NoField<Self, V>
      : K extends keyof ModelOptions
        ? V
        : Problem<`no option '${K & string}' of a model; see`, ModelOptions>;
/** The options as given, with each name that is not a field replaced by a Problem. */
export type OptionsFor<Self, S, O> = { readonly [K in keyof O]: OptionValue<Self, S, K, O[K]> };
