/** From a schema to another one and back, with rows in it: the database has exactly what was asked for, and every row that both can hold. */

import { expect, vi } from "vitest";
import { itOnEachDatabase } from "../support/databases.js";
import { thereAndBack } from "./support/there-and-back.js";

// Some hundred statements that wait for the disk.
vi.setConfig({ testTimeout: 60_000 });

itOnEachDatabase(
  "schemas change and change back without losing a row",
  async (database) => {
    for (let seed = 1; seed <= 8; seed++) expect(await thereAndBack(database, seed)).toEqual([]);
  },
  ["sqlite", "postgres database"],
);
