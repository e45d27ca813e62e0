/** `sqlmigrate`: the SQL of a migration, as sent to the database. */

import { MigrationError } from "../errors.js";
import { invertAll } from "../operations/index.js";
import { fold, migrationNamed } from "../state/index.js";
import type { Result } from "./output.js";
import { dialectOf, loadMigrations, loadProject } from "./project.js";
import { textsOf } from "./running.js";

export interface SqlOptions {
  readonly config?: string | undefined;
  /** A database other than the configured one. */
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
  if (inverse === null) throw new MigrationError(`${migration.name} cannot be rolled back: one of its operations cannot be undone`);
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
