/** Model classes: what `model<User>("users")({…})` gives to be extended. */

import type { DoesNotExist, MultipleObjectsReturned } from "../../errors.js";
import type { InputName, InputValue } from "../../metadata/typing/input.js";
import type { KeyName, WithPk } from "../../metadata/typing/schema.js";
import type { ColumnsOf } from "../../query/typing/columns.js";
import type { ModelEvents } from "./events.js";
import type { Instance, ModelOf } from "./instance.js";
import type { ModelOptions, OptionsFor } from "./options.js";
import type { Manager } from "./queryset.js";

// The constructor's parameter is made from the fields alone, never from `Self`: a mixin compares it while the base is still being resolved.
export interface ModelConstructor<Self, S, Names> {
  new (values?: { [K in InputName<S>]?: InputValue<Self, S, K> }): Instance<S, Names> & ModelOf<Self, S, Names>;
  readonly objects: Manager<Self>;
  /** Columns by name: `User.c.age.gt(18)`. */
  readonly c: ColumnsOf<Self, S>;
  readonly DoesNotExist: typeof DoesNotExist;
  readonly MultipleObjectsReturned: typeof MultipleObjectsReturned;
  /** Listens to a signal of this model; gives the function that ends it. */
  on<E extends keyof ModelEvents<unknown>>(event: E, listener: (event: ModelEvents<Self>[E]) => unknown): () => void;
  /** A class for the rows of this table whose type field has this name, with fields of its own. */
  subtype<Sub>(name: string): <S2>(fields: S2) => SubtypeConstructor<Sub, Self, S & S2, S2, KeyName<S2>>;
}
export interface SubtypeConstructor<Self, Base, S, S2, Names> extends Omit<ModelConstructor<Self, S, Names>, "c"> {
  new (values?: { [K in InputName<S>]?: InputValue<Self, S, K> }): Base & Instance<S2, Names> & ModelOf<Self, S, Names>;
  readonly c: ColumnsOf<Self, S>;
}
/** `model<User>("users")({ … }, { ordering: ["name"] })`. */
export type ModelFunction = <Self>(
  table: string,
  options?: ModelOptions,
) => <S, const O extends ModelOptions = ModelOptions>(
  fields: S,
  options?: OptionsFor<Self, WithPk<S>, O>,
) => ModelConstructor<Self, WithPk<S>, KeyName<S>>;
