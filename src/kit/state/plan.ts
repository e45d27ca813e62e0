/** Plans what to run to get from the applied migrations to a point in the history. */

import type { SchemaPicture } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import { describeOf, invertAll, irreversible, type Operation, type ReadMigration } from "../operations/index.js";
import { fold, foldOne } from "./fold.js";
import type { Graph } from "./graph.js";

export interface PlanItem {
  readonly direction: "up" | "down";
  readonly migration: ReadMigration;
  /** The picture before these operations run. */
  readonly before: SchemaPicture;
  /** In execution order; for a rollback, the inverse operations. */
  readonly operations: readonly Operation[];
}

/** The point before the first migration. */
export const zero = "zero";

/** The migration with this name or prefix. */
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

/** Without a target, runs everything, including all branches. */
export const planTo = (graph: Graph, applied: ReadonlySet<string>, target?: string): readonly PlanItem[] => {
  const wanted =
    target === undefined
      ? new Set(graph.order.map(({ name }) => name))
      : target === zero
        ? new Set<string>()
        : graph.upTo(migrationNamed(graph, target).name);
  const back = target === undefined ? [] : graph.order.filter(({ name }) => applied.has(name) && !wanted.has(name));
  // If the target has run, only rolls back; otherwise runs up to it and leaves other applied migrations in place.
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
        `${migration.name} cannot be rolled back: "${what === null ? "one of its operations" : describeOf(what)}" cannot be undone; give it \`reverse\` or \`down\`, or restore a backup`,
        { facts: { migration: migration.name } },
      );
    }
    return { direction: "down", migration, before: foldOne(before, migration), operations };
  });
};
