/** Moves on links: plain ones, and those through a model whose objects are added, changed and deleted beside them. */

import { Member, type Club, type Label, type Owner } from "../models.js";
import type { Move, Run } from "../run.js";
import { pair, type Row } from "../world.js";
import { same } from "./lists.js";

const ownerAnd = (run: Run, kind: "label" | "club", a: number, b: number): readonly [Row, Row] | null => {
  const [owner, other] = [run.pick("owner", a), run.pick(kind, b)];
  return owner === null || other === null ? null : [owner, other];
};
interface Links {
  add(member: unknown): void;
  remove(member: unknown): void;
  clear(): void;
  set(members: readonly unknown[]): Promise<void>;
  fetch(): Promise<{ readonly uid: number }[]>;
}
const keyIfStored = (run: Run, row: Row, byKey: boolean): unknown =>
  byKey && run.isStored(row) ? run.thing<Label>(row).id : run.thing(row);

/** The object of a link that is stored, or was added as an object. */
const linkObject = async (run: Run, owner: Row, club: Row): Promise<Member | null> => {
  if (!run.isStored(owner) || !run.isStored(club)) return null;
  const found = await run.db.get(Member, { ownerId: run.thing<Owner>(owner).id, clubId: run.thing<Club>(club).id });
  // Beside a new object, the stored one goes at the flush.
  const isReplaced = [...run.db.new].some(
    (one) => one instanceof Member && one !== found && one.ownerId === found?.ownerId && one.clubId === found.clubId,
  );
  return isReplaced ? null : found;
};

export const linkMoves: Readonly<Record<string, Move>> = {
  label: (run, a, b) => {
    const found = ownerAnd(run, "label", a, b);
    if (found === null) return false;
    const [owner, label] = found;
    const [on, byKey, fromOwner] = [a % 3 > 0, b % 2 === 0, (a + b) % 4 > 0];
    const links = (fromOwner ? run.thing<Owner>(owner).labels : run.thing<Label>(label).owners) as unknown as Links;
    const member = keyIfStored(run, fromOwner ? label : owner, byKey);
    run.say(
      `${fromOwner ? `owner ${owner.uid}.labels` : `label ${label.uid}.owners`}.${on ? "add" : "remove"}(${typeof member === "number" ? "the key of " : ""}${fromOwner ? label.uid : owner.uid})`,
    );
    if (on) links.add(member);
    else links.remove(member);
    if (on) run.world.labels.add(pair(owner.uid, label.uid));
    else run.world.labels.delete(pair(owner.uid, label.uid));
    return true;
  },
  "clear labels": (run, a, b) => {
    const found = ownerAnd(run, "label", a, b);
    if (found === null) return false;
    const [owner, label] = found;
    const fromOwner = (a + b) % 3 > 0;
    run.say(fromOwner ? `owner ${owner.uid}.labels.clear()` : `label ${label.uid}.owners.clear()`);
    if (fromOwner) run.thing<Owner>(owner).labels.clear();
    else run.thing<Label>(label).owners.clear();
    const at = fromOwner ? 0 : 1;
    for (const key of [...run.world.labels])
      if (Number(key.split(":")[at]) === (fromOwner ? owner : label).uid) run.world.labels.delete(key);
    return true;
  },
  "set labels": async (run, a, b) => {
    const owner = run.pick("owner", a);
    if (owner === null) return false;
    const wanted = run.world.of("label").filter((_, at) => (b + at) % 2 === 0);
    run.say(`owner ${owner.uid}.labels.set(${wanted.map(({ uid }) => uid).join(", ")})`);
    await (run.thing<Owner>(owner).labels as unknown as Links).set(wanted.map((row) => keyIfStored(run, row, a % 2 === 0)));
    for (const key of [...run.world.labels]) if (key.startsWith(`${owner.uid}:`)) run.world.labels.delete(key);
    for (const { uid } of wanted) run.world.labels.add(pair(owner.uid, uid));
    return true;
  },
  "read labels": async (run, a, b) => {
    const [owner, label] = [run.stored("owner", a), run.stored("label", b)];
    if (owner === null || label === null) return false;
    run.say(`owner ${owner.uid}.labels.fetch(), label ${label.uid}.owners.fetch()`);
    // A list that is loaded shows whom it has until the flush, also one that is marked as deleted.
    const labels = await (run.thing<Owner>(owner).labels as unknown as Links).fetch();
    same(
      `labels of owner ${owner.uid}`,
      labels.filter(({ uid }) => !run.world.doomed.has(uid)),
      run.world.of("label").filter(({ uid }) => run.world.labels.has(pair(owner.uid, uid))),
    );
    const owners = await (run.thing<Label>(label).owners as unknown as Links).fetch();
    same(
      `owners of label ${label.uid}`,
      owners.filter(({ uid }) => !run.world.doomed.has(uid)),
      run.world.of("owner").filter(({ uid }) => run.world.labels.has(pair(uid, label.uid))),
    );
    return true;
  },
  club: (run, a, b) => {
    const found = ownerAnd(run, "club", a, b);
    if (found === null) return false;
    const [owner, club] = found;
    const [on, fromOwner] = [a % 3 > 0, b % 2 === 0];
    run.say(
      `${fromOwner ? `owner ${owner.uid}.clubs` : `club ${club.uid}.people`}.${on ? "add" : "remove"}(${fromOwner ? club.uid : owner.uid})`,
    );
    const links = (fromOwner ? run.thing<Owner>(owner).clubs : run.thing<Club>(club).people) as unknown as Links;
    const member = run.thing(fromOwner ? club : owner);
    if (on) links.add(member);
    else links.remove(member);
    const key = pair(owner.uid, club.uid);
    if (on) run.world.join(key);
    else run.world.part(key);
    return true;
  },
  "clear clubs": (run, a) => {
    const owner = run.pick("owner", a);
    if (owner === null) return false;
    run.say(`owner ${owner.uid}.clubs.clear()`);
    run.thing<Owner>(owner).clubs.clear();
    for (const key of [...run.world.members.keys()]) if (key.startsWith(`${owner.uid}:`)) run.world.part(key);
    return true;
  },
  "add member": (run, a, b) => {
    const found = ownerAnd(run, "club", a, b);
    if (found === null || run.world.members.has(pair(found[0].uid, found[1].uid))) return false;
    const [owner, club] = found;
    run.say(`add member of owner ${owner.uid} and club ${club.uid} with the rank ${b % 5}`);
    run.db.add(new Member({ owner: run.thing<Owner>(owner), club: run.thing<Club>(club), rank: b % 5 }));
    run.world.members.set(pair(owner.uid, club.uid), b % 5);
    return true;
  },
  "change member": async (run, a, b) => {
    const found = ownerAnd(run, "club", a, b);
    if (found === null || !run.world.members.has(pair(found[0].uid, found[1].uid))) return false;
    const [owner, club] = found;
    const member = await linkObject(run, owner, club);
    if (member === null) return false;
    run.say(`rank of the member of owner ${owner.uid} and club ${club.uid} = ${b % 5}`);
    member.rank = b % 5;
    run.world.members.set(pair(owner.uid, club.uid), b % 5);
    return true;
  },
  "delete member": async (run, a, b) => {
    const found = ownerAnd(run, "club", a, b);
    if (found === null || !run.world.members.has(pair(found[0].uid, found[1].uid))) return false;
    const [owner, club] = found;
    const member = await linkObject(run, owner, club);
    if (member === null) return false;
    run.say(`delete the member of owner ${owner.uid} and club ${club.uid}`);
    run.db.delete(member);
    run.world.part(pair(owner.uid, club.uid));
    return true;
  },
};
