/** Moves on one-to-ones: given, taken over, emptied and merged. */

import type { Card, Owner, Seat } from "../models.js";
import { Owner as OwnerModel } from "../models.js";
import type { Move, Run } from "../run.js";
import type { Row } from "../world.js";

type Kind = "card" | "seat";
const holderOf = (run: Run, owner: Row, kind: Kind): Row | null => run.world.pointing(kind, "owner", owner.uid)[0] ?? null;

/** A place of a stored owner is only known where it was looked at; a new row that has the place is nowhere to be looked up. */
const look = async (run: Run, owner: Row, kind: Kind, looked: boolean): Promise<void> => {
  const holder = holderOf(run, owner, kind);
  if (run.isStored(owner) && (looked || (holder !== null && !run.isStored(holder)))) await run.thing<Owner>(owner)[kind];
  else run.unlooked = true;
};
/** Whoever had the place before: a card goes, a seat goes on alone. */
const leave = (run: Run, row: Row): void => {
  if (row.kind === "card") run.doom(row);
  else row.values["owner"] = null;
};

export const placeMoves: Readonly<Record<string, Move>> = {
  "give seat": async (run, a, b) => {
    const [owner, seat] = [run.pick("owner", a), run.pick("seat", b)];
    if (owner === null || seat === null) return false;
    await look(run, owner, "seat", (a + b) % 2 === 0);
    run.say(`owner ${owner.uid}.seat = ${seat.uid}`);
    const holder = holderOf(run, owner, "seat");
    run.thing<Owner>(owner).seat = run.thing<Seat>(seat);
    if (holder !== null) leave(run, holder);
    seat.values["owner"] = owner.uid;
    return true;
  },
  "swap seats": async (run, a, b) => {
    const [one, other] = [run.pick("owner", a), run.pick("owner", b)];
    if (one === null || other === null || one === other) return false;
    for (const owner of [one, other]) await look(run, owner, "seat", true);
    const [left, right] = [holderOf(run, one, "seat"), holderOf(run, other, "seat")];
    if (left === null || right === null) return false;
    run.say(`seats ${left.uid} and ${right.uid} swap their owners`);
    [left.values["owner"], right.values["owner"]] = [other.uid, one.uid];
    run.thing<Seat>(left).owner = run.thing<Owner>(other);
    run.thing<Seat>(right).owner = run.thing<Owner>(one);
    return true;
  },
  "empty seat": async (run, a) => {
    const owner = run.pick("owner", a);
    const seat = owner === null ? null : holderOf(run, owner, "seat");
    if (owner === null || seat === null) return false;
    await look(run, owner, "seat", true);
    run.say(`owner ${owner.uid}.seat = null`);
    run.thing<Owner>(owner).seat = null;
    seat.values["owner"] = null;
    return true;
  },
  "new card": async (run, a, b) => {
    const owner = run.pick("owner", a);
    if (owner === null) return false;
    await look(run, owner, "card", b % 2 === 0);
    const holder = holderOf(run, owner, "card");
    const card = run.construct("card");
    run.say(`owner ${owner.uid}.card = new ${card.uid}`);
    run.thing<Owner>(owner).card = run.thing<Card>(card);
    if (holder !== null) leave(run, holder);
    card.values["owner"] = owner.uid;
    return true;
  },
  "no card": async (run, a) => {
    const owner = run.pick("owner", a);
    const card = owner === null ? null : holderOf(run, owner, "card");
    if (owner === null || card === null) return false;
    await look(run, owner, "card", true);
    run.say(`owner ${owner.uid}.card = null`);
    run.thing<Owner>(owner).card = null;
    leave(run, card);
    return true;
  },
  /** A copy of the committed row with another card, of another session, is taken over. */
  "merge owner": async (run, a, b) => {
    const owner = run.stored("owner", a);
    const former = owner === null ? undefined : run.committed.rows.get(owner.uid);
    if (
      owner === null ||
      former === undefined ||
      run.db.inTransaction ||
      run.db.new.size > 0 ||
      run.db.dirty.size > 0 ||
      run.db.deleted.size > 0
    )
      return false;
    const hits = b % 5;
    const [holder, verb] = [holderOf(run, owner, "card"), (["keeps its card", "gets a new card", "loses its card"] as const)[b % 3]];
    const { id } = run.thing<Owner>(owner);
    const copy = await run.elsewhere((db) => OwnerModel.objects.selectRelated("card").get(db, { id }));
    run.say(`merge a copy of owner ${owner.uid} with ${hits} hits, which ${verb}`);
    copy.hits = hits;
    const card = verb === "gets a new card" ? run.construct("card", { owner: null }) : null;
    if (verb !== "keeps its card") copy.card = card === null ? null : run.thing<Card>(card);
    await run.db.merge(copy);
    owner.values["hits"] = hits;
    if (verb !== "keeps its card" && holder !== null) leave(run, holder);
    if (card !== null) {
      // A merge makes an object of its own.
      const made = (await run.thing<Owner>(owner).card) as Card | null;
      if (made !== null) run.things.set(card.uid, made);
      card.values["owner"] = owner.uid;
    }
    return true;
  },
};
