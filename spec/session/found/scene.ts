/** The stage for what the fuzzer found: its schema on a fresh database, and a session, on both databases. */

import type { Session } from "flash-db";
import type { Database } from "../../../src/connect.js";
import { itOnEachDatabase } from "../../support/databases.js";
import { models } from "../fuzz/models.js";

interface Scene {
  readonly db: Session;
  readonly database: Database;
}

export const scene = (title: string, example: (scene: Scene) => Promise<void>): void =>
  itOnEachDatabase(title, async (database) => {
    await database.createAll(models);
    await using db = database.session({ onUncommitted: "ignore" });
    await example({ db, database });
  });
