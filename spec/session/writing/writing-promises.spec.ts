/** The table of docs/writing.md, played cell by cell: each verb keeps the promises that it says it keeps, and no others. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { eachDatabase } from "../../support/databases.js";
import { promises } from "./promises.js";
import { log, Other, Owner, Thing, verbs } from "./verbs.js";

const text = readFileSync(path.resolve(import.meta.dirname, "../../../docs/writing.md"), "utf8");
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const [head = [], , ...body] = rows;
const names = head.slice(1);
const cells = body.flatMap(([verb = "", ...kept]) =>
  kept.map((said, at) => ({ verb: verb.replaceAll("`", ""), promise: names[at] as string, said })),
);

describe("the table of docs/writing.md", () => {
  it("has a row for each verb and a column for each promise", () => {
    expect(body.map(([verb = ""]) => verb.replaceAll("`", ""))).toEqual(Object.keys(verbs));
    expect(names).toEqual(Object.keys(promises));
  });

  it("says yes, says no with a reason, or says that there is nothing to ask", () => {
    expect(cells.filter(({ said }) => !/^(yes|–|no: .{8,})$/.test(said))).toEqual([]);
  });
});

eachDatabase("each verb keeps its promises", [Owner, Thing, Other], (open) => {
  it.each(Object.keys(verbs))("%s", async (verb) => {
    const database = await open();
    const found: Record<string, string> = {};
    for (const [promise, play] of Object.entries(promises)) {
      const kept: (boolean | null)[] = [];
      for (const way of verbs[verb] ?? []) {
        await using clearing = database.session({ onUncommitted: "ignore" });
        for (const model of [Thing, Other, Owner]) await model.objects.all().delete(clearing, { all: true });
        const owner = await Owner.objects.create(clearing, { name: "owner" });
        await Thing.objects.bulkCreate(clearing, [{ code: "stored" }, { code: "beside" }]);
        await clearing.commit();
        await using db = database.session({ onUncommitted: "ignore" });
        const mine = await Owner.objects.get(db, { id: owner.id });
        const thing = await Thing.objects.get(db, { code: "stored" });
        log.length = 0;
        const write = async (values: Parameters<typeof way.run>[1]): Promise<unknown> => way.run(db, values, thing, mine);
        try {
          kept.push(await play({ database, db, way, thing, owner: mine, write }));
        } catch (error) {
          throw new Error(`${verb}, ${promise}, ${way.kind}`, { cause: error });
        }
      }
      const asked = kept.filter((one) => one !== null);
      found[promise] =
        asked.length === 0 ? "–" : asked.every((one) => one) ? "yes" : asked.some((one) => one) ? `mixed ${kept.join()}` : "no";
    }
    const said = cells.filter((cell) => cell.verb === verb).map(({ promise, said }) => [promise, said.split(":")[0]]);
    expect(found).toEqual(Object.fromEntries(said));
  });
});
