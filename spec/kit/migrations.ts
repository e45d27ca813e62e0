/** Migrations for the specs of the kit, made without files: read for both databases, printed and read again. */

import { compileFunction } from "node:vm";
import { postgresDialect, type SchemaPicture, sqliteDialect } from "flash-db/internal";
import * as vocabulary from "flash-db/migrations";
import { type Operation, type ReadMigration, readMigration } from "../../src/kit/operations/index.js";
import { type FileContents, printMigration } from "../../src/kit/print/index.js";
import { fold } from "../../src/kit/state/index.js";

export const dialects = [postgresDialect, sqliteDialect] as const;

/** As if it had been read from the file `name.ts`. */
export const given = (name: string, after: readonly string[], ...items: readonly vocabulary.MigrationItem[]): ReadMigration =>
  readMigration(name, vocabulary.migration({ after }, ...items), dialects);

/** The picture that these entries make of nothing, or of what was before. */
export const picture = (...items: readonly vocabulary.MigrationItem[]): SchemaPicture => fold([given("0001", [], ...items)]);

/** What a printed file says when it is read again. */
export const readText = (text: string): ReadMigration => {
  const names = Object.keys(vocabulary);
  const body = text.replace(/^import [^\n]*\n/, "").replace("export default", "return");
  const evaluate = compileFunction(body, names) as (...values: unknown[]) => vocabulary.Migration;
  return readMigration("0001", evaluate(...Object.values(vocabulary)), dialects);
};

export const printed = (operations: readonly Operation[], more: Partial<FileContents> = {}): string =>
  printMigration(
    { after: [], loses: [], operations, ...more },
    dialects.map((dialect) => dialect.name),
  );
