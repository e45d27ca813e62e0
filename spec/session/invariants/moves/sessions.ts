/** Moves of the session as a whole: objects that leave and come back, upserts of rows it holds, overlapping blocks, another session. */

import { DoesNotExist, sql } from "flash-db";
import { stateOf } from "../../../../src/loading/instance.js";
import { classes, type Club, type Doc, kinds, type Label, type Kind, type Owner, Owner as OwnerModel } from "../models.js";
import type { Move } from "../run.js";
import { pair } from "../world.js";

interface Manager {
  filter(conditions: object): Manager;
  count(db: unknown): Promise<number>;
  update(db: unknown, values: object): Promise<number>;
  delete(db: unknown): Promise<number>;
  updateOrCreate(db: unknown, where: object, changes: object): Promise<readonly [object, boolean]>;
  bulkCreate(db: unknown, rows: readonly object[], options?: object): Promise<readonly object[]>;
}
const managerOf = (kind: Kind): Manager => classes[kind].objects as unknown as Manager;
const setKinds = ["owner", "doc", "label", "place", "person", "guest", "seat", "dog"] as const;
const upsertKinds = ["label", "club", "doc", "seat"] as const;

export const sessionMoves: Readonly<Record<string, Move>> = {
  "add owner": (run, a) => void run.add("owner", { secret: `s${a % 3}` }),
  "add label": (run) => void run.add("label"),
  "add club": (run) => void run.add("club"),
  "add seat": (run) => void run.add("seat"),
  "add animal": (run, a) => void (a % 2 === 0 ? run.add("dog", { feeder: run.pick("owner", a)?.uid ?? null }) : run.add("cat")),
  change: (run, a, b) => {
    const rows = run.world.all();
    const row = rows[a % Math.max(rows.length, 1)];
    if (row === undefined) return false;
    run.say(`${row.kind} ${row.uid}.hits = ${b % 5}`);
    row.values["hits"] = run.thing(row).hits = b % 5;
    return true;
  },
  "change secret": (run, a, b) => {
    const row = run.pick(b % 2 === 0 ? "owner" : "note", a);
    if (row === null) return false;
    run.say(`${row.kind} ${row.uid}.secret = s${b % 3}`);
    row.values["secret"] = run.thing<Owner>(row).secret = `s${b % 3}`;
    return true;
  },
  delete: (run, a) => {
    const rows = run.world.all().filter((row) => run.isStored(row));
    const row = rows[a % Math.max(rows.length, 1)];
    if (row === undefined) return false;
    run.say(`delete ${row.kind} ${row.uid}`);
    run.db.delete(run.thing(row));
    run.world.doomed.add(row.uid);
    return true;
  },
  /** Its lists and links change while it is outside, and come along. No rollback brings back what was taken out on purpose: that is for good. */
  "expunge and add again": async (run, a, b) => {
    const owner = run.stored("owner", a);
    if (owner === null || run.db.inTransaction || run.db.isModified(run.thing(owner))) return false;
    const thing = run.thing<Owner>(owner);
    run.say(`expunge owner ${owner.uid}, change its lists, and add it again`);
    run.db.expunge(thing);
    const label = run.pick("label", b);
    if (a % 2 === 0 && label !== null) {
      const on = b % 3 > 0;
      run.say(`  labels.${on ? "add" : "remove"}(${label.uid})`);
      if (on) thing.labels.add(run.thing<Label>(label));
      else thing.labels.remove(run.thing<Label>(label));
      if (on) run.world.labels.add(pair(owner.uid, label.uid));
      else run.world.labels.delete(pair(owner.uid, label.uid));
    }
    if (b % 2 === 0) {
      const doc = run.construct("doc");
      run.say(`  docs.add(new ${doc.uid})`);
      thing.docs.add(run.thing<Doc>(doc));
      doc.values["owner"] = owner.uid;
    }
    if (b % 5 === 0) {
      const club = run.construct("club");
      run.say(`  clubs.add(new ${club.uid})`);
      thing.clubs.add(run.thing<Club>(club));
      run.world.join(pair(owner.uid, club.uid));
    }
    run.db.add(thing);
    run.say("commit");
    await run.commit();
    return true;
  },
  "upsert one": async (run, a, b) => {
    const kind = upsertKinds[a % upsertKinds.length] as Kind;
    const row = b % 3 === 0 ? null : run.pick(kind, b);
    const hits = b % 5;
    run.say(row === null ? `updateOrCreate of a new ${kind} with ${hits} hits` : `updateOrCreate of ${kind} ${row.uid} with ${hits} hits`);
    const uid = row?.uid ?? run.uid();
    const [made, created] = await managerOf(kind).updateOrCreate(run.db, { uid }, { hits });
    if (row === null) {
      run.things.set(uid, made as Label);
      run.world.make(uid, kind, { hits });
    } else row.values["hits"] = hits;
    if (created !== (row === null) || made !== run.thing(uid))
      throw new Error(`updateOrCreate gave ${created ? "a new" : "another"} object`);
    return true;
  },
  "upsert many": async (run, a, b) => {
    const kind = upsertKinds[a % upsertKinds.length] as Kind;
    const held = run.world.of(kind).slice(0, 2);
    const fresh = run.uid();
    const hits = b % 5;
    run.say(`bulkCreate of ${kind}s ${[...held.map(({ uid }) => uid), fresh].join(", ")} with ${hits} hits, updating what is there`);
    const rows = [...held.map(({ uid }) => uid), fresh].map((uid) => ({ uid, hits }));
    const made = await managerOf(kind).bulkCreate(run.db, rows, { updateConflicts: { on: ["uid"], fields: ["hits"] } });
    held.forEach((row, at) => {
      row.values["hits"] = hits;
      if (made[at] !== run.thing(row)) throw new Error(`bulkCreate gave another object for ${kind} ${row.uid}`);
    });
    run.things.set(fresh, made[held.length] as Label);
    run.world.make(fresh, kind, { hits });
    return true;
  },
  "update set": async (run, a, b) => {
    const kind = setKinds[a % setKinds.length] as Kind;
    run.say(`every ${kind} with ${b % 3} hits gets 4`);
    await managerOf(kind)
      .filter({ hits: b % 3 })
      .update(run.db, { hits: 4 });
    run.world.flush();
    for (const row of run.world.of(kind)) if (row.values["hits"] === b % 3) row.values["hits"] = 4;
  },
  "delete set": async (run, a, b) => {
    const kind = setKinds[a % setKinds.length] as Kind;
    run.say(`every ${kind} with ${1 + (b % 4)} hits goes`);
    await managerOf(kind)
      .filter({ hits: 1 + (b % 4) })
      .delete(run.db);
    run.world.flush();
    for (const row of run.world.of(kind)) if (row.values["hits"] === 1 + (b % 4)) run.world.doomed.add(row.uid);
    run.world.flush();
  },
  /** Blocks without autoflush overlap, and a query beside them flushes. */
  "without autoflush": async (run, a, b) => {
    const kind = kinds[a % kinds.length] as Kind;
    const count = (uid: number): Promise<number> => managerOf(kind).filter({ uid }).count(run.db);
    run.say(`two overlapping blocks without autoflush, then a count of ${kind}s with ${b % 5} hits`);
    await Promise.all([run.db.noAutoflush(() => count(-1)), run.db.noAutoflush(() => count(-2)), a % 2 === 0 ? count(-3) : null]);
    const expected = run.world.of(kind).filter(({ values }) => values["hits"] === b % 5).length;
    const found = await managerOf(kind)
      .filter({ hits: b % 5 })
      .count(run.db);
    if (found !== expected) throw new Error(`${kind}s with ${b % 5} hits: found ${found}, expected ${expected}`);
    return true;
  },
  refresh: async (run, a) => {
    const rows = run.world.all().filter((row) => run.isStored(row) && !run.db.isModified(run.thing(row)));
    const row = rows[a % Math.max(rows.length, 1)];
    if (row === undefined) return false;
    run.say(`refresh ${row.kind} ${row.uid}`);
    await run.db.refresh(run.thing(row));
    return true;
  },
  /** Another session deletes a row that this one has, and commits: this one finds it gone. */
  "deleted elsewhere": async (run, a, b) => {
    const kind = (["doc", "label", "owner", "team", "region"] as const)[a % 5] as Kind;
    const row = run.stored(kind, b);
    const quiet = !run.db.inTransaction && run.db.new.size === 0 && run.db.dirty.size === 0 && run.db.deleted.size === 0;
    if (row === null || !quiet || !run.committed.rows.has(row.uid)) return false;
    run.say(`another session deletes ${kind} ${row.uid}`);
    const thing = run.thing(row);
    await run.elsewhere(async (db) => {
      await managerOf(kind).filter({ uid: row.uid }).delete(db);
      await db.commit();
    });
    const before = new Set(run.world.rows.keys());
    run.goneElsewhere(row);
    const gone = [...before].filter((uid) => !run.world.rows.has(uid)).map((uid) => run.thing(uid));
    await run.refused(`refresh of ${kind} ${row.uid}`, DoesNotExist, () => run.db.refresh(thing));
    // What it took along, and what pointed at it, is read again.
    for (const one of gone) if (run.db.has(one)) run.db.expunge(one);
    for (const row of run.world.all()) {
      const one = run.thing(row);
      const lists = [...(stateOf(one)?.collections?.values() ?? [])]
        .filter(({ items }) => items !== null)
        .map(({ relation }) => relation.name);
      await run.db.refresh(one);
      if (lists.length > 0) await run.db.refresh(one, lists as never);
    }
    return true;
  },
  raw: async (run) => {
    run.say("execute of a statement, which flushes all");
    await run.db.execute(sql.raw("UPDATE inv_labels SET hits = hits WHERE uid = -1"));
    run.world.flush();
    void OwnerModel;
  },
};
