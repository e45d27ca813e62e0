/** Moves on keys that are their rows' values: changed over several levels, and taken over by a new row while others depend on the old one. */

import type { Guest, Region, Town } from "../models.js";
import type { Move, Run } from "../run.js";
import type { Row } from "../world.js";

/** Who was pointed at it since it was written: whether a new row under its key is meant then is nobody's promise. */
const isPointedAtAnew = (run: Run, row: Row): boolean =>
  [...run.world.rows.values()].some(
    (other) => Object.values(other.values).includes(row.uid) && (!run.isStored(other) || run.db.isModified(run.thing(other))),
  );
/** A stored guest moves to the region that takes over the key which its row holds already. */
const moveGuest = (run: Run, from: Row, to: Row): void => {
  const guest = run.world.pointing("guest", "region", from.uid).find((row) => run.isStored(row) && !run.heldByKey.has(row.uid));
  if (guest === undefined) return;
  run.say(`guest ${guest.uid}.region = region ${to.uid}`);
  run.thing<Guest>(guest).region = run.thing<Region>(to);
  guest.values["region"] = to.uid;
};
const townOf = (run: Run, region: Row): Row | null => run.world.pointing("town", "region", region.uid)[0] ?? null;

export const keyMoves: Readonly<Record<string, Move>> = {
  "add region": (run, a, b) => {
    const region = run.construct("region", { code: `r${run.uid()}` });
    run.say(`add region ${region.uid} with the code ${region.values["code"]}`);
    run.db.add(run.thing(region));
    if (a % 3 > 0) {
      const town = run.add("town", { region: region.uid });
      for (let n = 0; n < b % 3; n++) run.add("house", { town: town.uid });
    }
    if (b % 2 === 0) run.add("guest", { region: region.uid });
    return true;
  },
  "change key": (run, a) => {
    const region = run.stored("region", a);
    // A key that was assigned as a value means the row that has it when it is written.
    if (region === null || [...run.heldByKey].some((uid) => run.world.rows.get(uid)?.values["region"] === region.uid)) return false;
    const code = `r${run.uid()}`;
    run.say(`region ${region.uid}.code = ${code}`);
    run.thing<Region>(region).code = code;
    region.values["code"] = code;
    return true;
  },
  "replace region": (run, a, b) => {
    const region = run.stored("region", a);
    if (region === null || run.db.isModified(run.thing(region)) || isPointedAtAnew(run, region)) return false;
    run.say(`delete region ${region.uid}`);
    run.db.delete(run.thing(region));
    run.world.doomed.add(region.uid);
    const next = run.add("region", { code: region.values["code"] ?? null });
    if (b % 2 === 0) moveGuest(run, region, next);
    return true;
  },
  "replace town": (run, a) => {
    const town = run.stored("town", a);
    if (town === null || run.db.isModified(run.thing(town)) || isPointedAtAnew(run, town)) return false;
    run.say(`delete town ${town.uid}`);
    run.db.delete(run.thing(town));
    run.world.doomed.add(town.uid);
    run.add("town", { region: town.values["region"] ?? null });
    return true;
  },
  "replace by a sibling": (run, a, b) => {
    const [from, to] = b % 2 === 0 ? (["dog", "cat"] as const) : (["cat", "dog"] as const);
    const former = run.stored(from, a);
    if (former === null) return false;
    const { id } = run.thing<never>(former) as { id: number };
    run.say(`delete ${from} ${former.uid}, and add a ${to} with its key`);
    run.db.delete(run.thing(former));
    run.world.doomed.add(former.uid);
    const row = run.construct(to);
    (run.thing(row) as { id: number }).id = id;
    run.db.add(run.thing(row));
    return true;
  },
  "add town": (run, a) => {
    const region = run.pick("region", a, (row) => townOf(run, row) === null && run.isStored(row));
    if (region === null) return false;
    const former = [...run.world.doomed]
      .map((uid) => run.world.rows.get(uid))
      .find((row) => row?.kind === "town" && row.values["region"] === region.uid);
    if (former !== undefined && isPointedAtAnew(run, former)) return false;
    run.add("town", { region: region.uid });
    return true;
  },
  "add house": (run, a) => {
    const town = run.pick("town", a);
    if (town === null) return false;
    run.add("house", { town: town.uid });
    return true;
  },
  "guest by key": (run, a, b) => {
    const [guest, region] = [run.pick("guest", a), run.pick("region", b)];
    // A new row under the key of one that goes is another object: which one is meant shows at the flush.
    if (guest === null || region === null || !run.isStored(region) || run.db.isModified(run.thing(region))) return false;
    run.say(`guest ${guest.uid}.regionId = ${region.values["code"]}`);
    run.thing<Guest>(guest).regionId = run.thing<Region>(region).code;
    guest.values["region"] = region.uid;
    run.heldByKey.add(guest.uid);
    return true;
  },
  "read town": async (run, a) => {
    const region = run.stored("region", a);
    if (region === null) return false;
    run.say(`region ${region.uid}.town`);
    const town: Town | null = await run.thing<Region>(region).town;
    void town;
    return true;
  },
};
