/** Moves on lists of children: given by object and by key, read, set and cleared in between. */

import { isDeepStrictEqual } from "node:util";
import { Broken } from "../judge.js";
import type { Doc, Owner } from "../models.js";
import type { Move, Run } from "../run.js";
import type { Row } from "../world.js";

type Kind = "doc" | "note";
const kindBy = (n: number): Kind => (n % 3 === 0 ? "note" : "doc");
interface List {
  add(...members: unknown[]): void;
  remove(...members: unknown[]): void;
  set(members: readonly unknown[]): Promise<void>;
  clear(): void;
  fetch(): Promise<{ readonly uid: number }[]>;
}
const listOf = (run: Run, owner: Row, kind: Kind): List => {
  const thing = run.thing<Owner>(owner);
  return (kind === "doc" ? thing.docs : thing.notes) as unknown as List;
};
/** By its key, where it has one. */
const given = (run: Run, row: Row, byKey: boolean): unknown =>
  byKey && run.isStored(row) ? (run.thing<Doc>(row) as { id: number }).id : run.thing(row);
const told = (run: Run, row: Row, byKey: boolean): string => `${byKey && run.isStored(row) ? "the key of " : ""}${row.uid}`;

/** A stored row that was given its owner as a key is the list's from the flush on: what empties the list before passes it over. */
const waitsForFlush = (run: Run, owner: Row, kind: Kind): boolean =>
  run.world.pointing(kind, "owner", owner.uid).some((row) => run.heldByKey.has(row.uid) && run.isStored(row));

/** It belongs to nobody: an orphan among notes goes. */
const leave = (run: Run, row: Row): void => {
  if (row.kind === "note") run.doom(row);
  else row.values["owner"] = null;
};

export const same = (what: string, found: readonly { readonly uid: number }[], expected: readonly Row[]): void => {
  const [left, right] = [found, expected].map((list) => list.map(({ uid }) => uid).sort((one, other) => one - other));
  if (!isDeepStrictEqual(left, right)) throw new Broken(`${what}: found ${String(left)}, expected ${String(right)}`);
};

export const listMoves: Readonly<Record<string, Move>> = {
  "add doc": (run, a, b) => {
    run.add("doc", { owner: b % 3 === 0 ? null : (run.pick("owner", a)?.uid ?? null) });
  },
  "add note": (run, a) => {
    const owner = run.pick("owner", a);
    if (owner === null) return false;
    run.add("note", { owner: owner.uid, secret: `s${a % 3}` });
    return true;
  },
  "give member": (run, a, b) => {
    const kind = kindBy(a + b);
    const [owner, member] = [run.pick("owner", a), run.pick(kind, b)];
    if (owner === null || member === null) return false;
    const byKey = a % 2 === 0;
    run.say(`owner ${owner.uid}.${kind}s.add(${told(run, member, byKey)})`);
    listOf(run, owner, kind).add(given(run, member, byKey));
    member.values["owner"] = owner.uid;
    return true;
  },
  "give new member": (run, a, b) => {
    const kind = kindBy(a + b);
    const owner = run.pick("owner", a);
    if (owner === null) return false;
    const member = run.construct(kind);
    run.say(`owner ${owner.uid}.${kind}s.add(new ${member.uid})`);
    listOf(run, owner, kind).add(run.thing(member));
    member.values["owner"] = owner.uid;
    return true;
  },
  "take member": (run, a, b) => {
    const kind = kindBy(a + b);
    const member = run.pick(
      kind,
      a,
      ({ values }) => values["owner"] !== null && run.world.of("owner").some(({ uid }) => uid === values["owner"]),
    );
    const owner = member === null ? undefined : run.world.rows.get(member.values["owner"] as number);
    if (member === null || owner === undefined) return false;
    const byKey = b % 2 === 0;
    run.say(`owner ${owner.uid}.${kind}s.remove(${told(run, member, byKey)})`);
    listOf(run, owner, kind).remove(given(run, member, byKey));
    leave(run, member);
    return true;
  },
  "member by key": (run, a, b) => {
    const kind = kindBy(a + b);
    const [owner, member] = [run.stored("owner", a), run.pick(kind, b)];
    if (owner === null || member === null) return false;
    run.say(`${kind} ${member.uid}.ownerId = the key of ${owner.uid}`);
    run.thing<Doc>(member).ownerId = run.thing<Owner>(owner).id;
    run.heldByKey.add(member.uid);
    member.values["owner"] = owner.uid;
    return true;
  },
  "read list": async (run, a, b) => {
    const [owner, kind] = [run.stored("owner", a), kindBy(b)];
    if (owner === null) return false;
    run.say(`owner ${owner.uid}.${kind}s.fetch()`);
    // A loaded list follows a key that was assigned, and a mark for deletion, only at the flush, and other sessions not at all.
    const told = ({ uid }: { readonly uid: number }): boolean => run.world.rows.has(uid) && !run.heldByKey.has(uid) && !gone.has(uid);
    const gone = run.world.going();
    const expected = run.world.pointing(kind, "owner", owner.uid).filter(told);
    const found = await listOf(run, owner, kind).fetch();
    same(`${kind}s of owner ${owner.uid}`, found.filter(told), expected);
    return true;
  },
  "set list": async (run, a, b) => {
    const [owner, kind] = [run.pick("owner", a), kindBy(a + b)];
    if (owner === null || waitsForFlush(run, owner, kind)) return false;
    const all = run.world.of(kind);
    const wanted = all.filter((_, at) => (b + at) % 3 === 0).slice(0, 3);
    const byKey = a % 2 === 0;
    run.say(`owner ${owner.uid}.${kind}s.set(${wanted.map((row) => told(run, row, byKey)).join(", ")})`);
    const before = run.world.pointing(kind, "owner", owner.uid);
    await listOf(run, owner, kind).set(wanted.map((row) => given(run, row, byKey)));
    for (const row of before) if (!wanted.includes(row)) leave(run, row);
    for (const row of wanted) row.values["owner"] = owner.uid;
    return true;
  },
  "clear list": (run, a, b) => {
    const [owner, kind] = [run.pick("owner", a), kindBy(b)];
    if (owner === null || waitsForFlush(run, owner, kind)) return false;
    run.say(`owner ${owner.uid}.${kind}s.clear()`);
    listOf(run, owner, kind).clear();
    for (const row of run.world.pointing(kind, "owner", owner.uid)) leave(run, row);
    return true;
  },
};
