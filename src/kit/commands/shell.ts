/** `shell`: a prompt with the models and a session, `await`, and a command history. */

import { homedir } from "node:os";
import path from "node:path";
import { start } from "node:repl";
import { promisify } from "node:util";
import * as flashDb from "flash-db";
import { loadModels, loadProject } from "./project.js";
import { withDatabase } from "./open.js";
import { faint, type Result, strong } from "./output.js";

export interface ShellOptions {
  readonly config?: string | undefined;
}

export const shell = async (options: ShellOptions): Promise<Result> => {
  const project = await loadProject(options.config);
  const metas = await loadModels(project);
  const models = Object.fromEntries(metas.map((meta) => [meta.name, meta.ctor]));
  return withDatabase(project, async (database) => {
    await using db = database.session({ onUncommitted: "ignore" });
    process.stdout.write(
      `${strong("Flash DB")} ${faint(`${project.dialect.name}; db is a session, write await db.commit() to keep changes`)}\n${faint(`models: ${Object.keys(models).join(", ")}`)}\n`,
    );
    const repl = start({ prompt: "> ", useGlobal: false });
    Object.assign(repl.context, flashDb, models, { db, database });
    if (process.stdin.isTTY)
      await promisify(repl.setupHistory.bind(repl))(path.join(homedir(), ".flash_db_history")).catch(() => undefined);
    await new Promise<void>((resolve) => repl.once("exit", () => resolve()));
    return { data: {}, lines: [] };
  });
};
