/** `sqlmigrate`: the statements of a migration, as the database would get them. */

import { MigrationError } from "../errors.js";
import { invertAll } from "../operations/index.js";
import { fold, migrationNamed } from "../state/index.js";
import type { Result } from "./output.js";
import { dialectOf, loadMigrations, loadProject } from "./project.js";
import { textsOf } from "./running.js";

export interface SqlOptions {
  readonly config?: string | undefined;
  /** Another database than that of the configuration. */
  readonly database?: string | undefined;
  readonly backwards?: boolean | undefined;
}

export const sqlMigrate = async (given: string, options: SqlOptions): Promise<Result> => {
  const project = await loadProject(options.config);
  const dialect = options.database === undefined ? project.dialect : dialectOf(options.database);
  const graph = await loadMigrations(project.folder, [dialect]);
  const migration = migrationNamed(graph, given);
  const before = fold(graph.order.slice(0, graph.order.indexOf(migration)));
  const inverse = options.backwards === true ? invertAll(before, migration.operations) : migration.operations;
  if (inverse === null) throw new MigrationError(`${migration.name} cannot be taken back: one of its operations says no way back`);
  const from = options.backwards === true ? fold(graph.order.slice(0, graph.order.indexOf(migration) + 1)) : before;
  const statements = textsOf(from, inverse, dialect, migration.transaction);
  return {
    data: { name: migration.name, database: dialect.name, statements },
    lines: [
      `-- ${migration.name}${options.backwards === true ? ", backwards" : ""} (${dialect.name})`,
      ...statements.map((text) => (text.startsWith("--") ? text : `${text};`)),
    ],
  };
};
