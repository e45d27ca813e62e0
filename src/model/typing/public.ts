/** Types for code about models: what a function that takes input, filters or classes says in its signature. */

import type { ModelClass as AnyClass } from "../../metadata/model-meta.js";
import type { Model } from "./instance.js";
import type { Manager } from "./queryset.js";

export type { CreateInput } from "../../metadata/typing/input.js";
export type { UpdateInput } from "../../query/typing/update.js";
export type { Where } from "../../query/typing/where.js";

/**
 * Any model class, for code that is about models: `objects` is the manager of its own instances.
 * @example class Repository<M extends ModelClass> {
 *            readonly model: M;
 *            constructor(model: M) { this.model = model; }
 *            all(db: Session) { return this.model.objects.fetch(db); }   // Promise<InstanceOf<M>[]>
 *          }
 */
export interface ModelClass<I = Model> extends AnyClass<I> {
  readonly prototype: I;
  readonly objects: Manager<InstanceOf<this>>;
}
/** The instances of a model class: `InstanceOf<typeof User>` is `User`. */
export type InstanceOf<C> = C extends { readonly prototype: infer I } ? I : never;
