/** The table of docs/signals.md, row by row: what fires, with what, inside which transaction, and what a listener that throws does. */

import { afterEach, describe, expect, it } from "vitest";
import {
  CommitHookError,
  foreignKey,
  hasMany,
  manyToMany,
  model,
  SessionError,
  signals,
  softDelete,
  t,
  type Session,
} from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

class Club extends model<Club>("sig_clubs")({ name: t.text(), members: hasMany(() => Member, "club") }) {}
class Member extends model<Member>("sig_members")(
  {
    name: t.text(),
    seen: t.integer().default(0),
    club: foreignKey(() => Club, { onDelete: "cascade", by: "session" }).nullable(),
    skills: manyToMany(() => Skill),
  },
  { ordering: ["id"] },
) {
  override clean(): void {
    log.push(`clean ${this.name}`);
  }
}
class Skill extends model<Skill>("sig_skills")({ label: t.text() }) {}
class Draft extends model<Draft>("sig_drafts")({ title: t.text(), ...softDelete() }) {}

let log: string[] = [];
const ends: (() => void)[] = [];
const during = (...started: (() => void)[]): void => void ends.push(...started);
afterEach(() => {
  for (const end of ends.splice(0)) end();
  log = [];
});
/** What the database itself has, seen from another session. */
const names = (db: Session): Promise<string[]> => Member.objects.orderBy("id").valuesList("name", { flat: true }).fetch(db);

eachDatabase("signals", [Club, Member, Skill, Draft], (fresh) => {
  it("come in one order: pre_flush, clean and pre_save of all, statements, post_save, post_flush, post_commit", async () => {
    const database = await fresh();
    await using db = database.session();
    during(
      signals.on("pre_flush", () => log.push("pre_flush")),
      signals.on("pre_save", Member, ({ instance, created }) => log.push(`pre_save ${instance.name} ${created} ${instance.isPersisted}`)),
      signals.on("post_save", Member, ({ instance, created }) => log.push(`post_save ${instance.name} ${created} ${instance.isPersisted}`)),
      signals.on("post_flush", ({ db }) => log.push(`post_flush ${db.inTransaction}`)),
      signals.on("post_commit", ({ db }) => log.push(`post_commit ${db.inTransaction}`)),
      database.on("query", ({ sql }) => log.push(sql.slice(0, 6).toUpperCase())),
    );
    db.add(new Member({ name: "Ada" }), new Member({ name: "Bob" }));
    await db.commit();
    const hooks = log.slice(1, log.indexOf("INSERT"));
    expect(log[0]).toBe("pre_flush");
    expect([...hooks].sort()).toEqual(["clean Ada", "clean Bob", "pre_save Ada true false", "pre_save Bob true false"]);
    expect(hooks.indexOf("clean Ada")).toBeLessThan(hooks.indexOf("pre_save Ada true false"));
    expect(log.slice(log.indexOf("INSERT"))).toEqual([
      "INSERT",
      "post_save Ada true true",
      "post_save Bob true true",
      "post_flush true",
      "post_commit false",
    ]);
  });

  it("pre_save: what the listener changes is saved, what it adds joins, `changed` names the columns", async () => {
    const database = await fresh();
    await using db = database.session();
    const member = await Member.objects.create(db, { name: "Ada" });
    await db.commit();
    const written: string[][] = [];
    during(
      signals.on("pre_save", Member, ({ instance, created, db }) => {
        if (created) return;
        instance.seen++;
        db.add(new Member({ name: `shadow of ${instance.name}` }));
      }),
      signals.on("post_save", Member, ({ instance, changed, created }) =>
        written.push([instance.name, String(created), ...changed].slice(0, created ? 2 : undefined)),
      ),
    );
    member.name = "Countess";
    await db.commit();
    expect(written).toContainEqual(["Countess", "false", "name", "seen"]);
    expect(written).toContainEqual(["shadow of Countess", "true"]);
    await using check = database.session();
    expect(await names(check)).toEqual(["Countess", "shadow of Countess"]);
  });

  it("pre_save: a listener that throws fails the flush before anything is sent", async () => {
    const database = await fresh();
    await using db = database.session();
    const off = signals.on("pre_save", Member, () => Promise.reject(new Error("refused")));
    during(off);
    db.add(new Member({ name: "Ada" }));
    await assertQueries(db, 0, () => expect(db.flush()).rejects.toThrow("refused"));
    off();
    await db.commit();
    await using check = database.session();
    expect(await names(check)).toEqual(["Ada"]);
  });

  it("post_save: a listener that throws rolls the flush back, memory too, and it can be tried again", async () => {
    const database = await fresh();
    await using db = database.session();
    const off = signals.on("post_save", Member, async () => {
      await Promise.resolve();
      throw new Error("too late");
    });
    during(off);
    const member = new Member({ name: "Ada" });
    db.add(member);
    await expect(db.commit()).rejects.toThrow("too late");
    expect([member.id, member.isPersisted]).toEqual([undefined, false]);
    expect(db.new.has(member)).toBe(true);
    off();
    await db.commit();
    await using check = database.session();
    expect(await names(check)).toEqual(["Ada"]);
  });

  it("pre_delete and post_delete: for what the session deletes, dependants included", async () => {
    const database = await fresh();
    await using db = database.session();
    const club = await Club.objects.create(db, { name: "Chess" });
    await Member.objects.create(db, { name: "Ada", club });
    await db.commit();
    during(
      signals.on("pre_delete", ({ instance }) => log.push(`pre ${instance.constructor.name} ${instance.isPersisted}`)),
      signals.on("post_delete", ({ instance }) => log.push(`post ${instance.constructor.name}`)),
    );
    log = [];
    db.delete(club);
    await db.commit();
    expect([...log].sort()).toEqual(["post Club", "post Member", "pre Club true", "pre Member true"]);
    expect(log.indexOf("post Member")).toBeLessThan(log.indexOf("post Club"));
  });

  it("post_delete: a listener that throws rolls back", async () => {
    const database = await fresh();
    await using db = database.session();
    const member = await Member.objects.create(db, { name: "Ada" });
    await db.commit();
    during(
      signals.on("post_delete", Member, () => {
        throw new Error("stays");
      }),
    );
    await expect(member.delete()).rejects.toThrow("stays");
    await db.rollback();
    expect(member.isPersisted).toBe(true);
    expect(await names(db)).toEqual(["Ada"]);
  });

  it("pre_delete and post_delete fire for softDelete() too", async () => {
    const database = await fresh();
    await using db = database.session();
    const draft = await Draft.objects.create(db, { title: "x" });
    await db.commit();
    during(
      signals.on("pre_delete", Draft, () => log.push("pre")),
      signals.on("post_delete", Draft, ({ instance }) => log.push(`post ${instance.deletedAt instanceof Date}`)),
    );
    await draft.delete();
    await db.commit();
    expect(log).toEqual(["pre", "post true"]);
  });

  it("m2m_changed: once per object, relation and action, after the link rows", async () => {
    const database = await fresh();
    await using db = database.session();
    const member = await Member.objects.create(db, { name: "Ada" });
    const [chess, go] = await Skill.objects.bulkCreate(db, [{ label: "chess" }, { label: "go" }]);
    await db.commit();
    during(
      Member.on("m2m_changed", ({ instance, relation, action, objects }) =>
        log.push(
          `${instance.name} ${relation} ${action} ${objects
            .map((object) => (object as Skill).label)
            .sort()
            .join()}`,
        ),
      ),
    );
    log = [];
    member.skills.add(chess!, go!);
    await db.commit();
    member.skills.remove(go!);
    await db.commit();
    member.skills.clear();
    await db.commit();
    expect(log.filter((line) => line.includes("skills"))).toEqual([
      "Ada skills add chess,go",
      "Ada skills remove go",
      expect.stringMatching(/^Ada skills (clear|remove)/),
    ]);
  });

  it("post_load: for a new instance only, not when its row is read again", async () => {
    const database = await fresh();
    await using setup = database.session();
    await Member.objects.create(setup, { name: "Ada" });
    await setup.commit();
    during(Member.on("post_load", ({ instance, db }) => log.push(`${instance.name} ${db === session}`)));
    const session = database.session();
    log = [];
    await Member.objects.fetch(session);
    await Member.objects.fetch(session);
    expect(log).toEqual(["Ada true"]);
    await session.close();
  });

  it("post_commit: all listeners run, then their errors are one CommitHookError; the row is there", async () => {
    const database = await fresh();
    await using db = database.session();
    during(
      signals.on("post_commit", () => {
        throw new Error("mailer is down");
      }),
      signals.on("post_commit", () => log.push("second")),
    );
    await Member.objects.create(db, { name: "Ada" });
    const error: unknown = await db.commit().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommitHookError);
    expect(error).toMatchObject({ committed: true, code: "COMMIT_HOOK", causes: [{ message: "mailer is down" }] });
    expect(log).toContain("second");
    await using check = database.session();
    expect(await names(check)).toEqual(["Ada"]);
  });

  it("post_rollback: after the whole transaction, with memory back where it was; not for a savepoint", async () => {
    const database = await fresh();
    await using db = database.session();
    const { atomic } = await import("../../src/index.js");
    const member = await Member.objects.create(db, { name: "Ada" });
    await db.commit();
    during(signals.on("post_rollback", () => log.push(`rolled back to ${member.name}`)));
    log = [];
    await atomic(db, async () => {
      await atomic(db, async () => {
        member.name = "inner";
        await db.flush();
        throw new Error("inner");
      }).catch(() => undefined);
    });
    expect(log.filter((line) => line.startsWith("rolled"))).toEqual([]);
    member.name = "lost";
    await db.flush();
    await db.rollback();
    expect(log.filter((line) => line.startsWith("rolled"))).toEqual(["rolled back to Ada"]);
  });

  describe("a listener that throws", () => {
    const thrown = (): never => {
      throw new Error("thrown");
    };

    it("pre_flush: fails the flush, nothing is sent, the work is still pending", async () => {
      const database = await fresh();
      await using db = database.session();
      const off = signals.on("pre_flush", thrown);
      during(off);
      db.add(new Member({ name: "Ada" }));
      await assertQueries(db, 0, () => expect(db.commit()).rejects.toThrow("thrown"));
      off();
      await db.commit();
      await using check = database.session();
      expect(await names(check)).toEqual(["Ada"]);
    });

    it("post_flush, m2m_changed: the flush is rolled back, memory too", async () => {
      const database = await fresh();
      await using db = database.session();
      const skill = await Skill.objects.create(db, { label: "go" });
      await db.commit();
      for (const event of ["post_flush", "m2m_changed"] as const) {
        const off = signals.on(event, thrown);
        during(off);
        const member = new Member({ name: event });
        member.skills.add(skill);
        db.add(member);
        await expect(db.commit()).rejects.toThrow("thrown");
        expect([member.id, member.isPersisted, db.new.has(member)]).toEqual([undefined, false, true]);
        off();
        await db.commit();
        expect(await member.skills.filter({}).count()).toBe(1);
      }
      await using check = database.session();
      expect(await names(check)).toEqual(["post_flush", "m2m_changed"]);
    });

    it("pre_delete: nothing is deleted", async () => {
      const database = await fresh();
      await using db = database.session();
      const member = await Member.objects.create(db, { name: "Ada" });
      await db.commit();
      during(signals.on("pre_delete", Member, thrown));
      await expect(member.delete()).rejects.toThrow("thrown");
      expect(member.isPersisted).toBe(true);
      await db.rollback();
      expect(await names(db)).toEqual(["Ada"]);
    });

    it("post_load: the query fails", async () => {
      const database = await fresh();
      await using setup = database.session();
      await Member.objects.create(setup, { name: "Ada" });
      await setup.commit();
      during(signals.on("post_load", Member, thrown));
      await using db = database.session();
      await expect(Member.objects.fetch(db)).rejects.toThrow("thrown");
    });

    it("post_rollback: who rolled back hears of it, and everything is rolled back", async () => {
      const database = await fresh();
      await using db = database.session();
      const member = await Member.objects.create(db, { name: "Ada" });
      const off = signals.on("post_rollback", thrown);
      during(off);
      await expect(db.rollback()).rejects.toThrow("thrown");
      expect([member.isPersisted, db.inTransaction]).toEqual([false, false]);
      off();
      expect(await names(db)).toEqual([]);
    });
  });

  describe("inside a listener", () => {
    it("commit() is refused, queries and flush() work", async () => {
      const database = await fresh();
      await using db = database.session();
      const outcome: unknown[] = [];
      during(
        signals.on("post_save", Member, async ({ db }) => {
          outcome.push(await db.commit().catch((error: unknown) => error));
          outcome.push(await Member.objects.count(db));
          await db.flush();
        }),
      );
      await Member.objects.create(db, { name: "Ada" });
      expect(outcome[0]).toBeInstanceOf(SessionError);
      expect(outcome[1]).toBe(1);
    });
  });

  it("nothing fires for a save without changes, nor for bulk work", async () => {
    const database = await fresh();
    await using db = database.session();
    const member = await Member.objects.create(db, { name: "Ada" });
    await db.commit();
    during(
      signals.on("pre_save", () => log.push("save")),
      signals.on("post_save", () => log.push("save")),
      signals.on("pre_delete", () => log.push("delete")),
    );
    log = [];
    await assertQueries(db, 0, () => member.save());
    await Member.objects.bulkCreate(db, [{ name: "Bob" }]);
    await Member.objects.filter({ name: "Bob" }).update(db, { seen: 3 });
    await Member.objects.filter({ name: "Bob" }).delete(db);
    expect(log.filter((line) => !line.startsWith("clean"))).toEqual([]);
  });
});
