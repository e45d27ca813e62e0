/** Sessions whose database was closed under them: cleanup code still works, and warns of nothing. */

import { describe, expect, it } from "vitest";
import { connect, manyToMany, model, SessionClosed, t } from "../../src/index.js";
import { fresh } from "../support/fresh.js";

class Reader extends model<Reader>("readers")({ name: t.text(), liked: manyToMany(() => Text, { reverse: "readers" }) }) {}
class Text extends model<Text>("texts")({ title: t.text(), readers: manyToMany(() => Reader, { reverse: "liked" }) }) {}

describe.each(["sqlite", "postgres"] as const)("after the database was closed (%s)", (kind) => {
  it.each([
    ["before anything was written", false],
    ["in a transaction that is cut off", true],
  ])("a session gives up its work %s", async (_, written) => {
    const database = await connect(await fresh(kind), { onUncommitted: "throw" });
    await database.createAll([Reader, Text]);
    const db = database.session();
    db.add(new Reader({ name: "Ada" }), new Text({ title: "On engines" }));
    await db.commit();
    const [reader, text] = [await Reader.objects.get(db), await Text.objects.get(db)];
    if (written) {
      reader.name = "Bea";
      await db.flush();
    }
    reader.liked.add(text);
    reader.name = "Cid";
    expect(await database.close({ timeout: 20 })).toHaveLength(written ? 1 : 0);

    await expect(db.commit()).rejects.toBeInstanceOf(SessionClosed);
    await db.rollback();
    expect(reader.name).toBe("Ada");
    await db.rollback();
    await db.close();
    await expect(db.rollback()).rejects.toThrow("this session is closed");
  });
});
