/** Models: what is filled in, what is no model, and what of an object goes in and out. docs/parity.md names the package's tests. */

import { describe, expect, it } from "vitest";
import {
  ConfigurationError,
  connect,
  foreignKey,
  hasMany,
  model,
  Model,
  NotLoaded,
  sql,
  t,
  timestamps,
  ValidationError,
  type CreateInput,
  type UpdateInput,
} from "flash-db";
import * as z from "zod";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, empty, models } from "./models.js";

class Account extends model<Account>("py_accounts")({
  name: t.text().check(z.string().min(2)),
  passwordHash: t.text(),
  nick: t.text().nullable(),
  level: t.integer().default(1),
  seed: t.integer().dbDefault(sql`7`),
  stamp: t
    .integer()
    .default(0)
    .onUpdate(() => 99),
  settings: t.json<{ theme?: string }>().nullable(),
  ...timestamps(),
  orders: hasMany(() => Order, "account"),
}) {}
class Order extends model<Order>("py_orders")({ total: t.decimal(8, 2), account: foreignKey(() => Account, { onDelete: "cascade" }) }) {}

eachSharedDatabase("models", [...models, Account, Order], empty, (at) => {
  const ada = { name: "Ada", passwordHash: "secret", nick: "a" } as const;

  describe("a stored row", () => {
    it("has its key and the time it was made", async () => {
      const before = Date.now() - 1000;
      const article = await Article.objects.create(at.db, { title: "A" });
      expect(article.id).toBeGreaterThan(0);
      expect(article.createdAt).toBeInstanceOf(Date);
      expect(article.createdAt.getTime()).toBeGreaterThan(before);
    });
    it("updatedAt moves on with every change, on every path", async () => {
      const [article] = await articles(at.db, "A");
      const first = article!.updatedAt;
      await new Promise((done) => setTimeout(done, 5));
      const updated = await Article.objects.updateByPk(at.db, article!.id, { content: "x" });
      const second = updated.updatedAt;
      expect(second.getTime()).toBeGreaterThan(first.getTime());
      await new Promise((done) => setTimeout(done, 5));
      article!.content = "y";
      await article!.save();
      expect(article!.updatedAt.getTime()).toBeGreaterThan(second.getTime());
      expect(article!.createdAt.getTime()).toBeLessThanOrEqual(first.getTime());
    });
  });

  describe("model validation", () => {
    it("a class made by model() is a model", () => {
      expect(new Article({ title: "x" })).toBeInstanceOf(Model);
      expect(Article.prototype).toBeInstanceOf(Model);
    });
    it("a number or another class is none", async () => {
      const database = await connect("sqlite::memory:");

      for (const other of [5, "Article", URL, null]) expect(() => database.createAll([other as never])).toThrow(ConfigurationError);
      await database.close();
    });
    it("a model needs the name of its table", () => {
      expect(() => model<Article>("")({ title: t.text() })).toThrow(ConfigurationError);
      expect(() => model<Article>(undefined as never)({ title: t.text() })).toThrow(ConfigurationError);
    });
    it("a model always has a key (ours: a key is added where none is said)", () => {
      class Bare extends model<Bare>("py_bare")({ name: t.text() }) {}
      expect(Bare.objects.filter({ id: 1 }).toSQL("sqlite").text).toContain('"id"');
    });
  });

  describe("what goes in and out (the package's schemas; ours are the types of create() and update(), checks by field, and toJSON())", () => {
    it("creating needs what has neither a default nor NULL, and neither key nor timestamps", async () => {
      const input: CreateInput<Account> = { name: "Ada", passwordHash: "secret" };
      const account = await Account.objects.create(at.db, input);
      expect([account.level, account.seed, account.stamp, account.nick, account.settings]).toEqual([1, 7, 0, null, null]);
      expect(account.createdAt).toBeInstanceOf(Date);
      for (const missing of ["name", "passwordHash"] as const) {
        const { [missing]: _, ...rest } = { ...ada };
        await expect(Account.objects.create(at.db, rest as never)).rejects.toThrow(new RegExp(`${missing} is required`));
      }
    });
    it("an update takes any part of it", async () => {
      const account = await Account.objects.create(at.db, ada);
      const change: UpdateInput<Account> = { nick: null };
      expect(await Account.objects.filter({ id: account.id }).update(at.db, change)).toBe(1);
      expect([account.nick, account.name, account.stamp]).toEqual([null, "Ada", 99]);
      const nothing: UpdateInput<Account> = {};
      expect(await at.sent(async () => expect(await Account.objects.filter({ id: account.id }).update(at.db, nothing)).toBe(0))).toEqual(
        [],
      );
    });
    it("toJSON() has key, timestamps and JSON values, each as its type says, and no relations", async () => {
      const account = await Account.objects.create(at.db, { ...ada, settings: { theme: "dark" } });
      await Order.objects.create(at.db, { total: "5", account });
      const [loaded] = await Account.objects.prefetchRelated("orders").fetch(at.db);
      expect(loaded!.toJSON()).toEqual({
        id: account.id,
        name: "Ada",
        passwordHash: "secret",
        nick: "a",
        level: 1,
        seed: 7,
        stamp: 0,
        settings: { theme: "dark" },
        createdAt: account.createdAt.toISOString(),
        updatedAt: account.updatedAt.toISOString(),
      });
    });
    it("what a query leaves out is not in the output, what it names alone is (ours: chosen by each query)", async () => {
      await Account.objects.create(at.db, ada);
      at.db.clear();
      const [safe] = await Account.objects.defer("passwordHash").fetch(at.db);
      expect((safe as unknown as Account).toJSON()).not.toHaveProperty("passwordHash");
      expect(JSON.stringify(safe)).not.toContain("secret");
      expect(() => (safe as unknown as Account).passwordHash).toThrow(NotLoaded);
      expect(await Account.objects.values("name", "nick").fetch(at.db)).toEqual([{ name: "Ada", nick: "a" }]);
    });
    it("what is missing or of another type is refused by name; parts pass; rows of the database read back", async () => {
      await expect(Account.objects.create(at.db, { ...ada, level: "1" as never })).rejects.toThrow(/level/);
      await expect(Account.objects.create(at.db, { ...ada, name: "A" })).rejects.toThrow(ValidationError);
      await expect(Account.objects.create(at.db, { ...ada, rank: 1 } as never)).rejects.toThrow(/rank/);
      const account = await Account.objects.create(at.db, ada);
      await expect(Account.objects.filter({ id: account.id }).update(at.db, { level: "2" as never })).rejects.toThrow(/level/);
      await at.db.execute(sql`UPDATE py_accounts SET nick = ${"raw"}`);
      await at.db.refresh(account);
      expect(account.nick).toBe("raw");
    });
    it("a value of a type nobody knows comes as it is", async () => {
      await Account.objects.create(at.db, ada);
      const [row] = await Account.objects.annotate({ other: sql`${1} + ${1}` }).fetch(at.db);
      expect(Number(row!.other)).toBe(2);
    });
  });
});
