/** Parses answers from the command line or from a file. */

import { readFileSync } from "node:fs";
import type { Dialect, SqlTexts } from "flash-db/internal";
import { type Answers, noAnswers, readRename } from "../detect/index.js";
import { MigrationError } from "../errors.js";
import { shown } from "./load.js";

export interface AnswerOptions {
  readonly rename?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly fill?: readonly string[] | undefined;
  /** A JSON file with the same content: `{ "rename": ["users.name:full_name"], "drop": […], "fill": { "users.age": 0 } }`. */
  readonly hints?: string | undefined;
}

/** `users.age=0`: the value is parsed as JSON if possible, otherwise used as text. */
const fillOf = (given: string, dialects: readonly Dialect[]): Answers["fills"] => {
  const at = given.indexOf("=");
  if (at < 1) throw new MigrationError(`--fill ${given}: expected table.column=value, as in --fill users.age=0`);
  const text = given.slice(at + 1);
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON, so it is text.
  }
  return { [given.slice(0, at)]: literals(value, dialects) };
};

const literals = (value: unknown, dialects: readonly Dialect[]): SqlTexts =>
  Object.fromEntries(
    dialects.map((dialect) => [
      dialect.name,
      dialect.schema.literal(
        typeof value === "object" && value !== null ? JSON.stringify(value) : value,
        typeof value === "boolean"
          ? { kind: "boolean" }
          : typeof value === "number"
            ? Number.isInteger(value)
              ? { kind: "integer", wide: true }
              : { kind: "double" }
            : { kind: "unknown" },
      ),
    ]),
  );

const list = (given: unknown, key: string, file: string): readonly string[] => {
  if (given === undefined) return [];
  if (Array.isArray(given) && given.every((one) => typeof one === "string")) return given;
  throw new MigrationError(`${file}: expected \`${key}\` to be a list of texts`);
};

const readHints = (file: string, dialects: readonly Dialect[]): Answers => {
  let hints: unknown;
  try {
    hints = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new MigrationError(`--hints ${shown(file)} could not be read: ${(error as Error).message}`, { cause: error });
  }
  if (typeof hints !== "object" || hints === null || Array.isArray(hints))
    throw new MigrationError(`--hints ${shown(file)}: expected an object with rename, drop or fill`);
  const { rename, drop, fill, ...others } = hints as Readonly<Record<string, unknown>>;
  const [strange] = Object.keys(others);
  if (strange !== undefined) throw new MigrationError(`--hints ${shown(file)}: there is no "${strange}"; there are rename, drop and fill`);
  return {
    renames: list(rename, "rename", file).map(readRename),
    drops: list(drop, "drop", file),
    fills: Object.fromEntries(Object.entries(fill ?? {}).map(([name, value]) => [name, literals(value, dialects)])),
  };
};

export const readAnswers = ({ rename = [], drop = [], fill = [], hints }: AnswerOptions, dialects: readonly Dialect[]): Answers => {
  const file = hints === undefined ? noAnswers : readHints(hints, dialects);
  return {
    renames: [...file.renames, ...rename.map(readRename)],
    drops: [...file.drops, ...drop],
    fills: Object.assign({}, file.fills, ...fill.map((one) => fillOf(one, dialects))) as Answers["fills"],
  };
};

/** Adds an answer in the form of a question's option: `--rename users.name:full_name`. */
export const addAnswer = (answers: Answers, option: string, dialects: readonly Dialect[]): Answers => {
  const [name, value] = [option.slice(0, option.indexOf(" ")), option.slice(option.indexOf(" ") + 1)];
  if (name === "--rename") return { ...answers, renames: [...answers.renames, readRename(value)] };
  if (name === "--drop") return { ...answers, drops: [...answers.drops, value] };
  return { ...answers, fills: { ...answers.fills, ...fillOf(value, dialects) } };
};
