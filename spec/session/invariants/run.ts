/** One program on a session: what it has asked for, levels, and the judgement after each commit, rollback and error. */

import type { Session, Transaction } from "flash-db";
import type { Database } from "../../../src/connect.js";
import { stateOf } from "../../../src/loading/instance.js";
import { Broken, freshRows, judgeClean, judgeObjects } from "./judge.js";
import { Card, Cat, classes, Dog, models, Seat, references, type Kind, type Thing } from "./models.js";
import { differenceOf, pictureOf, type Picture } from "./picture.js";
import { ANY, lineOf, pair, World, type Row, type Value } from "./world.js";

/** A move; false where it does not apply. */
export type Move = (run: Run, a: number, b: number) => Promise<unknown> | boolean | void;
export type Refusal = abstract new (...args: never[]) => Error;

interface Level {
  readonly tx: Transaction;
  readonly world: World;
  readonly picture: Picture;
}
/** Their rows are all rows: those of subtypes come with the base. */
const roots = models.filter((one) => one !== Dog && one !== Cat);
/** Overridden verbs count themselves, also in a flush that fails. */
const counted = ["saves"];

export class Run {
  readonly db: Session;
  readonly database: Database;
  readonly story: string[] = [];
  readonly things = new Map<number, Thing>();
  /** A place was given while nobody knew who has it: the flush finds out, and what it found stays known after a failure. */
  unlooked = false;
  /** Rows whose reference was assigned as a key since the last commit. */
  readonly heldByKey = new Set<number>();
  world = new World();
  committed = new World();
  readonly #levels: Level[] = [];
  /** Rows that another session deleted, while this one had them. */
  readonly #ghosts = new Set<object>();
  #uid = 0;

  constructor(db: Session, database: Database) {
    this.db = db;
    this.database = database;
  }

  say(text: string): void {
    this.story.push(text);
  }
  uid(): number {
    return ++this.#uid;
  }
  thing<T extends Thing = Thing>(row: Row | number): T {
    return this.things.get(typeof row === "number" ? row : row.uid) as T;
  }
  isStored(row: Row): boolean {
    return stateOf(this.thing(row))?.snapshot != null;
  }
  /** The n-th row of a kind that is there to stay. */
  pick(kind: Kind, n: number, fits: (row: Row) => boolean = () => true): Row | null {
    const rows = this.world.of(kind).filter(fits);
    return rows[n % Math.max(rows.length, 1)] ?? null;
  }
  stored(kind: Kind, n: number): Row | null {
    return this.pick(kind, n, (row) => this.isStored(row));
  }

  /** A new object that nobody has added yet; `values` have uids for references. */
  construct(kind: Kind, values: Record<string, Value> = {}): Row {
    const row = this.world.make(this.uid(), kind, values);
    const given: Record<string, unknown> = { uid: row.uid };
    for (const [name, value] of Object.entries(values))
      given[name] = references[kind]?.[name] === undefined || value === null ? value : this.thing(value as number);
    this.things.set(row.uid, new (classes[kind] as unknown as new (values: object) => Thing)(given));
    return row;
  }
  add(kind: Kind, values: Record<string, Value> = {}): Row {
    const row = this.construct(kind, values);
    this.say(`add ${lineOf(kind, row.uid, row.values)}`);
    this.db.add(this.thing(row));
    return row;
  }
  doom(row: Row): void {
    if (this.isStored(row)) this.world.doomed.add(row.uid);
    else this.world.remove([row.uid]);
  }

  // ---------------------------------------------------------------- flushes and levels
  async flush(): Promise<void> {
    await this.db.flush();
    this.world.flush();
  }
  async commit(): Promise<void> {
    await this.db.commit();
    await this.afterCommit();
  }
  async afterCommit(): Promise<void> {
    this.world.flush();
    this.committed = this.world.copy();
    this.#levels.length = 0;
    this.heldByKey.clear();
    this.unlooked = false;
    await judgeClean(this.db, this.database, () => this.db.commit());
    await this.judgeRows();
  }
  async rollback(): Promise<void> {
    await this.db.rollback();
    this.#levels.length = 0;
    this.world = this.committed.copy();
    this.#checkWhoIsIn();
    await this.judgeRows();
  }
  async begin(): Promise<void> {
    const outermost = !this.db.inTransaction;
    const [world, picture] = [this.world.copy(), this.picture()];
    const tx = await this.db.begin();
    this.world.flush();
    this.#levels.push({ tx, world: outermost ? world : this.world.copy(), picture: outermost ? picture : this.picture() });
  }
  async end(well: boolean): Promise<void> {
    const level = this.#levels.pop();
    if (level === undefined) return;
    if (well) {
      await level.tx.commit();
      this.world.flush();
      if (!this.db.inTransaction) await this.afterCommit();
      return;
    }
    await level.tx.rollback();
    this.world = level.world;
    this.compareWith(level.picture, "after a rollback");
    this.#checkWhoIsIn();
  }
  get depth(): number {
    return this.#levels.length;
  }

  // ---------------------------------------------------------------- errors
  /** Something that is refused: memory is as before, and so is what was asked for. */
  async refused(what: string, expected: Refusal, work: () => Promise<unknown>): Promise<void> {
    this.say(`${what}, refused`);
    const before = this.picture();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof expected))
        throw new Broken(`${what} failed with ${String(error)}, expected ${expected.name}`, { cause: error });
      this.compareWith(before, `after an error in ${what}`);
      return;
    }
    throw new Broken(`${what} went through, expected ${expected.name}`);
  }
  picture(): Picture {
    return pictureOf(this.things.values(), counted);
  }
  compareWith(before: Picture, when: string): void {
    const known = new Map([...before].filter(([object]) => !(this.unlooked && isInPlace(object))));
    const difference = differenceOf(known, this.picture());
    if (difference !== null) throw new Broken(`${when} ${difference}`);
  }

  // ---------------------------------------------------------------- another session
  async elsewhere<R>(work: (db: Session) => Promise<R>): Promise<R> {
    await using db = this.database.session({ onUncommitted: "ignore" });
    return await work(db);
  }
  /** Rows went, by another session, with all that goes with them. */
  goneElsewhere(row: Row): void {
    const [doomed] = [this.committed.copy()];
    doomed.doomed.clear();
    doomed.doomed.add(row.uid);
    const going = doomed.going();
    for (const uid of going) this.#ghosts.add(this.thing(uid));
    this.committed.remove(going);
    this.world.remove(going);
    for (const uid of going) this.world.doomed.delete(uid);
  }

  // ---------------------------------------------------------------- judging
  /** After each move: a flush that happened on the way took the doomed along. */
  settle(): void {
    // The same move may doom others after the flush.
    const left = [...this.world.doomed].filter((uid) => !["deleted", "detached"].includes(stateOf(this.thing(uid))?.status ?? ""));
    if (left.length < this.world.doomed.size) {
      for (const uid of left) this.world.doomed.delete(uid);
      this.world.flush();
      for (const uid of left) if (this.world.rows.has(uid)) this.world.doomed.add(uid);
    }
    this.#checkWhoIsIn();
  }
  #checkWhoIsIn(): void {
    for (const [uid, thing] of this.things) {
      if (this.#ghosts.has(thing)) continue;
      const status = stateOf(thing)?.status;
      const isIn = status === "pending" || status === "persistent";
      const row = this.world.rows.get(uid);
      if (row !== undefined && !isIn) throw new Broken(`${row.kind} ${uid} is ${status}, and should be in the session`);
      if (row === undefined && isIn) throw new Broken(`${uid} is ${status}, and should be outside`);
      if (row !== undefined && (thing as Thing).hits !== row.values["hits"])
        throw new Broken(`${row.kind} ${uid}.hits is ${(thing as Thing).hits}, expected ${row.values["hits"]}`);
    }
  }
  /** Outside a transaction, and with nothing pending: rows are what was asked for, and memory is what a fresh session reads. */
  async judgeRows(): Promise<void> {
    await this.elsewhere(async (db) => {
      const fresh = await freshRows(db, roots);
      judgeObjects(this.things.values(), fresh, (object) => this.#ghosts.has(object));
      const [found, expected] = [
        linesOf(
          [...fresh.values()].flatMap((rows) => [...rows.values()]),
          this.world,
        ),
        this.world.lines(),
      ];
      const [lacks, extra] = [expected.filter((line) => !found.includes(line)), found.filter((line) => !expected.includes(line))];
      if (lacks.length + extra.length > 0)
        throw new Broken(`rows\n  found    ${extra.join("\n           ")}\n  expected ${lacks.join("\n           ")}`);
    });
  }
}

const isInPlace = (object: object): boolean => object instanceof Card || object instanceof Seat;
const kindOf = (object: object): Kind | undefined =>
  (Object.entries(classes) as [Kind, new () => object][]).find(([, one]) => object.constructor === one)?.[0];

/** What a fresh session read, in the words of the world. */
const linesOf = (objects: readonly object[], { members }: World): string[] => {
  const lines: string[] = [];
  const columns = (object: object): Readonly<Record<string, Value>> => object as never;
  const uids = new Map<string, number>();
  for (const object of objects) {
    const kind = kindOf(object);
    if (kind !== undefined) uids.set(`${kind} ${columns(object)[keyOf[kind] ?? "id"]}`, columns(object)["uid"] as number);
  }
  const uidOf = (kind: Kind, key: Value | undefined): Value => (key == null ? null : (uids.get(`${kind} ${key}`) ?? -1));
  for (const object of objects) {
    const kind = kindOf(object);
    if (kind === undefined) {
      const { ownerId, clubId, rank } = columns(object);
      const key = pair(uidOf("owner", ownerId) as number, uidOf("club", clubId) as number);
      lines.push(`member ${key} rank=${members.get(key) === ANY ? ANY : rank}`);
      continue;
    }
    const values: Record<string, unknown> = { ...columns(object) };
    for (const [name, { to }] of Object.entries(references[kind] ?? {})) values[name] = uidOf(to, columns(object)[`${name}Id`]);
    const uid = columns(object)["uid"] as number;
    lines.push(lineOf(kind, uid, values));
    if (kind === "owner")
      for (const label of stateOf(object)?.collections?.get("labels")?.items ?? [])
        lines.push(`label ${pair(uid, columns(label)["uid"] as number)}`);
  }
  return lines.sort();
};
const keyOf: { readonly [K in Kind]?: string } = { region: "code", town: "regionId" };
