/** `migrate` and `rollback`: run migrations or undo them. */

import { MigrationError } from "../errors.js";
import { type RunEvent, standingOf } from "../history/index.js";
import { describeOf } from "../operations/index.js";
import { type Graph, migrationNamed, type PlanItem, planTo, refuseConflicts, zero } from "../state/index.js";
import { readAnswers } from "./answers.js";
import { withDatabase } from "./open.js";
import { faint, good, type Result, strong } from "./output.js";
import { progressLine } from "./progress.js";
import { loadMigrations, loadProject } from "./project.js";
import { appliedNames, historyOf, refuseUnfit, runTo } from "./running.js";
import { version } from "./version.js";
import { askForFills, refuseLosses, withFills } from "./way-back.js";

export interface MigrateOptions {
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
  readonly plan?: boolean | undefined;
  readonly fake?: boolean | undefined;
  /** Allows a rollback to lose contents that the files do not declare as lost. */
  readonly lose?: boolean | undefined;
  /** Values for columns that become required again: `users.age=0`. */
  readonly fill?: readonly string[] | undefined;
}

export const migrate = (given: string | undefined, options: MigrateOptions): Promise<Result> => {
  const target = (graph: Graph): string | undefined => (given === undefined || given === zero ? given : migrationNamed(graph, given).name);
  return go(options, target);
};

/** Rolls back the last migration, a number of them, or all down to and including the named one. */
export const rollback = (given: string | undefined, options: MigrateOptions): Promise<Result> =>
  go(options, (graph, done) => {
    const ran = graph.order.filter(({ name }) => done.has(name)).map(({ name }) => name);
    if (ran.length === 0) throw new MigrationError("no migration has run: there is nothing to roll back");
    const count =
      given === undefined ? 1 : /^\d{1,3}$/.test(given) ? Number(given) : ran.length - ran.indexOf(migrationNamed(graph, given).name);
    if (count > ran.length)
      throw new MigrationError(
        given === undefined || /^\d/.test(given)
          ? `only ${ran.length} migrations have run`
          : `${given} has not run: there is nothing to roll back`,
      );
    return ran.at(-1 - count) ?? zero;
  });

const go = async (options: MigrateOptions, targetOf: (graph: Graph, done: ReadonlySet<string>) => string | undefined): Promise<Result> => {
  const project = await loadProject(options.config);
  const graph = await loadMigrations(project.folder, [project.dialect]);
  return withDatabase(project, async (database) => {
    const history = await historyOf(database);
    refuseUnfit(standingOf(graph.order, history));
    const done = appliedNames(history);
    const target = targetOf(graph, done);
    if (target === undefined) refuseConflicts(graph);
    const plan = planTo(graph, done, target);
    if (options.plan === true) return planned(plan);
    const { fills } = readAnswers({ fill: options.fill }, [project.dialect]);
    if (options.lose !== true && options.fake !== true) await refuseLosses(database, plan);
    if (options.fake !== true) await askForFills(database, plan, fills);
    const progress = progressLine(options.json !== true);
    const stop = new AbortController();
    const interrupted = (): void =>
      stop.abort(new MigrationError("stopped: the running part was finished or rolled back, the rest has not run"));
    process.once("SIGINT", interrupted);
    const durations = new Map<string, number>();
    try {
      const runs = await runTo(database, graph, () => target, {
        fake: options.fake,
        adjust: (operations) => withFills(operations, fills),
        signal: stop.signal,
        version,
        onEvent: (event) => {
          if (event.kind === "end") durations.set(event.run.name, event.durationMs);
          progress.say(eventText(event), event.kind === "wait");
        },
      });
      progress.end();
      const ran = runs.map(({ name, direction }) => ({ name, direction, durationMs: Math.round(durations.get(name) ?? 0) }));
      return {
        data: { ran },
        lines:
          ran.length === 0
            ? [`${good("✓")} nothing to do`]
            : ran.map(
                ({ name, direction, durationMs }) =>
                  `${good("✓")} ${direction === "up" ? "" : "took back "}${name} ${faint(`${durationMs} ms`)}`,
              ),
      };
    } finally {
      process.off("SIGINT", interrupted);
      progress.end();
    }
  });
};

const planned = (plan: readonly PlanItem[]): Result => ({
  data: {
    plan: plan.map((item) => ({ name: item.migration.name, direction: item.direction, operations: item.operations.map(describeOf) })),
  },
  lines:
    plan.length === 0
      ? ["nothing to do"]
      : plan.flatMap((item) => [
          strong(`${item.direction === "up" ? "" : "roll back "}${item.migration.name}`),
          ...item.operations.map((operation) => `  ${describeOf(operation)}`),
        ]),
});

const eventText = (event: RunEvent): string => {
  switch (event.kind) {
    case "wait":
      return `waiting for ${event.holder.who}, since ${event.holder.since}: ${event.holder.step}`;
    case "begin":
      return event.run.name;
    case "part":
      return `${event.run.name}, part ${event.part} of ${event.parts}: ${event.text.replace(/\s+/g, " ").slice(0, 60)}`;
    case "retry":
      return `${event.run.name}: tried again (${event.attempt}), ${event.error.message}`;
    case "rows":
      return `${event.run.name}: ${event.done} rows`;
    case "end":
      return `${event.run.name} done`;
  }
};
