/** The SQL that stands beside the examples of the documentation is the SQL that is sent. */

import { describe, expect, it } from "vitest";
import { connect } from "../../src/index.js";
import { afterwards, fresh } from "../support/fresh.js";
import { docstringExamples, guideExamples, programOf, type Example } from "./documented.js";
import { stepsOf, type Claim } from "./claims.js";
import { isClaimed } from "./likeness.js";
import { models } from "./prelude.js";
import { emptyTables, needsRows, outcomesOf, type Outcome } from "./running.js";

type Kind = Claim["on"];

/** What defines models of its own has no tables here, and a part of a class sends nothing. */
const cannotRun = (example: Example): boolean =>
  /\bextends (?:model<|\w+\.subtype<)/.test(example.code) || programOf(example).startsWith("void ");
const claimsOf = (example: Example): readonly Claim[] => stepsOf(example).flatMap((step) => step.claims);
const examplesOn = (kind: Kind): readonly Example[] =>
  [...docstringExamples(), ...guideExamples()].filter(
    (example) => !cannotRun(example) && claimsOf(example).some((claim) => claim.on === kind),
  );

const complaint = ({ place, claim, sent }: Outcome): string =>
  `${place} claims\n  ${claim.sql}\nand sends\n${sent.map(({ text, values }) => `  ${text}   ${JSON.stringify(values)}`).join("\n")}`;
const isRight = ({ claim, sent }: Outcome): boolean => sent.some(({ text, values }) => isClaimed(claim.sql, text, values));

describe("SQL in the documentation", () => {
  it.each([
    { kind: "postgres" as const, atLeast: 170 },
    { kind: "sqlite" as const, atLeast: 10 },
  ])(
    "is what is sent ($kind)",
    async ({ kind, atLeast }) => {
      const database = await connect(await fresh(kind));
      afterwards(() => database.close({ timeout: 0 }));
      await database.createAll(models);
      const outcomes: Outcome[] = [];
      for (const example of examplesOn(kind)) {
        outcomes.push(...(await outcomesOf(example, database, kind)));
        if (needsRows(example)) await emptyTables(database, kind);
      }
      const mine = outcomes.filter(({ claim }) => claim.on === kind);
      expect(mine.filter((outcome) => !isRight(outcome)).map(complaint)).toEqual([]);
      expect(mine.length).toBeGreaterThanOrEqual(atLeast);
    },
    60_000,
  );

  const text =
    'SELECT "a"."id", "b"."name" FROM "a" INNER JOIN "b" ON "a"."b_id" = "b"."id" WHERE ("a"."n" > $1::bigint) AND ("b"."x" = $2)';
  it.each([
    "SELECT … FROM a JOIN b ON a.b_id = b.id WHERE n > 5 AND x = 'y'",
    "SELECT a.id, b.… FROM …",
    "… WHERE a.n > $1 AND b.x = $2",
    "JOIN b ON a.b_id = b.id",
  ])("may be told as %s", (claim) => expect(isClaimed(claim, text, [5, "y"])).toBe(true));
  it.each([
    "SELECT … FROM a",
    "… WHERE n > 5",
    "… WHERE n > 6 AND x = 'y'",
    "… WHERE b.n > 5 AND x = 'y'",
    "… WHERE n >= 5 AND x = 'y'",
    "SELECT a.name …",
    "LEFT JOIN b",
    "WHERE n > 5 OR x = 'y'",
  ])("may not be told as %s", (claim) => expect(isClaimed(claim, text, [5, "y"])).toBe(false));
});
