/** One program on a session and on the reference: what both share, levels, and the comparison of memory and rows. */

import { sql, type Session, type Transaction } from "flash-db";
import type { Database } from "../../../src/connect.js";
import { stateOf } from "../../../src/loading/instance.js";
import { freshRows, judgeClean, judgeObjects } from "../invariants/judge.js";
import { classes, kinds, models, Node, Owner, type Kind, type Thing } from "./models.js";
import { line, World, type Row } from "./world.js";

export class Mismatch extends Error {}
/** A step; false where it does not apply. */
export type Act = (run: Run, a: number, b: number) => Promise<unknown> | boolean | void;
export const same = (what: string, found: unknown, expected: unknown): void => {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Mismatch(`${what}\n  found    ${left}\n  expected ${right}`);
};

interface Level {
  readonly tx: Transaction;
  readonly world: World;
}

export class Run {
  readonly db: Session;
  readonly story: string[] = [];
  readonly #database: Database;
  world = new World();
  readonly #things = new Map<number, Thing>();
  readonly #levels: Level[] = [];
  #committed = new World();
  #uid = 0;

  constructor(db: Session, database: Database) {
    this.db = db;
    this.#database = database;
  }

  say(text: string): void {
    this.story.push(text);
  }
  uid(): number {
    return ++this.#uid;
  }
  thing<T extends Thing = Thing>(uid: number): T {
    return this.#things.get(uid) as T;
  }
  known(uid: number, thing: Thing): void {
    this.#things.set(uid, thing);
  }
  /** The n-th row of a kind that is there to stay. */
  pick(kind: Kind, n: number): Row | null {
    const rows = this.world.of(kind);
    return rows[n % Math.max(rows.length, 1)] ?? null;
  }
  isStored({ uid }: Row): boolean {
    return stateOf(this.thing(uid))?.snapshot != null;
  }

  // ---------------------------------------------------------------- flushes and levels
  async flush(): Promise<void> {
    await this.db.flush();
    this.world.flush();
  }
  async commit(): Promise<void> {
    await this.db.commit();
    this.world.flush();
    this.#committed = this.world.copy();
    this.#levels.length = 0;
    await judgeClean(this.db, this.#database, () => this.db.commit());
  }
  /** Everything that memory shows is what a fresh session reads. */
  async judge(): Promise<void> {
    await this.elsewhere(async (db) => judgeObjects(this.#things.values(), await freshRows(db, models)));
  }
  async rollback(): Promise<void> {
    await this.db.rollback();
    this.#levels.length = 0;
    this.world = this.#committed.copy();
  }
  async begin(): Promise<void> {
    const [outermost, before] = [!this.db.inTransaction, this.world.copy()];
    const tx = await this.db.begin();
    this.world.flush();
    this.#levels.push({ tx, world: outermost ? before : this.world.copy() });
  }
  async end(well: boolean): Promise<void> {
    const level = this.#levels.pop();
    if (level === undefined) return;
    if (well) {
      await level.tx.commit();
      this.world.flush();
      if (!this.db.inTransaction) this.#committed = this.world.copy();
    } else {
      await level.tx.rollback();
      this.world = level.world;
    }
  }
  get depth(): number {
    return this.#levels.length;
  }

  // ---------------------------------------------------------------- another session
  async elsewhere(work: (db: Session) => Promise<void>): Promise<void> {
    await using db = this.#database.session();
    await work(db);
  }
  committedHits(uid: number): number | undefined {
    return this.#committed.rows.get(uid)?.hits;
  }
  committedElsewhere(uid: number, hits: number): void {
    const row = this.#committed.rows.get(uid);
    if (row !== undefined) row.hits = hits;
  }

  // ---------------------------------------------------------------- comparing
  async compare(): Promise<void> {
    for (const row of this.world.rows.values()) this.#compareObject(row);
    for (const [uid, thing] of this.#things) {
      const status = stateOf(thing)?.status;
      if (!this.world.rows.has(uid) && (status === "pending" || status === "persistent"))
        throw new Mismatch(`${uid} is ${status}, and should be outside`);
    }
    if (this.db.new.size > 0 || this.db.deleted.size > 0 || this.db.dirty.size > 0 || this.world.doomed.size > 0) return;
    for (const row of this.world.rows.values()) this.#compareReferences(row);
    same("rows", await this.#lines(), this.world.lines());
    if (!this.db.inTransaction) same("rows of the last commit", this.#committed.lines(), this.world.lines());
  }

  #compareObject(row: Row): void {
    const thing = this.thing(row.uid);
    const status = stateOf(thing)?.status;
    if (status !== "pending" && status !== "persistent")
      throw new Mismatch(`${row.kind} ${row.uid} is ${status}, and should be in the session`);
    same(`hits of ${row.kind} ${row.uid}`, thing.hits, row.hits);
  }

  #compareReferences(row: Row): void {
    const thing = this.thing(row.uid) as unknown as Record<string, unknown>;
    const keyOf = (uid: number | null): unknown => (uid === null ? null : (this.thing<Owner>(uid).id as number));
    if ("ownerId" in thing) same(`ownerId of ${row.kind} ${row.uid}`, thing["ownerId"], keyOf(row.owner));
    if ("parentId" in thing) same(`parentId of ${row.kind} ${row.uid}`, thing["parentId"], keyOf(row.parent));
    if (row.kind === "doc") same(`deletedAt of doc ${row.uid}`, thing["deletedAt"] !== null, row.hidden);
    const members = (kind: Kind, column: "owner" | "parent"): number[] =>
      this.world
        .of(kind)
        .filter((other) => other[column] === row.uid)
        .map(({ uid }) => uid)
        .sort(ascending);
    const state = stateOf(thing);
    const list = (name: string): Thing[] | null => (state?.collections?.get(name)?.items as Thing[] | null | undefined) ?? null;
    const compareList = (name: string, expected: readonly number[]): void => {
      const items = list(name);
      if (items !== null) same(`loaded ${name} of ${row.kind} ${row.uid}`, uids(items), expected);
    };
    if (this.thing(row.uid) instanceof Node) compareList("children", members("node", "parent"));
    if (!(this.thing(row.uid) instanceof Owner)) return;
    compareList("tags", [...row.tags].sort(ascending));
    for (const name of ["seat", "plaque"] as const) {
      if (state?.related?.has(name) === true)
        same(`${name} of owner ${row.uid}`, (state.related.get(name) as Thing | null)?.uid ?? null, members(name, "owner")[0] ?? null);
    }
  }

  async #lines(): Promise<string[]> {
    const lines: string[] = [];
    for (const kind of kinds) {
      const other = { node: ["wide_nodes", "parent_id"], mark: ["wide_tags", "tag_id"] }[kind as string];
      const owned = kind === "seat" || kind === "plaque" || kind === "doc" || kind === "mark";
      const text = `SELECT r.uid, r.hits, ${owned ? "o.uid" : "NULL"} AS owner, ${other === undefined ? "NULL" : "p.uid"} AS other, ${kind === "doc" ? "CASE WHEN r.deleted_at IS NULL THEN 0 ELSE 1 END" : "0"} AS hidden
        FROM wide_${kind}s r${owned ? " LEFT JOIN wide_owners o ON o.id = r.owner_id" : ""}${other === undefined ? "" : ` LEFT JOIN ${other[0]} p ON p.id = r.${other[1]}`}`;
      for (const row of (await this.db.execute(sql.raw(text), { readOnly: true })) as unknown as Line[])
        lines.push(line(kind, row.uid, row.hits, row.owner, row.other, row.hidden === 1));
    }
    const links = `SELECT o.uid AS owner, t.uid AS tag FROM wide_owners_wide_tags l JOIN wide_owners o ON o.id = l.wide_owner_id JOIN wide_tags t ON t.id = l.wide_tag_id`;
    for (const row of await this.db.execute(sql.raw(links), { readOnly: true }))
      lines.push(`link ${String(row["owner"])} ${String(row["tag"])}`);
    return lines.sort();
  }
}

interface Line {
  readonly uid: number;
  readonly hits: number;
  readonly owner: number | null;
  readonly other: number | null;
  readonly hidden: number;
}

const ascending = (a: number, b: number): number => a - b;
export const uids = (things: readonly { readonly uid: number }[]): number[] => things.map(({ uid }) => uid).sort(ascending);
export const construct = (kind: Kind, values: object): Thing => new (classes[kind] as unknown as new (values: object) => Thing)(values);
