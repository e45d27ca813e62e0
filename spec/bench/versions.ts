/** Prints what a benchmark runs on, as one line of JSON. */

import { readFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";

const versionOf = (name: string): string => {
  const manifest = fileURLToPath(import.meta.resolve(`${name}/package.json`));
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version;
};
const sqlite = new Database(":memory:").prepare("SELECT sqlite_version()").pluck().get() as string;
console.log(
  JSON.stringify(
    `Node ${process.versions.node}, better-sqlite3 ${versionOf("better-sqlite3")} (SQLite ${sqlite}), pg ${versionOf("pg")}; load before: ${os
      .loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}`,
  ),
);
