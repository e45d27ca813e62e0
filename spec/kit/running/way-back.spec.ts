/** Ways back: what they would lose is said first, and what was required is required again. */

import type { Database } from "flash-db";
import { addTable, alterColumn, contract, dropColumn, loses, type MigrationItem, t } from "flash-db/migrations";
import { expect } from "vitest";
import { runTo } from "../../../src/kit/commands/running.js";
import { askForFills, type Fills, refuseLosses, withFills } from "../../../src/kit/commands/way-back.js";
import { differences } from "../../../src/kit/databases/facts.js";
import { canonicalPicture, readPicture } from "../../../src/kit/databases/read-picture.js";
import { fold, graphOf, planTo } from "../../../src/kit/state/index.js";
import { itOnEachDatabase } from "../../support/databases.js";
import { given } from "../migrations.js";
import { withSession } from "../support/there-and-back.js";

const first = given("0001", [], addTable("users", { id: t.id(), name: t.text(), age: t.integer() }));
const kinds = ["sqlite", "postgres database"] as const;

const forwards = async (database: Database, ...items: readonly MigrationItem[]) => {
  const graph = graphOf([first, given("0002", ["0001"], loses("users.age"), ...items)]);
  await runTo(database, graph, () => "0001", {});
  await withSession(database, (session) => session.execute("INSERT INTO users (name, age) VALUES ('Ada', 36), ('Bob', 7)"));
  await runTo(database, graph, () => undefined, {});
  const back = async (fills: Fills): Promise<void> => {
    const plan = planTo(graph, new Set(["0001", "0002"]), "0001");
    await refuseLosses(database, plan);
    await askForFills(database, plan, fills);
    await runTo(database, graph, () => "0001", { adjust: (operations) => withFills(operations, fills) });
  };
  return { back };
};
const drift = (database: Database) =>
  withSession(database, async (session) =>
    differences(await canonicalPicture(session, fold([first])), await readPicture(session), session.dialect),
  );
const ages = async (database: Database): Promise<readonly number[]> =>
  (await withSession(database, (session) => session.rows("SELECT age FROM users ORDER BY id"))).map(([age]) => Number(age));
const none = { missing: [], extra: [] };

itOnEachDatabase(
  "a required column that was dropped asks for a value of its rows, and comes back as it was",
  async (database) => {
    const { back } = await forwards(database, contract(dropColumn("users", "age")));
    await expect(back({})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/users\.age becomes required again.*--fill users\.age=VALUE/s) as string,
    });
    await back({ "users.age": { sqlite: "5", postgres: "5" } });
    expect(await drift(database)).toEqual(none);
    expect(await ages(database)).toEqual([5, 5]);
  },
  kinds,
);

itOnEachDatabase(
  "a column that was required asks only where rows have no value meanwhile",
  async (database) => {
    const { back } = await forwards(database, alterColumn("users", "age", { nullable: true }));
    await withSession(database, (session) => session.execute("UPDATE users SET age = NULL WHERE name = 'Bob'"));
    await expect(back({})).rejects.toMatchObject({ exitCode: 2 });
    await back({ "users.age": { sqlite: "1", postgres: "1" } });
    expect(await drift(database)).toEqual(none);
    expect(await ages(database)).toEqual([36, 1]);
  },
  kinds,
);

itOnEachDatabase(
  "nothing is asked where no row needs it",
  async (database) => {
    const { back } = await forwards(database, dropColumn("users", "age"));
    await withSession(database, (session) => session.execute("DELETE FROM users"));
    await back({});
    expect(await drift(database)).toEqual(none);
  },
  kinds,
);
