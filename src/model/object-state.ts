/** `stateOf(object)`: where an object stands in the life of its row. */

import { objectState } from "../session/index.js";
import type { Model } from "./typing/instance.js";
import type { ObjectState } from "./typing/state.js";

/**
 * Where an object stands, which session it belongs to, and what of it is unsaved. Sends nothing. As SQLAlchemy's `inspect(object)`.
 *
 * ```ts
 * user.name = "Ada";
 * stateOf(user).status;    // "persistent"
 * stateOf(user).changes;   // { name: ["Bob", "Ada"] }
 * ```
 * @throws SessionError for what is not a model instance
 * @function
 */
export const stateOf = objectState as <I extends Model>(object: I) => ObjectState<I>;
