/**
 * `check`: validates the models, and reports changes without a migration, branches, and differences between the database and its history.
 */

import { detect } from "../detect/index.js";
import { MigrationError } from "../errors.js";
import { describeOf } from "../operations/index.js";
import { branchConflicts, fold, type Graph } from "../state/index.js";
import { withDatabase } from "./open.js";
import { bad, good, type Result, styled } from "./output.js";
import { loadMigrations, loadModels, loadProject, pictureOfModels, type Project, saidBy } from "./project.js";
import { appliedNames, driftOf, historyOf } from "./running.js";
import { standings } from "./show.js";

export interface CheckOptions {
  readonly config?: string | undefined;
  /** Skips the database. */
  readonly offline?: boolean | undefined;
}

export const check = async (options: CheckOptions): Promise<Result> => {
  const project = await loadProject(options.config);
  const metas = await loadModels(project);
  const picture = pictureOfModels(metas, project);
  const graph = await loadMigrations(project.folder, project.dialects);
  const conflicts = branchConflicts(graph);
  const detected = conflicts.length > 0 ? null : detect(fold(graph.order), picture, undefined, saidBy(metas, project));
  const pending = detected === null ? [] : [...detected.operations.map(describeOf), ...detected.questions.map((question) => question.text)];
  const state = options.offline === true ? null : await databaseState(project, graph);
  const different = pending.length + conflicts.length + (state?.drift.length ?? 0) + (state?.faults.length ?? 0) > 0;
  const list = (title: string, lines: readonly string[], fine: string): readonly string[] =>
    lines.length === 0 ? [`${good("✓")} ${fine}`] : [`${bad("✗")} ${title}`, ...lines.map((line) => `    ${line}`)];
  return {
    data: { models: metas.length, pending, conflicts, ...(state === null ? {} : state) },
    lines: [
      `${good("✓")} ${metas.length} models, ${picture.tables.length} tables`,
      ...list(
        "branches conflict:",
        conflicts.map(({ object, migrations: [a, b] }) => `${object}: ${a} and ${b}`),
        "branches commute",
      ),
      ...(conflicts.length > 0
        ? []
        : list("the models have changes without a migration (run makemigrations):", pending, "the migrations match the models")),
      ...(state === null
        ? []
        : [
            ...(state.waiting.length === 0 ? [] : [styled("yellow", `! not run yet: ${state.waiting.join(", ")}`)]),
            ...list("the history and the files differ (see `flash-db history`):", state.faults, "the history and the files agree"),
            ...list("the database differs from its history:", state.drift, "the database matches its history"),
          ]),
    ],
    exitCode: different ? 3 : 0,
  };
};

const databaseState = (project: Project, graph: Graph) =>
  withDatabase(project, async (database) => {
    const own = await loadMigrations(project.folder, [project.dialect]);
    const past = await historyOf(database);
    const entries = standings(own, past);
    const applied = appliedNames(past);
    const expected = fold(own.order.filter(({ name }) => applied.has(name)));
    if (graph.order.length !== own.order.length) throw new MigrationError("the folder of migrations changed while it was read");
    return {
      waiting: entries.filter(({ standing }) => standing === "pending").map(({ name }) => name),
      faults: entries
        .filter(({ standing }) => standing !== "applied" && standing !== "pending")
        .map(({ name, standing }) => `${name}: ${standing}`),
      drift: applied.size === 0 ? [] : await driftOf(database, expected),
    };
  });
