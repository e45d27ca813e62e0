/** Plays the history of a schema: from each state to the next one by detection, and what the server then says is compared. */

import { connect } from "../../../src/connect.js";
import { readPicture } from "../../../src/kit/databases/read-picture.js";
import type { DatabaseSession } from "../../../src/kit/databases/session.js";
import { type Answers, detect, noAnswers, readRename } from "../../../src/kit/detect/index.js";
import { runMigrations } from "../../../src/kit/history/index.js";
import { describeOf, type Operation } from "../../../src/kit/operations/index.js";
import { emptyPicture } from "../../../src/kit/state/index.js";
import { createStatements } from "../../../src/schema/create.js";
import type { SchemaPicture } from "../../../src/schema/picture.js";
import { catalogueFacts, emptySchema } from "./catalogue-facts.js";
import { withSession } from "./there-and-back.js";

/** One state of a schema: the statements that make it of nothing. */
export interface State {
  readonly name: string;
  readonly statements: readonly string[];
}
export interface Played {
  /** Neighbouring states that differ. */
  readonly pairs: number;
  /** Of those, both of whose states a picture can say. */
  readonly sayable: number;
  /** Of those, the database came to the second state. */
  readonly right: number;
  /** Renames that were asked. */
  readonly asked: number;
  readonly problems: readonly string[];
  /** What states have that no picture says, with the number of states that have it. */
  readonly unsaid: ReadonlyMap<string, number>;
}

interface Built {
  readonly facts: readonly string[];
  readonly picture: SchemaPicture;
  /** Made from the picture alone, the server says the same. */
  readonly sayable: boolean;
  readonly unsaid: readonly string[];
}

const build = async (session: DatabaseSession, statements: readonly string[]): Promise<void> => {
  await session.execute(emptySchema);
  for (const text of statements) await session.execute(text);
};

/** Facts about what is not built (indexes of views) have nothing to stand on. */
const rebuild = async (session: DatabaseSession, statements: readonly string[]): Promise<void> => {
  await session.execute(emptySchema);
  for (const text of statements)
    try {
      await session.execute(text);
    } catch (error) {
      if (!/ does not exist /.test((error as Error).message) || !/^CREATE (UNIQUE )?INDEX/.test(text)) throw error;
    }
};

const builtOf = async (session: DatabaseSession, statements: readonly string[]): Promise<Built> => {
  try {
    await rebuild(session, statements);
  } catch (error) {
    // It stands on something that the history does not hold.
    return { facts: statements, picture: emptyPicture, sayable: false, unsaid: [(error as Error).message] };
  }
  const facts = await catalogueFacts(session);
  const picture = await readPicture(session);
  try {
    await build(session, createStatements(picture, session.dialect));
    const again = await catalogueFacts(session);
    const unsaid = [
      ...facts.filter((line) => !again.includes(line)),
      ...again.filter((line) => !facts.includes(line)).map((line) => `not ${line}`),
    ];
    return { facts, picture, sayable: unsaid.length === 0, unsaid };
  } catch (error) {
    return { facts, picture, sayable: false, unsaid: [(error as Error).message] };
  }
};

/** Each question is answered: a rename is one, and there are no rows that would need a value. */
const operationsOf = (
  before: SchemaPicture,
  after: SchemaPicture,
): { readonly operations: readonly Operation[]; readonly asked: number } => {
  let answers: Answers = noAnswers;
  for (let asked = 0; ;) {
    const { operations, questions } = detect(before, after, answers);
    if (questions.length === 0) return { operations, asked };
    for (const { kind, object, answers: options } of questions) {
      if (kind === "fill") answers = { ...answers, fills: { ...answers.fills, [object]: { postgres: "NULL" } } };
      else {
        asked++;
        answers = { ...answers, renames: [...answers.renames, readRename((options[0]?.option ?? "").replace("--rename ", ""))] };
      }
    }
    if (asked > 500) throw new Error("the questions do not end");
  }
};

/** `url` is an empty PostgreSQL database. */
export const playHistory = async (url: string, states: readonly State[], prelude: readonly string[] = []): Promise<Played> => {
  const database = await connect(url);
  const counts = { pairs: 0, sayable: 0, right: 0, asked: 0 };
  const problems: string[] = [];
  const unsaid = new Map<string, number>();
  try {
    await withSession(database, async (session) => {
      for (const text of prelude)
        try {
          await session.execute(text);
        } catch {
          // The server lacks it.
        }
    });
    let before: (State & Built) | null = null;
    for (const state of states) {
      const built: Built = await withSession(database, (session) => builtOf(session, state.statements));
      const was: (State & Built) | null = before;
      before = { ...state, ...built };
      for (const line of built.unsaid) unsaid.set(line, (unsaid.get(line) ?? 0) + 1);
      if (was === null || was.facts.join("\n") === built.facts.join("\n")) continue;
      counts.pairs++;
      if (!was.sayable || !built.sayable) continue;
      counts.sayable++;
      await withSession(database, (session) => rebuild(session, was.statements));
      const { operations, asked } = operationsOf(was.picture, built.picture);
      counts.asked += asked;
      try {
        await runMigrations(database, () => [
          {
            name: state.name,
            direction: "up",
            operations,
            before: was.picture,
            after: built.picture,
            transaction: true,
            meaning: state.name,
          },
        ]);
        const found = await withSession(database, catalogueFacts);
        const missing = built.facts.filter((line) => !found.includes(line));
        const extra = found.filter((line) => !built.facts.includes(line));
        if (missing.length + extra.length === 0) counts.right++;
        else
          problems.push(
            [`${was.name} → ${state.name}`, ...missing.map((line) => `  - ${line}`), ...extra.map((line) => `  + ${line}`)].join("\n"),
          );
      } catch (error) {
        problems.push(`${was.name} → ${state.name}: ${(error as Error).message}\n  by ${operations.map(describeOf).join("; ")}`);
      }
    }
  } finally {
    await database.close({ timeout: 0 });
  }
  return { ...counts, problems, unsaid };
};
