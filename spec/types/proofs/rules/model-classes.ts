/** A type parameter that extends ModelClass has the manager of its own rows. */

import { model, t, type InstanceOf, type ModelClass, type Session } from "flash-db";

declare const db: Session;
export class Repository<M extends ModelClass> {
  readonly model: M;
  constructor(model: M) {
    this.model = model;
  }
  all() {
    return this.model.objects.fetch(db);
  }
  find(id: number) {
    return db.get(this.model, id as never);
  }
}
class User extends model<User>("users")({ name: t.text() }) {}
export const users: Promise<readonly InstanceOf<typeof User>[]> = new Repository(User).all();
