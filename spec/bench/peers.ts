/** The libraries that the bench compares with: which module in `peers/` does their work, and their installation on demand. */

import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { programs } from "./peer-programs.js";

export interface Peer {
  /** Modules by database, since some have an interface for each. */
  readonly sqlite: string | null;
  readonly postgres: string;
  /** What its users import, and the packages that they install beside the driver. */
  readonly entry: string;
  readonly packages: readonly string[];
  /** A program to type-check: so many models, and four everyday queries on each; null where its types hardly look at queries. */
  readonly program: ((models: number) => Readonly<Record<string, string>>) | null;
}
const drizzle: Peer = {
  sqlite: "drizzle-sqlite",
  postgres: "drizzle-postgres",
  entry: "drizzle-orm/better-sqlite3",
  packages: ["drizzle-orm"],
  program: programs.drizzle,
};

export const peers: Readonly<Record<string, Peer>> = {
  kysely: { sqlite: "kysely", postgres: "kysely", entry: "kysely", packages: ["kysely"], program: programs.kysely },
  drizzle,
  "drizzle-prepared": drizzle,
  mikroorm: {
    sqlite: "mikroorm",
    postgres: "mikroorm",
    entry: "@mikro-orm/sqlite",
    packages: ["@mikro-orm/core", "@mikro-orm/sqlite", "@mikro-orm/postgresql"],
    program: programs.mikroorm,
  },
  objection: { sqlite: "objection", postgres: "objection", entry: "objection", packages: ["objection", "knex"], program: null },
};

export const peersFolder = path.join(import.meta.dirname, "peers");

/** Installs them as their lock file says, unless that has been done since it was written. */
export const installPeers = (): void => {
  const [lock, installed] = ["package-lock.json", "node_modules/.package-lock.json"].map((name) => path.join(peersFolder, name));
  if (lock === undefined || installed === undefined) return;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  // No scripts: none of them needs one, better-sqlite3 13 brings its binaries along.
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: peersFolder, stdio: "inherit" });
};
