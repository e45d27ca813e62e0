/** Everything on which a session and the reference must agree, looked at after every step. */

import { isDeepStrictEqual } from "node:util";
import { cellsOf, statusOf, type Actor } from "./actor.js";
import { Mismatch } from "./flushing.js";
import { belongsTo, changedColumns, isTracked, type Obj } from "./memory.js";
import type { Scene } from "./play.js";
import { collections, isLinked, loadedItems } from "./reading.js";
import { columns, listed } from "./rows.js";
import { isTwin } from "./writing.js";

export const checkAll = async (scene: Scene): Promise<void> => {
  for (const actor of scene.actors) checkMemory(actor);
  const open = scene.actors.find((actor) => actor.inTransaction);
  const rows = listed(await scene.ground.rows(open !== undefined));
  const expected = listed(open?.view ?? scene.world.committed);
  if (!isDeepStrictEqual(rows, expected)) throw new Mismatch(`rows are ${JSON.stringify(rows)}\n  expected ${JSON.stringify(expected)}`);
};

const checkMemory = (actor: Actor): void => {
  for (const obj of actor.memory.objects.values()) {
    checkObject(actor, obj);
    if (!actor.crossed && obj.status === "persistent") checkRow(actor, obj);
  }
  checkSets(actor);
  if (actor.db.inTransaction !== actor.inTransaction) throw new Mismatch(`inTransaction is ${actor.db.inTransaction}`);
  if (actor.crossed) return;
  for (const obj of actor.memory.objects.values())
    if (isTracked(obj)) for (const [name] of collections[obj.kind]) checkCollection(actor, obj, name);
};

const checkObject = (actor: Actor, obj: Obj): void => {
  const real = actor.real(obj);
  const status = statusOf(real);
  if (status !== obj.status) throw new Mismatch(`#${obj.handle} is ${status}, expected ${obj.status}`);
  if (!isTracked(obj) && (obj.status !== "transient" || !obj.made)) return;
  const cells = cellsOf(real, obj.kind);
  for (const column of columns[obj.kind]) {
    if (column === "shelfId" && (obj.retired || (obj.owes !== null && obj.values[column] === undefined))) continue;
    if (cells[column] !== obj.values[column])
      throw new Mismatch(`#${obj.handle}.${column} is ${String(cells[column])}, expected ${String(obj.values[column])}`);
  }
};

/** What memory believes to be the row is the row. */
const checkRow = (actor: Actor, obj: Obj): void => {
  const row = actor.view[obj.kind].get(Number(obj.snapshot?.["id"]));
  if (!isDeepStrictEqual(row, obj.snapshot))
    throw new Mismatch(
      `the reference contradicts itself about #${obj.handle}: ${JSON.stringify(obj.snapshot)}, row ${JSON.stringify(row)}`,
    );
};

const checkSets = (actor: Actor): void => {
  const { db } = actor;
  const all = [...actor.memory.objects.values()];
  const compare = (name: string, set: ReadonlySet<object>, expected: readonly Obj[]): void => {
    const handles = [...set].map((real) => actor.world.handles.get(real));
    const missing = expected.filter(({ handle }) => !handles.includes(handle));
    if (missing.length > 0 || handles.length !== expected.length) {
      throw new Mismatch(
        `db.${name} has ${handles.map((handle) => `#${handle}`).join(" ")}, expected ${expected.map(({ handle }) => `#${handle}`).join(" ")}`,
      );
    }
  };
  compare(
    "new",
    db.new,
    all.filter((obj) => obj.status === "pending"),
  );
  compare(
    "deleted",
    db.deleted,
    all.filter((obj) => obj.deleting),
  );
  const dirty = db.dirty;
  for (const obj of all) {
    if (obj.status !== "persistent" || obj.deleting || (changedColumns(obj).length === 0 && obj.owes === null)) continue;
    if (!dirty.has(actor.real(obj))) throw new Mismatch(`db.dirty lacks #${obj.handle}`);
  }
};

/** Both sides of every relation say the same, and together what memory and rows say. */
const checkCollection = (actor: Actor, owner: Obj, name: string): void => {
  const items = loadedItems(actor, owner, name);
  // A new object with a key of its own may be a row that others point at: what it shows is settled by the flush.
  if (items === null || owner.returned || isTwin(owner) || (owner.kind === "Shelf" && owner.rawKey)) return;
  const shown = new Set(items.map((real) => actor.ofReal(real)));
  if (shown.size !== items.length) throw new Mismatch(`#${owner.handle}.${name} has duplicates`);
  const kind = collections[owner.kind].find(([one]) => one === name)?.[1];
  for (const obj of actor.memory.objects.values()) {
    if (
      obj.kind !== kind ||
      !isTracked(obj) ||
      obj.rawKey ||
      obj.foreign ||
      (owner.status === "pending" && obj.status === "persistent" && obj.deleting)
    )
      continue;
    const belongs =
      owner.kind === "Shelf" ? belongsTo(obj, owner) : owner.kind === "Book" ? isLinked(actor, owner, obj) : isLinked(actor, obj, owner);
    if (belongs !== shown.has(obj)) throw new Mismatch(`#${owner.handle}.${name} ${belongs ? "lacks" : "has"} #${obj.handle}`);
  }
};
