/** How the example prints a question: its TypeScript, the SQL that it sent, and the answer, in 80 columns. */

import { readFileSync } from "node:fs";
import Table from "cli-table3";
import colors from "picocolors";
import type { QueryEvent } from "flash-db";

const WIDTH = 78;

/** Name → the sentence above a function of questions.ts and the lines of its body. */
const questions = new Map(
  [
    ...readFileSync(new URL("questions.ts", import.meta.url), "utf8").matchAll(
      /\/\*\* (.+?) \*\/\nexport const (\w+) = .*=>(?: \{)?\n([\s\S]*?)\n(?:\};\n|(?=\n|$))/g,
    ),
  ].map(([, title = "", name = "", body = ""]) => [name, { title, code: body.replace(/^ {2}/gm, "") }]),
);

export const heading = (text: string): void => console.log(`\n${colors.bold(colors.cyan(text))}`);

export const showCode = (name: string): void => {
  const question = questions.get(name);
  if (question === undefined) throw new Error(`questions.ts has no ${name}`);
  heading(question.title);
  console.log(`\n${question.code}\n`);
};

const CLAUSE = / (?=(?:FROM|LEFT JOIN|INNER JOIN|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|SET|VALUES|RETURNING)\b)/g;
const isNested = (before: string): boolean => before.split("(").length !== before.split(")").length;

/** Each clause begins a line; long ones go on in the next line, indented. */
const wrapped = (sql: string): string[] =>
  sql
    .replace(CLAUSE, (space, at: number) => (isNested(sql.slice(0, at)) ? space : "\n"))
    .split("\n")
    .flatMap((clause) => {
      const lines = [""];
      for (const word of clause.split(" ")) {
        const line = lines.at(-1) as string;
        if (line !== "" && line.length + word.length + 1 > WIDTH) lines.push(`    ${word}`);
        else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
      }
      return lines;
    });

const shownValue = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}` : value);

export const showSql = ({ sql, params }: QueryEvent): void => {
  const values = params.length === 0 ? [] : wrapped(`-- ${JSON.stringify(params, shownValue).replaceAll(",", ", ")}`);
  console.log(colors.dim([...wrapped(sql), ...values, ""].join("\n")));
};

type Cell = string | number | null;
/** Columns of numbers stand on the right. */
export const showTable = (rows: readonly Readonly<Record<string, Cell>>[]): void => {
  const head = Object.keys(rows[0] ?? {});
  const table = new Table({
    head: head.map((text) => colors.cyan(text)),
    style: { head: [], border: [], compact: true },
    colAligns: head.map((name) => (typeof rows[0]?.[name] === "number" ? "right" : "left")),
  });
  for (const row of rows) table.push(head.map((name) => row[name] ?? ""));
  console.log(table.toString());
};
