/** Pages that are one program run on both databases, send the SQL that they claim, and print what stands beside `console.log`. */

import { describe, expect, it } from "vitest";
import { fresh } from "../support/fresh.js";
import { isClaimed } from "./likeness.js";
import { play } from "./page-running.js";
import { pageOf, programPages } from "./pages.js";

describe.each(["sqlite file", "postgres"] as const)("pages that are one program (%s)", (kind) => {
  it.each(programPages())("$file does what it says", { timeout: 60_000 }, async (page) => {
    const { outcomes, printed, promised } = await play(page, await fresh(kind));
    expect(printed).toEqual(promised);
    const wrong = outcomes.filter(
      ({ claim, sent }) =>
        claim.on === (kind === "postgres" ? kind : "sqlite") && !sent.some(({ text, values }) => isClaimed(claim.sql, text, values)),
    );
    expect(wrong).toEqual([]);
  });

  it("would be found wrong", async () => {
    const page = pageOf(
      "here.md",
      '```ts\nimport { initDb, sql } from "flash-db";\nconst database = await initDb("sqlite:app.db");\nawait using db = database.session();\nawait db.execute(sql`SELECT 1 AS one`, { readOnly: true }); // SELECT 2 AS one\nconsole.log(1); // 2\n```',
    );
    const { outcomes, printed, promised } = await play(page, await fresh(kind));
    expect(outcomes.map(({ claim, sent }) => sent.some(({ text, values }) => isClaimed(claim.sql, text, values)))).toEqual([false]);
    expect([printed, promised]).toEqual([["1"], ["2"]]);
  });
});
