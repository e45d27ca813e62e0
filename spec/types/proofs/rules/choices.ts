/** One of two filters may be chosen by a condition; both are checked. */

import { model, t } from "flash-db";

class User extends model<User>("users")({ name: t.text() }) {}

declare const byName: boolean;
User.objects.filter(byName ? { name: "a" } : { id: 3 });
User.objects.exclude(byName ? { name__startswith: "a" } : {});
// @ts-expect-error a wrong name on one side
User.objects.filter(byName ? { nope: "a" } : { id: 3 });
