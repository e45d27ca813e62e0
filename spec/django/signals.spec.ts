/** Signals, cascades and transactions, as Django answers them; docs/parity.md names its tests. */

import { afterEach, describe, expect, it } from "vitest";
import {
  atomic,
  DoesNotExist,
  FlashDbError,
  ForeignKeyViolation,
  foreignKey,
  hasMany,
  IntegrityError,
  manyToMany,
  model,
  signals,
  softDelete,
  sql,
  t,
  TransactionAborted,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";

class Team extends model<Team>("sigs_teams")({
  name: t.text(),
  bio: t.text().default(""),
  players: hasMany(() => Player, "team"),
  rows: hasMany(() => Row, "team"),
  labels: manyToMany(() => Label, { reverse: "teams" }),
}) {}
class Player extends model<Player>("sigs_players")({
  name: t.text(),
  team: foreignKey(() => Team, { onDelete: "cascade", by: "session" }),
  medals: hasMany(() => Medal, "player"),
}) {}
class Medal extends model<Medal>("sigs_medals")({
  name: t.text(),
  player: foreignKey(() => Player, { onDelete: "cascade", by: "session" }),
}) {}
/** Many rows that the database itself deletes. */
class Row extends model<Row>("sigs_rows")({ n: t.integer(), team: foreignKey(() => Team, { onDelete: "cascade" }) }) {}
class Label extends model<Label>("sigs_labels")({ text: t.text(), teams: manyToMany(() => Team, { reverse: "labels" }) }) {}
/** A contract restricts its shop, and goes with the town that both are in. */
class Town extends model<Town>("sigs_towns")({
  name: t.text(),
  shops: hasMany(() => Shop, "town"),
  contracts: hasMany(() => Contract, "town"),
}) {}
class Shop extends model<Shop>("sigs_shops")({
  name: t.text(),
  town: foreignKey(() => Town, { onDelete: "cascade", by: "session" }),
  contracts: hasMany(() => Contract, "shop"),
}) {}
class Contract extends model<Contract>("sigs_contracts")({
  name: t.text(),
  town: foreignKey(() => Town, { onDelete: "cascade", by: "session" }),
  shop: foreignKey(() => Shop, { onDelete: "restrict" }),
}) {}
class Paper extends model<Paper>("sigs_papers")({ name: t.text(), ...softDelete(), pages: hasMany(() => Page, "paper") }) {}
class Page extends model<Page>("sigs_pages")({
  n: t.integer(),
  ...softDelete(),
  paper: foreignKey(() => Paper, { onDelete: "cascade" }),
}) {}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

eachSharedDatabase(
  "signals and transactions",
  [Team, Player, Medal, Row, Label, Town, Shop, Contract, Paper, Page],
  async (db) => {
    const team = await Team.objects.create(db, { name: "Red" });
    const [ann, ben] = await Player.objects.bulkCreate(db, [
      { name: "Ann", team },
      { name: "Ben", team },
    ]);
    await Medal.objects.bulkCreate(db, [
      { name: "gold", player: ann! },
      { name: "silver", player: ben! },
    ]);
    await Label.objects.bulkCreate(db, [{ text: "a" }, { text: "b" }]);
  },
  (at) => {
    const log: string[] = [];
    const listen = (...started: (() => void)[]): void => {
      log.length = 0;
      ends.push(...started);
    };

    describe("signals", () => {
      it("before and after, created or not; a new object with a key of its own is created; deferred columns change nothing", async () => {
        listen(
          signals.on("pre_save", Team, ({ instance, created }) => log.push(`pre ${instance.name} ${created}`)),
          signals.on("post_save", Team, ({ instance, created }) => log.push(`post ${instance.name} ${created}`)),
        );
        const team = new Team({ name: "New" });
        await team.save(at.db);
        team.name = "Newer";
        await team.save();
        const keyed = new Team({ name: "Keyed" });
        keyed.id = 999_999;
        await keyed.save(at.db);
        at.db.clear();
        const deferred = (await Team.objects.defer("bio").get(at.db, { name: "Red" })) as unknown as Team;
        deferred.name = "Redder";
        await deferred.save();
        expect(log).toEqual([
          "pre New true",
          "post New true",
          "pre Newer false",
          "post Newer false",
          "pre Keyed true",
          "post Keyed true",
          "pre Redder false",
          "post Redder false",
        ]);
      });
      it("set() on a many-to-many sends no save signal", async () => {
        const team = await Team.objects.get(at.db, { name: "Red" });
        const labels = await Label.objects.fetch(at.db);
        listen(
          ...(["pre_save", "post_save", "pre_delete", "post_delete"] as const).map((name) => signals.on(name, () => log.push(name))),
          signals.on("m2m_changed", ({ action }) => log.push(action)),
        );
        await team.labels.set(labels);
        await at.db.flush();
        await team.labels.set([labels[0]!]);
        await at.db.flush();
        expect(log).toEqual(["add", "remove"]);
      });
      it("a listener that ends itself does not keep the next from being called", async () => {
        const off: () => void = signals.on("pre_save", Team, () => {
          off();
          log.push("first");
        });
        listen(
          off,
          signals.on("pre_save", Team, () => log.push("second")),
          signals.once("pre_save", Team, () => log.push("once")),
        );
        await Team.objects.create(at.db, { name: "x" });
        await Team.objects.create(at.db, { name: "y" });
        expect(log).toEqual(["first", "second", "once", "second"]);
      });
      it("add() of what is linked already sends nothing more (ours: only what changes is said, for removing too)", async () => {
        const team = await Team.objects.get(at.db, { name: "Red" });
        const [a, b] = await Label.objects.orderBy("text").fetch(at.db);
        const sent: [string, string[]][] = [];
        listen(
          signals.on("m2m_changed", Team, ({ action, objects, relation }) =>
            sent.push([`${action} ${relation}`, objects.map((object) => (object as Label).text).toSorted()]),
          ),
        );
        team.labels.add(a!, b!);
        await at.db.flush();
        team.labels.add(a!);
        await at.db.flush();
        team.labels.remove(a!, b!);
        await at.db.flush();
        expect(sent.filter(([, objects]) => objects.length > 0)).toEqual([
          ["add labels", ["a", "b"]],
          ["remove labels", ["a", "b"]],
        ]);
      });
      it("a cascade deletes children before parents, with signals for each", async () => {
        listen(
          signals.on("pre_delete", ({ instance }) => log.push(`pre ${instance.constructor.name}`)),
          signals.on("post_delete", ({ instance }) => log.push(`post ${instance.constructor.name}`)),
        );
        const team = await Team.objects.get(at.db, { name: "Red" });
        const sent = await at.sent(() => team.delete());
        expect(log.toSorted()).toEqual([
          "post Medal",
          "post Medal",
          "post Player",
          "post Player",
          "post Team",
          "pre Medal",
          "pre Medal",
          "pre Player",
          "pre Player",
          "pre Team",
        ]);
        const after = log.filter((line) => line.startsWith("post"));
        expect(after).toEqual(["post Medal", "post Medal", "post Player", "post Player", "post Team"]);
        const order = sent.filter((text) => text.startsWith("DELETE")).map((text) => /sigs_(\w+)"/.exec(text)?.[1]);
        expect(order).toEqual(["medals", "players", "teams"]);
      });
    });

    describe("cascades", () => {
      it("restrict refuses, unless what restricts is deleted by the same cascade", async () => {
        const town = await Town.objects.create(at.db, { name: "Ulm" });
        const shop = await Shop.objects.create(at.db, { name: "Mill", town });
        await Contract.objects.create(at.db, { name: "Lease", town, shop });
        await expect(atomic(at.db, () => shop.delete())).rejects.toThrow(ForeignKeyViolation);
        expect(await Shop.objects.count(at.db)).toBe(1);
        await town.delete();
        expect([await Town.objects.count(at.db), await Shop.objects.count(at.db), await Contract.objects.count(at.db)]).toEqual([0, 0, 0]);
      });
      it("2,000 dependants go in few statements, deleted by the database or by the session", async () => {
        const team = await Team.objects.create(at.db, { name: "Big" });
        await Row.objects.bulkCreate(
          at.db,
          Array.from({ length: 2000 }, (_, n) => ({ n, team })),
        );
        await Player.objects.bulkCreate(
          at.db,
          Array.from({ length: 2000 }, (_, n) => ({ name: `p${n}`, team })),
        );
        at.db.clear();
        const sent = await at.sent(async () => (await Team.objects.get(at.db, { name: "Big" })).delete());
        expect(sent.length).toBeLessThan(12);
        expect([await Row.objects.count(at.db), await Player.objects.count(at.db)]).toEqual([0, 2]);
      });
      it("refresh() and cascades reach them all the same (ours: rows deleted softly are what a manager leaves out)", async () => {
        const paper = await Paper.objects.create(at.db, { name: "Times" });
        const [first] = await Page.objects.bulkCreate(at.db, [
          { n: 1, paper },
          { n: 2, paper },
        ]);
        await first!.delete();
        expect(await Page.objects.count(at.db)).toBe(1);
        await at.db.refresh(first!);
        expect(first!.deletedAt).toBeInstanceOf(Date);
        await (paper as unknown as { hardDelete(): Promise<void> }).hardDelete();
        expect(await Page.objects.withDeleted().count(at.db)).toBe(0);
      });
    });

    describe("transactions", () => {
      it("after a failed statement the rest is refused until the block ends (ours: only where the database itself gives a broken transaction up)", async () => {
        await Team.objects.create(at.db, { name: "earlier" });
        const outcome: unknown = await atomic(at.db, async () => {
          await Team.objects.create(at.db, { name: "inside" });
          await at.db.execute(sql`SELECT * FROM nowhere_at_all`).catch(() => undefined);
          return Team.objects.count(at.db);
        }).catch((error: unknown) => error);
        if (at.kind === "postgres") {
          expect(outcome).toBeInstanceOf(TransactionAborted);
          expect((outcome as TransactionAborted).cause).toBeInstanceOf(FlashDbError);
          expect(await Team.objects.orderBy("id").valuesList("name", { flat: true }).fetch(at.db)).toEqual(["Red", "earlier"]);
        } else {
          expect(outcome).toBe(3);
        }
      });
      it("a failed create() leaves the transaction usable on both", async () => {
        await Label.objects.create(at.db, { text: "the transaction begins" });
        await atomic(at.db, async () => {
          await Team.objects.create(at.db, { name: "one" });
          await expect(Player.objects.create(at.db, { name: "x", teamId: 0 })).rejects.toThrow(IntegrityError);
          await Team.objects.create(at.db, { name: "two" });
        });
        expect(await Team.objects.orderBy("id").valuesList("name", { flat: true }).fetch(at.db)).toEqual(["Red", "one", "two"]);
      });
      it("when it fails, the outer one goes on without its rows (ours: an inner block always is a savepoint)", async () => {
        await Label.objects.create(at.db, { text: "the transaction begins" });
        await atomic(at.db, async () => {
          await Team.objects.create(at.db, { name: "outer" });
          await expect(
            atomic(at.db, async () => {
              await Team.objects.create(at.db, { name: "inner" });
              throw new Error("no");
            }),
          ).rejects.toThrow("no");
          await Team.objects.create(at.db, { name: "after" });
        });
        expect(await Team.objects.orderBy("id").valuesList("name", { flat: true }).fetch(at.db)).toEqual(["Red", "outer", "after"]);
      });
      it("after-commit work of a rolled-back savepoint is dropped, the rest runs in order after the outermost commit", async () => {
        await using db = at.database.session();
        await atomic(db, async () => {
          db.onCommit(() => log.push("first"));
          await atomic(db, async () => {
            db.onCommit(() => log.push("dropped"));
            throw new Error("no");
          }).catch(() => undefined);
          await atomic(db, async () => {
            db.onCommit(() => log.push("second"));
            await Promise.resolve();
          });
          db.onCommit(() => log.push("third"));
          listen();
          await Label.objects.count(db);
          expect(log).toEqual([]);
        });
        expect(log).toEqual(["first", "second", "third"]);
        await expect(Team.objects.get(db, { name: "outer" })).rejects.toThrow(DoesNotExist);
      });
    });
  },
);
