/** The graph of migrations: dependencies, execution order, and heads. */

import { MigrationError } from "../errors.js";
import type { ReadMigration } from "../operations/index.js";

export interface Graph {
  /** Each after its predecessors; independent ones are ordered by name. */
  readonly order: readonly ReadMigration[];
  readonly byName: ReadonlyMap<string, ReadMigration>;
  /** Migrations without a successor, by name. */
  readonly heads: readonly string[];
  /** The migration and all its predecessors. */
  readonly upTo: (name: string) => ReadonlySet<string>;
}

/** Builds the graph; checks names and edges. */
export const graphOf = (migrations: readonly ReadMigration[]): Graph => {
  const byName = new Map<string, ReadMigration>();
  for (const migration of migrations) {
    if (byName.has(migration.name))
      throw new MigrationError(`two migrations are called "${migration.name}"; give one of the files another name`);
    byName.set(migration.name, migration);
  }
  const followers = new Map<string, string[]>();
  for (const { name, after } of migrations)
    for (const parent of after) {
      if (!byName.has(parent)) throw missing(name, parent, byName);
      followers.set(parent, [...(followers.get(parent) ?? []), name]);
    }
  const order = inOrder(migrations, byName, followers);
  const ancestors = new Map<string, ReadonlySet<string>>();
  const upTo = (name: string): ReadonlySet<string> => {
    const known = ancestors.get(name);
    if (known !== undefined) return known;
    const all = new Set<string>();
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (all.has(next)) continue;
      all.add(next);
      open.push(...(byName.get(next)?.after ?? []));
    }
    ancestors.set(name, all);
    return all;
  };
  return {
    order,
    byName,
    heads: order.filter(({ name }) => !followers.has(name)).map(({ name }) => name),
    upTo,
  };
};

const missing = (name: string, parent: string, byName: ReadonlyMap<string, ReadMigration>): MigrationError => {
  const names = [...byName.keys()];
  const number = /^\d+/.exec(parent)?.[0];
  const near = names.find((other) => number !== undefined && other.startsWith(number));
  return new MigrationError(
    `migration "${name}" comes after "${parent}", which is not in the folder${near === undefined ? "" : ` (there is "${near}")`}; bring the file back, or correct \`after\` in ${name}`,
  );
};

const inOrder = (
  migrations: readonly ReadMigration[],
  byName: ReadonlyMap<string, ReadMigration>,
  followers: ReadonlyMap<string, readonly string[]>,
): readonly ReadMigration[] => {
  const waiting = new Map(migrations.map(({ name, after }) => [name, new Set(after).size]));
  const ready = migrations
    .filter(({ after }) => after.length === 0)
    .map(({ name }) => name)
    .sort();
  const order: ReadMigration[] = [];
  for (let name = ready.shift(); name !== undefined; name = ready.shift()) {
    const migration = byName.get(name);
    if (migration !== undefined) order.push(migration);
    const freed = new Set(followers.get(name));
    for (const next of freed) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left > 0) continue;
      const place = ready.findIndex((other) => other > next);
      ready.splice(place === -1 ? ready.length : place, 0, next);
    }
  }
  if (order.length === migrations.length) return order;
  throw new MigrationError(
    `migrations depend on each other in a cycle: ${circle(migrations, new Set(order), byName).join(" → ")}; correct \`after\` in one of them`,
  );
};

const circle = (
  migrations: readonly ReadMigration[],
  done: ReadonlySet<ReadMigration>,
  byName: ReadonlyMap<string, ReadMigration>,
): readonly string[] => {
  const trail: string[] = [];
  let at = migrations.find((migration) => !done.has(migration));
  while (at !== undefined && !trail.includes(at.name)) {
    trail.push(at.name);
    at = at.after.map((name) => byName.get(name)).find((parent) => parent !== undefined && !done.has(parent));
  }
  return at === undefined ? trail : [...trail.slice(trail.indexOf(at.name)), at.name];
};
