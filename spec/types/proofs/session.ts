/** Sessions, signals, transactions, and code that is generic over models. */
/* eslint-disable no-unused-expressions -- what an expression is, is the proof */

import { sql, signals, atomic, Model, type Session, type PkOf, type Manager, type ModelClass } from "flash-db";
import { Author, Book } from "./models.js";

class Bank {
  @atomic async transfer(db: Session, amount: number) {
    return db.inTransaction && amount > 0;
  }
  rate = 3;
}
export async function session(db: Session, a: Author) {
  db.add(a, new Book());
  const m = await db.merge(a);
  m.shout;
  await db.refresh(a);
  // @ts-expect-error not a model
  db.add({ name: "x" });
  const off = signals.on("post_save", Author, async ({ instance, created, changed, db }) => {
    instance.shout;
    created satisfies boolean;
    changed.has("name");
    await db.flush();
  });
  off();
  Author.on("m2m_changed", ({ instance, action, relation }) => {
    instance.shout;
    action satisfies "add" | "remove" | "clear";
    relation.length;
  });
  signals.on("post_commit", ({ db }) => db.flush());
  signals.on("pre_save", ({ instance }) => instance.pk);
  // @ts-expect-error no such signal
  signals.on("post_sav", Author, () => {});
  // @ts-expect-error no `created` when deleting
  signals.on("post_delete", Author, ({ created }) => created);
  const n: number = await atomic(db, async () => 3, { isolation: "serializable", retries: 5 });
  const f = atomic(async (db: Session, from: number, to: number) => from + to);
  (await f(db, 1, 2)).toFixed();
  (await new Bank().transfer(db, 3)) satisfies boolean;
  // @ts-expect-error arguments are kept
  void f(db, 1, "2");
  // @ts-expect-error the first argument must be the session
  void atomic(async (from: number) => from);
  try {
    await Author.objects.get(db, { name: "x" });
  } catch (e) {
    if (e instanceof Author.DoesNotExist) e.code;
    if (a instanceof Model) a.pk;
  }
  await db.execute(sql`select 1`);
  // @ts-expect-error a plain string is refused
  await db.execute("select 1");
  return n;
}

// generic code over models: rows, keys and what the type parameter promises
export class Repository<M extends Model> {
  readonly model: ModelClass<M> & { readonly objects: Manager<M> };
  constructor(model: ModelClass<M> & { readonly objects: Manager<M> }) {
    this.model = model;
  }
  all(db: Session) {
    return this.model.objects.limit(10).fetch(db);
  }
  find(db: Session, pk: PkOf<M>) {
    return db.get(this.model, pk);
  }
}
export const books = async (db: Session) => {
  const r = new Repository(Book);
  (await r.find(db, "isbn"))?.long;
  return (await r.all(db))[0]?.title;
};
