/** Refusing values: field checks, Standard Schema validators and clean() together in one ValidationError. */

import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { F, foreignKey, model, t, ValidationError } from "../../src/index.js";
import { assertQueries } from "../../src/testing.js";
import { eachDatabase } from "../support/databases.js";

class Account extends model<Account>("val_accounts")({
  name: t.varchar(8),
  email: t.text().check(z.email("is not an e-mail address")),
  age: t
    .integer()
    .nullable()
    .check(v.pipe(v.number(), v.minValue(18, "must be 18 or more"))),
  role: t.enum(["admin", "member"]).default("member"),
  settings: t.json(z.object({ theme: z.enum(["dark", "light"]) })).default(() => ({ theme: "dark" as const })),
  sponsor: foreignKey(() => Account).nullable(),
  points: t
    .integer()
    .default(0)
    .editable(false)
    .check(v.pipe(v.number(), v.minValue(0, "must not be negative"))),
}) {
  override async clean(): Promise<void> {
    await Promise.resolve();
    if (this.name === this.email)
      throw new ValidationError({ name: "must not be the e-mail address", __all__: "name and email are the same" });
  }
}

const refusal = async (work: Promise<unknown>): Promise<Readonly<Record<string, readonly string[]>>> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof ValidationError) return error.errors;
    throw error;
  }
  throw new Error("nothing was refused");
};

eachDatabase("validation", [Account], (fresh) => {
  it("fullClean() says everything at once, without a session", async () => {
    await fresh();
    const errors = await refusal(new Account({ name: "much too long", email: "nope", age: 3, settings: { theme: "dark" } }).fullClean());
    expect(Object.keys(errors).sort()).toEqual(["age", "email", "name"]);
    expect(errors["age"]).toEqual(["must be 18 or more"]);
    expect(errors["email"]).toEqual(["is not an e-mail address"]);
    expect(errors["name"]!.join()).toMatch(/8/);
  });

  it("clean() adds to it, under a field or for the object as a whole", async () => {
    await fresh();
    const errors = await refusal(new Account({ name: "a@b.org", email: "a@b.org" }).fullClean());
    expect(errors).toEqual({ name: ["must not be the e-mail address"], __all__: ["name and email are the same"] });
  });

  it("editable(false): set() refuses it and sets nothing, fullClean() does not judge it, assigning and the flush do", async () => {
    const database = await fresh();
    await using db = database.session();
    const account = await Account.objects.create(db, { name: "Ada", email: "a@b.org", points: 3 });
    await db.commit();
    expect(() => account.set({ name: "Bob", points: 1_000 })).toThrow(ValidationError);
    expect([account.name, account.points]).toEqual(["Ada", 3]);
    expect(() => account.set({ points: F("points").add(1) })).toThrow("points is not editable, so set() does not change it");
    account.points = -1;
    await account.fullClean();
    expect(await refusal(db.flush())).toEqual({ points: ["must not be negative"] });
    account.points = 4;
    await db.commit();
    await using check = database.session();
    expect((await Account.objects.get(check, { name: "Ada" })).points).toBe(4);
  });

  it("nothing is sent when a flush refuses, and the object can be corrected", async () => {
    const database = await fresh();
    await using db = database.session();
    const account = new Account({ name: "Ada", email: "nope" });
    db.add(account, new Account({ name: "Bob", email: "bob@example.org" }));
    await assertQueries(db, 0, async () => {
      const errors = await refusal(db.flush());
      expect(errors).toEqual({ email: ["is not an e-mail address"] });
    });
    account.email = "ada@example.org";
    await db.commit();
    expect(await Account.objects.count(db)).toBe(2);
  });

  it("names model and field: wrong type, nothing where a value belongs, an enum's words, JSON by its schema", async () => {
    const database = await fresh();
    await using db = database.session();
    const create = (values: object): Promise<unknown> => Account.objects.create(db, values);
    await expect(create({ name: 3, email: "a@b.org" })).rejects.toThrow(/Account: name .*string/);
    await expect(create({ email: "a@b.org" })).rejects.toThrow(/Account: name/);
    await expect(create({ name: "x", email: "a@b.org", role: "root" })).rejects.toThrow(/role .*admin/);
    expect(Object.keys(await refusal(create({ name: "x", email: "a@b.org", settings: { theme: "blue" } })))).toEqual(["settings"]);
    await expect(create({ name: "x", email: "a@b.org", sponsorId: "seven" })).rejects.toThrow(/sponsorId/);
  });

  describe("new", () => {
    it("refuses names that the model does not have, and says which was meant", async () => {
      await fresh();
      expect(() => new Account({ nmae: "x" } as object)).toThrow(/Account: nmae is not a field of Account\. Did you mean 'name'\?/);
      expect(() => new Account({ sponsor: null, sponsorId: 3 })).toThrow(/given twice/);
    });

    it("takes undefined for left out, and applies defaults", async () => {
      await fresh();
      const account = new Account({ name: "x", role: undefined } as object);
      expect(account.role).toBe("member");
      expect(account.settings).toEqual({ theme: "dark" });
      expect(new Account().settings).not.toBe(new Account().settings);
    });
  });
});
