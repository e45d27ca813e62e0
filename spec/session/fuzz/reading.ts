/** Steps that read: queries with their autoflush, single rows, relations, and the collection that has to be loaded before it is set. */

import { DoesNotExist } from "flash-db";
import { classes, isStale, type Actor, type Real } from "./actor.js";
import { attempt, flushing, Mismatch } from "./flushing.js";
import { belongsTo, changedColumns, isTracked, type Obj } from "./memory.js";
import { dropChanges } from "./moving.js";
import type { Say, Scene } from "./play.js";
import { isOrphan } from "./predict.js";
import { kinds, linkOf, type Cells, type Kind } from "./rows.js";
import type { StepOf } from "./steps.js";
import { usable } from "./writing.js";

const { Book, Note, Shelf, Tag } = classes;

const byId = (rows: Iterable<Cells>): Cells[] => [...rows].sort((a, b) => Number(a["id"]) - Number(b["id"]));

/** Pending changes that could change the answer are flushed first, others are not. */
const concerned = (actor: Actor, kind: Kind): boolean =>
  [...actor.memory.objects.values()].some(
    (obj) =>
      (obj.status === "pending" && obj.kind === kind) ||
      (kind === "Note" && isOrphan(obj)) ||
      (obj.deleting && (obj.kind === kind || (obj.kind === "Shelf" && (kind === "Book" || kind === "Note")))) ||
      (kind === "Book" && obj.kind === "Book" && obj.status === "persistent" && changedColumns(obj).includes("pages")),
  );

/** Objects that are not stored have no link that could be taken away. */
const areStored = (actor: Actor, pair: string): boolean =>
  pair.split(":").every((handle) => (actor.memory.objects.get(Number(handle))?.snapshot ?? null) !== null);

/** A list is a query for its rows, by their owner's key or by their links. */
const listConcerned = (actor: Actor, owner: Kind, kind: Kind): boolean => {
  if (owner !== "Shelf")
    return (
      [...actor.memory.links].some(([pair, wanted]) => wanted || areStored(actor, pair)) ||
      [...actor.memory.objects.values()].some((obj) => obj.deleting && (obj.kind === "Book" || obj.kind === "Tag"))
    );
  return [...actor.memory.objects.values()].some(
    (obj) =>
      (obj.status === "pending" && obj.kind === kind) ||
      (kind === "Note" && isOrphan(obj)) ||
      (obj.deleting && (obj.kind === kind || obj.kind === "Shelf")) ||
      (obj.kind === kind && obj.status === "persistent" && changedColumns(obj).includes("shelfId")),
  );
};

/** The objects of an answer must be those of these rows, known ones themselves and no others. */
const takeIn = (actor: Actor, kind: Kind, rows: readonly Cells[], answer: readonly Real[]): void => {
  if (answer.length !== rows.length) throw new Mismatch(`gave ${answer.length} objects, expected ${rows.length}`);
  rows.forEach((row, at) => {
    const real = answer[at] as Real;
    const obj = actor.readRow(kind, row, real);
    if (actor.real(obj) !== real) throw new Mismatch(`${kind} ${String(row["id"])} came as another object than #${obj.handle}`);
  });
};

export const query = async (scene: Scene, actor: Actor, { kind, pages }: StepOf<"query">, say: Say): Promise<boolean> => {
  say(kind === "Book" ? `books of ${pages} pages or more` : `all of ${kind}`);
  let answer: Real[] = [];
  const run = async (): Promise<void> => {
    if (kind === "Book") answer = await Book.objects.filter({ pages__gte: pages }).orderBy("id").fetch(actor.db);
    else if (kind === "Note") answer = await Note.objects.orderBy("id").fetch(actor.db);
    else if (kind === "Tag") answer = await Tag.objects.orderBy("id").fetch(actor.db);
    else answer = await Shelf.objects.orderBy("id").fetch(actor.db);
  };
  if (concerned(actor, kind)) {
    if (!(await flushing(scene.ground, actor, run))) return true;
  } else await run();
  takeIn(
    actor,
    kind,
    byId(actor.view[kind].values()).filter((row) => kind !== "Book" || Number(row["pages"]) >= pages),
    answer,
  );
  return true;
};

export const get = async (_scene: Scene, actor: Actor, { object }: StepOf<"get">, say: Say): Promise<boolean> => {
  const kind = kinds[object % kinds.length] as Kind;
  const rows = byId(actor.view[kind].values());
  const row = rows[object % Math.max(rows.length, 1)];
  if (row === undefined) return false;
  const key = Number(row["id"]);
  say(`get(${kind}, ${key})`);
  const found = (await actor.db.get(classes[kind] as typeof Tag, key)) as Real | null;
  const known = actor.tracked(kind, key);
  if (known?.deleting === true) {
    if (found !== null) throw new Mismatch("gave an object that is marked for deletion");
    if (known.stale) actor.reread(known, row);
    return true;
  }
  if (found === null) throw new Mismatch("gave null");
  const added = [...actor.memory.objects.values()].find((obj) => obj.kind === kind && obj.status === "pending" && obj.values["id"] === key);
  if (known === undefined && added !== undefined) {
    if (found !== actor.real(added)) throw new Mismatch(`gave another object than #${added.handle}, which was added with this key`);
    return true;
  }
  if (known === undefined || known.stale) takeIn(actor, kind, [row], [found]);
  else if (found !== actor.real(known)) throw new Mismatch(`gave another object than #${known.handle}`);
  return true;
};

export const refresh = async (_scene: Scene, actor: Actor, { object }: StepOf<"refresh">, say: Say): Promise<boolean> => {
  const obj = actor.pick(object, (one) => one.status === "persistent");
  if (obj === null) return false;
  say(`refresh(#${obj.handle})`);
  const error = await attempt(() => actor.db.refresh(actor.real(obj)));
  dropChanges(obj);
  const row = actor.view[obj.kind].get(Number(obj.snapshot?.["id"]));
  if (row !== undefined) {
    if (error !== null) throw error as Error;
    actor.reread(obj, row);
  } else if (!(error instanceof DoesNotExist)) throw new Mismatch(`expected DoesNotExist, got ${String(error)}`);
  return true;
};

interface Collection {
  fetch(): Promise<Real[]>;
  set(members: readonly Real[]): Promise<void>;
  toArray(): Real[];
}
export const collectionOf = (actor: Actor, obj: Obj, name: string): Collection =>
  (actor.real(obj) as unknown as Record<string, Collection>)[name] as Collection;
/** The items of a collection, null while it is not loaded. */
export const loadedItems = (actor: Actor, obj: Obj, name: string): Real[] | null => {
  try {
    return collectionOf(actor, obj, name).toArray();
  } catch {
    return null;
  }
};

export const collections: { readonly [K in Kind]: readonly (readonly [name: string, kind: Kind])[] } = {
  Shelf: [
    ["books", "Book"],
    ["notes", "Note"],
  ],
  Book: [["tags", "Tag"]],
  Tag: [["books", "Book"]],
  Note: [],
};

/** The rows that a collection is loaded from. */
const rowsBehind = (actor: Actor, obj: Obj, kind: Kind): Cells[] => {
  const key = obj.snapshot?.["id"];
  const { view } = actor;
  if (obj.kind === "Shelf") return byId(view[kind].values()).filter((row) => row["shelfId"] === key);
  const at = obj.kind === "Book" ? 0 : 1;
  const others = [...view.links].filter((pair) => Number(pair.split(":")[at]) === key).map((pair) => Number(pair.split(":")[1 - at]));
  return byId([...view[kind].values()].filter((row) => others.includes(Number(row["id"]))));
};

/** What was read for a collection enters; `shown` are its items afterwards. */
const takeInBehind = (actor: Actor, obj: Obj, kind: Kind, shown: readonly Real[]): void => {
  const byKey = new Map(shown.map((real) => [real.id as number | undefined, real]));
  for (const row of rowsBehind(actor, obj, kind)) {
    const known = actor.tracked(kind, Number(row["id"]));
    actor.readRow(kind, row, known === undefined ? (byKey.get(Number(row["id"])) ?? null) : actor.real(known));
  }
};

export const loadRelation = async (scene: Scene, actor: Actor, { object, which }: StepOf<"load">, say: Say): Promise<boolean> => {
  const obj = actor.pick(
    object,
    (one) => isTracked(one) && !one.deleting && (one.status === "persistent" || one.kind === "Book" || one.kind === "Note"),
  );
  if (obj === null) return false;
  const lists = collections[obj.kind];
  const list =
    obj.status === "persistent" && (obj.kind !== "Book" || which % 2 === 0) ? lists[which % Math.max(lists.length, 1)] : undefined;
  if (list === undefined) return obj.kind === "Book" || obj.kind === "Note" ? loadShelf(actor, obj, say) : false;
  const [name, kind] = list;
  say(`#${obj.handle}.${name}.fetch()`);
  const asked = loadedItems(actor, obj, name) === null;
  let items: Real[] = [];
  const run = async (): Promise<void> => {
    items = await collectionOf(actor, obj, name).fetch();
  };
  if (asked && listConcerned(actor, obj.kind, kind)) {
    if (!(await flushing(scene.ground, actor, run))) return true;
  } else await run();
  if (asked) takeInBehind(actor, obj, kind, items);
  return true;
};

const loadShelf = async (actor: Actor, obj: Obj, say: Say): Promise<boolean> => {
  const key = obj.values["shelfId"];
  say(`await #${obj.handle}.shelf`);
  const real = actor.real(obj) as { readonly shelf: PromiseLike<Real | null> };
  const known = key == null ? undefined : actor.tracked("Shelf", Number(key));
  const row = key == null ? undefined : actor.view.Shelf.get(Number(key));
  const shelf = await real.shelf;
  if (key == null) {
    const expected = key === undefined && obj.owes !== null ? actor.world.reals[obj.owes] : null;
    if (shelf !== expected) throw new Mismatch(`gave ${String(shelf)}, expected ${obj.owes === null ? "null" : `#${obj.owes}`}`);
  } else if (shelf !== null && actor.ofReal(shelf)?.status === "detached") {
    // One that was taken out of the session is still what the child was pointed at.
    if (actor.ofReal(shelf)?.values["id"] !== key) throw new Mismatch("gave an object of another key");
  } else if (known !== undefined && !known.stale) {
    if (shelf !== actor.real(known)) throw new Mismatch(`gave another object than #${known.handle}`);
  } else if (known?.stale === true && isStale(actor.real(known))) {
    // An object that was assigned is given without asking for its row.
    if (shelf !== actor.real(known)) throw new Mismatch(`gave another object than #${known.handle}`);
  } else if (row === undefined) {
    // What it was pointed at may be deleted, or about to be inserted anew with its key.
    const given = shelf === null ? undefined : actor.ofReal(shelf);
    const isPointedAt = given?.status === "deleted" || (given?.status === "pending" && given.values["id"] === key);
    if (shelf !== null && known === undefined && !isPointedAt) throw new Mismatch("gave an object for a row that is not there");
  } else takeIn(actor, "Shelf", [row], shelf === null ? [] : [shelf]);
  return true;
};

export const setBooks = async (scene: Scene, actor: Actor, { shelf: n, books }: StepOf<"set books">, say: Say): Promise<boolean> => {
  const shelf = actor.pick(n, (obj) => obj.kind === "Shelf" && obj.status === "persistent" && !obj.deleting);
  if (shelf === null || actor.crossed || [...actor.memory.objects.values()].some((obj) => obj.rawKey || obj.foreign)) return false;
  // One that is marked as deleted leaves the list and keeps its owner, which these rows and lists cannot say.
  if ([...actor.memory.objects.values()].some((obj) => obj.kind === "Book" && obj.deleting && belongsTo(obj, shelf))) return false;
  const wanted = new Set(books.map((book) => actor.pick(book, (obj) => obj.kind === "Book" && usable(obj))).filter((obj) => obj !== null));
  say(`#${shelf.handle}.books.set(${[...wanted].map((obj) => `#${obj.handle}`).join(", ")})`);
  const asked = loadedItems(actor, shelf, "books") === null;
  if (asked) {
    // Rows that set() takes away right after it has read them are known to nobody: they are read before, so that they have a name.
    let items: Real[] = [];
    const run = async (): Promise<void> => {
      items = await collectionOf(actor, shelf, "books").fetch();
    };
    if (listConcerned(actor, "Shelf", "Book")) {
      if (!(await flushing(scene.ground, actor, run))) return true;
    } else await run();
    takeInBehind(actor, shelf, "Book", items);
  }
  await collectionOf(actor, shelf, "books").set([...wanted].map((obj) => actor.real(obj)));
  for (const obj of [...actor.memory.objects.values()]) {
    if (obj.kind !== "Book" || obj.status === "detached" || obj.status === "deleted") continue;
    if (wanted.has(obj)) {
      if (!belongsTo(obj, shelf)) {
        for (const other of actor.memory.objects.values()) other.given.delete(obj.handle);
        Object.assign(obj.values, { shelfId: shelf.values["id"] });
        Object.assign(obj, { owes: null, pointed: shelf.handle });
        shelf.given.add(obj.handle);
      }
      actor.join(obj);
    } else if (belongsTo(obj, shelf)) {
      // A collection of the session shows nothing that is outside.
      if (!isTracked(obj)) continue;
      obj.values["shelfId"] = null;
      Object.assign(obj, { owes: null, pointed: null });
    }
  }
  return true;
};

export const setTags = async (scene: Scene, actor: Actor, { book: n, tags }: StepOf<"set tags">, say: Say): Promise<boolean> => {
  const book = actor.pick(n, (obj) => obj.kind === "Book" && isTracked(obj) && !obj.deleting);
  if (book === null || actor.crossed) return false;
  const wanted = new Set(
    tags.map((tag) => actor.pick(tag, (obj) => obj.kind === "Tag" && isTracked(obj) && !obj.deleting)).filter((obj) => obj !== null),
  );
  say(`#${book.handle}.tags.set(${[...wanted].map((obj) => `#${obj.handle}`).join(", ")})`);
  if (book.status === "persistent" && loadedItems(actor, book, "tags") === null) {
    let items: Real[] = [];
    const run = async (): Promise<void> => {
      items = await collectionOf(actor, book, "tags").fetch();
    };
    if (listConcerned(actor, "Book", "Tag")) {
      if (!(await flushing(scene.ground, actor, run))) return true;
    } else await run();
    takeInBehind(actor, book, "Tag", items);
  }
  await collectionOf(actor, book, "tags").set([...wanted].map((obj) => actor.real(obj)));
  for (const tag of actor.memory.objects.values()) {
    if (tag.kind !== "Tag" || !isTracked(tag) || isLinked(actor, book, tag) === wanted.has(tag)) continue;
    actor.memory.links.set(`${book.handle}:${tag.handle}`, wanted.has(tag));
    actor.everLinked.add(book.handle).add(tag.handle);
  }
  return true;
};

/** What memory and rows together say of a link. */
export const isLinked = (actor: Actor, book: Obj, tag: Obj): boolean => {
  const wanted = actor.memory.links.get(`${book.handle}:${tag.handle}`);
  if (wanted !== undefined) return wanted;
  if (book.snapshot === null || tag.snapshot === null) return false;
  return actor.view.links.has(linkOf(Number(book.snapshot["id"]), Number(tag.snapshot["id"])));
};
