/** Finds renamed tables and columns: declared by hints or the model, otherwise asked, never guessed. */

import { sameTable, type SchemaPicture, type TableName, type TablePicture } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import { applyAll, equal, findTable, type Operation, tableText } from "../operations/index.js";
import { type Answers, columnText, type Question } from "./answers.js";
import { similarity } from "./similarity.js";

export interface Renames {
  readonly operations: readonly Operation[];
  /** The picture after the renames. */
  readonly state: SchemaPicture;
  readonly questions: readonly Question[];
  /** Names that may not be new; nothing else is asked about them yet. */
  readonly doubtful: ReadonlySet<string>;
}

/** `said` comes from the models, where a hint for a former name that no longer exists is not an error. */
export const findRenames = (before: SchemaPicture, after: SchemaPicture, answers: Answers, said: Answers["renames"]): Renames => {
  const tables = renamedTables(before, after, answers, said);
  const state = applyAll(before, tables.operations);
  checkHints(before, state, after, answers);
  const columns = state.tables.flatMap((table) => {
    const next = findTable(after, table.name);
    const renamed = tables.operations.find((one) => one.kind === "renameTable" && sameTable(one.to, table.name));
    const former = renamed?.kind === "renameTable" ? renamed.from : table.name;
    return next === undefined ? [] : [renamedColumns(table, next, former, { answers, said })];
  });
  const operations = columns.flatMap((one) => one.operations);
  return {
    operations: [...tables.operations, ...operations],
    state: applyAll(state, operations),
    questions: [...tables.questions, ...columns.flatMap((one) => one.questions)],
    doubtful: new Set([...tables.doubtful, ...columns.flatMap((one) => one.doubtful)]),
  };
};

interface Found {
  readonly operations: readonly Operation[];
  readonly questions: readonly Question[];
  readonly doubtful: readonly string[];
}

const best = <T>(items: readonly T[], score: (item: T) => number): T | undefined => [...items].sort((a, b) => score(b) - score(a))[0];

const renamedTables = (before: SchemaPicture, after: SchemaPicture, answers: Answers, said: Answers["renames"]): Found => {
  const gone = before.tables.filter((table) => findTable(after, table.name) === undefined);
  const come = after.tables.filter((table) => findTable(before, table.name) === undefined);
  const operations: Operation[] = [];
  const questions: Question[] = [];
  const doubtful: string[] = [];
  const taken = new Set<TablePicture>();
  const rename = (from: TablePicture, to: TablePicture): void => {
    taken.add(from).add(to);
    operations.push({ kind: "renameTable", from: from.name, to: to.name });
  };
  for (const { from, to } of [...answers.renames, ...said].filter((one) => !isColumn(one.from, before))) {
    const old = gone.find((table) => tableText(table.name) === from && !taken.has(table));
    const next = come.find((table) => tableText(table.name) === to && !taken.has(table));
    if (old !== undefined && next !== undefined) rename(old, next);
  }
  for (const table of gone.filter((one) => !taken.has(one) && !answers.drops.includes(tableText(one.name)))) {
    const alike = (other: TablePicture): number => {
      const shared = table.columns.filter((column) =>
        other.columns.some((one) => one.name === column.name && equal(one.type, column.type)),
      ).length;
      return shared / Math.max(table.columns.length, other.columns.length);
    };
    const candidate = best(
      come.filter((one) => !taken.has(one) && alike(one) >= 0.5),
      (one) => alike(one) + similarity(table.name.name, one.name.name),
    );
    if (candidate === undefined) continue;
    taken.add(candidate);
    doubtful.push(tableText(candidate.name));
    questions.push(
      asked(tableText(table.name), tableText(candidate.name), `table ${tableText(table.name)}`, `table ${tableText(candidate.name)}`),
    );
  }
  return { operations, questions, doubtful };
};

const isColumn = (from: string, before: SchemaPicture): boolean =>
  !before.tables.some((table) => tableText(table.name) === from) && from.includes(".");

/** `former` is the table's previous name; hints may use either name. */
const renamedColumns = (
  before: TablePicture,
  after: TablePicture,
  former: TableName,
  { answers, said }: { readonly answers: Answers; readonly said: Answers["renames"] },
): Found => {
  const names = (column: string): readonly string[] => [columnText(before.name, column), columnText(former, column)];
  const gone = before.columns.filter((column) => !after.columns.some((one) => one.name === column.name));
  const come = after.columns.filter((column) => !before.columns.some((one) => one.name === column.name));
  const operations: Operation[] = [];
  const questions: Question[] = [];
  const doubtful: string[] = [];
  const taken = new Set<string>();
  for (const { from, to } of [...answers.renames, ...said]) {
    const old = gone.find((column) => names(column.name).includes(from) && !taken.has(column.name));
    const next = come.find((column) => column.name === to && !taken.has(column.name));
    if (old === undefined || next === undefined) continue;
    taken.add(old.name).add(next.name);
    operations.push({ kind: "renameColumn", table: before.name, from: old.name, to: next.name });
  }
  for (const column of gone.filter((one) => !taken.has(one.name) && !names(one.name).some((name) => answers.drops.includes(name)))) {
    const candidate = best(
      come.filter((one) => !taken.has(one.name) && one.type.kind === column.type.kind),
      (one) => similarity(column.name, one.name) + (equal(one.type, column.type) ? 0.2 : 0) + (one.nullable === column.nullable ? 0.1 : 0),
    );
    if (candidate === undefined) continue;
    taken.add(candidate.name);
    doubtful.push(columnText(before.name, candidate.name));
    const from = columnText(before.name, column.name);
    questions.push(asked(from, candidate.name, `column ${from}`, `column ${columnText(before.name, candidate.name)}`));
  }
  return { operations, questions, doubtful };
};

const asked = (from: string, to: string, old: string, next: string): Question => ({
  kind: "rename",
  object: from,
  text: `${old} was removed and ${next} was added: was it renamed?`,
  answers: [
    { text: "renamed: its values are kept", option: `--rename ${from}:${to}` },
    { text: `not renamed: ${old} and its values are dropped`, option: `--drop ${from}` },
  ],
});

/** Rejects hints that match nothing, which would otherwise be ignored silently. */
const checkHints = (before: SchemaPicture, renamed: SchemaPicture, after: SchemaPicture, { renames, drops }: Answers): void => {
  const known = (picture: SchemaPicture): readonly string[] =>
    picture.tables.flatMap((table) => [tableText(table.name), ...table.columns.map((column) => columnText(table.name, column.name))]);
  const old = new Set([...known(before), ...known(renamed)]);
  const next = new Set(known(after));
  for (const { from, to } of renames) {
    if (!old.has(from))
      throw new MigrationError(
        `--rename ${from}:${to}: the migrations know no "${from}"; ${near(
          from,
          [...old].filter((name) => !next.has(name)),
        )}`,
      );
    if (next.has(from) && before.tables.some((table) => sameTable(table.name, { schema: null, name: from }) || columnOfTable(table, from)))
      throw new MigrationError(`--rename ${from}:${to}: the models still have "${from}", so it was not renamed`);
  }
  for (const name of drops)
    if (!old.has(name))
      throw new MigrationError(
        `--drop ${name}: the migrations know no "${name}"; ${near(
          name,
          [...old].filter((one) => !next.has(one)),
        )}`,
      );
};
const columnOfTable = (table: TablePicture, text: string): boolean =>
  table.columns.some((column) => columnText(table.name, column.name) === text);
const near = (name: string, gone: readonly string[]): string => {
  const found = best(gone, (one) => similarity(one, name));
  return found === undefined ? "nothing was removed from the models" : `did you mean "${found}"?`;
};
