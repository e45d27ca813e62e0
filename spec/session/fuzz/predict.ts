/** What a flush must do, worked out from the rows and the memory alone: the rows afterwards, or why it must fail. */

import { changedColumns, isTracked, type Memory, type Obj } from "./memory.js";
import { brokenConstraint, columns, copyRows, danglingReference, linkOf, removeRow, type Cell, type Kind, type Rows } from "./rows.js";

export interface Prediction {
  /** Codes of errors of which one must come; empty: it succeeds. */
  readonly errors: readonly string[];
  /** A key that is nobody's may be the one that the database gives to a new shelf: SQLite gives those of a rollback again. */
  readonly lucky: boolean;
  /** Something is sent, so that a transaction is open afterwards. */
  readonly sends: boolean;
}

export interface FlushWork {
  readonly inserts: readonly Obj[];
  readonly updates: readonly Obj[];
  readonly deletes: readonly Obj[];
  readonly links: readonly (readonly [pair: string, wanted: boolean])[];
}

export const isOrphan = (obj: Obj): boolean =>
  obj.kind === "Note" && obj.status === "persistent" && obj.values["shelfId"] === null && obj.snapshot?.["shelfId"] !== null;

/** `only`: the objects that `save`, `create` or `delete` write, with what they depend on; null: everything. */
export const workOf = (memory: Memory, only: ReadonlySet<number> | null): FlushWork => {
  const wanted = only === null ? null : new Set(only);
  if (wanted !== null) {
    for (const handle of wanted) {
      const owed = memory.objects.get(handle)?.owes ?? null;
      if (owed !== null && memory.objects.get(handle)?.values["shelfId"] === undefined && memory.objects.get(owed)?.status === "pending")
        wanted.add(owed);
      for (const other of memory.objects.values()) if (makesRoom(other, memory.objects.get(handle))) wanted.add(other.handle);
    }
  }
  const all = [...memory.objects.values()].filter((obj) => wanted === null || wanted.has(obj.handle));
  const persistent = all.filter((obj) => obj.status === "persistent");
  const deletes = persistent.filter((obj) => obj.deleting || isOrphan(obj));
  const gone = new Set(deletes);
  const stays = (handle: number): boolean => {
    const obj = memory.objects.get(handle);
    return obj !== undefined && isTracked(obj) && !gone.has(obj);
  };
  const inserts = all.filter((obj) => obj.status === "pending");
  return {
    inserts,
    updates: persistent.filter((obj) => !gone.has(obj) && changedColumns(obj).length > 0),
    deletes,
    links: only === null ? [...memory.links].filter(([pair]) => pair.split(":").every((handle) => stays(Number(handle)))) : [],
  };
};

/** A row that is marked for deletion and has the key, or the unique value, of a new one goes before it. */
const makesRoom = (other: Obj, obj: Obj | undefined): boolean => {
  if (obj?.status !== "pending" || other.kind !== obj.kind || !other.deleting || other.status !== "persistent") return false;
  const unique = obj.kind === "Shelf" ? "code" : obj.kind === "Tag" ? "label" : "id";
  const same = (column: string): boolean => obj.values[column] !== undefined && other.snapshot?.[column] === obj.values[column];
  return same("id") || same(unique);
};

/** Deletions of rows whose keys new ones have: they go in the middle of the flush. */
const earlyDeletes = ({ inserts, deletes }: FlushWork): Set<Obj> =>
  new Set(
    deletes.filter(({ kind, snapshot }) =>
      inserts.some((obj) => obj.kind === kind && obj.values["id"] !== undefined && obj.values["id"] === snapshot?.["id"]),
    ),
  );
/** Rows that move to a shelf whose key was another's until now. */
const isLate = (memory: Memory, obj: Obj, early: ReadonlySet<Obj>): boolean =>
  changedColumns(obj).includes("shelfId") &&
  [...early].some(({ kind, snapshot }) => kind === "Shelf" && snapshot?.["id"] === shelfKey(memory, obj));

const shelfKey = (memory: Memory, obj: Obj): number | null => {
  const held = obj.values["shelfId"];
  if (held !== undefined) return held as number | null;
  const owed = obj.owes === null ? undefined : memory.objects.get(obj.owes);
  // One that was taken out of the session still stands for its row, be that there or not.
  if (owed?.status === "detached" && owed.snapshot !== null) return Number(owed.snapshot["id"]);
  return owed === undefined || !isTracked(owed) ? null : ((owed.values["id"] as number | undefined) ?? placeholder(owed));
};
/** Stands for a key that the database will make. */
const placeholder = (obj: Obj): number => -1 - obj.handle;
const keyOf = (obj: Obj): number => (obj.values["id"] as number | undefined) ?? placeholder(obj);

export const predict = (memory: Memory, rows: Rows, work: FlushWork): Prediction => {
  const errors: string[] = [];
  const after = copyRows(rows);
  for (const obj of [...work.inserts, ...work.updates]) {
    if (obj.kind === "Book" && obj.values["title"] === "bad") errors.push("VALIDATION");
    if (obj.kind === "Note" && shelfKey(memory, obj) === null) errors.push("VALIDATION");
  }
  const early = earlyDeletes(work);
  const update = (obj: Obj): void => {
    const row = after[obj.kind].get(Number(obj.snapshot?.["id"]));
    if (row === undefined || (obj.kind === "Book" && row["version"] !== obj.snapshot?.["version"])) {
      errors.push("STALE_DATA");
      return;
    }
    for (const column of changedColumns(obj)) row[column] = column === "shelfId" ? shelfKey(memory, obj) : obj.values[column];
  };
  const remove = (obj: Obj): void => {
    const key = Number(obj.snapshot?.["id"]);
    const row = after[obj.kind].get(key);
    if (obj.kind === "Book" && (row === undefined || row["version"] !== obj.snapshot?.["version"])) errors.push("STALE_DATA");
    removeRow(after, obj.kind, key);
  };
  for (const obj of work.updates) if (!isLate(memory, obj, early)) update(obj);
  for (const obj of early) remove(obj);
  for (const obj of work.inserts) {
    const key = keyOf(obj);
    if (after[obj.kind].has(key)) errors.push("UNIQUE_VIOLATION");
    const row = Object.fromEntries(columns[obj.kind].map((column) => [column, obj.values[column]]));
    if ("shelfId" in row) row["shelfId"] = shelfKey(memory, obj);
    after[obj.kind].set(key, { ...row, id: key });
  }
  for (const obj of work.updates) if (isLate(memory, obj, early)) update(obj);
  for (const [pair, wanted] of work.links) {
    const [book, tag] = pair.split(":").map((handle) => keyOf(memory.objects.get(Number(handle)) as Obj)) as [number, number];
    if (wanted) after.links.add(linkOf(book, tag));
    else after.links.delete(linkOf(book, tag));
  }
  if (danglingReference(after)) errors.push("FOREIGN_KEY_VIOLATION");
  for (const obj of work.deletes) if (!early.has(obj)) remove(obj);
  const broken = brokenConstraint(after);
  if (broken !== null) errors.push(broken);
  const waiting = work.inserts.some(({ kind, values }) => kind === "Shelf" && values["id"] === undefined);
  const lucky = waiting && errors.length > 0 && errors.every((code) => code === "FOREIGN_KEY_VIOLATION");
  return { errors, lucky, sends: work.inserts.length + work.updates.length + work.deletes.length + work.links.length > 0 };
};

/** The flush succeeded: rows and memory as they must be now. `made` gives the keys that the database made. */
export const carryOut = (memory: Memory, rows: Rows, work: FlushWork, made: (obj: Obj) => number, all: boolean): void => {
  for (const obj of work.inserts) {
    if (obj.values["id"] === undefined) fill(obj, "id", made(obj));
    if (obj.kind === "Book" && obj.values["version"] === undefined) fill(obj, "version", 1);
  }
  giveKeys(memory, work);
  for (const obj of [...work.inserts, ...work.updates]) {
    if ("shelfId" in obj.values || obj.kind === "Book" || obj.kind === "Note") {
      const key = shelfKey(memory, obj);
      if (obj.values["shelfId"] === undefined) fill(obj, "shelfId", key);
    }
  }
  const early = earlyDeletes(work);
  const update = (obj: Obj): void => {
    const row = rows[obj.kind].get(Number(obj.snapshot?.["id"])) as Record<string, unknown>;
    const changed = changedColumns(obj);
    if (obj.kind === "Book") obj.values["version"] = Number(obj.snapshot?.["version"]) + 1;
    for (const column of changed) row[column] = obj.values[column];
    if (obj.kind === "Book") row["version"] = obj.values["version"];
    obj.snapshot = { ...obj.values };
  };
  const late = work.updates.filter((obj) => isLate(memory, obj, early));
  for (const obj of work.updates) if (!late.includes(obj)) update(obj);
  for (const obj of early) goneFromMemory(memory, rows, obj.kind, Number(obj.snapshot?.["id"]));
  for (const obj of work.inserts) {
    for (const column of columns[obj.kind]) if (obj.values[column] === undefined) fill(obj, column, null);
    rows[obj.kind].set(Number(obj.values["id"]), { ...obj.values });
    obj.status = "persistent";
  }
  for (const obj of late) update(obj);
  for (const [pair, wanted] of work.links) {
    const [book, tag] = pair.split(":").map((handle) => Number(memory.objects.get(Number(handle))?.values["id"])) as [number, number];
    if (wanted) rows.links.add(linkOf(book, tag));
    else rows.links.delete(linkOf(book, tag));
  }
  for (const obj of [...work.inserts, ...work.updates]) {
    obj.snapshot = { ...obj.values };
    obj.owes = null;
  }
  for (const shelf of work.inserts) if (shelf.kind === "Shelf") meetsKey(memory, shelf);
  if (all) {
    memory.links.clear();
    for (const obj of memory.objects.values()) if (isTracked(obj)) obj.rawKey = false;
  }
  for (const obj of work.deletes) if (!early.has(obj)) goneFromMemory(memory, rows, obj.kind, Number(obj.snapshot?.["id"]));
};

/** Who holds the key of a new shelf, but was pointed at another object with it, is shown by it after the next flush. */
const meetsKey = ({ objects }: Memory, shelf: Obj): void => {
  for (const obj of objects.values())
    if (isTracked(obj) && obj.values["shelfId"] === shelf.values["id"] && obj.pointed !== shelf.handle) obj.rawKey = true;
};

/** Who waits in the session for the key of a new shelf has it at once. */
const giveKeys = ({ objects }: Memory, { inserts }: FlushWork): void => {
  for (const obj of objects.values()) {
    const shelf = inserts.find(({ handle }) => handle === obj.owes);
    if (isTracked(obj) && obj.values["shelfId"] === undefined && shelf !== undefined) fill(obj, "shelfId", shelf.values["id"]);
  }
};

const fill = (obj: Obj, column: string, value: Cell): void => {
  if (!(column in obj.filled)) obj.filled[column] = obj.values[column];
  obj.values[column] = value;
};

/** A row goes, and what depends on it meets its constraint, in memory too. */
export const goneFromMemory = (memory: Memory, rows: Rows, kind: Kind, key: number): void => {
  removeRow(rows, kind, key);
  for (const obj of memory.objects.values()) {
    if (obj.status !== "persistent" || obj.snapshot === null) continue;
    const child = kind === "Shelf" && obj.snapshot["shelfId"] === key;
    if ((obj.kind === kind && obj.snapshot["id"] === key) || (child && obj.kind === "Note")) {
      obj.status = "deleted";
      obj.deleting = false;
      for (const pair of memory.links.keys()) if (pair.split(":")[kind === "Tag" ? 1 : 0] === String(obj.handle)) memory.links.delete(pair);
    } else if (child) {
      if (obj.values["shelfId"] === key) fill(obj, "shelfId", null);
      obj.snapshot["shelfId"] = null;
    }
  }
};
