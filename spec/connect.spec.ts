/** Start and stop: which URLs and options are taken, the default database, sessions of it, and its end. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { atomic, closeDb, ConfigurationError, connect, type Database, getDb, initDb, model, SessionClosed, sql, t } from "../src/index.js";
import { eachDatabase, statements } from "./support/databases.js";
import { fresh } from "./support/fresh.js";

class Entry extends model<Entry>("connect_entries")({ text: t.text() }) {}
afterEach(() => closeDb());

describe("connect()", () => {
  it.each([
    ["mysql://root@localhost/x", /"mysql:" is not a supported database/],
    ["postgress://localhost/x", /Did you mean 'postgres'/],
    ["app.db", /does not say which database it is/],
    ["", /expected the URL of a database/],
    [undefined, /expected the URL of a database, .*got undefined/],
    ["postgres://u:secret@:nonsense:/x", ConfigurationError],
    ["postgres://u:se@secret@:nonsense:/x", ConfigurationError],
    ["postgress://localhost/x?password=secret", ConfigurationError],
    ["postgres://localhost/x/y?password=secret", ConfigurationError],
  ])("refuses %s", async (url, message) => {
    const error: unknown = await connect(url as string).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    if (message instanceof RegExp) expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("secret");
  });

  it("refuses options that do not exist", async () => {
    await expect(connect("sqlite::memory:", { ehco: true } as object)).rejects.toThrow(/no option "ehco".*Did you mean 'echo'/);
  });

  it("refuses options of sessions that do not exist, and words that mean nothing", async () => {
    await using database = await connect("sqlite::memory:");
    expect(() => database.session({ autoFlush: false } as object)).toThrow(/no option 'autoFlush'.*Did you mean 'autoflush'/);
    expect(() => database.session({ fetchMode: "peer" as "peers" })).toThrow(/fetchMode is "peers"/);
    expect(() => database.session({ onUncommitted: "warning" as "warn" })).toThrow(/"warn", "throw", "ignore"/);
    await expect(connect("sqlite::memory:", { fetchMode: "all" as "one" })).rejects.toThrow(/fetchMode is "peers"/);
    await using db = database.session();
    expect(() => (db.fetchMode = "non" as "one")).toThrow(/fetchMode is "peers"/);
  });

  it("says what to install when the driver is missing", async () => {
    vi.doMock("better-sqlite3", () => {
      throw Object.assign(new Error("Cannot find package 'better-sqlite3' imported from here"), { code: "ERR_MODULE_NOT_FOUND" });
    });
    vi.resetModules();
    try {
      const { connect: connectAnew } = await import("../src/connect.js");
      await expect(connectAnew("sqlite::memory:")).rejects.toThrow(/npm install better-sqlite3/);
    } finally {
      vi.doUnmock("better-sqlite3");
      vi.resetModules();
    }
  });

  it("gives databases side by side, each with its own sessions", async () => {
    await using first = await connect("sqlite::memory:");
    await using second = await connect("sqlite::memory:");
    await first.createAll([Entry]);
    await second.createAll([Entry]);
    await using a = first.session();
    await using b = second.session();
    await Entry.objects.create(a, { text: "in the first" });
    await a.commit();
    expect([await Entry.objects.count(a), await Entry.objects.count(b)]).toEqual([1, 0]);
  });

  it("passes the defaults on to sessions, which may say otherwise", async () => {
    await using database = await connect("sqlite::memory:", { fetchMode: "raise" });
    expect([database.session().fetchMode, database.session({ fetchMode: "one" }).fetchMode]).toEqual(["raise", "one"]);
  });

  it("echoes statements to a function", async () => {
    const lines: string[] = [];
    await using database = await connect("sqlite::memory:", { echo: (line) => lines.push(line) });
    await using db = database.session();
    await db.execute(sql`SELECT ${"bound"}`, { readOnly: true });
    expect(lines.join("\n")).toMatch(/SELECT \?.*bound/);
  });
});

describe("initDb() and closeDb()", () => {
  it("refuses a second default database, while the first is being opened too", async () => {
    const opening = initDb("sqlite::memory:");
    await expect(initDb("sqlite::memory:")).rejects.toThrow(/closeDb\(\) first/);
    await opening;
    await expect(initDb("sqlite::memory:")).rejects.toThrow(ConfigurationError);
    await closeDb();
    await closeDb();
    await initDb("sqlite::memory:");
  });

  it("a failed one leaves the place free", async () => {
    await expect(initDb("nothing:")).rejects.toThrow(ConfigurationError);
    await initDb("sqlite::memory:");
    expect(getDb()).toBeTruthy();
  });

  it("closeDb() while it is being opened leaves no default database behind", async () => {
    const opening = initDb("sqlite::memory:");
    await closeDb();
    const opened = await opening;
    expect(() => opened.session()).toThrow(/closed/);
    expect(() => getDb()).toThrow(/there is no database yet/);
    await initDb("sqlite::memory:");
  });

  it("getDb() before it, or after closeDb(), says so", async () => {
    expect(() => getDb()).toThrow(/await initDb\(url\) first/);
    const opening = initDb("sqlite::memory:");
    expect(() => getDb()).toThrow(/still being opened/);
    const database = await opening;
    const db = getDb();
    await closeDb();
    expect(() => getDb()).toThrow(ConfigurationError);
    expect(() => database.session()).toThrow(/closed/);
    await expect(Entry.objects.count(db)).rejects.toThrow(SessionClosed);
  });

  it("closing names what it cuts off", async () => {
    await initDb("sqlite::memory:");
    const db = getDb({ onUncommitted: "ignore" });
    const tx = await db.begin();
    const cut = await closeDb({ timeout: 20 });
    expect(cut).toHaveLength(1);
    await Promise.resolve(tx[Symbol.asyncDispose]()).catch(() => undefined);
  });
});

eachDatabase("getDb()", (_open, kind) => {
  const started = async (): Promise<Database> => {
    const database = await initDb(await fresh(kind));
    await database.createAll([Entry]);
    return database;
  };

  it("as a scope: what was not committed is rolled back", async () => {
    await started();
    {
      await using db = getDb({ onUncommitted: "ignore" });
      await Entry.objects.create(db, { text: "lost" });
    }
    {
      await using db = getDb();
      await Entry.objects.create(db, { text: "kept" });
      await db.commit();
    }
    await using db = getDb();
    expect(await Entry.objects.valuesList("text", { flat: true }).fetch(db)).toEqual(["kept"]);
  });

  it("with a callback: gives its result, and ends the session whatever happens", async () => {
    await started();
    let session: unknown;
    expect(
      await getDb(async (db) => {
        session = db;
        return atomic(db, async () => (await Entry.objects.create(db, { text: "kept" })).text);
      }),
    ).toBe("kept");
    await expect(Entry.objects.count(session as never)).rejects.toThrow(SessionClosed);
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    await expect(
      getDb(async (db) => {
        await Entry.objects.create(db, { text: "lost" });
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
    expect(await getDb((db) => Entry.objects.count(db))).toBe(1);
  });

  it("createAll() leaves existing tables alone, dropAll() takes them away; both without names mean all known models", async () => {
    const database = await started();
    await getDb(async (db) => {
      await Entry.objects.create(db, { text: "stays" });
      await db.commit();
    });
    await database.createAll([Entry]);
    expect(await getDb((db) => Entry.objects.count(db))).toBe(1);
    await database.dropAll([Entry]);
    await expect(getDb((db) => Entry.objects.count(db))).rejects.toMatchObject({ code: "DATABASE" });
    await database.createAll();
    expect(await getDb((db) => Entry.objects.count(db))).toBe(0);
  });

  it('on("query") and on("transaction") tell of statements until they are ended', async () => {
    const database = await started();
    const recorder = statements(database);
    await getDb(async (db) => {
      await Entry.objects.create(db, { text: "x" });
      await db.commit();
    });
    const texts = recorder.take();
    expect(texts).toHaveLength(3);
    expect(texts[0]).toMatch(/^BEGIN/);
    expect(texts[1]).toMatch(/^INSERT INTO "connect_entries"/);
    expect(texts[2]).toBe("COMMIT");
    recorder.stop();
    await getDb((db) => Entry.objects.count(db));
    expect(recorder.take()).toEqual([]);
  });
});

describe("replicas", () => {
  it("serve reads outside transactions, in turn; writes and what follows in a transaction stay with the primary", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "flash-db-replicas-"));
    const url = (name: string): string => `sqlite:${path.join(folder, name)}`;
    try {
      for (const name of ["primary", "one", "two"]) {
        await using database = await connect(url(name));
        await database.createAll([Entry]);
        await using db = database.session();
        await Entry.objects.create(db, { text: name });
        await db.commit();
      }
      await using database = await connect(url("primary"), { replicas: [url("one"), url("two")] });
      const read = async (): Promise<string> => {
        await using db = database.session();
        return (await Entry.objects.first(db))!.text;
      };
      expect([await read(), await read()].sort()).toEqual(["one", "two"]);
      await using db = database.session();
      await atomic(db, async () => {
        await Entry.objects.create(db, { text: "written" });
        expect(await Entry.objects.valuesList("text", { flat: true }).orderBy("id").fetch(db)).toEqual(["primary", "written"]);
      });
      expect(await Entry.objects.count(db)).toBe(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
