/** Types for generic code: functions that take input, filters or model classes. */

import type { ModelClass as AnyClass } from "../../metadata/model-meta.js";
import type { Model } from "./instance.js";

export type { CreateInput } from "../../metadata/typing/input.js";
export type { UpdateInput } from "../../query/typing/update.js";
export type { Where } from "../../query/typing/where.js";

/**
 * Any model class, for generic code. The type of its manager is intersected with it.
 * @example class Repository<T extends Model> {
 *            readonly model: ModelClass<T> & { readonly objects: Manager<T> };
 *            constructor(model: ModelClass<T> & { readonly objects: Manager<T> }) { this.model = model; }
 *            all(db: Session) { return this.model.objects.fetch(db); }   // Promise<T[]>
 *          }
 */
export interface ModelClass<I = Model> extends AnyClass<I> {
  readonly prototype: I;
}
/** The instances of a model class: `InstanceOf<typeof User>` is `User`. */
export type InstanceOf<C> = C extends { readonly prototype: infer I } ? I : never;
