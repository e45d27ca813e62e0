/** Errors of the driver and of one's own code, integrity, transactions. docs/parity.md names the package's tests. */

import { afterEach, describe, expect, it } from "vitest";
import {
  atomic,
  DatabaseError,
  FieldError,
  FlashDbError,
  ForeignKeyViolation,
  IntegrityError,
  model,
  NotNullViolation,
  signals,
  sql,
  t,
  UniqueViolation,
  ValidationError,
  type Session,
} from "flash-db";
import { eachSharedDatabase } from "../support/shared.js";
import { Article, articles, Comment, empty, models, Product, products } from "./models.js";

/** A model whose table was never made: every statement on it fails in the driver. */
class Nowhere extends model<Nowhere>("py_nowhere")({ name: t.text() }) {}

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

eachSharedDatabase("errors", models, empty, (at) => {
  const failure = async (work: () => Promise<unknown>): Promise<Error> => {
    const error: unknown = await work().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  };
  const titles = (db: Session = at.db): Promise<string[]> => Article.objects.orderBy("id").valuesList("title", { flat: true }).fetch(db);

  describe("errors", () => {
    it("what the driver says reaches the caller (ours: translated, the driver's own as the cause)", async () => {
      const stored = new Nowhere({ name: "x" });
      for (const work of [
        () => Nowhere.objects.filter({ id: 1 }).update(at.db, { name: "x" }),
        () => Nowhere.objects.filter({ id: 1 }).delete(at.db),
        () => Nowhere.objects.updateByPk(at.db, 1, { name: "x" }),
        () => Nowhere.objects.deleteByPk(at.db, 1),
        () => Nowhere.objects.bulkCreate(at.db, [{ name: "x" }]),
        () => stored.save(at.db),
        () => Nowhere.objects.fetch(at.db),
      ]) {
        const error = await failure(work);
        expect(error).toBeInstanceOf(DatabaseError);
        expect(error).toBeInstanceOf(FlashDbError);
        expect((error as FlashDbError).code).toBe("DATABASE");
        expect((error.cause as Error).message).toMatch(/py_nowhere/);
        await at.db.rollback();
      }
    });
    it("an error of one's own code goes through as it is, and nothing is written", async () => {
      const own = new RangeError("mine");
      const [article] = await articles(at.db, "A");
      ends.push(
        signals.on("pre_delete", Article, () => Promise.reject(own)),
        signals.on("pre_save", Article, () => Promise.reject(own)),
      );
      article!.title = "B";
      expect(await failure(() => article!.save())).toBe(own);
      expect(await failure(() => article!.delete())).toBe(own);
      for (const end of ends.splice(0)) end();
      at.db.expire(article!);
      expect(await titles()).toEqual(["A"]);
    });
    it("a value of another type is refused before it is sent", async () => {
      const [article] = await articles(at.db, "A");
      const sent = await at.sent(async () => {
        await expect(Article.objects.filter({ id: article!.id }).update(at.db, { title: { deep: 1 } as never })).rejects.toThrow(
          FlashDbError,
        );
        await expect(Article.objects.updateByPk(at.db, article!.id, { title: 5 as never })).rejects.toThrow(/title/);
      });
      expect(sent).toEqual([]);
      article!.title = { deep: 1 } as never;
      await expect(at.db.flush()).rejects.toThrow(ValidationError);
    });
    it("a name that is no field is refused with the model's name, in filter() and exclude()", async () => {
      for (const query of [() => Article.objects.filter({ nothing: 1 } as never), () => Article.objects.exclude({ nothing: 1 } as never)]) {
        const error = await failure(() => query().fetch(at.db));
        expect(error).toBeInstanceOf(FieldError);
        expect(error.message).toMatch(/'nothing' on Article/);
      }
    });
  });

  describe("integrity", () => {
    it("a row that others refer to cannot be deleted by key", async () => {
      const [article] = await articles(at.db, "A");
      await Comment.objects.create(at.db, { text: "x", article: article! });
      await at.db.commit();
      const error = await failure(() => Article.objects.deleteByPk(at.db, article!.id));
      expect(error).toBeInstanceOf(ForeignKeyViolation);
      await at.db.rollback();
      expect(await Article.objects.count(at.db)).toBe(1);
      await Comment.objects.delete(at.db, { all: true });
      expect(await Article.objects.deleteByPk(at.db, article!.id)).toBe(1);
      await at.db.commit();
    });
    it("a title that another row has", async () => {
      const [, second] = await articles(at.db, "A", "B");
      await at.db.commit();
      const error = await failure(() => Article.objects.updateByPk(at.db, second!.id, { title: "A" }));
      expect(error).toBeInstanceOf(UniqueViolation);
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toMatchObject({ code: "UNIQUE_VIOLATION", table: "py_articles", columns: ["title"] });
      await at.db.rollback();
      expect(await titles()).toEqual(["A", "B"]);
      await Article.objects.delete(at.db, { all: true });
      await at.db.commit();
    });
  });

  describe("transactions", () => {
    /** Another session sees only what was committed; the table is emptied afterwards. */
    const committed = async (): Promise<string[]> => {
      await using other = at.database.session();
      const found = await titles(other);
      await Article.objects.delete(other, { all: true });
      await other.commit();
      return found;
    };
    it("an atomic block that ends well is stored", async () => {
      await atomic(at.db, () => Article.objects.create(at.db, { title: "in" }));
      expect(await committed()).toEqual(["in"]);
    });
    it("one that throws is not, and its error goes on", async () => {
      await expect(
        atomic(at.db, async () => {
          await Article.objects.create(at.db, { title: "in" });
          throw new RangeError("no");
        }),
      ).rejects.toThrow(RangeError);
      expect(await committed()).toEqual([]);
    });
    it("a wrapped function commits, or rolls back when it throws", async () => {
      const add = atomic(async (db: Session, title: string, fails: boolean): Promise<string> => {
        await Article.objects.create(db, { title });
        if (fails) throw new Error("no");
        return title;
      });
      expect(await add(at.db, "good", false)).toBe("good");
      await expect(add(at.db, "bad", true)).rejects.toThrow("no");
      expect(await committed()).toEqual(["good"]);
    });
    it("an inner block that throws and is caught takes only its own rows along", async () => {
      await atomic(at.db, async () => {
        await Article.objects.create(at.db, { title: "outer 1" });
        await atomic(at.db, async () => {
          await Article.objects.create(at.db, { title: "inner" });
          throw new Error("no");
        }).catch(() => undefined);
        await Article.objects.create(at.db, { title: "outer 2" });
      });
      expect(await committed()).toEqual(["outer 1", "outer 2"]);
    });
    it("NULL where there must be a value is an error, and the session is usable afterwards", async () => {
      await expect(atomic(at.db, () => Article.objects.create(at.db, { title: null } as never))).rejects.toThrow(ValidationError);
      await expect(atomic(at.db, () => at.db.execute(sql`INSERT INTO py_tags (label) VALUES (${null})`))).rejects.toThrow(NotNullViolation);
      await Article.objects.create(at.db, { title: "after" });
      await at.db.commit();
      expect(await committed()).toEqual(["after"]);
    });
  });

  it("rows that fail in the driver leave the rest of the batch out too", async () => {
    await products(at.db, ["a", "1", 1]);
    await expect(
      Product.objects.bulkCreate(at.db, [
        { name: "b", stock: 1 },
        { name: "c", stock: 3_000_000_000 },
      ]),
    ).rejects.toThrow(FlashDbError);
    expect(await Product.objects.count(at.db)).toBe(1);
  });
});
