/** `npm run example`: starts the example of the films; with `-- postgres` on a PostgreSQL server that it brings along. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { startPostgres } from "../support/embedded-postgres.js";

const [wanted] = process.argv.slice(2);
const server = wanted === "postgres" ? await startPostgres() : null;
const url = server?.url ?? wanted;
try {
  const program = path.resolve(import.meta.dirname, "../../docs/examples/movies/main.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...(url === undefined ? [] : [url])], { stdio: "inherit" });
  const [status] = (await once(child, "exit")) as [number | null];
  process.exitCode = status ?? 1;
} finally {
  await server?.stop();
}
