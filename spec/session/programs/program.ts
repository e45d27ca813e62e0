/** Random programs against a session, each step mirrored in the reference; after each, memory and rows are compared. */

import { sql, signals, type Session, type Transaction } from "flash-db";
import { stateOf } from "../../../src/loading/instance.js";
import type { Database } from "../../../src/connect.js";
import { classes, Item, Owner, Part, Tag, type Kind, type Thing } from "./models.js";
import { line, World, type Row } from "./reference.js";

/** A step is a number for what to do and some for what to do it with, all taken modulo what there is. */
export interface Step {
  readonly op: number;
  readonly a: number;
  readonly b: number;
}

class Mismatch extends Error {}
const same = (what: string, found: unknown, expected: unknown): void => {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Mismatch(`${what}\n  found    ${left}\n  expected ${right}`);
};

/** A listener that throws when it is told to: a failure in the middle of a flush. */
let armed = false;
for (const model of [Owner, Item, Part, Tag] as const) {
  signals.on("post_save", model as typeof Owner, () => {
    if (armed) throw new Error("armed");
  });
}

export class Run {
  readonly #database: Database;
  readonly #db: Session;
  readonly #things = new Map<number, Thing>();
  readonly #outside = new Set<number>();
  readonly #levels: { readonly tx: Transaction; readonly world: World; readonly known: ReadonlySet<number> }[] = [];
  #world = new World();
  #committed = new World();
  #uid = 0;
  #nicks = 0;
  readonly log: string[] = [];

  constructor(database: Database, db: Session) {
    this.#database = database;
    this.#db = db;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      const [name, act] = this.#actions[step.op % this.#actions.length] as readonly [string, (step: Step) => unknown];
      this.log.push(`${name} ${step.a} ${step.b}`);
      await act(step);
      this.#compareMemory();
    }
    await this.#flush();
    await this.#compareRows();
    await this.#end();
  }

  readonly #actions: readonly (readonly [string, (step: Step) => unknown])[] = [
    ["add owner", ({ a }) => this.#add("owner", { nick: a % 3 === 0 ? null : this.#freeNick() })],
    ["add item", ({ a, b }) => this.#add("item", { owner: this.#pick("owner", a), parent: b % 2 === 0 ? null : this.#pick("item", b) })],
    ["add part", ({ a }) => this.#addPart(a)],
    ["add tag", () => this.#add("tag", {})],
    ["change", ({ a, b }) => this.#change(a, b)],
    ["move item", ({ a, b }) => this.#moveItem(a, b)],
    ["point item", ({ a, b }) => this.#pointItem(a, b)],
    ["move by key", ({ a, b }) => this.#moveByKey(a, b)],
    ["set parent", ({ a, b }) => this.#setParent(a, b)],
    ["link", ({ a, b }) => this.#link(a, b, true)],
    ["unlink", ({ a, b }) => this.#link(a, b, false)],
    ["swap nicks", ({ a, b }) => this.#swapNicks(a, b)],
    ["take nick of deleted", ({ a }) => this.#takeNick(a)],
    ["orphan part", ({ a }) => this.#orphan(a)],
    ["move part", ({ a, b }) => this.#movePart(a, b)],
    ["delete", ({ a }) => this.#delete(a)],
    [
      "flush",
      async () => {
        await this.#flush();
        await this.#compareRows();
      },
    ],
    ["save one", ({ a }) => this.#saveOne(a)],
    ["commit", () => this.#commit()],
    ["rollback", () => this.#rollback()],
    ["begin", () => this.#begin()],
    ["end level", () => this.#endLevel()],
    ["roll level back", () => this.#rollLevelBack()],
    ["fail by listener", () => this.#failByListener()],
    ["fail by constraint", ({ a, b }) => this.#failByConstraint(a, b)],
    ["add again", ({ a }) => this.#addAgain(a)],
    ["load", ({ a }) => this.#load(a)],
    ["query", ({ a }) => this.#query(a)],
    ["bulk update", ({ a }) => this.#bulkUpdate(a)],
    ["someone else", ({ a }) => this.#someoneElse(a)],
    ["refresh", ({ a }) => this.#refresh(a)],
  ];

  // ---------------------------------------------------------------- helpers
  #thing<T extends Thing = Thing>(uid: number): T {
    return this.#things.get(uid) as T;
  }
  #row(uid: number): Row {
    return this.#world.rows.get(uid) as Row;
  }
  #pick(kind: Kind, n: number): number | null {
    const rows = this.#world.of(kind);
    return rows.length === 0 ? null : (rows[n % rows.length] as Row).uid;
  }
  #freeNick(): string {
    return `n${++this.#nicks}`;
  }
  #make(kind: Kind, values: Partial<Row>): number {
    const uid = ++this.#uid;
    const given = (target: number | null | undefined): Thing | null =>
      target === null || target === undefined ? null : this.#thing(target);
    const inputs: Record<string, unknown> = { uid };
    if (kind === "owner") inputs["nick"] = values.nick ?? null;
    if (kind === "item") Object.assign(inputs, { owner: given(values.owner), parent: given(values.parent) });
    if (kind === "part") inputs["owner"] = given(values.owner);
    this.#things.set(uid, new (classes[kind] as unknown as new (values: object) => Thing)(inputs));
    this.#world.rows.set(uid, {
      uid,
      kind,
      hits: 0,
      nick: values.nick ?? null,
      owner: values.owner ?? null,
      parent: values.parent ?? null,
      tags: new Set(),
    });
    return uid;
  }
  #add(kind: Kind, values: Partial<Row>): void {
    this.#db.add(this.#thing(this.#make(kind, values)) as Owner);
  }

  // ---------------------------------------------------------------- changes
  #addPart(a: number): void {
    const owner = this.#pick("owner", a);
    if (owner === null) return;
    const uid = ++this.#uid;
    const part = new Part();
    part.uid = uid;
    this.#things.set(uid, part);
    this.#world.rows.set(uid, { uid, kind: "part", hits: 0, nick: null, owner, parent: null, tags: new Set() });
    this.#thing<Owner>(owner).parts.add(part);
  }
  #change(a: number, b: number): void {
    const rows = [...this.#world.rows.values()].filter(({ uid }) => !this.#world.doomed.has(uid));
    const row = rows[a % rows.length];
    if (row === undefined) return;
    row.hits = b % 5;
    this.#thing(row.uid).hits = b % 5;
  }
  #moveItem(a: number, b: number): void {
    const [item, owner] = [this.#pick("item", a), this.#pick("owner", b)];
    if (item === null || owner === null) return;
    this.#thing<Owner>(owner).items.add(this.#thing<Item>(item));
    this.#row(item).owner = owner;
  }
  #pointItem(a: number, b: number): void {
    const [item, owner] = [this.#pick("item", a), b % 3 === 0 ? null : this.#pick("owner", b)];
    if (item === null) return;
    const held = this.#row(item).owner;
    if (owner === null && held !== null && b % 2 === 0 && !this.#world.doomed.has(held))
      this.#thing<Owner>(held).items.remove(this.#thing<Item>(item));
    else this.#thing<Item>(item).owner = owner === null ? null : this.#thing<Owner>(owner);
    this.#row(item).owner = owner;
  }
  #moveByKey(a: number, b: number): void {
    const [item, owner] = [this.#pick("item", a), this.#pick("owner", b)];
    if (item === null || owner === null || stateOf(this.#thing(owner))?.snapshot == null) return;
    this.#thing<Item>(item).ownerId = this.#thing<Owner>(owner).id;
    this.#row(item).owner = owner;
  }
  #setParent(a: number, b: number): void {
    const [item, parent] = [this.#pick("item", a), b % 4 === 0 ? null : this.#pick("item", b)];
    if (item === null) return;
    this.#thing<Item>(item).parent = parent === null ? null : this.#thing<Item>(parent);
    this.#row(item).parent = parent;
  }
  #link(a: number, b: number, on: boolean): void {
    const [item, tag] = [this.#pick("item", a), this.#pick("tag", b)];
    if (item === null || tag === null) return;
    const [mine, theirs] = [this.#thing<Item>(item), this.#thing<Tag>(tag)];
    if ((a + b) % 2 === 0) on ? mine.tags.add(theirs) : mine.tags.remove(theirs);
    else on ? theirs.items.add(mine) : theirs.items.remove(mine);
    if (on) this.#row(item).tags.add(tag);
    else this.#row(item).tags.delete(tag);
  }
  #swapNicks(a: number, b: number): void {
    const [one, two] = [this.#pick("owner", a), this.#pick("owner", b)];
    if (one === null || two === null || one === two) return;
    const [first, second] = [this.#row(one), this.#row(two)];
    [first.nick, second.nick] = [second.nick, first.nick];
    this.#thing<Owner>(one).nick = first.nick;
    this.#thing<Owner>(two).nick = second.nick;
  }
  #takeNick(a: number): void {
    const free = [...this.#world.doomed]
      .map((uid) => this.#row(uid))
      .find((row) => row.kind === "owner" && row.nick !== null && !this.#world.of("owner").some(({ nick }) => nick === row.nick));
    const taker = this.#pick("owner", a);
    if (free === undefined || taker === null) return;
    this.#row(taker).nick = free.nick;
    this.#thing<Owner>(taker).nick = free.nick;
  }
  #orphan(a: number): void {
    const part = this.#pick("part", a);
    if (part === null) return;
    const owner = this.#row(part).owner as number;
    if (this.#world.doomed.has(owner)) return;
    const fresh = stateOf(this.#thing(part))?.snapshot == null;
    this.#thing<Owner>(owner).parts.remove(this.#thing<Part>(part));
    if (fresh) {
      this.#world.rows.delete(part);
      this.#things.delete(part);
    } else this.#world.doomed.add(part);
  }
  #movePart(a: number, b: number): void {
    const [part, owner] = [this.#pick("part", a), this.#pick("owner", b)];
    if (part === null || owner === null) return;
    this.#thing<Owner>(owner).parts.add(this.#thing<Part>(part));
    this.#row(part).owner = owner;
  }
  #delete(a: number): void {
    const rows = [...this.#world.rows.values()].filter(({ uid }) => !this.#world.doomed.has(uid));
    const row = rows[a % rows.length];
    if (row === undefined) return;
    const thing = this.#thing(row.uid);
    // Whoever points at an object that was never stored would point at nothing: only stored ones are deleted here.
    if (stateOf(thing)?.snapshot == null) return;
    this.#db.delete(thing as Owner);
    this.#world.doomed.add(row.uid);
  }

  // ---------------------------------------------------------------- flushes and levels
  async #flush(): Promise<void> {
    await this.#db.flush();
    this.#world.flush();
  }
  async #saveOne(a: number): Promise<void> {
    const rows = this.#world.of("owner");
    const row = rows[a % rows.length];
    // A unique value may be on its way from another object: then only a whole flush can write it.
    if (row === undefined || row.nick !== null) return;
    await this.#thing<Owner>(row.uid).save();
  }
  async #commit(): Promise<void> {
    await this.#db.commit();
    this.#world.flush();
    this.#committed = this.#world.copy();
    this.#levels.length = 0;
    await this.#compareRows();
  }
  async #rollback(): Promise<void> {
    await this.#db.rollback();
    this.#levels.length = 0;
    this.#backTo(this.#committed.copy());
    await this.#compareRows();
  }
  /** What the world does not know any more is outside. */
  #backTo(world: World): void {
    this.#world = world;
    for (const uid of this.#things.keys()) {
      if (world.rows.has(uid)) this.#outside.delete(uid);
      else this.#outside.add(uid);
    }
  }
  async #begin(): Promise<void> {
    if (this.#levels.length > 2) return;
    const world = this.#world.copy();
    const outermost = !this.#db.inTransaction;
    const tx = await this.#db.begin();
    this.#world.flush();
    this.#levels.push({ tx, world: outermost ? world : this.#world.copy(), known: new Set(this.#things.keys()) });
  }
  async #endLevel(): Promise<void> {
    const level = this.#levels.pop();
    if (level === undefined) return;
    await level.tx.commit();
    this.#world.flush();
    if (!this.#db.inTransaction) this.#committed = this.#world.copy();
    await this.#compareRows();
  }
  async #rollLevelBack(): Promise<void> {
    const level = this.#levels.pop();
    if (level === undefined) return;
    await level.tx.rollback();
    this.#backTo(level.world.copy());
    if (this.#world.doomed.size === 0) await this.#compareDatabase();
  }
  async #end(): Promise<void> {
    while (this.#levels.length > 0) await this.#rollLevelBack();
    await this.#rollback();
  }

  // ---------------------------------------------------------------- failures
  async #failByListener(): Promise<void> {
    const owner = new Owner({ uid: ++this.#uid, nick: null });
    this.#db.add(owner);
    armed = true;
    try {
      await this.#db.flush();
      throw new Mismatch("a flush went through although a listener threw");
    } catch (error) {
      if (error instanceof Mismatch || (error as Error).message !== "armed") throw error;
    } finally {
      armed = false;
    }
    same("the key of an object whose flush failed", owner.id, undefined);
    this.#db.expunge(owner);
  }
  async #failByConstraint(a: number, b: number): Promise<void> {
    const holder = this.#world.of("owner").filter(({ nick }) => nick !== null)[0];
    if (holder === undefined) return;
    const twin = new Owner({ uid: ++this.#uid, nick: holder.nick });
    this.#db.add(twin);
    try {
      await this.#db.flush();
      throw new Mismatch("two rows with one unique value");
    } catch (error) {
      if (error instanceof Mismatch || (error as { code?: string }).code !== "UNIQUE_VIOLATION") throw error;
    }
    same("the key of the twin", twin.id, undefined);
    if ((a + b) % 2 === 0) this.#db.expunge(twin);
    else {
      twin.nick = this.#freeNick();
      this.#things.set(this.#uid, twin);
      this.#world.rows.set(this.#uid, {
        uid: this.#uid,
        kind: "owner",
        hits: 0,
        nick: twin.nick,
        owner: null,
        parent: null,
        tags: new Set(),
      });
    }
  }
  #addAgain(a: number): void {
    const owners = [...this.#outside].filter((uid) => this.#thing(uid) instanceof Owner);
    const uid = owners[a % owners.length];
    if (uid === undefined) return;
    const owner = this.#thing<Owner>(uid);
    if (stateOf(owner)?.status !== "transient") return;
    // A copy of its columns: what it was given before would come along in ways that depend on the whole past.
    const again = new Owner({ uid, nick: null, hits: owner.hits });
    this.#things.set(uid, again);
    this.#outside.delete(uid);
    this.#db.add(again);
    this.#world.rows.set(uid, { uid, kind: "owner", hits: again.hits, nick: null, owner: null, parent: null, tags: new Set() });
  }

  // ---------------------------------------------------------------- reading
  async #load(a: number): Promise<void> {
    // A loaded collection follows a raw key at the flush.
    await this.#flush();
    const owner = this.#pick("owner", a);
    const item = this.#pick("item", a);
    if (owner !== null && this.#world.doomed.size === 0) {
      same("items of an owner", uids(await this.#thing<Owner>(owner).items.fetch()), this.#members(owner, "item"));
      same("parts of an owner", uids(await this.#thing<Owner>(owner).parts.fetch()), this.#members(owner, "part"));
    }
    if (item !== null && this.#world.doomed.size === 0)
      same("tags of an item", uids(await this.#thing<Item>(item).tags.fetch()), [...this.#row(item).tags].sort(ascending));
  }
  #members(owner: number, kind: Kind): number[] {
    return this.#world
      .of(kind)
      .filter((row) => row.owner === owner)
      .map(({ uid }) => uid)
      .sort(ascending);
  }
  async #query(a: number): Promise<void> {
    const pending = this.#world.copy();
    pending.flush();
    const found = await Owner.objects.filter({ hits: a % 5 }).fetch(this.#db);
    // An autoflush happened if there was anything that concerns the query; deletions do.
    if (this.#db.deleted.size === 0) this.#world.flush();
    same(
      "owners by hits",
      uids(found),
      pending
        .of("owner")
        .filter(({ hits }) => hits === a % 5)
        .map(({ uid }) => uid)
        .sort(ascending),
    );
  }
  async #bulkUpdate(a: number): Promise<void> {
    await Item.objects.filter({ hits: a % 5 }).update(this.#db, { hits: 4 });
    this.#world.flush();
    for (const row of this.#world.of("item")) if (row.hits === a % 5) row.hits = 4;
  }
  /** Another session commits a change; this one hears of it by a refresh. */
  async #someoneElse(a: number): Promise<void> {
    const owner = this.#pick("owner", a);
    if (owner === null || this.#db.inTransaction || !this.#committed.rows.has(owner) || this.#db.isModified(this.#thing<Owner>(owner)))
      return;
    await using other = this.#database.session();
    const theirs = await other.get(Owner, this.#thing<Owner>(owner).id as number);
    if (theirs === null) throw new Mismatch("another session does not see a committed row");
    theirs.hits = 3;
    await other.commit();
    await this.#db.refresh(this.#thing<Owner>(owner));
    this.#row(owner).hits = 3;
    (this.#committed.rows.get(owner) as Row).hits = 3;
  }
  async #refresh(a: number): Promise<void> {
    const owner = this.#pick("owner", a);
    if (owner === null || this.#db.isModified(this.#thing<Owner>(owner)) || stateOf(this.#thing(owner))?.status !== "persistent") return;
    await this.#db.refresh(this.#thing<Owner>(owner));
  }

  // ---------------------------------------------------------------- comparing
  #compareMemory(): void {
    for (const row of this.#world.rows.values()) {
      const thing = this.#thing(row.uid);
      const status = stateOf(thing)?.status;
      if (status !== "pending" && status !== "persistent")
        throw new Mismatch(`${row.kind} ${row.uid} is ${status}, and should be in the session`);
      same(`hits of ${row.kind} ${row.uid}`, thing.hits, row.hits);
      if (thing instanceof Owner) same(`nick of ${row.uid}`, thing.nick, row.nick);
      if (status === "persistent" && typeof thing.id !== "number") throw new Mismatch(`${row.kind} ${row.uid} is stored without a key`);
      if (status === "pending" && thing.id !== undefined) throw new Mismatch(`${row.kind} ${row.uid} is new and has a key`);
      if (this.#world.doomed.size === 0) this.#compareReferences(row, thing);
    }
    for (const uid of this.#outside) {
      const status = stateOf(this.#thing(uid))?.status;
      if (status !== "transient" && status !== "detached" && status !== "deleted")
        throw new Mismatch(`${uid} is ${status}, and should be outside`);
    }
  }
  #compareReferences(row: Row, thing: Thing): void {
    const keyOf = (uid: number | null): unknown => (uid === null ? null : (this.#thing(uid).id ?? null));
    if (thing instanceof Item) {
      same(`ownerId of item ${row.uid}`, thing.ownerId ?? null, keyOf(row.owner));
      same(`parentId of item ${row.uid}`, thing.parentId ?? null, keyOf(row.parent));
      const tags = stateOf(thing)?.collections?.get("tags")?.items;
      if (tags != null) same(`loaded tags of item ${row.uid}`, uids(tags as Tag[]), [...row.tags].sort(ascending));
    }
    if (!(thing instanceof Owner)) return;
    const parts = stateOf(thing)?.collections?.get("parts")?.items;
    if (parts != null) same(`loaded parts of owner ${row.uid}`, uids(parts as Part[]), this.#members(row.uid, "part"));
  }
  async #compareRows(): Promise<void> {
    if (!this.#db.inTransaction) same("rows of the last commit", this.#committed.lines(), this.#world.lines());
    await this.#compareDatabase();
  }
  async #compareDatabase(): Promise<void> {
    if (this.#hasUnflushed()) return;
    same("rows", await this.#lines(), this.#world.lines());
  }
  #hasUnflushed(): boolean {
    return this.#db.new.size > 0 || this.#db.deleted.size > 0 || this.#db.dirty.size > 0;
  }
  async #lines(): Promise<string[]> {
    const read = (text: string): Promise<Record<string, unknown>[]> => this.#db.execute(sql.raw(text), { readOnly: true });
    const lines: string[] = [];
    for (const row of await read("select uid, hits, nick from run_owners"))
      lines.push(line("owner", row["uid"] as number, row["hits"] as number, row["nick"] as string | null, null, null));
    for (const row of await read(
      "select i.uid, i.hits, o.uid as owner, p.uid as parent from run_items i left join run_owners o on o.id = i.owner_id left join run_items p on p.id = i.parent_id",
    )) {
      lines.push(
        line("item", row["uid"] as number, row["hits"] as number, null, row["owner"] as number | null, row["parent"] as number | null),
      );
    }
    for (const row of await read("select p.uid, p.hits, o.uid as owner from run_parts p left join run_owners o on o.id = p.owner_id"))
      lines.push(line("part", row["uid"] as number, row["hits"] as number, null, row["owner"] as number, null));
    for (const row of await read("select uid, hits from run_tags"))
      lines.push(line("tag", row["uid"] as number, row["hits"] as number, null, null, null));
    for (const row of await read(
      "select i.uid as item, t.uid as tag from run_items_run_tags l join run_items i on i.id = l.run_item_id join run_tags t on t.id = l.run_tag_id",
    ))
      lines.push(`link ${row["item"]} ${row["tag"]}`);
    return lines.sort();
  }
}

const ascending = (a: number, b: number): number => a - b;
const uids = (things: readonly Thing[]): number[] => things.map(({ uid }) => uid).sort(ascending);
