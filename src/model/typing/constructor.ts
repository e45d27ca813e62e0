/** Model classes: the result of `model<User>("users")({…})`, which users extend. */

import type { DoesNotExist, MultipleObjectsReturned } from "../../errors.js";
import type { InputName, InputValue } from "../../metadata/typing/input.js";
import type { KeyName, WithPk } from "../../metadata/typing/schema.js";
import type { ColumnsOf } from "../../query/typing/expressions.js";
import type { ModelEvents } from "./events.js";
import type { Instance, ModelOf } from "./instance.js";
import type { ModelOptions, OptionsFor } from "./options.js";
import type { Manager } from "./queryset.js";

// The constructor's parameter depends only on the fields, never on `Self`, because mixins compare it while the base is still being
// resolved.
/**
 * The result of `model()`, to be extended: `new`, queries at `objects`, columns at `c`, and its own error classes.
 * @example class User extends model<User>("users")({ name: t.text(), age: t.integer().nullable() }) {}
 *          const ada = new User({ name: "Ada" });   // not in the database before db.add(ada) or ada.save(db)
 */
export interface ModelConstructor<Self, S, Names, Kind = UsualKind<S>> {
  new (values?: { [K in InputName<S>]?: InputValue<Self, S, K> }): Instance<S, Names> & ModelOf<Self, S, Names>;
  /** Entry point of queries: `User.objects.filter({ … })`. */
  readonly objects: Manager<Self>;
  /**
   * Columns by name, for conditions with autocompletion.
   * @example User.objects.filter(User.c.age.gt(18))   // WHERE age > 18
   */
  readonly c: ColumnsOf<Self, S>;
  /** Thrown when no row of this model matches: `catch (error) { if (error instanceof User.DoesNotExist) … }`. Like Django's. */
  readonly DoesNotExist: typeof DoesNotExist;
  /** Thrown when several rows of this model match but one was expected. */
  readonly MultipleObjectsReturned: typeof MultipleObjectsReturned;
  /**
   * Listens to a signal of this model; returns a function that removes the listener.
   * @example const off = User.on("post_save", ({ instance, created }) => { if (created) welcome(instance); });
   */
  on<E extends keyof ModelEvents<unknown>>(event: E, listener: (event: ModelEvents<Self>[E]) => unknown): () => void;
  /**
   * A class for the rows of this table whose discriminator has this name, with additional fields: single-table inheritance. Queries of the
   * base return these rows as instances of the class once it has been imported; the base's option `subtypes: () => [Admin]` ensures that.
   * @example class Admin extends User.subtype<Admin>("admin")({ level: t.integer().nullable() }) {}
   *          Admin.objects.all()   // SELECT … FROM users WHERE kind = 'admin'
   */
  subtype<Sub>(name: string): <S2>(fields: S2) => SubtypeConstructor<Sub, Self, S & S2, S2, KeyName<S2>, Kind>;
}
/** The default name of the discriminator. */
type UsualKind<S> = "kind" extends keyof S ? "kind" : "type";
type KindOf<S, O> = O extends { readonly discriminator: infer N } ? N : UsualKind<S>;
/** The result of `Base.subtype()`, to be extended. */
export interface SubtypeConstructor<Self, Base, S, S2, Names, Kind> extends Omit<ModelConstructor<Self, S, Names, Kind>, "c" | "objects"> {
  new (values?: { [K in InputName<S>]?: InputValue<Self, S, K> }): Base & Instance<S2, Names> & ModelOf<Self, S, Names>;
  /** Entry point of queries. The class determines the discriminator, so `create()` does not need it. */
  readonly objects: Manager<Self, Kind>;
  /** The columns, for comparisons: `User.c.age.gt(18)`. */
  readonly c: ColumnsOf<Self, S>;
}
/**
 * Declares a model: the table's name, its fields, then options.
 * @example class User extends model<User>("users")({ name: t.text() }, { ordering: ["name"] }) {}
 *          // CREATE TABLE users (id …, name text NOT NULL)
 * @throws ConfigurationError, naming the table and field, for invalid definitions
 */
export type ModelFunction = <Self>(
  table: string,
  options?: ModelOptions,
) => <S, const O extends ModelOptions = ModelOptions>(
  fields: S,
  options?: OptionsFor<Self, WithPk<S>, O>,
) => ModelConstructor<Self, WithPk<S>, KeyName<S>, KindOf<S, O>>;
