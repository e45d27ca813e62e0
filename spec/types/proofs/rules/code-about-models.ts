/** Code about any model creates, changes, filters and lists with the exported types. */

import type { ConditionOn, CreateInput, Manager, Model, ModelClass, Session, UpdateInput, Where } from "flash-db";

declare const db: Session;
export class Repository<T extends Model> {
  readonly model: ModelClass<T> & { readonly objects: Manager<T> };
  constructor(model: ModelClass<T> & { readonly objects: Manager<T> }) {
    this.model = model;
  }
  all() {
    return this.model.objects.fetch(db);
  }
  create(values: CreateInput<T>) {
    return this.model.objects.create(db, values);
  }
  createMany(values: CreateInput<T>[]) {
    return this.model.objects.bulkCreate(db, values);
  }
  change(id: number, values: UpdateInput<T>) {
    return this.model.objects.updateByPk(db, id as never, values);
  }
  changeAll(values: UpdateInput<T>) {
    return this.model.objects.update(db, values, { all: true });
  }
  where(where: Where<T>) {
    return this.model.objects.filter(where).fetch(db);
  }
  some(...conditions: ConditionOn<T>[]) {
    return this.model.objects.filter({}, ...conditions).fetch(db);
  }
}
