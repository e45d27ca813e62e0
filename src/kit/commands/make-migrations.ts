/** `makemigrations`: compares the models with the migrations, and writes the difference as a file. */

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SchemaPicture } from "flash-db/internal";
import { type Answers, detect, type Detected, leadsTo, needsAnswers } from "../detect/index.js";
import { MigrationError } from "../errors.js";
import { describeOf, type Operation, type Printer, tableText } from "../operations/index.js";
import { columnsWord, noTraits } from "../operations/words.js";
import { fileName, printEmpty, printMigration } from "../print/index.js";
import { branchConflicts, fold, type Graph, refuseConflicts } from "../state/index.js";
import { type AnswerOptions, readAnswers } from "./answers.js";
import { askAll } from "./ask.js";
import { shown } from "./load.js";
import { canAsk, faint, good, type Result } from "./output.js";
import { loadMigrations, loadModels, loadProject, pictureOfModels, type Project, saidBy } from "./project.js";

export interface MakeOptions extends AnswerOptions {
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
  readonly check?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly name?: string | undefined;
  readonly empty?: boolean | undefined;
  /** Tables whose historical models are included in an empty migration. */
  readonly tables?: readonly string[] | undefined;
  readonly merge?: boolean | undefined;
}

export const makeMigrations = async (options: MakeOptions): Promise<Result> => {
  const project = await loadProject(options.config);
  const graph = await loadMigrations(project.folder, project.dialects);
  if (options.empty === true) return written(project, graph, [], emptyText(graph, options.tables ?? []), options);
  if (options.merge === true) return merged(project, graph, options);
  refuseConflicts(graph);
  const before = fold(graph.order);
  const { after, detected } = await detectAll(project, before, options);
  if (detected.operations.length === 0)
    return { data: { changes: [] }, lines: [`${good("✓")} the migrations match the models: nothing to write`] };
  if (!leadsTo(before, detected.operations, after))
    throw new MigrationError("the operations that were found do not lead to the models: this is a bug in Flash DB, please report it");
  const { operations, loses } = detected;
  const names = project.dialects.map((dialect) => dialect.name);
  return written(project, graph, operations, printMigration({ after: graph.heads, operations, loses }, names), options, loses);
};

const detectAll = async (
  project: Project,
  before: SchemaPicture,
  options: MakeOptions,
): Promise<{ readonly after: SchemaPicture; readonly detected: Detected }> => {
  const metas = await loadModels(project);
  const after = pictureOfModels(metas, project);
  const said = saidBy(metas, project);
  let answers: Answers = readAnswers(options, project.dialects);
  let detected = detect(before, after, answers, said);
  // An answer may raise another question, because a renamed table is compared again.
  while (detected.questions.length > 0) {
    if (!canAsk(options.json === true)) throw needsAnswers(detected.questions);
    answers = await askAll(detected.questions, answers, project.dialects);
    detected = detect(before, after, answers, said);
  }
  return { after, detected };
};

const written = (
  project: Project,
  graph: Graph,
  operations: readonly Operation[],
  text: string,
  options: MakeOptions,
  loses: readonly string[] = [],
): Result => {
  const given =
    options.name?.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_") ??
    (options.empty === true ? "by_hand" : options.merge === true ? "merge" : undefined);
  const name = fileName([...graph.byName.keys()], operations, given);
  const file = path.join(project.folder, `${name}.ts`);
  const changes = operations.map(describeOf);
  const data = { name, file, changes, loses, text };
  const said = [...changes.map((change) => `  ${change}`), ...(loses.length === 0 ? [] : [`  loses the contents of ${loses.join(", ")}`])];
  if (options.check === true) return { data, lines: ["the models have changes without a migration:", ...said], exitCode: 3 };
  if (options.dryRun === true) return { data, lines: [faint(`// ${shown(file)} (not written)`), text] };
  mkdirSync(project.folder, { recursive: true });
  writeFileSync(file, text, { flag: "wx" });
  return { data, lines: [`${good("✓")} wrote ${shown(file)}`, ...said, faint("  read it, then run `flash-db migrate`")] };
};

/** Historical models of these tables, in their current state. */
const emptyText = (graph: Graph, tables: readonly string[]): string => {
  const state = fold(graph.order);
  const printer: Printer = { dialects: [], use: (name) => name };
  const models = tables.map((name) => {
    const table = state.tables.find((one) => tableText(one.name) === name);
    if (table === undefined)
      throw new MigrationError(
        `--tables ${name}: the migrations know no such table; there are ${state.tables.map((one) => tableText(one.name)).join(", ")}`,
      );
    const plain = {
      ...table,
      columns: table.columns.map((column) => ({ ...column, default: null, generated: null, collation: null, comment: null })),
    };
    const key = table.primaryKey?.columns ?? [];
    const fields = columnsWord(plain, (column) => ({ ...noTraits, key: key.includes(column.name), loneKey: key.length === 1 }), printer)
      .replaceAll(/^ {4}(\w+):/gm, (_, column: string) => `  ${column.replaceAll(/_(\w)/g, (__, letter: string) => letter.toUpperCase())}:`)
      .replace(/ {2}\}$/, "}");
    const constant = name.replaceAll(/(^|[^A-Za-z0-9])(\w)/g, (_, __, letter: string) => letter.toUpperCase()).replace(/s$/, "");
    return { constant, table: name, fields };
  });
  return printEmpty(graph.heads, models);
};

/** Joins the heads. Changes to the same object are repeated, so that every order has the same result. */
const merged = async (project: Project, graph: Graph, options: MakeOptions): Promise<Result> => {
  if (graph.heads.length < 2)
    return { data: { heads: graph.heads }, lines: [`${good("✓")} the history has one head: there is nothing to merge`] };
  const conflicts = branchConflicts(graph);
  let state: SchemaPicture;
  try {
    state = fold(graph.order);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const pairs = conflicts.map(({ object, migrations: [a, b] }) => `  ${object}: ${a} and ${b}`).join("\n");
    throw new MigrationError(
      `no order of these migrations works, so no file can merge them:\n${pairs}\n${error.message}\nRemove the operation from the one that has not run anywhere yet, and make it depend on the other.`,
      { cause: error, facts: { conflicts } },
    );
  }
  const after = pictureOfModels(await loadModels(project), project);
  const operations: Operation[] = state.tables.flatMap((table) =>
    table.columns
      .filter((column) => conflicts.some(({ object }) => object === `${tableText(table.name)}.${column.name}`))
      .map((column): Operation => {
        const models = after.tables.find((other) => tableText(other.name) === tableText(table.name));
        const meant = models?.columns.find((other) => other.name === column.name) ?? column;
        const { name: _, ...changes } = meant;
        const { type, nullable, default: value } = changes;
        const checks = (models ?? table).checks.filter((check) => check.column === column.name);
        return {
          kind: "alterColumn",
          table: table.name,
          column: column.name,
          changes: { type, nullable, default: value },
          checks,
          using: null,
          fill: null,
        };
      }),
  );
  const names = project.dialects.map((dialect) => dialect.name);
  return written(project, graph, operations, printMigration({ after: graph.heads, operations, loses: [] }, names), options);
};
