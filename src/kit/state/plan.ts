/** What has to run to get from the migrations that ran to a place of the history. */

import type { SchemaPicture } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import { describeOf, invertAll, irreversible, type Operation, type ReadMigration } from "../operations/index.js";
import { fold, foldOne } from "./fold.js";
import type { Graph } from "./graph.js";

export interface PlanItem {
  readonly direction: "up" | "down";
  readonly migration: ReadMigration;
  /** Before these operations run. */
  readonly before: SchemaPicture;
  /** In the order in which they run; of a way back the inverse ones. */
  readonly operations: readonly Operation[];
}

/** The place before the first migration. */
export const zero = "zero";

/** The migration that a name, or the beginning of one, means. */
export const migrationNamed = (graph: Graph, given: string): ReadMigration => {
  const exact = graph.byName.get(given);
  if (exact !== undefined) return exact;
  const names = [...graph.byName.keys()].filter((name) => name.startsWith(given));
  const [only] = names;
  if (names.length === 1 && only !== undefined) return migrationNamed(graph, only);
  throw new MigrationError(
    names.length > 1
      ? `"${given}" could be ${names.join(" or ")}`
      : `there is no migration "${given}"; there are ${
          graph.order
            .slice(-10)
            .map(({ name }) => name)
            .join(", ") || "none"
        }`,
  );
};

/** To the end when no target is given. Several branches: everything. */
export const planTo = (graph: Graph, applied: ReadonlySet<string>, target?: string): readonly PlanItem[] => {
  const wanted =
    target === undefined
      ? new Set(graph.order.map(({ name }) => name))
      : target === zero
        ? new Set<string>()
        : graph.upTo(migrationNamed(graph, target).name);
  const back = target === undefined ? [] : graph.order.filter(({ name }) => applied.has(name) && !wanted.has(name));
  // A target that has run: only the way back. Otherwise the way there, and whatever else ran stays.
  const goesBack = target === zero || (target !== undefined && applied.has(migrationNamed(graph, target).name));
  return goesBack ? planBack(graph, applied, back) : planForward(graph, applied, wanted);
};

const planForward = (graph: Graph, applied: ReadonlySet<string>, wanted: ReadonlySet<string>): readonly PlanItem[] => {
  let state = fold(graph.order.filter(({ name }) => applied.has(name)));
  return graph.order
    .filter(({ name }) => wanted.has(name) && !applied.has(name))
    .map((migration): PlanItem => {
      const before = state;
      state = foldOne(state, migration);
      return { direction: "up", migration, before, operations: migration.operations };
    });
};

const planBack = (graph: Graph, applied: ReadonlySet<string>, back: readonly ReadMigration[]): readonly PlanItem[] => {
  const left = new Set(applied);
  return [...back].reverse().map((migration): PlanItem => {
    const after = graph.order.filter(({ name }) => left.has(name));
    left.delete(migration.name);
    const before = fold(after.filter((one) => one !== migration));
    const operations = invertAll(before, migration.operations);
    if (operations === null) {
      const what = irreversible(before, migration.operations);
      throw new MigrationError(
        `${migration.name} cannot be taken back: "${what === null ? "one of its operations" : describeOf(what)}" says no way back; give it \`reverse\` or \`down\`, or go back to a backup`,
        { facts: { migration: migration.name } },
      );
    }
    return { direction: "down", migration, before: foldOne(before, migration), operations };
  });
};
