/** The model of the tutorial, after its first changes. */

import { model, t } from "flash-db";

export class User extends model<User>("users")({
  fullName: t.text().renamedFrom("name"),
  email: t.text().unique(),
  age: t.integer().default(0),
}) {}
