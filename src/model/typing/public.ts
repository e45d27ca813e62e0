/** Types for code about models: what a function that takes input, filters or classes says in its signature. */
/* eslint-disable typescript/no-generated-empty-object-type -- {} only as long as the model is not known */

import type { ModelClass } from "../../metadata/model-meta.js";
import type { InputName, InputValue, OptionalName, RequiredName } from "../../metadata/typing/input.js";
import type { SchemaOf } from "../../metadata/typing/schema.js";
import type { ExpressionOn } from "../../query/typing/checked.js";
import type { Hints } from "../../query/typing/hints.js";
import type { Rhs } from "../../query/typing/where.js";

export type { ModelClass };

/** The instances of a model class: `InstanceOf<typeof User>` is `User`. */
export type InstanceOf<C> = C extends { readonly prototype: infer I } ? I : never;
/** What `create()` needs, references by their keys: `authorId`. (With the objects themselves, give a literal to `create()`.) */
export type CreateInput<I> = { [K in RequiredName<SchemaOf<I>>]: InputValue<I, SchemaOf<I>, K> } & {
  [K in OptionalName<SchemaOf<I>>]?: InputValue<I, SchemaOf<I>, K>;
};
/** What `update()` takes: values and expressions. */
export type UpdateInput<I> = { [K in InputName<SchemaOf<I>>]?: InputValue<I, SchemaOf<I>, K, ExpressionOn<I, unknown>> };
/** A filter over fields, their lookups and one hop of relations; a literal given to `filter()` itself may go to any depth. */
export type Where<I> = { [K in keyof Hints<I>]?: Rhs<I, I, SchemaOf<I>, K> };
