/** Writes that are refused, by the session or by the database: nothing of them is left, and the program goes on. */

import { CheckViolation, ForeignKeyViolation, StaleDataError, UniqueViolation, ValidationError } from "flash-db";
import { classes, type Doc, Node, Owner, Tag, type Kind, UNCLEAN } from "./models.js";
import { Mismatch, type Act, type Run } from "./run.js";
import type { Row } from "./world.js";

type Refusal = abstract new (...args: never[]) => Error;

const failing = async (what: string, expected: Refusal, work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof expected) return;
    throw new Mismatch(`${what} failed with ${String(error)}, expected a ${expected.name}`, { cause: error });
  }
  throw new Mismatch(`${what} went through, expected a ${expected.name}`);
};

/** Everything that flushes; what was assigned stays, and what was flushed before it is undone. */
const refuseFlush = async (run: Run, n: number, kind: Kind, why: string, expected: Refusal): Promise<void> => {
  const where = { uid: -1, hits: -1, ...(kind === "doc" ? { ownerId: -1 } : {}) };
  const verbs: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["flush", () => run.db.flush()],
    ["commit", () => run.db.commit()],
    ["begin", () => run.db.begin()],
    ["query", () => (classes[kind] as typeof Tag).objects.filter(where as never).count(run.db)],
  ];
  const [verb, work] = verbs[n % verbs.length] as (typeof verbs)[number];
  run.say(`${verb}, refused: ${why}`);
  await failing(verb, expected, work);
  await run.compare();
};

/** A row of one of these kinds that is in the database. */
const stored = (run: Run, list: readonly Kind[], n: number): Row | null => {
  const rows = run.world.all().filter((row) => list.includes(row.kind) && run.isStored(row));
  return rows[n % Math.max(rows.length, 1)] ?? null;
};

/** Changes one property for the moment of the refusal. */
const withProperty = async (run: Run, row: Row, name: string, value: unknown, work: () => Promise<void>): Promise<void> => {
  const thing = run.thing(row.uid) as unknown as Record<string, unknown>;
  const former = thing[name];
  thing[name] = value;
  await work();
  thing[name] = former;
};

const checked: readonly Kind[] = ["owner", "node", "tag"];
/** With a node above it, and then it is not written. */
const mayGo = (run: Run, { kind }: Row): boolean => kind === "node" && run.world.doomed.size > 0;

export const refusals: Readonly<Record<string, Act>> = {
  "twin of a tag": async (run, a, b) => {
    const tag = stored(run, ["tag"], a);
    if (tag === null) return false;
    const twin = new Tag({ uid: tag.uid });
    run.db.add(twin);
    await refuseFlush(run, b, "tag", `another tag ${tag.uid}`, UniqueViolation);
    if (twin.id !== undefined) throw new Mismatch("a refused tag has a key");
    run.db.expunge(twin);
    return true;
  },
  "create and save": async (run, a, b) => {
    const tag = stored(run, ["tag"], a);
    if (tag === null) return false;
    const twin = new Tag({ uid: tag.uid });
    const byCreate = b % 2 === 0;
    run.say(`${byCreate ? "create" : "save"} of another tag ${tag.uid}, refused`);
    await failing("it", UniqueViolation, () => (byCreate ? Tag.objects.create(run.db, { uid: tag.uid }) : twin.save(run.db)));
    if (run.db.has(twin)) {
      await run.compare();
      run.db.expunge(twin);
    }
    return true;
  },
  "taken uid": async (run, a, b) => {
    const [row, other] = [stored(run, ["doc"], a), stored(run, ["doc"], b)];
    if (row === null || other === null || row === other) return false;
    await withProperty(run, row, "uid", other.uid, () =>
      refuseFlush(run, a + b, "doc", `doc ${row.uid} takes the uid of ${other.uid}`, UniqueViolation),
    );
    return true;
  },
  "no hits": async (run, a, b) => {
    const row = run.world.all()[a % Math.max(run.world.all().length, 1)];
    if (row === undefined || ![...checked, "doc"].includes(row.kind) || mayGo(run, row)) return false;
    const { hits } = row;
    row.hits = null as never;
    await withProperty(run, row, "hits", null, () => refuseFlush(run, b, row.kind, `${row.kind} ${row.uid} without hits`, ValidationError));
    row.hits = hits;
    return true;
  },
  "unclean tag": async (run, a, b) => {
    const tag = run.pick("tag", a);
    if (tag === null) return false;
    const { hits } = tag;
    tag.hits = UNCLEAN;
    await withProperty(run, tag, "hits", UNCLEAN, () => refuseFlush(run, b, "tag", `tag ${tag.uid} is not clean`, ValidationError));
    tag.hits = hits;
    return true;
  },
  "negative hits": async (run, a, b) => {
    const rows = run.world.all().filter(({ kind }) => checked.includes(kind));
    const row = rows[a % Math.max(rows.length, 1)];
    if (row === undefined || mayGo(run, row)) return false;
    const { hits } = row;
    row.hits = -1;
    await withProperty(run, row, "hits", -1, () => refuseFlush(run, b, row.kind, `${row.kind} ${row.uid} with -1 hits`, CheckViolation));
    row.hits = hits;
    return true;
  },
  "owner of nowhere": async (run, a, b) => {
    const doc = stored(run, ["doc"], a);
    if (doc === null) return false;
    const thing = run.thing<Doc>(doc.uid);
    const former = doc.owner === null ? null : run.thing<Owner>(doc.owner);
    // Given by key it has its owner from the flush, whatever stands in it.
    if (thing.ownerId !== (former === null ? null : former.id)) return false;
    await withProperty(run, doc, "ownerId", 999_999, () =>
      refuseFlush(run, b, "doc", `doc ${doc.uid} of an owner that is not there`, ForeignKeyViolation),
    );
    thing.owner = former;
    return true;
  },
  "refused set": async (run, a) => {
    const kind = checked[a % checked.length] as Kind;
    if (run.depth > 2) return false;
    run.say(`begin; every ${kind} gets -1 hits, refused; level rolled back`);
    const Model = { owner: Owner, node: Node, tag: Tag }[kind as "owner" | "node" | "tag"] as typeof Tag;
    await run.begin();
    // What goes with others is gone now.
    if (run.world.of(kind).length > 0)
      await failing("update", CheckViolation, () => Model.objects.all().update(run.db, { hits: -1 }, { all: true }));
    await run.end(false);
    return true;
  },
  "refused bulkCreate": async (run, a, b) => {
    const tag = stored(run, ["tag"], a);
    if (tag === null || run.depth > 2) return false;
    run.say(`begin; bulkCreate of a tag and another tag ${tag.uid}, refused; level rolled back`);
    await run.begin();
    await failing("bulkCreate", UniqueViolation, () => Tag.objects.bulkCreate(run.db, [{ uid: run.uid() }, { uid: tag.uid, hits: b % 5 }]));
    await run.end(false);
    return true;
  },
  /** Another session was faster, where this one holds nothing that it would wait for. */
  "changed elsewhere": async (run, a, b) => {
    const owner = stored(run, ["owner"], a);
    if (owner === null || run.db.inTransaction) return false;
    const thing = run.thing<Owner>(owner.uid);
    const former = run.committedHits(owner.uid);
    if (former === undefined) return false;
    const hits = (former + 1 + (b % 3)) % 5;
    run.say(`owner ${owner.uid} gets ${hits} hits elsewhere`);
    await run.elsewhere(async (db) => {
      const same = await Owner.objects.get(db, { id: thing.id });
      same.hits = hits;
      await db.commit();
    });
    run.committedElsewhere(owner.uid, hits);
    if (b % 2 === 0) thing.hits = owner.hits = (former + 4) % 5;
    if (thing.hits !== former) await refuseFlush(run, b % 3, "owner", `owner ${owner.uid} is stale`, StaleDataError);
    await run.db.refresh(thing);
    owner.hits = hits;
    return true;
  },
};
