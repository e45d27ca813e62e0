/** What `stateOf()` and the signals of a save tell of an object: its status and its changed values. */

import type { SchemaOf } from "../../metadata/typing/schema.js";
import type { Session } from "../../session/typing/session.js";
import type { Columns } from "./plain.js";

/**
 * Changed fields by name, each with its value before and after. Before is undefined where there was none: the row is new, or the column was
 * not read. Of a model that is not known, any names.
 * @example signals.on("post_save", User, ({ changes }) => { if (changes.email !== undefined) console.log(changes.email[0], changes.email[1]); });
 */
export type Changes<I> = [SchemaOf<I>] extends [never] ? Readonly<Record<string, Change<unknown>>> : ChangesOf<Columns<SchemaOf<I>>>;
type ChangesOf<C> = { readonly [K in keyof C]?: Change<C[K]> };
type Change<T> = readonly [before: T | undefined, after: T];

/**
 * What `stateOf(object)` gives. The words are SQLAlchemy's.
 * @example if (stateOf(user).status === "transient") db.add(user);
 */
export interface ObjectState<I> {
  /**
   * "transient": new, in no session. "pending": added, without a row yet. "persistent": it has a row. "deleted": its row is deleted in this
   * transaction. "detached": it had a row or has one, and belongs to no session.
   */
  readonly status: "transient" | "pending" | "persistent" | "deleted" | "detached";
  /** The session that it belongs to. */
  readonly session: Session | null;
  /** The next flush would write it: a field or a collection of it changed, or `touch()` named it. */
  readonly isModified: boolean;
  /** Where fields differ from the row as it was last read; nothing where there is no row. */
  readonly changes: Changes<I>;
}
