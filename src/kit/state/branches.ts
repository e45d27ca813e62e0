/** Branches of the history: which of them commute, and which conflict. */

import type { SchemaPicture } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import { conflicts, footprintOf, type ReadMigration } from "../operations/index.js";
import { factsOf, fold, foldOne } from "./fold.js";
import type { Graph } from "./graph.js";

/** Two migrations on different branches, and the object that both touch. */
export interface Conflict {
  readonly object: string;
  readonly migrations: readonly [string, string];
  readonly reason: string;
}

/** Conflicts between the heads; without any, they can run in either order with the same result. */
export const branchConflicts = (graph: Graph): readonly Conflict[] => {
  const found: Conflict[] = [];
  graph.heads.forEach((a, position) => {
    for (const b of graph.heads.slice(position + 1)) found.push(...between(graph, a, b));
  });
  const seen = new Set<string>();
  return found.filter(({ object, migrations }) => {
    const key = `${object} ${migrations.join(" ")}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
};

const between = (graph: Graph, a: string, b: string): readonly Conflict[] => {
  const [ofA, ofB] = [graph.upTo(a), graph.upTo(b)];
  const base = fold(graph.order.filter(({ name }) => ofA.has(name) && ofB.has(name)));
  const onlyA = graph.order.filter(({ name }) => ofA.has(name) && !ofB.has(name));
  const onlyB = graph.order.filter(({ name }) => ofB.has(name) && !ofA.has(name));
  const touched = [prints(base, onlyA), prints(base, onlyB)] as const;
  const overlaps = touched[0].flatMap(([first, one]) =>
    touched[1].flatMap(([second, other]) =>
      conflicts(one, other).map((object): Conflict => ({
        object,
        migrations: [first, second],
        reason: "both change it, or one changes what the other needs",
      })),
    ),
  );
  return overlaps.length > 0 ? overlaps : unlikeOrders(base, onlyA, onlyB);
};

const prints = (
  base: SchemaPicture,
  migrations: readonly ReadMigration[],
): readonly (readonly [string, ReturnType<typeof footprintOf>])[] => {
  let state = base;
  return migrations.map((migration) => {
    const footprint = footprintOf(state, migration.operations);
    state = foldOne(state, migration);
    return [migration.name, footprint] as const;
  });
};

/** Verifies the footprints: both orders must produce the same picture. */
const unlikeOrders = (base: SchemaPicture, a: readonly ReadMigration[], b: readonly ReadMigration[]): readonly Conflict[] => {
  const pair = [a.at(-1)?.name ?? "", b.at(-1)?.name ?? ""] as const;
  try {
    if (factsOf(fold(b, fold(a, base))) === factsOf(fold(a, fold(b, base)))) return [];
    return [{ object: "the schema", migrations: pair, reason: "it comes out differently in the other order" }];
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return [{ object: "the schema", migrations: pair, reason: error.message }];
  }
};

/** Throws if branches conflict, naming the object and both files. */
export const refuseConflicts = (graph: Graph): void => {
  const found = branchConflicts(graph);
  if (found.length === 0) return;
  const lines = found.slice(0, 8).map(({ object, migrations: [a, b], reason }) => `  ${object}: ${a} and ${b} (${reason})`);
  throw new MigrationError(
    `branches of the history conflict:\n${lines.join("\n")}\nRun \`flash-db makemigrations --merge\`, or change one of the files.`,
    { exitCode: 2, facts: { conflicts: found } },
  );
};
