/** `db.info`: what a session knows about its work, typed by the program, for hooks and listeners. */

import { afterEach, describe, expect, it } from "vitest";
import { closeDb, ConfigurationError, connect, getDb, initDb, model, signals, stateOf, t } from "flash-db";
import { exampleWith } from "./example.js";

declare module "flash-db" {
  interface SessionInfo {
    actor: string;
    request: { readonly id: number };
  }
}

class Page extends model<Page>("info_pages")({ title: t.text(), editor: t.text().nullable() }) {
  override clean(): void {
    this.editor ??= stateOf(this).session?.info.actor ?? null;
  }
}
const example = exampleWith([Page]);
afterEach(() => closeDb());

describe("session.info", () => {
  example("is given when the session is opened, and is in reach of hooks and listeners", async ({ open }) => {
    const db = open({ info: { actor: "ada" } });
    const seen: unknown[] = [];
    const offs = [
      signals.on("post_save", Page, (event) => seen.push(event.db.info.actor, event.db.info.request?.id)),
      signals.on("post_commit", (event) => seen.push(event.db.info.actor)),
    ];
    try {
      db.info.request = { id: 7 };
      const page = await Page.objects.create(db, { title: "Notes" });
      await db.commit();
      expect([page.editor, seen]).toEqual(["ada", ["ada", 7, "ada"]]);
    } finally {
      for (const off of offs) off();
    }
  });

  example("belongs to its session alone, and is empty where nothing was given", async ({ db, open }) => {
    const given = { actor: "ada" };
    const other = open({ info: given });
    other.info.actor = "bob";
    expect([given.actor, db.info, open().info]).toEqual(["ada", {}, {}]);
    await db.rollback();
    await other.close();
    expect(other.info.actor).toBe("bob");
  });

  it("is an option of getDb() too", async () => {
    await initDb("sqlite::memory:");
    expect(await getDb((db) => db.info.actor, { info: { actor: "ada" } })).toBe("ada");
    await using db = getDb({ info: { request: { id: 1 } } });
    expect(db.info).toEqual({ request: { id: 1 } });
  });

  it("is an object", async () => {
    await using database = await connect("sqlite::memory:");
    for (const info of [null, "ada", ["ada"]]) expect(() => database.session({ info: info as never })).toThrow(ConfigurationError);
    await using db = database.session();
    // @ts-expect-error no such property was declared
    expect(db.info.somebody).toBeUndefined();
    // @ts-expect-error nor is it accepted
    await database.session({ info: { somebody: "ada" } }).close();
    // @ts-expect-error an actor has a name
    db.info.actor = 3;
  });
});
