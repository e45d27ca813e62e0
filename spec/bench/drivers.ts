/** Preloaded in benchmark processes: every import of a driver means the one in `FLASH_DB_BENCH_DRIVERS`, whoever imports it. */

import * as modules from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

interface Resolved {
  readonly url: string;
}
type Next = (specifier: string, context: { readonly parentURL?: string | undefined }) => Resolved;
/** Synchronous hooks are younger than the oldest Node that the project's types speak of. */
interface Hooks {
  readonly registerHooks?: (hooks: { resolve(specifier: string, context: { readonly parentURL?: string }, next: Next): Resolved }) => void;
}

const { registerHooks } = modules as Hooks;
if (registerHooks === undefined) throw new Error(`drivers from another folder need Node 22.15 or newer, this is ${process.version}`);
const parentURL = pathToFileURL(path.join(process.env["FLASH_DB_BENCH_DRIVERS"] ?? "", "package.json")).href;

registerHooks({
  resolve: (specifier, context, next) => next(specifier, /^better-sqlite3(\/|$)/.test(specifier) ? { ...context, parentURL } : context),
});
