/** What the reference model knows of a session's memory: objects with their values and rows, pending links, and the levels of its transaction. */

import { columns, type Cells, type Kind, type Rows } from "./rows.js";

export type Status = "transient" | "pending" | "persistent" | "deleted" | "detached";

/** One object of the program; its handle is its place in the list of all objects ever made or read. */
export interface Obj {
  readonly handle: number;
  readonly kind: Kind;
  status: Status;
  values: Cells;
  /** The row as last read or written; null: none. */
  snapshot: Cells | null;
  /** The shelf that it was pointed at before that had a key. */
  owes: number | null;
  /** The shelf that it was last pointed at as an object. */
  pointed: number | null;
  deleting: boolean;
  stale: boolean;
  /** A key was assigned rather than an object: collections follow at the flush. */
  rawKey: boolean;
  /** What the session filled in, with what stood there before: taken back when the row turns out never to have been. */
  filled: Cells;
  /** New objects that were given to its collections while it was in no session. */
  readonly given: Set<number>;
  /** Made by the program, not read. */
  readonly made: boolean;
  /** Someone else wrote or took the row: what collections show of it is not compared. */
  foreign: boolean;
  /** It has been in the session and is outside again: what it was related to is nobody's promise. */
  retired: boolean;
  /** It was taken out of the session and came back: what its collections show is from before. */
  returned: boolean;
}

export type LevelKind = "session" | "plain" | "transaction" | "savepoint";
export interface Level {
  readonly kind: LevelKind;
  /** Memory as it was when the level began, with what was read since before the level wrote. */
  copy: Memory;
  readonly rows: Rows | null;
  wrote: boolean;
}

export interface Memory {
  readonly objects: Map<number, Obj>;
  /** Links that memory wants to be there (true) or gone (false), by `book handle:tag handle`. */
  readonly links: Map<string, boolean>;
}

export const emptyMemory = (): Memory => ({ objects: new Map(), links: new Map() });

export const copyObj = (obj: Obj): Obj => ({
  ...obj,
  values: { ...obj.values },
  snapshot: obj.snapshot === null ? null : { ...obj.snapshot },
  filled: { ...obj.filled },
  given: new Set(obj.given),
});
export const copyMemory = ({ objects, links }: Memory): Memory => ({
  objects: new Map([...objects].map(([handle, obj]) => [handle, copyObj(obj)])),
  links: new Map(links),
});

/** Columns in which the object differs from its row. */
export const changedColumns = (obj: Obj): string[] =>
  obj.snapshot === null ? [] : columns[obj.kind].filter((column) => obj.values[column] !== obj.snapshot?.[column]);

export const isTracked = (obj: Obj): boolean => obj.status === "pending" || obj.status === "persistent";

/** The shelf that a book or note belongs to, as a key or, where that has none yet, as the object. */
export const belongsTo = (child: Obj, shelf: Obj): boolean => {
  const key = child.values["shelfId"];
  if (key === null) return false;
  if (key === undefined) return child.owes === shelf.handle;
  return shelf.values["id"] === key;
};

/** `db.rollback()`: as at the last commit, and what was never flushed is dropped. */
export const backToCommit = (now: Memory, base: Memory): Memory => {
  const objects = new Map<number, Obj>();
  for (const [handle, obj] of now.objects) {
    const before = base.objects.get(handle);
    if (before?.status === "persistent" && before.snapshot !== null) {
      objects.set(handle, {
        ...copyObj(before),
        values: { ...before.snapshot },
        deleting: false,
        foreign: obj.foreign,
        owes: null,
        rawKey: false,
      });
    } else if (before?.status === "detached") objects.set(handle, { ...copyObj(before), values: obj.values });
    else objects.set(handle, outside(obj, before?.filled));
  }
  oweAgain(now.objects, objects);
  return { objects, links: new Map() };
};

/** A level is undone: what it knew is as it was, what is new since is outside the session. */
export const backToLevel = (now: Memory, begin: Memory): Memory => {
  const objects = new Map<number, Obj>();
  for (const [handle, obj] of now.objects) {
    const before = begin.objects.get(handle);
    if (before === undefined || before.status === "transient") objects.set(handle, outside(obj, before?.filled));
    else objects.set(handle, { ...copyObj(before), foreign: obj.foreign });
  }
  oweAgain(now.objects, objects);
  return { objects, links: new Map(begin.links) };
};

/** What never came to be: with the program's values and none of the generated ones. What was only read is let go. */
const outside = (obj: Obj, filledBefore: Cells = {}): Obj => {
  if (!obj.made) return { ...copyObj(obj), status: "detached", deleting: false };
  const values = { ...obj.values };
  for (const [column, value] of Object.entries(obj.filled)) if (!(column in filledBefore)) values[column] = value;
  const filled = { ...filledBefore };
  // Without the key that was filled in, the shelf is owed again.
  const owes = "shelfId" in values && values["shelfId"] === undefined ? (obj.owes ?? obj.pointed) : obj.owes;
  // A collection that was put back does not show what pointed at its owner from outside; it does again after the flush.
  if (obj.status === "transient") return { ...copyObj(obj), rawKey: true, values, filled, owes };
  return {
    ...copyObj(obj),
    retired: true,
    status: "transient",
    snapshot: null,
    deleting: false,
    stale: false,
    values,
    filled,
    owes,
  };
};

/** Who holds the key of a shelf that turns out never to have been points at the shelf itself. */
const oweAgain = (now: ReadonlyMap<number, Obj>, then: ReadonlyMap<number, Obj>): void => {
  for (const obj of then.values()) {
    const [key, shelf] = obj.pointed === null ? [undefined, undefined] : [now.get(obj.pointed)?.values["id"], then.get(obj.pointed)];
    if (shelf === undefined || key === undefined || shelf.values["id"] === key || obj.values["shelfId"] !== key) continue;
    obj.values["shelfId"] = undefined;
    obj.owes = obj.pointed;
  }
};
