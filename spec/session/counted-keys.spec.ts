/** Keys of new rows where the driver tells the last one only: whatever else the table does, each object gets the key of its own row. */

import { expect, it } from "vitest";
import { model, sql, t, type Session } from "../../src/index.js";
import { eachDatabase, statements } from "../support/databases.js";

class Item extends model<Item>("items")({ name: t.text() }) {}
class Big extends model<Big>("bigs")({ key: t.bigid(), name: t.text() }) {}
class Log extends model<Log>("logs")({ text: t.text() }) {}

const add = (db: Session, count: number, from = 0): Item[] => {
  const items = Array.from({ length: count }, (_, at) => new Item({ name: `item ${from + at}` }));
  db.add(...items);
  return items;
};

/** Each object's key leads to the row with its name. */
const expectOwn = async (db: Session, items: readonly Item[]): Promise<void> => {
  const rows = await db.execute(sql`SELECT id, name FROM items`, { readOnly: true });
  const names = new Map(rows.map((row) => [Number(row["id"]), row["name"]]));
  expect(items.map((item) => names.get(item.id))).toEqual(items.map((item) => item.name));
};

eachDatabase("keys of new rows", [Item, Big, Log], (open, kind) => {
  it("belong to their objects, in one batch and in several", async () => {
    const database = await open();
    const db = database.session();
    const items = [...add(db, 1), ...add(db, 1203, 1)];
    await db.commit();
    await expectOwn(db, items);
    expect(new Set(items.map((item) => item.id)).size).toBe(1204);
    await db.close();
  });

  it("are bigints where the model says so", async () => {
    const database = await open();
    const db = database.session();
    const bigs = ["a", "b", "c"].map((name) => new Big({ name }));
    db.add(...bigs);
    await db.commit();
    expect(bigs.map(({ key }) => key)).toEqual([1n, 2n, 3n]);
    await db.close();
  });

  it("follow gaps that rows deleted and rows rolled back have left", async () => {
    const database = await open();
    const db = database.session();
    const first = add(db, 5);
    await db.commit();
    db.delete(first[4] as Item, first[1] as Item);
    await db.commit();
    add(db, 3);
    await db.flush();
    await db.rollback();
    const second = add(db, 4, 10);
    await db.commit();
    await expectOwn(db, second);
    await db.close();
  });

  if (kind !== "sqlite") return;

  it("are asked for where a trigger adds rows to the same table, from when it is there until it is gone", async () => {
    const database = await open();
    const db = database.session();
    const before = add(db, 2);
    await db.commit();
    await expectOwn(db, before);
    await db.execute(sql`
      CREATE TRIGGER doubled AFTER INSERT ON items WHEN NEW.name NOT LIKE 'copy%'
      BEGIN INSERT INTO items (name) VALUES ('copy of ' || NEW.name); END`);
    await db.commit();
    const sent = statements(database);
    const doubled = add(db, 7, 100);
    await db.commit();
    await expectOwn(db, doubled);
    expect(sent.take().filter((text) => text.startsWith("INSERT"))).toHaveLength(1);
    await db.execute(sql`DROP TRIGGER doubled`);
    await db.commit();
    const plain = add(db, 7, 200);
    await db.commit();
    await expectOwn(db, plain);
    const keys = plain.map((item) => item.id);
    expect(keys).toEqual(keys.map((_, at) => (keys[0] as number) + at));
    await db.close();
  });

  it("are refused where the table has run out of them and goes on by chance", async () => {
    const database = await open();
    const db = database.session();
    await db.execute(sql`DROP TABLE bigs`);
    await db.execute(sql`CREATE TABLE bigs ("key" INTEGER PRIMARY KEY, name TEXT NOT NULL)`);
    await db.execute(sql`INSERT INTO bigs ("key", name) VALUES (9223372036854775806, 'nearly the last')`);
    await db.commit();
    const bigs = ["a", "b", "c", "d"].map((name) => new Big({ name }));
    db.add(...bigs);
    await expect(db.flush()).rejects.toThrow(/expected to be consecutive/);
    expect(bigs.map(({ key }) => key)).toEqual([undefined, undefined, undefined, undefined]);
    await db.rollback();
    expect(await Big.objects.count(db)).toBe(1);
    await db.close();
  });

  it("are those of the rows where a trigger writes to another table", async () => {
    const database = await open();
    const db = database.session();
    await db.execute(sql`CREATE TRIGGER logged AFTER INSERT ON items BEGIN INSERT INTO logs (text) VALUES (NEW.name); END`);
    await db.commit();
    const items = add(db, 20);
    await db.commit();
    await expectOwn(db, items);
    expect(await Log.objects.count(db)).toBe(20);
    await db.close();
  });

  it("are refused where a trigger leaves rows out, and nothing is written", async () => {
    const database = await open();
    const db = database.session();
    await db.execute(sql`CREATE TRIGGER picky BEFORE INSERT ON items WHEN NEW.name = 'item 2' BEGIN SELECT RAISE(IGNORE); END`);
    await db.commit();
    const items = add(db, 4);
    await expect(db.flush()).rejects.toThrow(/gave back 3 rows for 4/);
    expect(items.map((item) => item.id)).toEqual([undefined, undefined, undefined, undefined]);
    await db.rollback();
    expect(await Item.objects.count(db)).toBe(0);
    await db.close();
  });
});
