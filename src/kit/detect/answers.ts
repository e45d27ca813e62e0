/** Answers that a comparison cannot determine: what was renamed, what is dropped, values for existing rows. */

import type { SqlTexts, TableName } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import { tableText } from "../operations/index.js";

/** `users` → `people`, or `users.name` → `full_name`. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}
export interface Answers {
  readonly renames: readonly Rename[];
  /** Tables and columns that are really dropped, by name, rather than renamed. */
  readonly drops: readonly string[];
  /** Values for existing rows by column, `users.age`. */
  readonly fills: Readonly<Record<string, SqlTexts>>;
}
export const noAnswers: Answers = { renames: [], drops: [], fills: {} };

/** A question with its possible answers, each as a command-line option. */
export interface Question {
  readonly kind: "rename" | "fill";
  readonly object: string;
  readonly text: string;
  readonly answers: readonly { readonly text: string; readonly option: string }[];
}

/** Parses `users.name:full_name` (or `users:people`). */
export const readRename = (given: string): Rename => {
  const [from, to, ...rest] = given.split(":");
  if (from === undefined || from === "" || to === undefined || to === "" || rest.length > 0)
    throw new MigrationError(`--rename ${given}: expected old:new, as in --rename users.name:full_name or --rename users:people`, {
      exitCode: 1,
    });
  // `users.name:users.full_name` is accepted too.
  const table = from.includes(".") ? from.slice(0, from.lastIndexOf(".") + 1) : "";
  return { from, to: table !== "" && to.startsWith(table) ? to.slice(table.length) : to };
};

export const columnText = (table: TableName, column: string): string => `${tableText(table)}.${column}`;

export const needsAnswers = (questions: readonly Question[]): MigrationError =>
  new MigrationError(
    `${questions.length === 1 ? "one question needs" : `${questions.length} questions need`} an answer:\n${questions
      .map(({ text, answers }) => `  ${text}\n${answers.map((answer) => `    ${answer.option.padEnd(44)} ${answer.text}`).join("\n")}`)
      .join("\n")}`,
    { exitCode: 2, facts: { questions } },
  );
