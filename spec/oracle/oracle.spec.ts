/** Every question of the reference, on both databases. */

import { connect, type Database } from "flash-db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDatabase, type FreshDatabase, type Kind } from "../support/fresh.js";
import { loadChinook } from "./load.js";
import { playCase } from "./play.js";
import { readReferences } from "./reference.js";

const kinds: readonly Kind[] = ["sqlite", "postgres"];
describe.each(kinds.map((kind) => ({ kind })))("the questions of the reference ($kind)", ({ kind }) => {
  let place: FreshDatabase;
  let database: Database;
  beforeAll(async () => {
    place = await makeDatabase(kind);
    database = await connect(place.url);
    await loadChinook(database, kind === "postgres");
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await place.remove();
  });
  it.each(readReferences())("$id: $description", async (reference) => {
    expect((await playCase(database, reference, kind === "postgres")).problem).toBe("");
  });
});
