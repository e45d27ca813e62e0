/** `pk`: the key under a name that every model has, wherever a path may stand, across relations too; its type is the key's. */

import { expect } from "vitest";
import { Count, F, foreignKey, hasMany, model, Q, t } from "flash-db";
import { itOnEachDatabase } from "../support/databases.js";

class Club extends model<Club>("pk_clubs")({ code: t.text().primaryKey(), members: hasMany(() => Member, "club") }) {}
class Member extends model<Member>("pk_members")({
  name: t.text(),
  club: foreignKey(() => Club, { onDelete: "setNull" }).nullable(),
}) {}

itOnEachDatabase("pk is a path like any other", async (database) => {
  await database.createAll([Club, Member]);
  await using db = database.session({ onUncommitted: "ignore" });
  const club = await Club.objects.create(db, { code: "one" });
  const { id } = await Member.objects.create(db, { name: "a", club });

  const rows = await Member.objects.values("pk", "club__pk").fetch(db);
  const typed: readonly { pk: number; club__pk: string | null }[] = rows;
  expect(typed).toEqual([{ pk: id, club__pk: "one" }]);
  expect(await Member.objects.valuesList("pk", { flat: true }).fetch(db)).toEqual([id]);
  expect(await Member.objects.valuesList("club__pk", "pk").fetch(db)).toEqual([["one", id]]);
  expect(await Club.objects.valuesList("members__pk", { flat: true }).fetch(db)).toEqual([id]);
  expect(
    await Member.objects
      .values("club__pk")
      .annotate({ n: Count("pk") })
      .fetch(db),
  ).toEqual([{ club__pk: "one", n: 1 }]);
  const which = Member.objects.orderBy("-pk", "club__pk").filter({ club__pk: "one", pk__in: [id] });
  expect(await which.filter(Q({ pk: F("pk") })).count(db)).toBe(1);
  expect(await Member.objects.filter({ pk__in: which.valuesList("pk", { flat: true }) }).count(db)).toBe(1);
});
