/** Writes that are refused and flushes that fail late: memory is as before, and the session works on. */

import { SessionError, signals, UniqueViolation, type FlashDbError } from "flash-db";
import { Doc, Label, type Owner, Place } from "../models.js";
import type { Move, Run } from "../run.js";

class Trap extends Error {}

/** A flush in which a listener throws. */
const trapped = async (
  run: Run,
  event: "post_flush" | "post_save" | "pre_save" | "post_delete",
  verb: "flush" | "commit",
): Promise<boolean> => {
  let fired = false;
  const before = run.picture();
  const off = signals.on(event, () => {
    fired = true;
    throw new Trap(event);
  });
  try {
    run.say(`${verb}, in which ${event} fails`);
    await run.db[verb]();
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    run.compareWith(before, `after a failure in ${event}`);
    return true;
  } finally {
    off();
  }
  if (fired) throw new Error("the listener threw, and the flush went through");
  if (verb === "commit") await run.afterCommit();
  else run.world.flush();
  return true;
};

export const errorMoves: Readonly<Record<string, Move>> = {
  "late failure": (run, a, b) =>
    trapped(
      run,
      (["post_flush", "post_flush", "post_save", "post_delete", "pre_save"] as const)[a % 5] ?? "post_flush",
      b % 2 === 0 ? "flush" : "commit",
    ),
  "refused create": async (run, a) => {
    const label = run.stored("label", a);
    if (label === null) return false;
    await run.refused(`create of another label ${label.uid}`, UniqueViolation, () => Label.objects.create(run.db, { uid: label.uid }));
    return true;
  },
  "refused add": async (run, a, b) => {
    const label = run.stored("label", a);
    const owner = run.pick("owner", b);
    if (label === null) return false;
    const twin = new Label({ uid: label.uid });
    if (owner !== null && b % 2 === 0) run.thing<Owner>(owner).labels.add(twin);
    else run.db.add(twin);
    await run.refused(`flush with another label ${label.uid}`, UniqueViolation, () => run.db.flush());
    if (owner !== null && b % 2 === 0) run.thing<Owner>(owner).labels.remove(twin);
    run.db.expunge(twin);
    return true;
  },
  "refused place": async (run, a) => {
    const place = run.pick("place", a, (row) => run.isStored(row) && !run.db.isModified(run.thing(row)));
    if (place === null) return false;
    const { zone, spot } = run.thing<Place>(place);
    await run.refused(`create of another place at ${zone}/${spot}`, UniqueViolation, () =>
      Place.objects.create(run.db, { uid: run.uid(), zone, spot, tag: null }),
    );
    return true;
  },
  /** Of another session: refused with all that was given beside it. */
  "refused stranger": async (run, a) => {
    const owner = run.pick("owner", a);
    const foreign = run.database.session({ onUncommitted: "ignore" });
    const one = new Doc({ uid: run.uid() });
    foreign.add(one);
    const expected = SessionError as unknown as abstract new () => FlashDbError;
    await run.refused("add of an object of another session", expected, () => Promise.resolve().then(() => run.db.add(one)));
    if (owner !== null)
      await run.refused("a list is given an object of another session", expected, () =>
        Promise.resolve().then(() => run.thing<Owner>(owner).docs.add(one)),
      );
    await foreign.close();
    return true;
  },
};
