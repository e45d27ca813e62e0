/** Setup: the default database, its sessions, its end. docs/parity.md names the package's tests. */

import { afterEach, describe, expect, it } from "vitest";
import { closeDb, ConfigurationError, getDb, IntegrityError, initDb, model, foreignKey, sql, t } from "flash-db";
import { fresh } from "../support/fresh.js";

class Shelf extends model<Shelf>("py_shelves")({ name: t.text() }) {}
class Volume extends model<Volume>("py_volumes")({ title: t.text(), shelf: foreignKey(() => Shelf) }) {}

afterEach(async () => void (await closeDb({ timeout: 0 })));

describe("setup", () => {
  it("without a database, asking for a session or for work in one says what to do", async () => {
    expect(() => getDb()).toThrow(ConfigurationError);
    expect(() => getDb()).toThrow(/initDb/);
    await expect((async () => getDb(async (db) => db.execute(sql`SELECT 1`)))()).rejects.toThrow(/initDb/);
  });
  it("SQLite in memory opens, and foreign keys hold on its connections", async () => {
    const database = await initDb("sqlite::memory:");
    await database.createAll([Shelf, Volume]);
    await using db = getDb();
    expect(await db.execute(sql`PRAGMA foreign_keys`, { readOnly: true })).toEqual([{ foreign_keys: 1 }]);
    await expect(Volume.objects.create(db, { title: "x", shelfId: 1 })).rejects.toThrow(IntegrityError);
  });
  it("a session is usable, as a scope and as a callback's argument", async () => {
    await initDb("sqlite::memory:");
    {
      await using db = getDb();
      expect(await db.execute(sql`SELECT 1 AS one`, { readOnly: true })).toEqual([{ one: 1 }]);
    }
    expect(await getDb((db) => db.execute(sql`SELECT ${2} AS two`, { readOnly: true }))).toEqual([{ two: 2 }]);
  });
  it.each(["postgres:", "postgresql:"])("a %s URL needs no name of a driver", async (scheme) => {
    const url = (await fresh("postgres")).replace(/^postgres(ql)?:/, scheme);
    await initDb(url);
    expect(await getDb((db) => db.execute(sql`SELECT 1 AS one`, { readOnly: true }))).toEqual([{ one: 1 }]);
    await closeDb();
  });
  it("closing what was never opened, or twice, does nothing", async () => {
    expect(await closeDb()).toEqual([]);
    await initDb("sqlite::memory:");
    await closeDb();
    expect(await closeDb()).toEqual([]);
  });
});
