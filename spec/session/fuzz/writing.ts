/** Steps that write at once: new objects, single objects, and whole sets. */

import { classes, type Actor, type Real } from "./actor.js";
import { flushing, Mismatch } from "./flushing.js";
import { copyMemory, isTracked, type Obj } from "./memory.js";
import type { Say, Scene } from "./play.js";
import { goneFromMemory } from "./predict.js";
import type { Kind } from "./rows.js";
import type { StepOf } from "./steps.js";

const { Book, Note, Shelf, Tag } = classes;

/** In the session and to stay, or never in it. */
/** New, with a key of its own: which row that will be shows at the flush. */
export const isTwin = (obj: Obj): boolean => obj.snapshot === null && obj.values["id"] !== undefined;

export const usable = (obj: Obj): boolean => (isTracked(obj) || (obj.status === "transient" && !obj.retired)) && !obj.deleting;

const valuesFor = (kind: Kind, text: number): Record<string, unknown> => {
  switch (kind) {
    case "Shelf":
      return { label: `l${text}`, code: `c${text}`, info: { list: [text] } };
    case "Book":
      return {
        title: text === 5 ? "bad" : `t${text}`,
        pages: text,
        ...(text % 2 === 0 ? { printed: new Date(Date.UTC(2000, text)) } : {}),
      };
    case "Note":
      return { text: `n${text}` };
    case "Tag":
      return { label: `g${text}` };
  }
};

export const make = async (scene: Scene, actor: Actor, { kind, text, shelf: nth, how }: StepOf<"make">, say: Say): Promise<boolean> => {
  const owner =
    nth === null || (kind !== "Book" && kind !== "Note")
      ? null
      : actor.pick(nth, (obj) => obj.kind === "Shelf" && usable(obj) && !isTwin(obj));
  const shown = valuesFor(kind, text);
  const values = owner === null ? shown : { ...shown, shelf: actor.real(owner) };
  const Class = classes[kind] as unknown as { new (values: object): Real; objects: { create(db: unknown, values: object): Promise<Real> } };
  // What create() makes is seen only where it succeeds; until then one on no shelf stands for it.
  const stand = new Class(how === "create" ? shown : values);
  const obj = actor.register(stand, true);
  if (owner !== null) {
    obj.pointed = owner.handle;
    obj.values["shelfId"] = owner.values["id"];
    if (obj.values["shelfId"] === undefined) obj.owes = owner.handle;
  }
  say(`#${obj.handle} = ${how} ${kind} ${JSON.stringify(shown)}${owner === null ? "" : ` on shelf #${owner.handle}`}`);
  if (how === "hold") {
    if (owner !== null && !isTracked(owner)) owner.given.add(obj.handle);
    return true;
  }
  if (how === "add") {
    actor.db.add(stand);
    actor.join(obj);
    return true;
  }
  const before = copyMemory(actor.memory);
  actor.join(obj);
  const made = await flushing(
    scene.ground,
    actor,
    async () => {
      const real = await Class.objects.create(actor.db, values);
      scene.world.reals[obj.handle] = real;
      scene.world.handles.set(real, obj.handle);
    },
    { only: new Set([obj.handle]) },
  );
  if (!made) {
    actor.memory = before;
    actor.memory.objects.delete(obj.handle);
  }
  return true;
};

export const saveOne = async (scene: Scene, actor: Actor, { object }: StepOf<"save">, say: Say): Promise<boolean> => {
  const obj = actor.pick(object, (one) => usable(one) && !(one.kind === "Note" && one.values["shelfId"] === null) && actor.canJoin(one));
  if (obj === null) return false;
  say(`save #${obj.handle}`);
  actor.join(obj);
  await flushing(scene.ground, actor, () => actor.real(obj).save(actor.db), { only: new Set([obj.handle]) });
  return true;
};

export const removeOne = async (scene: Scene, actor: Actor, { object }: StepOf<"remove now">, say: Say): Promise<boolean> => {
  const obj = actor.pick(object, (one) => !one.deleting && one.status === "persistent");
  if (obj === null) return false;
  say(`delete #${obj.handle} now`);
  obj.deleting = true;
  const done = await flushing(scene.ground, actor, () => actor.real(obj).delete(actor.db), { only: new Set([obj.handle]) });
  if (!done) obj.deleting = false;
  return true;
};

/** A statement on a whole set was sent: there is a transaction now, which has written. */
const wrote = (actor: Actor): void => {
  if (!actor.inTransaction) actor.push("plain", copyMemory(actor.memory));
  actor.top.wrote = true;
};

export const updateMany = async (scene: Scene, actor: Actor, { pages, to }: StepOf<"update all">, say: Say): Promise<boolean> => {
  say(`every book of ${pages} pages or more gets ${to} by one statement`);
  let count = -1;
  if (
    !(await flushing(
      scene.ground,
      actor,
      async () => (count = await Book.objects.filter({ pages__gte: pages }).update(actor.db, { pages: to })),
    ))
  )
    return true;
  wrote(actor);
  let expected = 0;
  for (const row of actor.view.Book.values()) {
    if (Number(row["pages"]) < pages) continue;
    expected++;
    const before = row["version"];
    Object.assign(row, { pages: to, version: Number(row["version"]) + 1 });
    const obj = actor.tracked("Book", Number(row["id"]));
    if (obj?.snapshot == null) continue;
    if (obj.snapshot["version"] !== before) {
      // Somebody else wrote in between: it has to be read again before it can be written.
      obj.stale = true;
      continue;
    }
    Object.assign(obj.values, { pages: row["pages"], version: row["version"] });
    Object.assign(obj.snapshot, { pages: row["pages"], version: row["version"] });
  }
  if (count !== expected) throw new Mismatch(`update() gave ${count} rows, expected ${expected}`);
  return true;
};

export const deleteMany = async (scene: Scene, actor: Actor, { kind, text }: StepOf<"delete all">, say: Say): Promise<boolean> => {
  const [column, value] = { Note: ["text", `n${text}`], Shelf: ["code", `c${text}`], Tag: ["label", `g${text}`] }[kind] as [string, string];
  say(`every ${kind} with ${column} ${value} goes by one statement`);
  let count = -1;
  const set =
    kind === "Note"
      ? Note.objects.filter({ text: value })
      : kind === "Shelf"
        ? Shelf.objects.filter({ code: value })
        : Tag.objects.filter({ label: value });
  if (!(await flushing(scene.ground, actor, async () => (count = await set.delete(actor.db))))) return true;
  wrote(actor);
  const gone = [...actor.view[kind].values()].filter((row) => row[column] === value).map((row) => Number(row["id"]));
  for (const key of gone) goneFromMemory(actor.memory, actor.view, kind, key);
  if (count !== gone.length) throw new Mismatch(`delete() gave ${count} rows, expected ${gone.length}`);
  return true;
};
