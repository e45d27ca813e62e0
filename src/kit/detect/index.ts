/** Compares two pictures: operations in a working order, what they lose, and questions that need an answer. */

import type { SchemaPicture } from "flash-db/internal";
import { applyAll, findTable, type Operation } from "../operations/index.js";
import { factsOf } from "../state/index.js";
import { type Answers, noAnswers, type Question } from "./answers.js";
import { compareOthers, compareTable, goneTables, newTables, noPhases } from "./differences.js";
import { lossesOf } from "./losses.js";
import { findRenames } from "./renames.js";

export interface Detected {
  readonly operations: readonly Operation[];
  readonly loses: readonly string[];
  /** While there are questions, the operations must not be used. */
  readonly questions: readonly Question[];
}

/** What the models declare besides their picture. */
export interface Said {
  readonly renames: Answers["renames"];
  readonly fills: Answers["fills"];
}
export const nothingSaid: Said = { renames: [], fills: {} };

export const detect = (before: SchemaPicture, after: SchemaPicture, answers: Answers = noAnswers, said: Said = nothingSaid): Detected => {
  const renames = findRenames(before, after, answers, said.renames);
  const state = renames.state;
  const phases = noPhases();
  for (const table of state.tables) {
    const next = findTable(after, table.name);
    if (next !== undefined) compareTable(table, next, { ...said.fills, ...answers.fills }, phases);
  }
  const others = compareOthers(state, after);
  const made = newTables(state, after);
  const gone = goneTables(state, after);
  const operations: readonly Operation[] = [
    ...renames.operations,
    ...gone.keys,
    ...phases.free,
    ...phases.rename,
    ...others.first,
    ...made.tables,
    ...phases.add,
    ...phases.alter,
    ...phases.tighten,
    ...made.keys,
    ...phases.link,
    ...phases.drop,
    ...gone.tables,
    ...others.last,
  ];
  const questions = [...renames.questions, ...phases.questions.filter((question) => !renames.doubtful.has(question.object))];
  return { operations, loses: questions.length === 0 ? lossesOf(before, operations) : [], questions };
};

/** Whether the operations produce the target picture; if not, it is a bug. */
export const leadsTo = (before: SchemaPicture, operations: readonly Operation[], after: SchemaPicture): boolean =>
  factsOf({ ...applyAll(before, operations), unmanaged: [] }) === factsOf({ ...after, unmanaged: [] });

export { type Answers, needsAnswers, noAnswers, type Question, readRename } from "./answers.js";
export { lossesOf } from "./losses.js";
