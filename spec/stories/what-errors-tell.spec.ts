/** What an error says about itself: the model and the field, whether a request can have caused it, and nothing that may be a secret. */

import { expect, it } from "vitest";
import {
  check,
  CheckViolation,
  DatabaseError,
  FieldError,
  FlashDbError,
  foreignKey,
  InvalidCursor,
  InvalidValue,
  model,
  signals,
  sql,
  StaleDataError,
  t,
  unique,
  UniqueViolation,
  ValidationError,
} from "../../src/index.js";
import { eachDatabase } from "../support/databases.js";
import { rejectionOf } from "../support/rejection.js";

const address = t.custom<URL>({ sql: "text", encode: (value) => value.href, decode: (text: string) => new URL(text) });
class Team extends model<Team>("told_teams")(
  { orgName: t.text(), shortKey: t.text(), size: t.integer().default(1), version: t.version() },
  { constraints: [unique("orgName", "shortKey"), check("size_positive", { size__gt: 0 })] },
) {}
class Site extends model<Site>("told_sites")({ target: address, team: foreignKey(() => Team).nullable(), at: t.timestamp().nullable() }) {}

eachDatabase("an error", [Team, Site], (open, kind) => {
  it("of a constraint names the model and its fields beside the columns", async () => {
    const db = (await open()).session({ onUncommitted: "ignore" });
    await Team.objects.create(db, { orgName: "a", shortKey: "b" });
    await db.commit();
    const taken = await rejectionOf(Team.objects.create(db, { orgName: "a", shortKey: "b" }));
    expect(taken).toBeInstanceOf(UniqueViolation);
    expect(taken).toMatchObject({ model: "Team", fields: ["orgName", "shortKey"], columns: ["org_name", "short_key"] });
    const small = await rejectionOf(Team.objects.create(db, { orgName: "c", shortKey: "d", size: -1 }));
    expect(small).toBeInstanceOf(CheckViolation);
    expect(small).toMatchObject({ model: "Team", fields: ["size"], columns: ["size"] });
    await db.rollback();
  });

  it("that a request can cause has a class of its own, and is a FieldError too", async () => {
    const db = (await open()).session();
    const teams = Team.objects.orderBy("orgName");
    const page = await Team.objects.orderBy("size").paginate(db, { first: 1 });
    expect(page.endCursor).toBeNull();
    for (const cursor of ["rubbish", "", "W10", Buffer.from("[1,2]").toString("base64url"), 5 as never]) {
      const error = await rejectionOf((async () => teams.paginate(db, { first: 1, after: cursor }))());
      expect(error, cursor).toBeInstanceOf(InvalidCursor);
      expect(error).toBeInstanceOf(FieldError);
    }
    for (const where of [{ id: Number("abc") }, { orgName: 5 }, { size__in: ["x"] }, { size__gt: 1.5 }]) {
      const error = await rejectionOf((async () => Team.objects.filter(where as never).fetch(db))());
      expect(error, JSON.stringify(where)).toBeInstanceOf(InvalidValue);
      expect(error.code).toBe("INVALID_VALUE");
    }
    expect((await rejectionOf((async () => Team.objects.filter({ nope: 1 } as never).fetch(db))())).code).toBe("FIELD");
  });

  it("about a value in SQL is a FlashDbError", async () => {
    const db = (await open()).session();
    for (const value of [NaN, Infinity, new Date("rubbish"), "a\0b", "\ud800", { plain: 1 }])
      expect(await rejectionOf((async () => db.execute(sql`SELECT ${value as never} AS x`, { readOnly: true }))())).toBeInstanceOf(
        FieldError,
      );
  });

  it("about a value that cannot be written names the model and the field", async () => {
    const db = (await open()).session({ onUncommitted: "ignore" });
    const error = await rejectionOf(Site.objects.create(db, { target: "https://example.org" as never }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ model: "Site", errors: { target: [expect.stringContaining("expected a string")] } });
    const off = signals.on("pre_save", Team, ({ instance }) => void (instance.size = "many" as never));
    try {
      db.add(new Team({ orgName: "x", shortKey: "y" }));
      expect(await rejectionOf(db.flush())).toMatchObject({ model: "Team", errors: { size: [expect.stringContaining("many")] } });
    } finally {
      off();
    }
    await db.rollback();
  });

  it("about a stored value that cannot be read names the model and the field", async () => {
    const db = (await open()).session({ onUncommitted: "ignore" });
    const at = kind === "postgres" ? "infinity" : "no instant";
    await db.execute(sql`INSERT INTO told_sites (target, at) VALUES ('https://example.org', ${at})`);
    const reads = [
      Site.objects.fetch(db),
      Site.objects.values("at").fetch(db),
      Site.objects.valuesList("at", { flat: true }).fetch(db),
      Site.objects.only("at").fetch(db),
    ];
    for (const read of reads) {
      const error = await rejectionOf(read);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error.message).toMatch(/Cannot read .*at/);
    }
    expect(await rejectionOf(Site.objects.fetch(db))).toMatchObject({ model: "Site", field: "at" });
    await db.execute(sql`UPDATE told_sites SET at = NULL, target = 'not a URL'`);
    expect(await rejectionOf(Site.objects.fetch(db))).toMatchObject({ model: "Site", field: "target" });
    await db.rollback();
  });

  it("of a row that is not there or has changed shows no values", async () => {
    const database = await open();
    const db = database.session({ onUncommitted: "ignore" });
    const missing = await rejectionOf(Team.objects.filter({ size: 4711 }).get(db, { orgName: "s3cret" }));
    expect(missing.message).toBe("Team matching query does not exist: size, orgName");
    expect(missing.model).toBe("Team");
    const team = await Team.objects.create(db, { orgName: "s3cret", shortKey: "b" });
    await db.commit();
    const other = database.session();
    (await Team.objects.get(other, {})).size = 2;
    await other.commit();
    team.size = 3;
    const stale = await rejectionOf(db.commit());
    expect(stale).toBeInstanceOf(StaleDataError);
    expect((stale as StaleDataError).object).toBe(team);
    expect(JSON.stringify(stale)).not.toContain("s3cret");
    await db.rollback();
  });

  it("is short, whatever it was given", async () => {
    const db = (await open()).session();
    const error = await rejectionOf((async () => Team.objects.filter({ ["x".repeat(100_000)]: 1 } as never).fetch(db))());
    expect(error.message.length).toBeLessThan(2_100);
    expect(error.message).toContain("cut from");
  });

  it("about a connection that others hold names the line of their first write", async () => {
    const database = await open({ pool: { max: 1, acquireTimeout: 100 } });
    const holder = database.session({ onUncommitted: "ignore" });
    await Team.objects.create(holder, { orgName: "a", shortKey: "b" });
    const error = await rejectionOf(Team.objects.create(database.session({ onUncommitted: "ignore" }), { orgName: "c", shortKey: "d" }));
    expect(error.message).toMatch(/session \d+, whose first write was at .*what-errors-tell\.spec\.ts:\d+/);
    await holder.rollback();
  });

  it("does not make a column called __proto__ the prototype of its row", async () => {
    const db = (await open()).session();
    const [row] = await db.execute(sql`SELECT 1 AS "__proto__"`, { readOnly: true });
    expect(Object.keys(row ?? {})).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });
});

it("the root of all errors says its code and its class", () => {
  const error = new InvalidValue("no", { model: "Team", field: "size" });
  expect(error).toBeInstanceOf(FlashDbError);
  expect(error).toMatchObject({ code: "INVALID_VALUE", name: "InvalidValue", model: "Team", field: "size" });
});
