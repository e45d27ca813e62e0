/** Types for generic code: functions that take input, filters or model classes. */

import type { ModelClass as AnyClass } from "../../metadata/model-meta.js";
import type { Model } from "./instance.js";
import type { Manager } from "./queryset.js";

export type { CreateInput } from "../../metadata/typing/input.js";
export type { UpdateInput } from "../../query/typing/update.js";
export type { Where } from "../../query/typing/where.js";

/**
 * Any model class, for generic code: it has the manager of its rows.
 * @example class Repository<M extends ModelClass> {
 *            readonly model: M;
 *            constructor(model: M) { this.model = model; }
 *            all(db: Session) { return this.model.objects.fetch(db); }
 *          }
 *          await new Repository(User).all(db);   // User[]
 */
export interface ModelClass<I = Model> extends AnyClass<I> {
  readonly prototype: I;
  /** Where queries begin; of a type parameter, the manager of the rows of just that class. */
  readonly objects: ManagerOf<this>;
}
/**
 * The manager of a class. (Compared by the class: compared by the rows, code that intersects a class with its manager would not end.)
 * @ts-ignore variance: read by row; filters only grow */
export interface ManagerOf<out C extends { readonly prototype: unknown }> extends Manager<C["prototype"]> {}
/** The instances of a model class: `InstanceOf<typeof User>` is `User`. */
export type InstanceOf<C extends { readonly prototype: unknown }> = C["prototype"];
