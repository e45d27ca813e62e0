/** A one-to-one that is given another member, or none, while the stored member was never loaded: rollbacks and failures do not forget it. */

import { describe, expect } from "vitest";
import { atomic, hasOne, model, oneToOne, t, type Session } from "flash-db";
import { exampleWith, type Play } from "./example.js";
import { rejection, statusOf } from "./uow/stage.js";

class Owner extends model<Owner>("replaced_owners")({
  name: t.text().unique(),
  badge: hasOne(() => Badge, "owner"),
  key: hasOne(() => Key, "owner", { orphans: "delete" }),
}) {}
/** Goes on without an owner. */
class Badge extends model<Badge>("replaced_badges")({
  label: t.text(),
  owner: oneToOne(() => Owner, { onDelete: "setNull" }).nullable(),
}) {}
/** Is nothing without one. */
class Key extends model<Key>("replaced_keys")({ label: t.text(), owner: oneToOne(() => Owner, { onDelete: "cascade" }) }) {}

const example = exampleWith([Owner, Badge, Key]);
/** Stored by another session, so that this one knows of no members. */
const stored = async ({ db, open }: Play): Promise<Owner> => {
  const setup = open();
  const owner = new Owner({ name: "a" });
  setup.add(new Badge({ label: "old", owner }), new Key({ label: "old", owner }));
  await setup.commit();
  return Owner.objects.get(db, { name: "a" });
};
const badges = (db: Session): Promise<unknown[]> => Badge.objects.orderBy("id").valuesList("label", "ownerId").fetch(db);
const keys = (db: Session): Promise<unknown[]> => Key.objects.orderBy("id").valuesList("label", { flat: true }).fetch(db);
const badgeOf = async (owner: Owner): Promise<string | undefined> => (await owner.badge)?.label;
const replaceBoth = (owner: Owner): void => {
  owner.badge = new Badge({ label: "new" });
  owner.key = new Key({ label: "new" });
};

describe("a one-to-one that is replaced unseen", () => {
  example("makes room after a flush that failed for another reason", async (play) => {
    const { db, open } = play;
    const owner = await stored(play);
    replaceBoth(owner);
    const other = new Owner({ name: "a" });
    db.add(other);
    expect((await rejection(db.commit())).code).toBe("UNIQUE_VIOLATION");
    db.expunge(other);
    await db.commit();
    expect(await badges(open())).toEqual([
      ["old", null],
      ["new", owner.id],
    ]);
    expect(await keys(open())).toEqual(["new"]);
  });

  example("is pending again after the block that flushed it is rolled back, so that a second try has it", async (play) => {
    const { db, open } = play;
    const owner = await stored(play);
    replaceBoth(owner);
    const [badge, key] = [await owner.badge, await owner.key];
    const fail = async (): Promise<void> => {
      expect((await Badge.objects.filter({ owner }).fetch(db)).map(({ label }) => label)).toEqual(["new"]);
      throw new Error("back");
    };
    await rejection(atomic(db, fail));
    expect([statusOf(badge as object), statusOf(key as object)]).toEqual(["pending", "pending"]);
    await atomic(db, async () => {
      await rejection(atomic(db, fail));
    });
    expect(await badges(open())).toEqual([
      ["old", null],
      ["new", owner.id],
    ]);
    expect(await keys(open())).toEqual(["new"]);
  });

  example("is forgotten where it was given inside the savepoint that is rolled back", async (play) => {
    const { db, open, sent } = play;
    const owner = await stored(play);
    await atomic(db, async () => {
      owner.name = "b";
      await rejection(
        atomic(db, async () => {
          replaceBoth(owner);
          throw new Error("back");
        }),
      );
      await rejection(
        atomic(db, async () => {
          replaceBoth(owner);
          await db.flush();
          throw new Error("back");
        }),
      );
      sent();
      await db.flush();
      expect(sent()).toEqual([]);
    });
    expect([(await owner.badge)?.label, (await owner.key)?.label, owner.name]).toEqual(["old", "old", "b"]);
    expect(await keys(open())).toEqual(["old"]);
  });

  example("may be emptied, rolled back to the last commit, and emptied again", async (play) => {
    const { db, open } = play;
    const owner = await stored(play);
    owner.badge = null;
    owner.key = null;
    await db.flush();
    expect([await badges(db), await keys(db)]).toEqual([[["old", null]], []]);
    await db.rollback();
    expect(await badges(db)).toEqual([["old", owner.id]]);
    owner.badge = null;
    await rejection(
      atomic(db, async () => {
        await db.flush();
        throw new Error("back");
      }),
    );
    await db.commit();
    expect(await badges(open())).toEqual([["old", null]]);
    expect(await keys(open())).toEqual(["old"]);
  });

  example("comes along when its owner leaves the session and joins another", async (play) => {
    const { db, open } = play;
    const owner = await stored(play);
    owner.badge = null;
    db.expunge(owner);
    await db.commit();
    expect(await badges(open())).toEqual([["old", owner.id]]);
    const other = open();
    other.add(owner);
    await other.commit();
    expect(await badges(open())).toEqual([["old", null]]);
  });

  example("is given up by expire()", async (play) => {
    const { db, open, sent } = play;
    const owner = await stored(play);
    owner.badge = null;
    db.expire(owner);
    sent();
    await db.commit();
    expect(sent()).toEqual([]);
    expect(await badgeOf(owner)).toBe("old");
    expect(await badges(open())).toEqual([["old", owner.id]]);
  });
});
