/** A type parameter that extends ModelClass has the manager of its own rows. */

import { model, t, type InstanceOf, type ModelClass, type OrderPath, type Session } from "flash-db";

declare const db: Session;
export class Repository<M extends ModelClass> {
  readonly model: M;
  constructor(model: M) {
    this.model = model;
  }
  all() {
    return this.model.objects.fetch(db);
  }
  ordered(by: OrderPath<InstanceOf<M>>) {
    return this.model.objects.orderBy(by).fetch(db);
  }
  find(id: number) {
    return db.get(this.model, id as never);
  }
}
class User extends model<User>("users")({ name: t.text() }) {}
export const users: Promise<readonly InstanceOf<typeof User>[]> = new Repository(User).all();
export const ordered: Promise<User[]> = new Repository(User).ordered("-name");
// @ts-expect-error no such field
void new Repository(User).ordered("-nam");
declare const by: OrderPath<User>;
declare const text: string;
User.objects.orderBy(by, "id");
// @ts-expect-error any text
User.objects.orderBy(text);
