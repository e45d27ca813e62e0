/** Each promise of docs/writing.md as a play: writes by one way of a verb and tells whether the promise was kept, or null where it asks nothing of the way. */

import { StaleDataError, signals, ValidationError, FieldError, type Database, type Session } from "flash-db";
import { statements } from "../../support/databases.js";
import { statusOf } from "../uow/stage.js";
import { log, Other, Owner, Thing, type Values, type Way } from "./verbs.js";

export interface Play {
  readonly database: Database;
  readonly db: Session;
  readonly way: Way;
  /** A stored row that the session has read, and its owner. */
  readonly thing: Thing;
  readonly owner: Owner;
  /** Writes these values by the way. */
  readonly write: (values: Values) => Promise<unknown>;
}

type Promised = (play: Play) => Promise<boolean | null>;

/** What the work rejects with; null where it goes through. */
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (reason: unknown) => reason,
  );

const isDelete = ({ way }: Play): boolean => way.kind === "delete";
const BAD = 101;

/** How often the hook ran: once or never, anything else is a fault. */
const once = (times: number): boolean => {
  if (times > 1) throw new Error(`the hook ran ${times} times for one row`);
  return times === 1;
};
const times = (name: string): number => log.filter((one) => one === name).length;

/** The row that was written, as another session sees it after the commit. */
const stored = async ({ database, db, way, thing }: Play): Promise<Thing | null> => {
  await db.commit();
  await using other = database.session();
  return Thing.objects.filter({ code: way.kind === "insert" ? "new" : thing.code }).first(other);
};

const readBySession = ({ db, way, thing }: Play): Promise<Thing | null> =>
  Thing.objects.filter({ code: way.kind === "insert" ? "new" : thing.code }).first(db);

/** By the heads of the columns, in their order. */
export const promises: Readonly<Record<string, Promised>> = {
  "`clean()`": async (play) => {
    if (isDelete(play)) return null;
    await play.write({ amount: 7 });
    return once(times("clean"));
  },
  "`.check` schemas": async (play) => {
    if (isDelete(play)) return null;
    const error = await failure(play.write({ amount: BAD }));
    if (error !== null && !(error instanceof ValidationError)) throw error as Error;
    return error !== null;
  },
  "values checked": async (play) => {
    if (isDelete(play)) return null;
    const sent = statements(play.database);
    const error = await failure(play.write({ size: "many" }));
    const wrote = sent.take().some((text) => /^\s*(INSERT|UPDATE)/i.test(text));
    sent.stop();
    return !wrote && (error instanceof ValidationError || error instanceof FieldError);
  },
  "signals of the row": async (play) => {
    const heard: string[] = [];
    const events = isDelete(play) ? (["pre_delete", "post_delete"] as const) : (["pre_save", "post_save"] as const);
    const ends = events.map((event) => signals.on(event, Thing, () => heard.push(event)));
    try {
      await play.write({ amount: 7 });
    } finally {
      for (const end of ends) end();
    }
    if (heard.length > 0 && heard.join() !== events.join()) throw new Error(`heard ${heard.join()}`);
    return heard.length > 0;
  },
  "overridden `save()`, `delete()`": async (play) => {
    await play.write({ amount: 7 });
    return once(times(isDelete(play) ? "delete" : "save"));
  },
  "new related objects": async (play) => {
    if (isDelete(play)) return null;
    if ((await failure(play.write({ maker: new Owner({ name: "maker" }) }))) !== null) return false;
    const row = await stored(play);
    return row?.makerId != null && row.makerId !== play.owner.id;
  },
  "kept columns": async (play) => {
    if (isDelete(play)) return null;
    const before = play.thing.updatedAt;
    await new Promise((done) => setTimeout(done, 2));
    await play.write({ amount: 7 });
    const row = (await stored(play)) as Thing;
    if (play.way.kind === "insert") return row.version === 1 && row.updatedAt instanceof Date;
    return row.version === 2 && row.updatedAt > before;
  },
  "version compared": async (play) => {
    if (play.way.kind === "insert") return null;
    await using other = play.database.session();
    await Thing.objects.filter({ id: play.thing.id }).update(other, { size: 50 });
    await other.commit();
    const error = await failure(play.write({ amount: 7 }));
    if (error !== null && !(error instanceof StaleDataError)) throw error as Error;
    return error !== null;
  },
  "flushes first": async ({ db, write }) => {
    db.add(new Other({ name: "pending" }));
    (await Thing.objects.get(db, { code: "beside" })).size = 9;
    await write({ amount: 7 });
    return db.new.size === 0 && db.dirty.size === 0;
  },
  "tracked objects follow": async (play) => {
    const { way, db, thing } = play;
    await play.write({ amount: 7 });
    if (way.kind === "delete") return ["deleted", "detached"].includes(statusOf(thing) ?? "");
    if (way.kind === "update") return thing.amount === 7;
    const sent = statements(play.database);
    const row = (await stored(play)) as Thing;
    sent.take();
    const found = await db.get(Thing, row.id);
    const asked = sent.take().length > 0;
    sent.stop();
    return !asked && found?.amount === 7;
  },
  "undone by a rollback": async (play) => {
    const { way, db, thing } = play;
    const before = { amount: thing.amount, version: thing.version };
    const result = await play.write({ amount: 7 });
    if (!db.inTransaction) return false;
    const made = way.kind === "insert" ? [result, ...db.new].flat().find((one): one is Thing => one instanceof Thing) : undefined;
    await db.rollback();
    const row = await readBySession(play);
    if (way.kind === "insert") return row === null && (made === undefined || statusOf(made) === "transient");
    return row === thing && statusOf(thing) === "persistent" && thing.amount === before.amount && thing.version === before.version;
  },
};
