/** Asks questions on a terminal. */

import { cancel, isCancel, select, text } from "@clack/prompts";
import type { Answers, Question } from "../detect/index.js";
import { MigrationError } from "../errors.js";
import { addAnswer } from "./answers.js";

const cancelled = (): MigrationError => {
  cancel("nothing was written");
  return new MigrationError("cancelled: nothing was written", { exitCode: 1 });
};

/** Extends the answers by those of the user. */
export const askAll = async (
  questions: readonly Question[],
  answers: Answers,
  dialects: Parameters<typeof addAnswer>[2],
): Promise<Answers> => {
  let given = answers;
  for (const question of questions) {
    const option = await select({
      message: question.text,
      options: question.answers.map((answer) => ({ value: answer.option, label: answer.text, hint: answer.option })),
    });
    if (isCancel(option)) throw cancelled();
    if (!option.startsWith("--"))
      throw new MigrationError(`change the model first: ${option}; then run makemigrations again`, { exitCode: 2 });
    given = addAnswer(given, option.includes("=VALUE") ? option.replace("VALUE", await askValue(question)) : option, dialects);
  }
  return given;
};

const askValue = async ({ object }: Question): Promise<string> => {
  const value = await text({ message: `The value for ${object}`, placeholder: "0" });
  if (isCancel(value)) throw cancelled();
  return value;
};
