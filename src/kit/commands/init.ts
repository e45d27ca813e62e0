/** `init`: creates the configuration and the folder of migrations. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { MigrationError } from "../errors.js";
import { shown } from "./load.js";
import { faint, good, type Result } from "./output.js";
import { dialectOf, findConfig } from "./project.js";

export interface InitOptions {
  readonly url?: string | undefined;
  readonly models?: string | undefined;
  readonly migrations?: string | undefined;
}

const usualModels = ["src/models.ts", "src/models/index.ts", "models.ts", "models/index.ts", "src/db/models.ts", "models.js"];

export const init = (options: InitOptions): Promise<Result> => {
  const existing = findConfig(undefined);
  if (existing !== undefined) throw new MigrationError(`${shown(existing)} is there already; change it by hand, or remove it first`);
  const folder = process.cwd();
  const url = options.url ?? "sqlite:app.db";
  dialectOf(url);
  const models = options.models ?? usualModels.find((file) => existsSync(path.join(folder, file))) ?? "models.ts";
  const migrations = options.migrations ?? "migrations";
  const file = path.join(folder, "flash-db.config.ts");
  writeFileSync(
    file,
    `export default {\n  /** The database that commands work on. */\n  url: process.env["DATABASE_URL"] ?? ${JSON.stringify(url)},\n  /** The module that exports the models. */\n  models: ${JSON.stringify(models)},\n  /** The folder of migrations. */\n  migrations: ${JSON.stringify(migrations)},\n};\n`,
    { flag: "wx" },
  );
  mkdirSync(path.join(folder, migrations), { recursive: true });
  const there = existsSync(path.join(folder, models));
  return Promise.resolve({
    data: { file, models, migrations, url },
    lines: [
      `${good("✓")} wrote ${shown(file)}`,
      `${good("✓")} ${migrations}/ is the folder of migrations`,
      there ? faint(`  next: flash-db makemigrations`) : faint(`  next: write your models in ${models}, then flash-db makemigrations`),
    ],
  });
};
