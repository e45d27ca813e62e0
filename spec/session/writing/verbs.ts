/** Every verb that writes rows, in each way in which it can: what the promises of docs/writing.md are played with. */

import { foreignKey, hasMany, model, sql, t, timestamps, type Session } from "flash-db";

/** What the hooks of Thing were called for, in order. */
export const log: string[] = [];

const atMost100 = {
  "~standard": {
    version: 1 as const,
    vendor: "spec",
    validate: (value: unknown) =>
      (value as number) <= 100 ? { value: value as number } : { issues: [{ message: "must be at most 100" }] },
  },
};

export class Owner extends model<Owner>("writing_owners")({ name: t.text(), things: hasMany(() => Thing, "owner") }) {}
export class Thing extends model<Thing>("writing_things")({
  code: t.text().unique(),
  amount: t.integer().default(0).check(atMost100),
  size: t.integer().default(0),
  version: t.version(),
  ...timestamps(),
  owner: foreignKey(() => Owner).nullable(),
  maker: foreignKey(() => Owner).nullable(),
}) {
  override clean(): void {
    log.push("clean");
  }
  override async save(...args: readonly unknown[]): Promise<this> {
    log.push("save");
    return super.save(...(args as []));
  }
  override async delete(...args: readonly unknown[]): Promise<void> {
    log.push("delete");
    await super.delete(...(args as []));
  }
}
/** Another table than Thing's, so that nothing flushes it for the sake of a query. */
export class Other extends model<Other>("writing_others")({ name: t.text() }) {}

export type Values = { readonly [name in "amount" | "size" | "maker"]?: unknown };

export type WayKind = "insert" | "update" | "delete";

/** One way in which a verb writes a row of Thing. */
export interface Way {
  readonly kind: WayKind;
  /** Writes the values: into a new row whose code is "new", or into the row of `thing`; or deletes the row of `thing`. */
  run(db: Session, values: Values, thing: Thing, owner: Owner): Promise<unknown>;
}

const insert = (run: Way["run"]): Way => ({ kind: "insert", run });
const update = (run: Way["run"]): Way => ({ kind: "update", run });
const remove = (run: Way["run"]): Way => ({ kind: "delete", run });

const made = (values: Values): Thing => new Thing({ code: "new", ...values } as never);
const changed = (thing: Thing, values: Values): Thing => Object.assign(thing, values as object);
const keyOf = ({ id }: Thing): number => id;
/** One SET list for the caller's own SQL: an object has no column. */
const assignments = ({ amount = 1, size = 0 }: Values) => sql`amount = ${amount as number}, size = ${size as number}`;

const withUnitOfWork = (finish: (db: Session) => Promise<void>): readonly Way[] => [
  insert(async (db, values) => {
    db.add(made(values));
    await finish(db);
  }),
  update(async (db, values, thing) => {
    changed(thing, values);
    await finish(db);
  }),
  remove(async (db, _, thing) => {
    db.delete(thing);
    await finish(db);
  }),
];

/** By the first cell of each row of the table, in its order. */
export const verbs: Readonly<Record<string, readonly Way[]>> = {
  "flush()": withUnitOfWork((db) => db.flush()),
  "commit()": withUnitOfWork((db) => db.commit()),
  "save()": [insert((db, values) => made(values).save(db)), update((_, values, thing) => changed(thing, values).save())],
  "save({ fields })": [
    update((_, values, thing) =>
      changed(thing, values).save({ fields: Object.keys(values).map((name) => (name === "maker" ? "makerId" : name)) as never }),
    ),
  ],
  "create()": [insert((db, values) => Thing.objects.create(db, { code: "new", ...values } as never))],
  "delete()": [remove((_db, _, thing) => thing.delete())],
  "getOrCreate()": [insert((db, values) => Thing.objects.getOrCreate(db, { code: "new" }, values as never))],
  "updateOrCreate()": [
    insert((db, values) => Thing.objects.updateOrCreate(db, { code: "new" }, values as never)),
    update((db, values, thing) => Thing.objects.updateOrCreate(db, { id: keyOf(thing) }, values as never)),
  ],
  "updateByPk()": [update((db, values, thing) => Thing.objects.updateByPk(db, keyOf(thing), values as never))],
  "bulkCreate()": [insert((db, values) => Thing.objects.bulkCreate(db, [{ code: "new", ...values } as never]))],
  "bulkCreate({ ignoreConflicts })": [
    insert((db, values) => Thing.objects.bulkCreate(db, [{ code: "new", ...values } as never], { ignoreConflicts: true })),
  ],
  "bulkCreate({ updateConflicts })": [
    insert((db, values) =>
      Thing.objects.bulkCreate(db, [{ code: "new", ...values } as never], {
        updateConflicts: { on: ["code"], fields: ["amount", "size", "makerId"] },
      }),
    ),
    update((db, values, thing) =>
      Thing.objects.bulkCreate(db, [{ ...values, code: thing.code } as never], {
        updateConflicts: { on: ["code"], fields: ["amount", "size", "makerId"] },
      }),
    ),
  ],
  "bulkUpdate()": [
    update((db, values, thing) =>
      Thing.objects.bulkUpdate(
        db,
        [changed(thing, values)],
        Object.keys(values).map((name) => (name === "maker" ? "makerId" : name)) as never,
      ),
    ),
  ],
  "QuerySet.update()": [update((db, values, thing) => Thing.objects.filter({ id: keyOf(thing) }).update(db, values as never))],
  "QuerySet.delete()": [remove((db, _, thing) => Thing.objects.filter({ id: keyOf(thing) }).delete(db))],
  "QuerySet.delete({ signals: true })": [
    remove((db, _, thing) => Thing.objects.filter({ id: keyOf(thing) }).delete(db, { signals: true })),
  ],
  "deleteByPk()": [remove((db, _, thing) => Thing.objects.deleteByPk(db, keyOf(thing)))],
  "collection.create()": [insert((db, values, _, owner) => owner.things.create({ code: "new", ...values } as never))],
  "collection.add() and set()": [
    insert(async (db, values, _, owner) => {
      owner.things.add(made(values));
      await db.flush();
    }),
    update(async (db, values, thing, owner) => {
      await owner.things.set([changed(thing, values)]);
      await db.flush();
    }),
  ],
  "execute()": [
    update((db, values, thing) => db.execute(sql`UPDATE writing_things SET ${assignments(values)} WHERE id = ${keyOf(thing)}`)),
    remove((db, _, thing) => db.execute(sql`DELETE FROM writing_things WHERE id = ${keyOf(thing)}`)),
  ],
};
