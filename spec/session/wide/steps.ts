/** What the wide programs do: each step on the session and, in the same words, on the reference. False where it does not apply. */

import { signals, type Session } from "flash-db";
import { levelMoves } from "../fuzz/told.js";
import { classes, type Doc, kinds, Mark, type Node, type Owner, type Plaque, type Seat, Tag, type Kind, type Thing } from "./models.js";
import { construct, Mismatch, same, uids, type Act, type Run } from "./run.js";
import { refusals } from "./refusals.js";
import type { Row } from "./world.js";

interface Manager {
  filter(conditions: object): Manager;
  fetch(db: Session): Promise<Thing[]>;
  update(db: Session, values: object): Promise<number>;
  delete(db: Session): Promise<number>;
}
const managerOf = (kind: Kind): Manager => classes[kind].objects as unknown as Manager;
const kindBy = (n: number): Kind => kinds[n % kinds.length] as Kind;

const add = (run: Run, kind: Kind, given: Partial<Row> = {}): Row => {
  const row = run.world.make({ uid: run.uid(), kind, ...given });
  const values: Record<string, unknown> = { uid: row.uid };
  for (const name of ["owner", "parent", "tag"] as const) {
    const target = row[name];
    if (target !== null) values[name] = run.thing(target);
  }
  run.known(row.uid, construct(kind, values));
  return row;
};
const added = (run: Run, kind: Kind, given?: Partial<Row>): void => {
  const row = add(run, kind, given);
  run.say(
    `add ${kind} ${row.uid}${row.owner === null ? "" : ` of owner ${row.owner}`}${row.parent === null ? "" : ` under ${row.parent}`}`,
  );
  run.db.add(run.thing(row.uid));
};

/** A place of a stored owner is only known to be free or taken where it was looked at. */
const look = async (run: Run, owner: Row, name: "seat" | "plaque"): Promise<void> => {
  if (run.isStored(owner)) await run.thing<Owner>(owner.uid)[name];
};
const ownerAnd = (run: Run, kind: Kind, a: number, b: number): readonly [Row, Row] | null => {
  const [owner, row] = [run.pick("owner", a), run.pick(kind, b)];
  return owner === null || row === null ? null : [owner, row];
};

const places: Readonly<Record<string, Act>> = {
  "give seat": async (run, a, b) => {
    const found = ownerAnd(run, "seat", a, b);
    if (found === null) return false;
    const [owner, seat] = found;
    const [holder, looked] = [run.world.of("seat").find((other) => other.owner === owner.uid), (a + b) % 2 === 0];
    // A new row that has the place is nowhere to be looked up.
    if (looked || (holder !== undefined && !run.isStored(holder))) await look(run, owner, "seat");
    run.say(`owner ${owner.uid}.seat = ${seat.uid}${looked ? ", after a look" : ""}`);
    run.thing<Owner>(owner.uid).seat = run.thing<Seat>(seat.uid);
    run.world.seatOnly(seat, owner.uid);
    return true;
  },
  "point seat": async (run, a, b) => {
    const found = ownerAnd(run, "seat", a, b);
    if (found === null) return false;
    const [owner, seat] = found;
    await look(run, owner, "seat");
    run.say(`seat ${seat.uid}.owner = ${owner.uid}`);
    run.thing<Seat>(seat.uid).owner = run.thing<Owner>(owner.uid);
    run.world.seatOnly(seat, owner.uid);
    return true;
  },
  "leave seat": async (run, a, b) => {
    const seat = run.pick("seat", a);
    if (seat?.owner == null) return false;
    const owner = run.world.rows.get(seat.owner);
    if (b % 2 === 0 || owner === undefined || run.world.doomed.has(owner.uid)) {
      run.say(`seat ${seat.uid}.owner = null`);
      run.thing<Seat>(seat.uid).owner = null;
    } else {
      await look(run, owner, "seat");
      run.say(`owner ${owner.uid}.seat = null`);
      run.thing<Owner>(owner.uid).seat = null;
    }
    seat.owner = null;
    return true;
  },
  "new plaque": async (run, a, b) => {
    const owner = run.pick("owner", a);
    if (owner === null) return false;
    await leavePlaque(run, owner, b % 2 === 0);
    const plaque = run.world.make({ uid: run.uid(), kind: "plaque", owner: owner.uid });
    run.known(plaque.uid, construct("plaque", { uid: plaque.uid } as never));
    run.say(`owner ${owner.uid}.plaque = new plaque ${plaque.uid}`);
    run.thing<Owner>(owner.uid).plaque = run.thing<Plaque>(plaque.uid);
    return true;
  },
  "no plaque": async (run, a) => {
    const owner = run.pick("owner", a);
    if (owner === null || !run.world.of("plaque").some((row) => row.owner === owner.uid)) return false;
    await leavePlaque(run, owner, true);
    run.say(`owner ${owner.uid}.plaque = null`);
    run.thing<Owner>(owner.uid).plaque = null;
    return true;
  },
};

/** A plaque that was never stored is not added any more, a stored one goes. */
const leavePlaque = async (run: Run, owner: Row, looked: boolean): Promise<void> => {
  const former = run.world.of("plaque").find((row) => row.owner === owner.uid);
  if (looked || (former !== undefined && !run.isStored(former))) await look(run, owner, "plaque");
  if (former === undefined) return;
  if (run.isStored(former)) run.world.doomed.add(former.uid);
  else run.world.rows.delete(former.uid);
};

const trees: Readonly<Record<string, Act>> = {
  "move node": (run, a, b) => {
    const [node, parent] = [run.pick("node", a), b % 4 === 0 ? null : run.pick("node", b)];
    if (node === null) return false;
    const [child, above] = [run.thing<Node>(node.uid), parent === null ? null : run.thing<Node>(parent.uid)];
    run.say(`node ${node.uid} goes under ${parent?.uid ?? "nothing"}`);
    if (above !== null && a % 2 === 0) above.children.add(child);
    else child.parent = above;
    node.parent = parent?.uid ?? null;
    return true;
  },
  "load children": async (run, a) => {
    const node = run.pick("node", a);
    if (node === null || !run.isStored(node) || run.world.doomed.size > 0) return false;
    run.say(`children of node ${node.uid}`);
    await run.flush();
    same(
      "children",
      uids(await run.thing<Node>(node.uid).children.fetch()),
      run.world
        .of("node")
        .filter((row) => row.parent === node.uid)
        .map(({ uid }) => uid),
    );
    return true;
  },
};

const keys: Readonly<Record<string, Act>> = {
  link: (run, a, b) => {
    const found = ownerAnd(run, "tag", a, b);
    if (found === null) return false;
    const [owner, tag] = found;
    const on = a % 3 > 0;
    const byKey = b % 2 === 0 && run.isStored(tag);
    const { tags } = run.thing<Owner>(owner.uid);
    const member = run.thing<Tag>(tag.uid);
    run.say(`owner ${owner.uid}.tags.${on ? "add" : "remove"}(${byKey ? "the key of " : ""}${tag.uid})`);
    if (on) tags.add(byKey ? member.id : member);
    else tags.remove(byKey ? member.id : member);
    if (on) owner.tags.add(tag.uid);
    else owner.tags.delete(tag.uid);
    return true;
  },
  "load tags": async (run, a) => {
    const owner = run.pick("owner", a);
    if (owner === null || !run.isStored(owner) || run.world.doomed.size > 0) return false;
    run.say(`tags of owner ${owner.uid}`);
    await run.flush();
    same(
      "tags",
      uids(await run.thing<Owner>(owner.uid).tags.fetch()),
      [...owner.tags].sort((one, two) => one - two),
    );
    return true;
  },
  "add mark": (run, a, b) => {
    const found = ownerAnd(run, "tag", a, b);
    if (found === null || run.world.of("mark").some((row) => row.owner === found[0].uid && row.tag === found[1].uid)) return false;
    added(run, "mark", { owner: found[0].uid, tag: found[1].uid });
    return true;
  },
  "get mark": async (run, a) => {
    const mark = run.pick("mark", a);
    if (mark === null || !run.isStored(mark)) return false;
    const thing = run.thing<Mark>(mark.uid);
    run.say(`get mark ${mark.uid}`);
    if ((await run.db.get(Mark, { ownerId: thing.ownerId, tagId: thing.tagId })) !== thing) throw new Mismatch("gave another object");
    return true;
  },
};

const soft: Readonly<Record<string, Act>> = {
  "own doc": (run, a, b) => {
    const found = ownerAnd(run, "doc", a, b);
    if (found === null) return false;
    const doc = run.thing<Doc>(found[1].uid);
    const byKey = a % 2 === 0 && run.isStored(found[1]);
    run.say(`owner ${found[0].uid}.docs.add(${byKey ? "the key of " : ""}${found[1].uid})`);
    run.thing<Owner>(found[0].uid).docs.add(byKey ? doc.id : doc);
    found[1].owner = found[0].uid;
    return true;
  },
  restore: async (run, a) => {
    const hidden = [...run.world.rows.values()].filter((row) => row.hidden);
    const doc = hidden[a % Math.max(hidden.length, 1)];
    if (doc === undefined) return false;
    run.say(`restore doc ${doc.uid}`);
    await run.thing<Doc>(doc.uid).restore(run.db);
    doc.hidden = false;
    return true;
  },
  "hard delete": async (run, a) => {
    const docs = [...run.world.rows.values()].filter((row) => row.kind === "doc" && run.isStored(row) && !run.world.doomed.has(row.uid));
    const doc = docs[a % Math.max(docs.length, 1)];
    if (doc === undefined) return false;
    run.say(`hard delete of doc ${doc.uid}`);
    await run.thing<Doc>(doc.uid).hardDelete(run.db);
    run.world.rows.delete(doc.uid);
    return true;
  },
};

const sets: Readonly<Record<string, Act>> = {
  "update set": async (run, a, b) => {
    const kind = kindBy(a);
    run.say(`every ${kind} with ${b % 3} hits gets 4`);
    await managerOf(kind)
      .filter({ hits: b % 3 })
      .update(run.db, { hits: 4 });
    run.world.flush();
    for (const row of run.world.of(kind)) if (row.hits === b % 3) row.hits = 4;
  },
  "delete set": async (run, a, b) => {
    const kind = kindBy(a);
    run.say(`every ${kind} with ${b % 5} hits goes`);
    await managerOf(kind)
      .filter({ hits: b % 5 })
      .delete(run.db);
    run.world.flush();
    for (const row of run.world.of(kind)) if (row.hits === b % 5) run.world.doomed.add(row.uid);
    run.world.flush();
  },
  "bulk create": async (run, a) => {
    const rows = [run.uid(), run.uid()].map((uid) => ({ uid, hits: a % 5 }));
    run.say(`bulkCreate of tags ${rows.map(({ uid }) => uid).join(", ")}`);
    const made = await Tag.objects.bulkCreate(run.db, rows);
    run.world.flush();
    rows.forEach(({ uid, hits }, at) => {
      run.known(uid, made[at] as Tag);
      run.world.make({ uid, kind: "tag", hits });
    });
  },
  merge: async (run, a, b) => {
    const row = run.pick((["owner", "seat", "tag", "mark"] as const)[a % 4] as Kind, b);
    if (row === null || !run.isStored(row)) return false;
    const thing = run.thing<Owner>(row.uid) as unknown as Record<string, unknown>;
    const names = row.kind === "mark" ? ["ownerId", "tagId", "uid"] : ["id", "uid"];
    const copy = construct(row.kind, { ...Object.fromEntries(names.map((name) => [name, thing[name]])), hits: b % 5 });
    run.say(`merge a copy of ${row.kind} ${row.uid} with ${b % 5} hits`);
    // A default that was given is no news to a stored row.
    if ((await run.db.merge(copy)) !== (thing as unknown)) throw new Mismatch("gave another object");
    row.hits = b % 5;
    return true;
  },
  query: async (run, a, b) => {
    const kind = kindBy(a);
    run.say(`${kind} with ${b % 5} hits`);
    const pending = run.world.copy();
    pending.flush();
    const found = uids(
      await managerOf(kind)
        .filter({ hits: b % 5 })
        .fetch(run.db),
    );
    if (run.db.deleted.size === 0 && run.world.doomed.size > 0) await run.flush();
    const expected = pending.of(kind).filter(({ hits }) => hits === b % 5);
    same(`${kind} found`, found, uids(expected));
  },
};

const plain: Readonly<Record<string, Act>> = {
  "add owner": (run) => added(run, "owner"),
  "add seat": (run, a) => added(run, "seat", { owner: freeOwner(run, "seat", a) }),
  "add tag": (run) => added(run, "tag"),
  "add node": (run, a, b) => added(run, "node", { parent: b % 2 === 0 ? null : (run.pick("node", a)?.uid ?? null) }),
  "add doc": (run, a) => added(run, "doc", { owner: run.pick("owner", a)?.uid ?? null }),
  change: (run, a, b) => {
    const rows = run.world.all();
    const row = rows[a % Math.max(rows.length, 1)];
    if (row === undefined) return false;
    run.say(`${row.kind} ${row.uid}.hits = ${b % 5}`);
    row.hits = run.thing(row.uid).hits = b % 5;
    return true;
  },
  delete: (run, a) => {
    const rows = run.world.all();
    const row = rows[a % Math.max(rows.length, 1)];
    if (row === undefined || !run.isStored(row)) return false;
    run.say(`delete ${row.kind} ${row.uid}`);
    run.db.delete(run.thing(row.uid));
    run.world.doomed.add(row.uid);
    return true;
  },
};

/** An owner whose place is free, as far as anybody can know without a look: only a new one's. */
const freeOwner = (run: Run, kind: Kind, n: number): number | null => {
  const owner = run.pick("owner", n);
  const taken =
    owner === null || run.isStored(owner) || [...run.world.rows.values()].some((row) => row.kind === kind && row.owner === owner.uid);
  return taken ? null : owner.uid;
};

const flushes: Readonly<Record<string, Act>> = {
  ...levelMoves,
  fail: async (run) => {
    const tag = new Tag({ uid: run.uid() });
    run.db.add(tag);
    run.say(`flush with tag ${tag.uid}, whose post_save fails`);
    const off = signals.on("post_save", Tag, ({ instance }) => {
      if (instance === tag) throw new Mismatch("trap");
    });
    try {
      await run.db.flush();
      throw new Error("went through");
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
    } finally {
      off();
    }
    same("the key of an object whose flush failed", tag.id, undefined);
    run.db.expunge(tag);
  },
};

/** Two of everything, committed. */
export const furnish = async (run: Run): Promise<void> => {
  for (let round = 0; round < 2; round++) {
    const [owner, tag, above] = [add(run, "owner"), add(run, "tag"), run.pick("node", 0)];
    for (const row of [
      owner,
      tag,
      add(run, "seat", { owner: round === 0 ? owner.uid : null }),
      add(run, "plaque", { owner: owner.uid }),
      add(run, "node", { parent: above?.uid ?? null }),
      add(run, "doc", { owner: owner.uid }),
      add(run, "mark", { owner: owner.uid, tag: tag.uid }),
    ]) {
      run.say(`add ${row.kind} ${row.uid}`);
      run.db.add(run.thing(row.uid));
    }
  }
  run.say("commit");
  await run.commit();
};

/** Their weights are how often they stand here. */
export const acts: readonly Act[] = [plain, places, places, trees, keys, keys, soft, soft, sets, refusals, flushes].flatMap((group) =>
  Object.values(group),
);
