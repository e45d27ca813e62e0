/** The picture that migrations produce, computed without a database. */

import type { SchemaPicture } from "flash-db/internal";
import { MigrationError } from "../errors.js";
import { applyOne, canonical, describeOf, type ReadMigration } from "../operations/index.js";

export const emptyPicture: SchemaPicture = { tables: [], enums: [], sequences: [], unmanaged: [] };

/** The picture after this migration. */
export const foldOne = (state: SchemaPicture, { name, operations }: ReadMigration): SchemaPicture => {
  let next = state;
  operations.forEach((operation, position) => {
    try {
      next = applyOne(next, operation);
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error;
      throw new MigrationError(`${name}, operation ${position + 1} (${describeOf(operation)}): ${error.message}`, {
        cause: error,
        facts: { migration: name, operation: position + 1 },
      });
    }
  });
  return next;
};

export const fold = (migrations: readonly ReadMigration[], from: SchemaPicture = emptyPicture): SchemaPicture =>
  migrations.reduce(foldOne, from);

const byName = (a: { readonly name: unknown }, b: { readonly name: unknown }): number => (canonical(a.name) < canonical(b.name) ? -1 : 1);

/** Equal for pictures with the same facts: the order of tables, columns and constraints does not matter. */
export const factsOf = (picture: SchemaPicture): string =>
  canonical({
    ...picture,
    tables: picture.tables
      .map((table) => ({
        ...table,
        columns: [...table.columns].sort(byName),
        uniques: [...table.uniques].sort(byName),
        checks: [...table.checks].sort(byName),
        indexes: [...table.indexes].sort(byName),
        foreignKeys: [...table.foreignKeys].sort(byName),
      }))
      .sort(byName),
    enums: [...picture.enums].sort(byName),
    sequences: [...picture.sequences].sort(byName),
  });
