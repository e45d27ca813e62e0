/** Related rows, however they are reached: what was deleted softly is left out, one-to-ones and links with columns are prefetched, chunks keep to themselves. */

import { describe, expect, it } from "vitest";
import {
  Count,
  foreignKey,
  hasMany,
  hasOne,
  manyToMany,
  model,
  oneToOne,
  Prefetch,
  prefetchRelated,
  softDelete,
  t,
  timestamps,
  unique,
  type Database,
  type Model,
  type Session,
} from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

const named = () => ({ name: t.text() });
// eslint-disable-next-line typescript/no-explicit-any -- a mixin can only be written so
const Labelled = <B extends abstract new (...args: any[]) => Model>(Base: B) => {
  abstract class Label extends Base {
    get label(): string {
      return `${this.constructor.name} ${String(this.toJSON()["name"])}`;
    }
  }
  return Label;
};

class Team extends Labelled(
  model<Team>("rr_teams")(
    {
      ...named(),
      ...timestamps(),
      players: hasMany(() => Player, "team"),
      badge: hasOne(() => Badge, "team"),
      fans: manyToMany(() => Fan, { through: () => Ticket }),
      colours: manyToMany(() => Colour, { reverse: "teams" }),
      tickets: hasMany(() => Ticket, "team"),
    },
    { ordering: ["name"] },
  ),
) {}
class Player extends Labelled(
  model<Player>("rr_players")(
    { ...named(), ...softDelete(), team: foreignKey(() => Team, { onDelete: "cascade" }) },
    { ordering: ["name"] },
  ),
) {}
class Badge extends model<Badge>("rr_badges")({ ...named(), ...softDelete(), team: oneToOne(() => Team, { onDelete: "cascade" }) }) {}
class Colour extends model<Colour>("rr_colours")(
  { ...named(), ...softDelete(), teams: manyToMany(() => Team, { reverse: "colours" }) },
  { ordering: ["name"] },
) {}
class Fan extends model<Fan>("rr_fans")(
  { ...named(), teams: manyToMany(() => Team, { through: () => Ticket }), tickets: hasMany(() => Ticket, "fan") },
  { ordering: ["name"] },
) {}
/** A link with columns of its own, which may be deleted softly. */
class Ticket extends model<Ticket>("rr_tickets")(
  {
    price: t.integer(),
    ...softDelete(),
    team: foreignKey(() => Team, { onDelete: "cascade" }),
    fan: foreignKey(() => Fan, { onDelete: "cascade" }),
  },
  { ordering: ["price"], constraints: [unique("team", "fan")] },
) {}

/** Two teams with two players each, of whom one was deleted; badges, of which the second was; colours and tickets likewise. */
const seed = async (db: Session): Promise<void> => {
  for (const name of ["a", "b"]) {
    const team = await Team.objects.create(db, { name });
    const [, gone] = await Player.objects.bulkCreate(db, [
      { name: `${name}1`, team },
      { name: `${name}2`, team },
    ]);
    await gone!.delete();
    const badge = await Badge.objects.create(db, { name: `badge of ${name}`, team });
    if (name === "b") await badge.delete();
    const [, pale] = await Colour.objects.bulkCreate(db, [{ name: `red ${name}` }, { name: `white ${name}` }]);
    team.colours.add(...(await Colour.objects.filter({ name__endswith: name }).fetch(db)));
    await db.flush();
    await pale!.delete();
    const [one, two] = await Fan.objects.bulkCreate(db, [{ name: `fan ${name}1` }, { name: `fan ${name}2` }]);
    await Ticket.objects.create(db, { price: 5, team, fan: one! });
    await (await Ticket.objects.create(db, { price: 9, team, fan: two! })).delete();
  }
  await db.commit();
};
const names = (rows: Iterable<{ name: string }>): string[] => [...rows].map(({ name }) => name);

eachDatabase("related rows", [Team, Player, Badge, Colour, Fan, Ticket], (fresh) => {
  const ready = async (): Promise<{ db: Session; database: Database; end: () => Promise<void> }> => {
    const database = await fresh();
    await using setup = database.session();
    await seed(setup);
    const db = database.session();
    return { db, database, end: () => db.close() };
  };

  describe("deleted softly", () => {
    it("are left out of collections, counts and existence, asked for one by one", async () => {
      const { db, end } = await ready();
      const [a, b] = await Team.objects.fetch(db);
      expect(names(await a!.players.fetch())).toEqual(["a1"]);
      expect([await b!.players.count(), await b!.players.filter({ name: "b2" }).exists()]).toEqual([1, false]);
      expect(names(await a!.colours.fetch())).toEqual(["red a"]);
      expect(names(await a!.fans.fetch())).toEqual(["fan a1"]);
      expect([(await a!.badge)?.name, await b!.badge]).toEqual(["badge of a", null]);
      expect(names(await a!.players.withDeleted().fetch())).toEqual(["a1", "a2"]);
      await end();
    });

    it("are left out of prefetches of every kind, and come with a queryset that says so", async () => {
      const { db, end } = await ready();
      const deleted = new Prefetch("players", Player.objects.withDeleted(), { toAttr: "everybody" });
      const teams = await Team.objects.prefetchRelated("players", "badge", "colours", "fans", "tickets", deleted).fetch(db);
      expect(teams.map(({ players }) => names(players))).toEqual([["a1"], ["b1"]]);
      expect(teams.map(({ badge }) => badge?.name)).toEqual(["badge of a", undefined]);
      expect(teams.map(({ colours }) => names(colours))).toEqual([["red a"], ["red b"]]);
      expect(teams.map(({ fans }) => names(fans))).toEqual([["fan a1"], ["fan b1"]]);
      expect(teams.map(({ tickets }) => tickets.map(({ price }) => price))).toEqual([[5], [5]]);
      expect(teams.map(({ everybody }) => names(everybody))).toEqual([
        ["a1", "a2"],
        ["b1", "b2"],
      ]);
      await end();
    });

    it("are left out of joins, conditions and aggregates; a row that refers to one still leads there", async () => {
      const { db, end } = await ready();
      expect(names(await Team.objects.filter({ players__name: "a2" }).fetch(db))).toEqual([]);
      expect(names(await Team.objects.filter({ colours__name: "white a" }).fetch(db))).toEqual([]);
      expect(names(await Team.objects.filter({ fans__name: "fan a2" }).fetch(db))).toEqual([]);
      expect(names(await Team.objects.filter({ badge__isnull: true }).fetch(db))).toEqual(["b"]);
      const counted = await Team.objects.annotate({ players_: Count("players"), fans_: Count("fans", { distinct: true }) }).fetch(db);
      expect(counted.map(({ players_, fans_ }) => [players_, fans_])).toEqual([
        [1, 1],
        [1, 1],
      ]);
      const joined = await Team.objects.selectRelated("badge").fetch(db);
      expect(joined.map(({ badge }) => badge?.name)).toEqual(["badge of a", undefined]);
      const ticket = await Ticket.objects.onlyDeleted().selectRelated("team").first(db);
      expect(ticket?.team.name).toBe("a");
      await end();
    });
  });

  describe("prefetched", () => {
    it("one-to-ones from both ends, and links with columns of their own: one statement for each relation and level", async () => {
      const { db, end } = await ready();
      await assertQueries(db, 4, async () => {
        const teams = await Team.objects.prefetchRelated("badge", "tickets__fan").fetch(db);
        expect(teams[0]!.badge?.name).toBe("badge of a");
        expect(teams.map(({ tickets }) => tickets.map(({ fan, price }) => `${fan.name} ${price}`))).toEqual([["fan a1 5"], ["fan b1 5"]]);
      });
      db.clear();
      await assertQueries(db, 2, async () => {
        expect((await Badge.objects.prefetchRelated("team").fetch(db)).map(({ team }) => team.label)).toEqual(["Team a"]);
      });
      db.clear();
      const fans = await Fan.objects.fetch(db);
      await assertQueries(db, 2, () => prefetchRelated(db, fans, "teams__badge"));
      await assertQueries(db, 0, async () => {
        const found: (string | undefined)[][] = [];
        for (const fan of fans) found.push(await Promise.all((await fan.teams.fetch()).map(async ({ badge }) => (await badge)?.name)));
        expect(found).toEqual([["badge of a"], [], [undefined], []]);
      });
      await end();
    });
  });

  describe("in chunks", () => {
    it("each chunk is a group of its own: one statement for its siblings, and it leaves the session", async () => {
      const { db, database, end } = await ready();
      const seen: Player[] = [];
      const sent: string[] = [];
      const stop = database.on("query", ({ sql }) => sent.push(sql));
      for await (const player of Player.objects.withDeleted().iterate(db, { chunkSize: 2 })) {
        seen.push(player);
        expect([(await player.team).label, player.label]).toEqual([`Team ${player.name.slice(0, 1)}`, `Player ${player.name}`]);
      }
      stop();
      expect(sent.filter((text) => text.includes('FROM "rr_teams"'))).toHaveLength(2);
      expect(names(seen)).toEqual(["a1", "a2", "b1", "b2"]);
      expect(db.has(seen[0]!)).toBe(false);
      await end();
    });
  });
});
