/** The completions of editors inside `filter({ | })`: fields, their lookups, `authorId`, relations and one hop. */

import type { KeyName, SchemaOf, TargetOf } from "../../metadata/typing/schema.js";
import type { AddedTo } from "./keys.js";
import type { LookupName } from "./lookups.js";

type NextName<D> = D extends { readonly $type: infer T }
  ? LookupName<NonNullable<T>>
  : "in" | "isnull" | (keyof SchemaOf<TargetOf<D>> & string);
type HintName<S> = keyof S | KeyName<S> | { [K in keyof S & string]: `${K}__${NextName<S[K]>}` }[keyof S & string];
/**
 * The default of filter's type parameter: editors block inference and fall back to it. It must not be a constraint, which every call would
 * have to compare.
 */
export type Hints<I> = { [K in HintName<SchemaOf<I>> | keyof AddedTo<I>]?: unknown };
