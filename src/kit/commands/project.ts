/** The project that a command works on: its configuration, its models as a picture, its migrations as a graph. */

import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import {
  columnName,
  declaredCondition,
  declaredExpression,
  type Dialect,
  knownModels,
  type ModelMeta,
  pictureOf,
  postgresDialect,
  registrationOf,
  type SchemaPicture,
  sqliteDialect,
  type SqlTexts,
} from "flash-db/internal";
import type { Migration } from "flash-db/migrations";
import type { Said } from "../detect/index.js";
import { MigrationError } from "../errors.js";
import { readMigration, type ReadMigration } from "../operations/index.js";
import { type Graph, graphOf } from "../state/index.js";
import { loadModule, shown } from "./load.js";

/** The default export of `flash-db.config.ts`. */
export interface Config {
  /** URL of the database that commands work on. */
  readonly url: string;
  /** The module, or modules, that export the models. */
  readonly models: string | readonly string[];
  /** The folder of migrations; default `migrations`. */
  readonly migrations?: string | undefined;
  /** Databases that migrations are written for; defaults to that of `url`. */
  readonly databases?: readonly string[] | undefined;
}

export interface Project {
  readonly config: Config;
  readonly root: string;
  readonly folder: string;
  /** Databases that migrations are written for. */
  readonly dialects: readonly Dialect[];
  /** The database of `url`. */
  readonly dialect: Dialect;
}

const names = ["flash-db.config.ts", "flash-db.config.mts", "flash-db.config.js", "flash-db.config.mjs"];
const dialects: readonly Dialect[] = [postgresDialect, sqliteDialect];

/** The dialect of a URL or name. */
export const dialectOf = (text: string): Dialect => {
  const name = text.split(":")[0]?.toLowerCase() ?? "";
  const found = dialects.find((dialect) => name.startsWith(dialect.name) || dialect.name === name);
  if (found === undefined)
    throw new MigrationError(
      `"${name}" is not a supported database; expected one of ${dialects.map((dialect) => dialect.name).join(", ")}`,
    );
  return found;
};

export const findConfig = (given: string | undefined, folder = process.cwd()): string | undefined =>
  given === undefined ? names.map((name) => path.join(folder, name)).find((file) => existsSync(file)) : path.resolve(folder, given);

export const loadProject = async (given?: string): Promise<Project> => {
  const file = findConfig(given);
  if (file === undefined)
    throw new MigrationError(`there is no ${names[0]} in ${process.cwd()}; run \`flash-db init\`, or name the file with --config`);
  const config = (await loadModule(file, "the configuration"))["default"] as Partial<Config> | undefined;
  const place = shown(file);
  if (typeof config !== "object" || config === null)
    throw new MigrationError(`${place} exports no configuration; write \`export default { url: "…", models: "…", migrations: "…" }\``);
  const { url, models, migrations = "migrations" } = config;
  if (typeof url !== "string" || url === "")
    throw new MigrationError(
      `${place}: expected \`url\`, the URL of the database${url === undefined ? "; is an environment variable not set?" : ""}`,
    );
  if (typeof models !== "string" && !(Array.isArray(models) && models.length > 0))
    throw new MigrationError(`${place}: expected \`models\`, the path of the module that exports the models, or a list of them`);
  const root = path.dirname(file);
  const dialect = dialectOf(url);
  return {
    config: { ...config, url, models: models as Config["models"] },
    root,
    folder: path.resolve(root, migrations),
    dialect,
    dialects: config.databases === undefined ? [dialect] : config.databases.map(dialectOf),
  };
};

/** Loads the models' modules, which registers the models. */
export const loadModels = async ({ config, root }: Project): Promise<readonly ModelMeta[]> => {
  const files = typeof config.models === "string" ? [config.models] : config.models;
  for (const file of files) {
    const exported = await loadModule(path.resolve(root, file), "the models' module");
    // Registers the class, so that messages use its name.
    for (const value of Object.values(exported)) registrationOf(value);
  }
  const metas = knownModels();
  if (metas.length === 0)
    throw new MigrationError(
      `${files.join(", ")} export${files.length === 1 ? "s" : ""} no models: expected classes that extend model(…)({…}); does the project have two copies of flash-db?`,
    );
  return metas;
};

export const pictureOfModels = (metas: readonly ModelMeta[], { dialects }: Project): SchemaPicture =>
  pictureOf(metas, { where: declaredCondition, expression: declaredExpression }, dialects);

/** What the models declare besides their picture: former names, and values for existing rows. */
export const saidBy = (metas: readonly ModelMeta[], { dialects }: Project): Said => {
  const renames: Said["renames"][number][] = [];
  const fills: Record<string, SqlTexts> = {};
  for (const meta of metas) {
    const table = meta.schema === null ? meta.table : `${meta.schema}.${meta.table}`;
    if (meta.renamedFrom !== null) {
      const former = meta.schema === null || meta.renamedFrom.includes(".") ? meta.renamedFrom : `${meta.schema}.${meta.renamedFrom}`;
      renames.push({ from: former, to: table });
    }
    for (const field of meta.fields) {
      if (field.renamedFrom !== null) renames.push({ from: `${table}.${field.renamedFrom}`, to: field.column });
      // The property is unchanged, but its column was renamed.
      const usual = columnName(field.name);
      if (usual !== field.column) renames.push({ from: `${table}.${usual}`, to: field.column });
      const value = valueFor(field);
      if (value !== undefined)
        fills[`${table}.${field.column}`] = Object.fromEntries(
          dialects.map((dialect) => [dialect.name, dialect.schema.literal(value, field.type)]),
        );
    }
  }
  return { renames, fills };
};

/** A default that is the same for every row. Timestamps and counters start now. */
const valueFor = ({ default: given, onInsert, type }: ModelMeta["fields"][number]): unknown => {
  if (given !== null && "value" in given) return given.value ?? undefined;
  if (onInsert !== null && (type.kind === "timestamp" || type.kind === "integer")) return onInsert();
  return undefined;
};

const isMigration = (value: unknown): value is Migration =>
  typeof value === "object" &&
  value !== null &&
  Array.isArray((value as Partial<Migration>).after) &&
  Array.isArray((value as Partial<Migration>).items);

/** Loads and converts the migrations of a folder. */
export const loadMigrations = async (folder: string, dialects: readonly Dialect[]): Promise<Graph> => {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /\.[cm]?[jt]s$/.test(name) && !/\.d\.[cm]?ts$/.test(name))
        .sort()
    : [];
  const migrations: ReadMigration[] = [];
  for (const file of files) {
    const exported = (await loadModule(path.join(folder, file), "migration"))["default"];
    if (!isMigration(exported))
      throw new MigrationError(
        `${shown(path.join(folder, file))} exports no migration; write \`export default migration({ after: […] }, …)\``,
      );
    migrations.push(readMigration(file.replace(/\.[cm]?[jt]s$/, ""), exported, dialects));
  }
  return graphOf(migrations);
};
