/** `past()`: a model as of one point in the history, for the data steps of a migration. */

import type { KeyName, WithPk } from "../metadata/typing/schema.js";
import { defineHistorical } from "../model/define.js";
import type { ModelConstructor } from "../model/typing/constructor.js";
import type { Instance, ModelOf } from "../model/typing/instance.js";

/** A row of a historical model. */
export interface PastRow<S> extends ModelOf<PastRow<S>, S, KeyName<S>> {}
/** The result of `past()`: queries at `objects`, columns at `c`, `new` for rows. */
export type Past<S> = ModelConstructor<PastRow<S> & Instance<S, KeyName<S>>, S, KeyName<S>>;

/**
 * The part of a table that a data step uses, as of this point in the history. It does not count as a model of the application:
 * `createAll()` ignores it, and when migration files are read, its columns are checked against the table at that point.
 *
 * ```ts
 * const User = past("users", { first: t.text(), last: t.text(), fullName: t.text().nullable() });
 * code("join names", { models: [User], up: async (db) => { for await (const user of User.objects.all().iterate(db)) user.fullName = `${user.first} ${user.last}`; } });
 * ```
 */
export const past = <const S>(table: string, fields: S): Past<WithPk<S>> => defineHistorical(table, fields) as unknown as Past<WithPk<S>>;
