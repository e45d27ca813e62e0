/** One session of a program with what the reference model says of it. */

import { isDeepStrictEqual } from "node:util";
import type { Session } from "flash-db";
import { stateOf } from "../../../src/loading/instance.js";
import { belongsTo, copyMemory, copyObj, changedColumns, emptyMemory, isTracked, type Level, type Memory, type Obj } from "./memory.js";
import { Book, Note, Shelf, Tag } from "./models.js";
import { columns, copyRows, type Cell, type Cells, type Kind, type Rows } from "./rows.js";

export const classes = { Shelf, Book, Note, Tag } as const;
export type Real = InstanceType<(typeof classes)[Kind]>;

/** What an instance holds, in the reference's form. */
export const cellsOf = (real: object, kind: Kind): Cells => {
  const values = real as Record<string, unknown>;
  const cells: Cells = {};
  for (const column of columns[kind]) {
    const value = values[column];
    if (value instanceof Date) cells[column] = value.toISOString();
    else if (typeof value === "object" && value !== null) cells[column] = JSON.stringify(value);
    else cells[column] = value as Cell;
  }
  return cells;
};

/** What all sessions of a program share. */
export interface World {
  committed: Rows;
  readonly reals: Real[];
  readonly handles: Map<object, number>;
}

const kindOfReal = (real: object): Kind =>
  real instanceof Shelf ? "Shelf" : real instanceof Book ? "Book" : real instanceof Note ? "Note" : "Tag";

export class Actor {
  readonly db: Session;
  readonly world: World;
  memory: Memory = emptyMemory();
  levels: Level[] = [{ kind: "session", copy: emptyMemory(), rows: null, wrote: false }];
  /** Its transaction's rows. */
  own: Rows | null = null;
  /** What was linked once keeps its links where a rollback puts it outside: it is not added again. */
  readonly everLinked = new Set<number>();
  /** How many bodies of `atomic` are running. */
  atomics = 0;
  /** The other session wrote too: what this one knows may be old. */
  crossed = false;

  constructor(db: Session, world: World) {
    this.db = db;
    this.world = world;
  }

  get inTransaction(): boolean {
    return this.levels.length > 1;
  }
  get view(): Rows {
    return this.own ?? this.world.committed;
  }
  get top(): Level {
    return this.levels.at(-1) as Level;
  }
  get base(): Level {
    return this.levels[0] as Level;
  }

  real(obj: Obj): Real {
    return this.world.reals[obj.handle] as Real;
  }
  ofReal(real: object): Obj | undefined {
    const handle = this.world.handles.get(real);
    return handle === undefined ? undefined : this.memory.objects.get(handle);
  }

  /** The n-th object that fits, round and round. */
  pick(n: number, fits: (obj: Obj) => boolean): Obj | null {
    const found = [...this.memory.objects.values()].filter(fits);
    return found.length === 0 ? null : (found[n % found.length] as Obj);
  }

  register(real: Real, made: boolean): Obj {
    const handle = this.world.reals.push(real) - 1;
    this.world.handles.set(real, handle);
    const kind = kindOfReal(real);
    const obj: Obj = {
      handle,
      kind,
      made,
      status: "transient",
      values: cellsOf(real, kind),
      snapshot: null,
      owes: null,
      pointed: null,
      deleting: false,
      stale: false,
      rawKey: false,
      filled: {},
      given: new Set(),
      foreign: false,
      retired: false,
      returned: false,
    };
    this.memory.objects.set(handle, obj);
    return obj;
  }

  /** Enters the session, with everything outside it that it leads to. */
  join(root: Obj): void {
    for (const obj of this.#reach(root)) {
      const { snapshot } = obj;
      if (obj.status === "detached" && snapshot !== null) this.#comeBack(obj, snapshot);
      else Object.assign(obj, { status: "pending", snapshot: null, deleting: false });
      const shelf = obj.pointed === null ? undefined : this.memory.objects.get(obj.pointed);
      if (shelf !== undefined && belongsTo(obj, shelf)) shelf.given.add(obj.handle);
    }
  }
  /** Whether nothing that it leads to has another object in the session by now. */
  canJoin(root: Obj): boolean {
    const returning = (obj: Obj): boolean => obj.status === "detached" && obj.snapshot !== null;
    // Which members a shelf brings along whose row a rollback took back depends on whether its list was known: that is nobody's promise.
    const vague = (obj: Obj): boolean =>
      obj.retired && [...this.memory.objects.values()].some((other) => other.status === "transient" && other.pointed === obj.handle);
    return this.#reach(root).every(
      (obj) => !vague(obj) && (!returning(obj) || this.tracked(obj.kind, Number(obj.snapshot?.["id"])) === undefined),
    );
  }

  #reach(root: Obj): Obj[] {
    const found = new Set<Obj>();
    const waiting = [root];
    for (let obj = waiting.pop(); obj !== undefined; obj = waiting.pop()) {
      const gone = obj.status === "deleted" || (obj.status === "detached" && obj.snapshot === null);
      if (isTracked(obj) || found.has(obj) || (gone && obj !== root)) continue;
      found.add(obj);
      const shelf = obj.pointed === null ? undefined : this.memory.objects.get(obj.pointed);
      if (shelf !== undefined && belongsTo(obj, shelf)) waiting.push(shelf);
      for (const handle of obj.given) waiting.push(this.memory.objects.get(handle) as Obj);
    }
    return [...found];
  }

  /** It was taken out of the session and is what it was then, whatever has become of its row. */
  #comeBack(obj: Obj, snapshot: Cells): void {
    Object.assign(obj, { status: "persistent", retired: false, returned: true });
    if (!isDeepStrictEqual(this.view[obj.kind].get(Number(snapshot["id"])), snapshot)) this.crossed = true;
  }

  tracked(kind: Kind, key: number): Obj | undefined {
    for (const obj of this.memory.objects.values())
      if (obj.kind === kind && obj.status === "persistent" && obj.snapshot?.["id"] === key) return obj;
    return undefined;
  }

  /** A row came: a known object follows it, an unknown one enters. */
  readRow(kind: Kind, row: Cells, real: Real | null): Obj {
    const known = this.tracked(kind, Number(row["id"]));
    if (known !== undefined) {
      this.reread(known, row);
      return known;
    }
    if (real === null) throw new Error(`a ${kind} row was read, but the session gives no object for it`);
    if (this.world.handles.has(real)) throw new Error(`row ${kind} ${row["id"]} came as an object that the session should not know`);
    // A collection may still show the object that was taken out of the session.
    const foreign = [...this.memory.objects.values()].some(
      (other) => other.kind === kind && other.status === "detached" && other.values["id"] === row["id"],
    );
    const obj = this.register(real, false);
    Object.assign(obj, { status: "persistent", values: { ...row }, snapshot: { ...row }, foreign });
    for (let at = this.levels.length - 1; at >= 0; at--) {
      const level = this.levels[at] as Level;
      if (level.wrote) break;
      level.copy.objects.set(obj.handle, copyObj(obj));
    }
    return obj;
  }

  reread(obj: Obj, row: Cells): void {
    const snapshot = obj.snapshot as Cells;
    if (obj.kind === "Book" && row["version"] !== snapshot["version"] && changedColumns(obj).length > 0) return;
    for (const column of columns[obj.kind]) {
      if (obj.values[column] === snapshot[column]) obj.values[column] = row[column];
    }
    obj.snapshot = { ...row };
    obj.stale = false;
    if (!this.inTransaction) {
      const base = this.base.copy.objects.get(obj.handle);
      if (base?.snapshot != null) {
        base.snapshot = { ...row };
        base.values = { ...row };
      }
    }
  }

  /** A transaction or savepoint begins here; `copy` is what its rollback gives back. */
  push(kind: "plain" | "transaction" | "savepoint", copy: Memory): Level {
    this.own ??= copyRows(this.world.committed);
    const level: Level = { kind, copy, rows: copyRows(this.own), wrote: false };
    this.levels.push(level);
    return level;
  }

  /** COMMIT went through. */
  commit(): void {
    if (this.own !== null) this.world.committed = this.own;
    this.own = null;
    for (const obj of this.memory.objects.values()) {
      if (obj.snapshot !== null) obj.given.clear();
      if (obj.status === "deleted") Object.assign(obj, { status: "detached", snapshot: null });
    }
    this.levels = [{ kind: "session", copy: copyMemory(this.memory), rows: null, wrote: false }];
  }

  /** Back outside any transaction, with this memory. */
  undone(memory: Memory): void {
    this.memory = memory;
    this.own = null;
    this.levels.length = 1;
    this.base.wrote = false;
  }
}

/** Whether the session would ask for the row again. */
export const isStale = (real: object): boolean => stateOf(real)?.stale === true;
export const statusOf = (real: object): string => stateOf(real)?.status ?? "no instance";
