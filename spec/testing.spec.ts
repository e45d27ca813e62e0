/** The test kit: rolled back tests, counted statements, objects from defaults. */

import { describe, expect, it } from "vitest";
import { atomic, ConfigurationError, foreignKey, model, signals, sql, t } from "../src/index.js";
import { assertQueries, factory, withRollback } from "../src/testing.js";
import { eachDatabase } from "./support/databases.js";

class Team extends model<Team>("kit_teams")({ name: t.text().unique() }) {}
class Player extends model<Player>("kit_players")(
  {
    name: t.text(),
    number: t.integer(),
    team: foreignKey(() => Team, { onDelete: "cascade" }),
  },
  { ordering: ["number"] },
) {}

eachDatabase("test kit", [Team, Player], (open, kind) => {
  describe("withRollback()", () => {
    it("leaves nothing behind, commits included; they run post_commit", async () => {
      const database = await open();
      let commits = 0;
      const off = signals.on("post_commit", () => commits++);
      const given = await withRollback(database, async (db) => {
        await Team.objects.create(db, { name: "Reds" });
        await db.commit();
        await db.rollback();
        expect(await Team.objects.count(db)).toBe(1);
        return "given";
      });
      off();
      expect([given, commits]).toEqual(["given", 1]);
      await using db = database.session();
      expect(await Team.objects.count(db)).toBe(0);
    });

    it("shares its connection with sessions opened meanwhile, whose transactions are savepoints", async () => {
      const database = await open();
      await withRollback(database, async (db) => {
        await Team.objects.create(db, { name: "Reds" });
        await db.commit();
        await using other = database.session();
        expect(await Team.objects.count(other)).toBe(1);
        await Team.objects.create(other, { name: "Blues" });
        await other.rollback();
        expect(await Team.objects.count(db)).toBe(1);
        await Team.objects.create(other, { name: "Greens" });
        await other.commit();
        expect(await Team.objects.count(db)).toBe(2);
      });
      await using after = database.session();
      expect(await Team.objects.count(after)).toBe(0);
    });

    it("goes on after a statement that failed, in a transaction or outside", async () => {
      const database = await open();
      await withRollback(database, async (db) => {
        await Team.objects.create(db, { name: "Reds" });
        await db.commit();
        await expect(Team.objects.create(db, { name: "Reds" })).rejects.toMatchObject({ code: "UNIQUE_VIOLATION" });
        await db.rollback();
        expect(await Team.objects.count(db)).toBe(1);
      });
    });

    it("rolls back when the test throws, gives its error, and cannot be nested", async () => {
      const database = await open();
      await expect(
        withRollback(database, async (db) => {
          await Team.objects.create(db, { name: "Reds" });
          await db.commit();
          throw new Error("failed");
        }),
      ).rejects.toThrow("failed");
      await expect(withRollback(database, () => withRollback(database, () => Promise.resolve()))).rejects.toThrow(ConfigurationError);
      await using db = database.session();
      expect(await Team.objects.count(db)).toBe(0);
    });

    it("keeps read-only what the tested code wants to be read-only, also for its own SQL", async () => {
      const database = await open();
      await withRollback(database, async (db) => {
        await Team.objects.create(db, { name: "Reds" });
        await db.commit();
        await using other = database.session();
        const insert = (name: string): Promise<unknown> =>
          other.execute(sql`INSERT INTO kit_teams (name) VALUES (${name})`, { readOnly: true });
        await atomic(
          other,
          async () => {
            expect(await Team.objects.count(other)).toBe(1);
            await expect(Team.objects.create(other, { name: "Blues" })).rejects.toThrow(/read-only/);
            await expect(atomic(other, () => insert("Greens"))).rejects.toThrow(/read.?only/);
          },
          { readOnly: true },
        );
        await expect(atomic(other, () => insert("Greens"), { readOnly: true })).rejects.toThrow(/read.?only/);
        await Team.objects.create(other, { name: "Whites" });
        await other.commit();
        expect(await Team.objects.orderBy("name").valuesList("name", { flat: true }).fetch(db)).toEqual(["Reds", "Whites"]);
        await database.session().begin({ readOnly: true });
      });
      await using db = database.session({ onUncommitted: "ignore" });
      await Team.objects.create(db, { name: "Reds" });
    });

    it("gives its transaction an isolation, and refuses inside what its one transaction cannot give", async () => {
      const database = await open();
      await withRollback(database, async (db) => {
        await atomic(db, () => Team.objects.create(db, { name: "Reds" }), { isolation: "read committed" });
        const strict = atomic(db, () => Team.objects.create(db, { name: "Blues" }), { isolation: "repeatable read" });
        if (kind === "postgres")
          await expect(strict).rejects.toThrow(/"repeatable read".*"read committed".*\{ isolation: "repeatable read" \}/s);
        else await strict;
        await expect(atomic(db, () => Promise.resolve(), { isolation: "snapshot" as "serializable" })).rejects.toThrow(/"snapshot"/);
        expect(await Team.objects.count(db)).toBe(kind === "postgres" ? 1 : 2);
      });
      const level = sql`SELECT current_setting('transaction_isolation') AS level`;
      await withRollback(
        database,
        async (db) => {
          for (const isolation of ["serializable", "repeatable read", undefined] as const)
            await atomic(db, () => Team.objects.create(db, { name: String(isolation) }), { isolation });
          expect(await Team.objects.count(db)).toBe(3);
          if (kind === "postgres") expect(await db.execute(level, { readOnly: true })).toEqual([{ level: "serializable" }]);
        },
        { isolation: "serializable" },
      );
      const misspelt = withRollback(database, () => Promise.resolve(), { isolations: "serializable" } as object);
      await expect(misspelt).rejects.toThrow(/Did you mean 'isolation'/);
    });

    it("lets statements be counted inside", async () => {
      const database = await open();
      await withRollback(database, async (db) => {
        await assertQueries(db, 2, async () => {
          await Team.objects.create(db, { name: "Reds" });
          await using other = database.session();
          await Team.objects.count(other);
          expect(await Team.objects.count(db)).toBe(1);
        });
      });
    });
  });

  it("assertQueries() counts one session's statements and lists them when they differ", async () => {
    const database = await open();
    await using db = database.session();
    await using other = database.session();
    expect(
      await assertQueries(db, 1, async () => {
        await Team.objects.count(other);
        return Team.objects.count(db);
      }),
    ).toBe(0);
    await expect(assertQueries(db, 0, () => Team.objects.count(db))).rejects.toThrow(/expected 0 statements, got 1:\n {2}1\. SELECT COUNT/);
    await expect(assertQueries(db, 1, () => Promise.reject(new Error("own")))).rejects.toThrow("own");
  });

  it("what a test prepared and did not commit counts as committed when another session begins", async () => {
    const database = await open();
    await withRollback(database, async (db) => {
      await Team.objects.create(db, { name: "Reds" });
      await using app = database.session({ onUncommitted: "ignore" });
      await Team.objects.create(app, { name: "Blues" });
      await app.rollback();
      await db.rollback();
      expect(await Team.objects.valuesList("name", { flat: true }).fetch(db)).toEqual(["Reds"]);
    });
    await using after = database.session();
    expect(await Team.objects.count(after)).toBe(0);
  });

  it("factory() makes objects of which a test says only what it is about", async () => {
    const database = await open();
    await using db = database.session();
    const teams = factory(Team, { name: (n) => `Team ${n}` });
    const players = factory(Player, { name: "Ada", number: (n) => n * 10, team: () => teams.build() });
    const built = players.build({ name: "Bob" });
    expect([built.name, built.number, built.isPersisted]).toEqual(["Bob", 10, false]);
    const made = await players.create(db);
    expect([made.name, made.number, (await made.team).name]).toEqual(["Ada", 20, "Team 2"]);
    const team = await teams.create(db, { name: "Reds" });
    const squad = await players.createMany(db, 3, { team });
    expect(squad.map((player) => player.number)).toEqual([30, 40, 50]);
    expect(await Player.objects.filter({ team }).count(db)).toBe(3);
    const byId = await players.create(db, { teamId: team.id });
    expect(await byId.team).toBe(team);
    await db.commit();
    expect(await Team.objects.count(db)).toBe(2);
  });
});
