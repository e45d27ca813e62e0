/** The example project of the tutorial "Your first schema change": its migrations make what its model says, and keep the rows. */

import path from "node:path";
import { sql } from "flash-db";
import { declaredCondition, declaredExpression, handleOf, metadataOf, pictureOf, postgresDialect, sqliteDialect } from "flash-db/internal";
import { describe, expect, it } from "vitest";
import initial from "../../docs/examples/schema-change/migrations/0001_initial.js";
import second from "../../docs/examples/schema-change/migrations/0002_users_full_name_users_age.js";
import { User } from "../../docs/examples/schema-change/models.js";
import { runTo } from "../../src/kit/commands/running.js";
import { detect } from "../../src/kit/detect/index.js";
import { readMigration } from "../../src/kit/operations/index.js";
import { fold, graphOf } from "../../src/kit/state/index.js";
import { itOnEachDatabase } from "../support/databases.js";

const dialects = [postgresDialect, sqliteDialect];
const migrations = [readMigration("0001_initial", initial, dialects), readMigration("0002_users_full_name_users_age", second, dialects)];

describe(path.basename("docs/examples/schema-change"), () => {
  it("says the same in its model and in its migrations", () => {
    const picture = pictureOf([metadataOf(User)], { where: declaredCondition, expression: declaredExpression }, dialects);
    expect(detect(fold(migrations), picture).operations).toEqual([]);
  });

  itOnEachDatabase("keeps the rows that were there", async (database) => {
    expect(handleOf(database).closed).toBe(false);
    const graph = graphOf(migrations);
    await runTo(database, graph, () => "0001_initial", {});
    await using db = database.session();
    await db.execute(sql`INSERT INTO users (name, email) VALUES ('Ada', 'ada@example.com')`);
    await db.commit();
    expect((await runTo(database, graph, () => undefined, {})).map(({ name }) => name)).toEqual(["0002_users_full_name_users_age"]);
    const [ada] = await User.objects.all().fetch(db);
    expect([ada?.fullName, ada?.age]).toEqual(["Ada", 0]);
    await runTo(database, graph, () => "zero", {});
    await expect(db.execute(sql`SELECT * FROM users`)).rejects.toThrow();
  });
});
