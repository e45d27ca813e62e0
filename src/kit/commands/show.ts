/** `showmigrations`, `history` and `history repair`: what ran, and how the files differ from it. */

import { appliedEntries, type History, type HistoryEntry, type Repair, repairHistory, standingOf } from "../history/index.js";
import { meaningOf } from "../operations/index.js";
import { emptyPicture, type Graph } from "../state/index.js";
import { bad, faint, good, type Result, styled } from "./output.js";
import { withDatabase } from "./open.js";
import { loadMigrations, loadProject } from "./project.js";
import { historyOf } from "./running.js";
import { version } from "./version.js";

export interface ShowOptions {
  readonly config?: string | undefined;
}
export interface RepairOptions extends ShowOptions {
  readonly yes?: boolean | undefined;
}

/** The state of a migration: "edited", "missing" and "doubled" are faults, "interrupted" can continue, "late" precedes one that ran. */
type Kind = "applied" | "pending" | "edited" | "missing" | "doubled" | "interrupted" | "late";
interface Entry {
  readonly name: string;
  readonly standing: Kind;
  readonly entry: HistoryEntry | null;
}

export const standings = (graph: Graph, history: History): readonly Entry[] => {
  const { edited, missing, doubled, outOfOrder, unfinished } = standingOf(graph.order, history);
  const applied = appliedEntries(history.entries);
  const kindOf = (name: string): Kind => {
    if (unfinished?.name === name) return "interrupted";
    if (doubled.includes(name)) return "doubled";
    if (edited.some((one) => one.name === name)) return "edited";
    if (applied.has(name)) return "applied";
    return outOfOrder.includes(name) ? "late" : "pending";
  };
  return [
    ...graph.order.map(({ name }): Entry => ({ name, standing: kindOf(name), entry: applied.get(name) ?? null })),
    ...missing.map((entry): Entry => ({ name: entry.name, standing: "missing", entry })),
  ];
};

const marks: { readonly [S in Kind]: string } = {
  applied: "[x]",
  pending: "[ ]",
  edited: "[!]",
  missing: "[?]",
  doubled: "[2]",
  interrupted: "[~]",
  late: "[<]",
};
const words: { readonly [S in Kind]: string } = {
  applied: "",
  pending: "",
  edited: "the file was edited after it ran",
  missing: "it ran, but its file is not in the folder",
  doubled: "the history has it twice",
  interrupted: "it was interrupted: run the same command again to continue",
  late: "it comes before one that ran, but has not run",
};

const read = async (options: ShowOptions): Promise<{ readonly graph: Graph; readonly entries: readonly Entry[] }> => {
  const project = await loadProject(options.config);
  const graph = await loadMigrations(project.folder, [project.dialect]);
  return { graph, entries: standings(graph, await withDatabase(project, historyOf)) };
};

const line = ({ name, standing }: Entry): string => {
  const mark = standing === "applied" ? good(marks[standing]) : standing === "pending" ? marks[standing] : bad(marks[standing]);
  return `${mark} ${name}${words[standing] === "" ? "" : styled("yellow", `  ${words[standing]}`)}`;
};

export const showMigrations = async (options: ShowOptions): Promise<Result> => {
  const { graph, entries } = await read(options);
  const heads = graph.heads.length > 1 ? [faint(`the history has ${graph.heads.length} heads: ${graph.heads.join(", ")}`)] : [];
  return {
    data: { migrations: entries.map(({ name, standing }) => ({ name, standing })), heads: graph.heads },
    lines: entries.length === 0 ? ["there are no migrations yet: run `flash-db makemigrations`"] : [...entries.map(line), ...heads],
  };
};

const faults = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter(({ standing }) => ["edited", "missing", "doubled"].includes(standing));

export const history = async (options: ShowOptions): Promise<Result> => {
  const { entries } = await read(options);
  const ran = entries.filter((one) => one.entry !== null || one.standing === "interrupted");
  const wrong = faults(entries);
  const facts = (entry: HistoryEntry): string =>
    `${entry.at.slice(0, 19).replace("T", " ")}  ${entry.by}@${entry.host}  ${entry.durationMs} ms${entry.action === "apply" ? "" : `  ${entry.action}`}`;
  return {
    data: { history: ran.map(({ name, standing, entry }) => ({ name, standing, ...entry, plan: undefined })) },
    lines: [
      ...ran.map((one) => (one.entry === null ? line(one) : `${line(one)}  ${faint(facts(one.entry))}`)),
      ...(ran.length === 0 ? ["no migration has run"] : []),
      ...(wrong.length === 0 ? [] : [`${wrong.length} to be repaired: restore the files, or run \`flash-db history repair\``]),
    ],
    exitCode: wrong.length === 0 ? 0 : 3,
  };
};

/** The operations of a meaning, one per line. */
const linesOf = (meaning: string): readonly string[] => {
  const { operations } = JSON.parse(meaning) as { readonly operations: readonly unknown[] };
  return operations.map((operation) => JSON.stringify(operation));
};

/** Compares what ran with the current files, and accepts the files if requested. */
export const repair = async (options: RepairOptions): Promise<Result> => {
  const project = await loadProject(options.config);
  const graph = await loadMigrations(project.folder, [project.dialect]);
  return withDatabase(project, async (database) => {
    const past = await historyOf(database);
    const wrong = faults(standings(graph, past));
    const edited = wrong.filter((one) => one.standing === "edited").map((one) => one.name);
    const missing = wrong.filter((one) => one.standing === "missing").map((one) => one.name);
    if (wrong.length === 0) return { data: { edited, missing }, lines: [`${good("✓")} the history and the files agree`] };
    const lines = wrong.flatMap((one) => {
      const migration = graph.byName.get(one.name);
      if (migration === undefined || one.entry === null) return [line(one)];
      const [was, is] = [linesOf(one.entry.plan), linesOf(meaningOf(migration))];
      return [
        line(one),
        ...was.filter((text) => !is.includes(text)).map((text) => bad(`  - ${text}`)),
        ...is.filter((text) => !was.includes(text)).map((text) => good(`  + ${text}`)),
      ];
    });
    if (options.yes !== true)
      return {
        data: { edited, missing },
        lines: [...lines, "with --yes the files are accepted: nothing is run; missing migrations count as not applied"],
        exitCode: 2,
      };
    const repairs = wrong.flatMap((one): readonly Repair[] => {
      if (one.standing !== "edited" && one.standing !== "missing") return [];
      const migration = graph.byName.get(one.name);
      const run = {
        name: one.name,
        direction: "up" as const,
        operations: [],
        before: emptyPicture,
        after: emptyPicture,
        transaction: true,
        meaning: migration === undefined ? (one.entry?.plan ?? "") : meaningOf(migration),
      };
      return [{ kind: one.standing, run }];
    });
    await repairHistory(database, repairs, version);
    return { data: { edited, missing, repaired: true }, lines: [...lines, `${good("✓")} the history matches the files`] };
  });
};
