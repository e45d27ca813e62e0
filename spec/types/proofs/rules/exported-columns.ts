/** The columns of a model may be exported: a declaration can name their type. */

import { model, t } from "flash-db";

export class User extends model<User>("users")({ name: t.text() }) {}
export const { c } = User;
export const columns = User.c;
