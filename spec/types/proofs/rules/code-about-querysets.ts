/** A function over the querysets of a model and of its subtypes filters by the fields of the model. */

import { model, t, type QuerySet } from "flash-db";

class User extends model<User>("users")({ name: t.text(), age: t.integer() }) {}

export const adults = <T extends User>(set: QuerySet<T>) => set.filter({ age__gte: 18 });
