/** Rows that need each other in a circle, through keys that wait for the COMMIT, and trees that are turned around. */

import { describe, expect } from "vitest";
import { atomic, foreignKey, hasMany, model, t } from "flash-db";
import { exampleWith, type Play } from "../session/example.js";
import { rejection } from "../session/uow/stage.js";
import { expectSettled, shown } from "./settled.js";

/** Each company has an office, each office a keeper, each keeper a company. */
class Company extends model<Company>("circle_companies")({
  name: t.text(),
  office: foreignKey(() => Office, { onDelete: "restrict", deferrable: "deferred" }),
}) {}
class Office extends model<Office>("circle_offices")({
  city: t.text(),
  keeper: foreignKey(() => Keeper, { onDelete: "restrict", deferrable: "deferred" }),
}) {}
class Keeper extends model<Keeper>("circle_keepers")({
  name: t.text(),
  company: foreignKey(() => Company, { onDelete: "restrict", deferrable: "deferred" }),
}) {}
class Unit extends model<Unit>("circle_units")(
  {
    name: t.text().unique(),
    parent: foreignKey(() => Unit, { onDelete: "cascade" }).nullable(),
    children: hasMany(() => Unit, "parent"),
  },
  { ordering: ["name"] },
) {}

const example = exampleWith([Company, Office, Keeper, Unit]);
/** With keys of their own: no row can be the first to get one. */
const circle = (id: number): [Company, Office, Keeper] => [
  new Company({ id, name: "Acme", officeId: id }),
  new Office({ id, city: "Ulm", keeperId: id }),
  new Keeper({ id, name: "Ada", companyId: id }),
];

describe("a circle of three tables", () => {
  example("is stored in one flush, changed, and deleted in one flush", async (play) => {
    const { db, open } = play;
    const rows = circle(1);
    db.add(...rows);
    await db.commit();
    const [company] = await Company.objects.selectRelated("office__keeper__company").fetch(open());
    expect([company?.office.keeper.name, company?.office.keeper.company === company]).toEqual(["Ada", true]);
    await expectSettled(play, ...rows);
    db.delete(...rows);
    await db.commit();
    expect([await Company.objects.count(db), await Office.objects.count(db), await Keeper.objects.count(db)]).toEqual([0, 0, 0]);
    await expectSettled(play);
  });

  example("is stored through the objects themselves where their keys are given", async (play) => {
    const { db } = play;
    const company = new Company({ id: 1, name: "Acme" });
    const office = new Office({ id: 1, city: "Ulm" });
    const keeper = new Keeper({ id: 1, name: "Ada", company });
    company.office = office;
    office.keeper = keeper;
    db.add(company);
    await db.commit();
    expect([company.officeId, office.keeperId, keeper.companyId]).toEqual([1, 1, 1]);
    await expectSettled(play, company, office, keeper);
  });

  example("that stays open is refused at the COMMIT, and memory is as before; closed, it goes through", async (play) => {
    const { db } = play;
    const [company, office, keeper] = circle(2);
    keeper.companyId = 9;
    db.add(company, office, keeper);
    expect((await rejection(db.commit())).code).toBe("FOREIGN_KEY_VIOLATION");
    expect([company, office, keeper].map(({ isPersisted }) => isPersisted)).toEqual([false, false, false]);
    keeper.companyId = 2;
    db.add(company, office, keeper);
    await db.commit();
    await expectSettled(play, company, office, keeper);
  });

  example("survives a savepoint that breaks it", async (play) => {
    const { db } = play;
    const rows = circle(3);
    db.add(...rows);
    await db.commit();
    await atomic(db, async () => {
      await rejection(
        atomic(db, async () => {
          db.delete(rows[1]);
          await db.flush();
          throw new Error("back");
        }),
      );
      rows[0].name = "Acme & Co.";
    });
    expect(rows.map(({ isPersisted }) => isPersisted)).toEqual([true, true, true]);
    await expectSettled(play, ...rows);
  });
});

describe("a tree of units", () => {
  const grown = async ({ db }: Play): Promise<Record<"root" | "left" | "right" | "leaf", Unit>> => {
    const root = new Unit({ name: "root" });
    const [left, right] = [new Unit({ name: "left", parent: root }), new Unit({ name: "right", parent: root })];
    const leaf = new Unit({ name: "leaf", parent: left });
    db.add(leaf, right);
    await db.commit();
    return { root, left, right, leaf };
  };

  example("moves a branch while its old place goes, names change places, and nothing is lost", async (play) => {
    const { db, open } = play;
    const { root, left, right, leaf } = await grown(play);
    leaf.parent = right;
    db.delete(left);
    [root.name, right.name] = ["right", "root"];
    await db.commit();
    expect(await Unit.objects.orderBy("id").valuesList("name", "parent__name").fetch(open())).toEqual([
      ["right", null],
      ["root", "right"],
      ["leaf", "root"],
    ]);
    await expectSettled(play, root, right, leaf);
  });

  example("deletes below a unit what is there, not what left it before the flush", async (play) => {
    const { db } = play;
    const { root, left, right, leaf } = await grown(play);
    await root.children.fetch();
    right.children.add(leaf);
    root.children.remove(left);
    root.children.add(left);
    db.delete(left);
    await db.flush();
    expect([db.has(leaf), leaf.parentId]).toEqual([true, right.id]);
    expect(shown(root.children).map(({ name }) => name)).toEqual(["right"]);
    await db.rollback();
    expect([leaf.parentId, shown(root.children).map(({ name }) => name)]).toEqual([left.id, ["left", "right"]]);
    await expectSettled(play, root, left, right, leaf);
  });
});
