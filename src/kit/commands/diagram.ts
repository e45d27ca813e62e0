/** `diagram`: draws the schema of the models, as Mermaid text or as SVG. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { mermaid, svg } from "../diagram/index.js";
import { MigrationError } from "../errors.js";
import { fold } from "../state/index.js";
import { shown } from "./load.js";
import { good, type Result } from "./output.js";
import { loadMigrations, loadModels, loadProject, pictureOfModels } from "./project.js";

export interface DiagramOptions {
  readonly config?: string | undefined;
  readonly format?: string | undefined;
  readonly output?: string | undefined;
  readonly theme?: string | undefined;
  /** Draws the migrations' schema instead of the models'. */
  readonly migrations?: boolean | undefined;
}

const formats = ["mermaid", "svg"] as const;
const themes = ["auto", "light", "dark"] as const;

const oneOf = <const T extends string>(option: string, given: string, allowed: readonly T[]): T => {
  const found = allowed.find((word) => word === given);
  if (found === undefined) throw new MigrationError(`--${option} ${given}: expected ${allowed.join(" or ")}`);
  return found;
};

export const diagram = async (options: DiagramOptions): Promise<Result> => {
  const format = oneOf("format", options.format ?? (options.output?.endsWith(".svg") === true ? "svg" : "mermaid"), formats);
  const theme = oneOf("theme", options.theme ?? "auto", themes);
  const project = await loadProject(options.config);
  const picture =
    options.migrations === true
      ? fold((await loadMigrations(project.folder, project.dialects)).order)
      : pictureOfModels(await loadModels(project), project);
  const text = format === "svg" ? svg(picture, theme) : mermaid(picture);
  if (options.output === undefined) return { data: { format, text }, lines: [text.trimEnd()] };
  const file = path.resolve(options.output);
  writeFileSync(file, text);
  return {
    data: { format, file, tables: picture.tables.length },
    lines: [`${good("✓")} wrote ${shown(file)}: ${picture.tables.length} tables`],
  };
};
