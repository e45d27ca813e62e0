/** Steps that only change memory: columns, relations from either side, links, and what belongs to the session. */

import { type Actor, classes } from "./actor.js";
import { belongsTo, changedColumns, copyObj, isTracked, type Obj } from "./memory.js";
import type { Say } from "./play.js";
import type { StepOf } from "./steps.js";
import { isTwin, usable } from "./writing.js";

type Verb =
  "make twin" | "swap" | "change" | "assign" | "give" | "assign key" | "take away" | "link" | "add" | "delete" | "expunge" | "expire";
type Perform<D extends Verb> = (actor: Actor, step: StepOf<D>, say: Say) => boolean;

type ShelfObject = InstanceType<typeof classes.Shelf>;
type BookObject = InstanceType<typeof classes.Book>;
type TagObject = InstanceType<typeof classes.Tag>;

const isChild = (obj: Obj): boolean => obj.kind === "Book" || obj.kind === "Note";
const childOf = (actor: Actor, n: number): Obj | null => actor.pick(n, (obj) => isChild(obj) && usable(obj));
const shelfOf = (actor: Actor, n: number): Obj | null => actor.pick(n, (obj) => obj.kind === "Shelf" && usable(obj) && !isTwin(obj));
const collectionFor = (actor: Actor, shelf: Obj, child: Obj): { add(one: unknown): void; remove(one: unknown): void } => {
  const real = actor.real(shelf) as ShelfObject;
  return (child.kind === "Book" ? real.books : real.notes) as never;
};

/** The child points at the shelf (or nowhere); a tracked child brings a new shelf along. */
const point = (actor: Actor, child: Obj, shelf: Obj | null): void => {
  child.rawKey = false;
  child.pointed = shelf?.handle ?? null;
  child.values["shelfId"] = shelf === null ? null : shelf.values["id"];
  child.owes = shelf !== null && shelf.values["id"] === undefined ? shelf.handle : null;
  for (const obj of actor.memory.objects.values()) if (obj !== shelf) obj.given.delete(child.handle);
  if (shelf !== null && isTracked(child) && !isTracked(shelf)) actor.join(shelf);
  // What a session tracks shows only what that session has; outside, a new shelf shows whatever points at it.
  if (shelf !== null && (isTracked(child) || !isTracked(shelf))) shelf.given.add(child.handle);
};

const change: Perform<"change"> = (actor, { object, column, text }, say) => {
  const obj = actor.pick(object, usable);
  if (obj === null) return false;
  const real = actor.real(obj) as unknown as Record<string, unknown>;
  const names = { Shelf: ["label", "code", "info"], Book: ["title", "pages", "printed", "pages"], Note: ["text"], Tag: ["label"] }[
    obj.kind
  ];
  const name = names[column % names.length] as string;
  if (name === "info") {
    (real["info"] as { list: number[] }).list.push(text);
    say(`#${obj.handle}.info.list.push(${text}), in place`);
    obj.values["info"] = JSON.stringify(real["info"]);
  } else if (name === "printed") {
    const date = real["printed"];
    if (date instanceof Date && text % 2 === 0) {
      date.setUTCFullYear(2000 + text);
      say(`#${obj.handle}.printed.setUTCFullYear(${2000 + text}), in place`);
    } else {
      real["printed"] = text === 1 ? null : new Date(Date.UTC(2010, text));
      say(`#${obj.handle}.printed = ${String(real["printed"])}`);
    }
    obj.values["printed"] = (real["printed"] as Date | null)?.toISOString() ?? null;
  } else {
    const letter = { label: obj.kind === "Tag" ? "g" : "l", code: "c", title: "t", text: "n" }[name];
    const value = letter === undefined ? text : name === "title" && text === 5 ? "bad" : `${letter}${text}`;
    real[name] = value;
    obj.values[name] = value;
    say(`#${obj.handle}.${name} = ${JSON.stringify(value)}`);
  }
  return true;
};

const assign: Perform<"assign"> = (actor, { child: n, shelf: at }, say) => {
  const child = childOf(actor, n);
  if (child === null) return false;
  const shelf = at === null ? null : shelfOf(actor, at);
  say(`#${child.handle}.shelf = ${shelf === null ? "null" : `#${shelf.handle}`}`);
  (actor.real(child) as { shelf: unknown }).shelf = shelf === null ? null : actor.real(shelf);
  point(actor, child, shelf);
  return true;
};

const give: Perform<"give"> = (actor, { child: n, shelf: at }, say) => {
  const child = childOf(actor, n);
  const shelf = shelfOf(actor, at ?? 0);
  if (child === null || shelf === null) return false;
  say(`#${shelf.handle}.${child.kind === "Book" ? "books" : "notes"}.add(#${child.handle})`);
  collectionFor(actor, shelf, child).add(actor.real(child));
  point(actor, child, shelf);
  if (shelf.snapshot === null) shelf.given.add(child.handle);
  if (isTracked(shelf)) actor.join(child);
  return true;
};

const assignKey: Perform<"assign key"> = (actor, { child: n, shelf: at }, say) => {
  const child = childOf(actor, n);
  if (child === null) return false;
  const keys = [...actor.view.Shelf.keys()];
  const key = at === null || keys.length === 0 ? null : at === 7 ? 999_999 : (keys[at % keys.length] as number);
  say(`#${child.handle}.shelfId = ${key}`);
  (actor.real(child) as { shelfId: unknown }).shelfId = key;
  child.values["shelfId"] = key;
  child.owes = null;
  child.rawKey = true;
  return true;
};

const takeAway: Perform<"take away"> = (actor, { child: n }, say) => {
  const shelves = [...actor.memory.objects.values()].filter((obj) => obj.kind === "Shelf" && usable(obj) && !isTwin(obj));
  const child = actor.pick(n, (obj) => isChild(obj) && usable(obj) && !obj.rawKey && shelves.some((shelf) => belongsTo(obj, shelf)));
  const shelf = child === null ? undefined : shelves.find((one) => belongsTo(child, one));
  if (child === null || shelf === undefined) return false;
  say(`#${shelf.handle}.${child.kind === "Book" ? "books" : "notes"}.remove(#${child.handle})`);
  collectionFor(actor, shelf, child).remove(actor.real(child));
  point(actor, child, null);
  // Where orphans go, one that was never stored is simply not added any more.
  if (child.kind === "Note" && child.status === "pending" && isTracked(shelf)) Object.assign(child, { status: "transient", retired: true });
  return true;
};

const link: Perform<"link"> = (actor, { book: b, tag: t, from, verb }, say) => {
  const present = (kind: "Book" | "Tag") => (obj: Obj) => obj.kind === kind && isTracked(obj) && !obj.deleting;
  const [book, tag] = [actor.pick(b, present("Book")), actor.pick(t, present("Tag"))];
  if (book === null || tag === null) return false;
  const [realBook, realTag] = [actor.real(book) as BookObject, actor.real(tag) as TagObject];
  say(from === "book" ? `#${book.handle}.tags.${verb}(#${tag.handle})` : `#${tag.handle}.books.${verb}(#${book.handle})`);
  if (from === "book") realBook.tags[verb](realTag);
  else realTag.books[verb](realBook);
  actor.memory.links.set(`${book.handle}:${tag.handle}`, verb === "add");
  actor.everLinked.add(book.handle).add(tag.handle);
  return true;
};

/** A new object with the key of a row that is there, or about to go. */
const makeTwin: Perform<"make twin"> = (actor, { object, text }, say) => {
  const former = actor.pick(object, (one) => one.status === "persistent" && (one.kind === "Shelf" || one.kind === "Tag"));
  if (former === null) return false;
  const id = Number(former.snapshot?.["id"]);
  const values = former.kind === "Shelf" ? { id, label: `l${text}`, code: `c${text}`, info: { list: [text] } } : { id, label: `g${text}` };
  const twin = actor.register(former.kind === "Shelf" ? new classes.Shelf(values as never) : new classes.Tag(values as never), true);
  say(`#${twin.handle} = add ${twin.kind} with the key of #${former.handle}: ${JSON.stringify(values)}`);
  actor.db.add(actor.real(twin));
  actor.join(twin);
  return true;
};

const swap: Perform<"swap"> = (actor, { kind, a, b }, say) => {
  const fits = (one: Obj): boolean => one.kind === kind && usable(one);
  const [one, two] = [actor.pick(a, fits), actor.pick(b, fits)];
  if (one === null || two === null || one === two) return false;
  const name = kind === "Shelf" ? "code" : "label";
  say(`#${one.handle} and #${two.handle} swap their ${name}s`);
  const [left, right] = [actor.real(one), actor.real(two)] as unknown as [Record<string, unknown>, Record<string, unknown>];
  [left[name], right[name]] = [right[name], left[name]];
  [one.values[name], two.values[name]] = [two.values[name], one.values[name]];
  return true;
};

const linksOf = (actor: Actor, obj: Obj): string[] =>
  obj.kind === "Tag" || obj.kind === "Book"
    ? [...actor.memory.links.keys()].filter((pair) => pair.split(":")[obj.kind === "Tag" ? 1 : 0] === String(obj.handle))
    : [];
const linked = (actor: Actor, obj: Obj): boolean => linksOf(actor, obj).length > 0;

const add: Perform<"add"> = (actor, { object }, say) => {
  // A shelf that comes back may bring along what it was given, with links that the reference has forgotten.
  // A key of its own may by now be one that the database gives to somebody else.
  const known = (one: Obj): boolean =>
    actor.canJoin(one) &&
    !(one.retired && one.kind === "Shelf" && actor.everLinked.size > 0) &&
    !(one.status === "transient" && isTwin(one));
  const obj = actor.pick(
    object,
    (one) =>
      known(one) &&
      (one.deleting ||
        ((one.status === "transient" || one.status === "deleted" || (one.status === "detached" && one.snapshot === null)) &&
          !actor.everLinked.has(one.handle))),
  );
  if (obj === null) return false;
  const real = actor.real(obj);
  say(`add(#${obj.handle})${obj.retired ? " once more" : ""}`);
  actor.db.add(real);
  if (obj.deleting) obj.deleting = false;
  else {
    const pointed = obj.pointed === null ? undefined : actor.memory.objects.get(obj.pointed);
    // Another row has the key of what it was pointed at: that shows it after the flush.
    if (obj.status !== "transient" || (pointed !== undefined && !isTracked(pointed))) obj.rawKey = true;
    const { retired } = obj;
    // What its collections were given before shows until the flush.
    if (retired) obj.rawKey = true;
    obj.retired = false;
    actor.join(obj);
  }
  return true;
};

const remove: Perform<"delete"> = (actor, { object }, say) => {
  const obj = actor.pick(
    object,
    (one) => !one.deleting && (one.status === "persistent" || (one.status === "pending" && !linked(actor, one))),
  );
  if (obj === null) return false;
  say(`delete(#${obj.handle})`);
  actor.db.delete(actor.real(obj));
  if (obj.status === "persistent") obj.deleting = true;
  else {
    Object.assign(obj, { status: "transient", retired: true });
    // New notes cannot do without it.
    for (const note of actor.memory.objects.values())
      if (note.kind === "Note" && note.status === "pending" && obj.given.has(note.handle) && belongsTo(note, obj))
        Object.assign(note, { status: "transient", retired: true });
  }
  return true;
};

const expunge: Perform<"expunge"> = (actor, { object }, say) => {
  const obj = actor.pick(object, (one) => isTracked(one) && !linked(actor, one));
  if (obj === null) return false;
  say(`expunge(#${obj.handle})`);
  actor.db.expunge(actor.real(obj));
  Object.assign(obj, { status: obj.status === "pending" ? "transient" : "detached", retired: true, deleting: false });
  for (const { copy } of actor.levels) {
    const before = copy.objects.get(obj.handle);
    // A row that the level made goes with it: the object is new again, wherever it is.
    if (obj.made && (before === undefined || before.snapshot === null)) copy.objects.delete(obj.handle);
    else copy.objects.set(obj.handle, copyObj(obj));
  }
  return true;
};

const expire: Perform<"expire"> = (actor, { object }, say) => {
  const obj = actor.pick(object, (one) => one.status === "persistent");
  if (obj === null) return false;
  say(`expire(#${obj.handle})`);
  actor.db.expire(actor.real(obj));
  dropChanges(obj);
  const shelf = obj.pointed === null ? undefined : actor.memory.objects.get(obj.pointed);
  if (shelf === undefined || !belongsTo(obj, shelf) || !isTracked(shelf)) obj.pointed = null;
  obj.deleting = false;
  for (const pair of linksOf(actor, obj)) actor.memory.links.delete(pair);
  return true;
};

/** Unsaved values go. A child that was moved stays in the list that it was moved to until the row is read. */
export const dropChanges = (obj: Obj): void => {
  if (changedColumns(obj).includes("shelfId") || obj.rawKey) obj.foreign = true;
  Object.assign(obj, { values: { ...obj.snapshot }, owes: null, rawKey: false, stale: true });
};

export const memorySteps: { readonly [D in Verb]: Perform<D> } = {
  "make twin": makeTwin,
  swap,
  change,
  assign,
  give,
  "assign key": assignKey,
  "take away": takeAway,
  link,
  add,
  delete: remove,
  expunge,
  expire,
};
