/** Plays every case on one database and compares: rows, and number of statements. */

import type { Database, Session } from "flash-db";
import { AtMost, canonical, sameAnswer, type Case, type CaseContext } from "./case.js";
import { aggregates } from "./cases/aggregates.js";
import { dates } from "./cases/dates.js";
import { expressions } from "./cases/expressions.js";
import { loading } from "./cases/loading.js";
import { lookups } from "./cases/lookups.js";
import { relations } from "./cases/relations.js";
import { rows } from "./cases/rows.js";
import { security } from "./cases/security.js";
import { writing } from "./cases/writing.js";
import { answersOf, statementsOf, type Reference } from "./reference.js";

const cases: ReadonlyMap<string, Case> = new Map(
  Object.entries({ ...lookups, ...dates, ...relations, ...rows, ...aggregates, ...expressions, ...loading, ...writing, ...security }),
);

export interface Played {
  readonly id: string;
  readonly passed: boolean;
  /** Why not, in a line. */
  readonly problem: string;
  readonly ours: number;
  readonly theirs: number;
}

const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

export const playCase = async (database: Database, reference: Reference, isPostgres: boolean): Promise<Played> => {
  const theirs = statementsOf(reference);
  const play = cases.get(reference.id);
  if (play === undefined) return { id: reference.id, passed: false, problem: "not translated", ours: 0, theirs };
  const sent: string[] = [];
  const off = database.on("query", (event) => sent.push(event.sql));
  const db: Session = database.session({ onUncommitted: "ignore" });
  const context: CaseContext = {
    db,
    isPostgres,
    queries: () => new AtMost(sent.length),
    since: (before) => new AtMost(sent.length - before.count),
    lastSql: () => sent.at(-1) ?? "",
  };
  try {
    const answer = canonical(await play(context));
    const expected = answersOf(reference, isPostgres);
    const right = expected.some((one) => sameAnswer(answer, one));
    const problem = !right
      ? `answered ${brief(answer)}, expected ${brief(expected[0])}`
      : sent.length > theirs
        ? `sent ${sent.length} statements, the reference ${theirs}: ${sent.join(" ;; ")}`
        : "";
    return { id: reference.id, passed: problem === "", problem, ours: sent.length, theirs };
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { id: reference.id, passed: false, problem: text.split("\n").slice(0, 4).join(" "), ours: sent.length, theirs };
  } finally {
    off();
    await db.rollback();
    await db.close();
  }
};
