/** Parses the file from `sqlite:app.db`, `sqlite:/abs/app.db` or `sqlite::memory:`. */

import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { redactUrl } from "../../database/redact-url.js";
import { ConfigurationError } from "../../errors.js";

export interface SqliteTarget {
  /** The path to open, or null for a database in memory. */
  readonly file: string | null;
}

const FORMS = `"sqlite:app.db", "sqlite:/absolute/app.db" or "sqlite::memory:"`;

export function parseUrl(url: string): SqliteTarget {
  const rest = /^sqlite:(.*)$/is.exec(url)?.[1];
  if (rest === undefined) throw new ConfigurationError(`Expected a URL like ${FORMS}, got ${JSON.stringify(redactUrl(url))}.`);
  if (rest === ":memory:") return { file: null };
  if (rest.trim() === "")
    throw new ConfigurationError(`Expected a file name behind "sqlite:", as in ${FORMS}, got ${JSON.stringify(redactUrl(url))}.`);
  if (rest.startsWith("//")) {
    throw new ConfigurationError(
      `Expected a path right behind "sqlite:", as in ${FORMS}, got ${JSON.stringify(redactUrl(url))}: leave out the two slashes.`,
    );
  }
  if (rest.startsWith("file:") || rest.includes("?") || rest.includes("\0") || rest.startsWith(":")) {
    throw new ConfigurationError(
      `Expected a plain path behind "sqlite:", as in ${FORMS}, got ${JSON.stringify(redactUrl(url))}: parameters and other URIs are not understood here, use the options.`,
    );
  }
  const file = resolve(rest);
  const folder = dirname(file);
  if (!existsSync(folder))
    throw new ConfigurationError(`The folder ${folder} of the database ${JSON.stringify(redactUrl(url))} does not exist. Make it first.`);
  if (existsSync(file) && statSync(file).isDirectory())
    throw new ConfigurationError(`Expected a file for the database ${JSON.stringify(redactUrl(url))}, but ${file} is a folder.`);
  return { file };
}

/** One name per file, whichever path leads to it. */
export function realPath(file: string): string {
  return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
}
