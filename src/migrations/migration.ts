/** `migration()`: the default export of a migration file. */

import { ConfigurationError } from "../errors.js";
import { knownOptions, nonEmptyText } from "../metadata/argument.js";
import { describe } from "../support/describe.js";
import type { MigrationItem, MigrationOptions } from "./contracts.js";

/** A migration as its file defines it, named after the file. */
export class Migration {
  /** The migrations that come before this one, by name. */
  readonly after: readonly string[];
  /** Migrations that this one replaces. */
  readonly replaces: readonly string[];
  /** Its operations in order. */
  readonly items: readonly MigrationItem[];
  constructor(options: MigrationOptions, items: readonly MigrationItem[]) {
    const { after = [], replaces = [] } = knownOptions("migration()", options, ["after", "replaces"]);
    this.after = Object.freeze(after.map((name) => nonEmptyText("migration(), after", name, "the name of a migration")));
    this.replaces = Object.freeze(replaces.map((name) => nonEmptyText("migration(), replaces", name, "the name of a migration")));
    this.items = Object.freeze([...items]);
  }
}

const isItem = (given: unknown): given is MigrationItem =>
  typeof given === "object" && given !== null && Object.isFrozen(given) && typeof (given as { kind?: unknown }).kind === "string";

/**
 * Defines a migration: its predecessors, then its operations in order.
 *
 * ```ts
 * export default migration(
 *   { after: ["0006_orders"] },
 *   addColumn("users", "full_name", t.text().nullable()),
 * );
 * ```
 */
export const migration = (options: MigrationOptions, ...items: readonly MigrationItem[]): Migration => {
  items.forEach((item, position) => {
    if (!isItem(item))
      throw new ConfigurationError(
        `migration(): entry ${position + 1} is ${describe(item)}; expected operations of flash-db/migrations, such as addColumn(…)`,
      );
  });
  return new Migration(options, items);
};
