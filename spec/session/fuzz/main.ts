/** `npm run fuzz -- --runs 20000 [--seed=N] [--database sqlite|file|postgres] [--programs plain|wide|invariants|queries|types]`: as many programs as wanted; a failing one is shrunk and printed as a story. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pc from "picocolors";
import { SingleBar } from "cli-progress";
import { startPostgres } from "../../support/embedded-postgres.js";
import { runQueryPrograms } from "../../query/fuzz/run.js";
import { runTypePrograms } from "../../types/fuzz/run.js";
import { runInvariantPrograms } from "../invariants/play.js";
import { runWidePrograms } from "../wide/play.js";
import { runPrograms } from "./run.js";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    seed: { type: "string" },
    database: { type: "string", default: "sqlite" },
    programs: { type: "string", default: "plain" },
  },
});

interface Place {
  readonly url: string;
  leave(): Promise<void>;
}
const places: Readonly<Record<string, () => Promise<Place>>> = {
  sqlite: () => Promise.resolve({ url: "sqlite::memory:", leave: () => Promise.resolve() }),
  file: async () => {
    const folder = await mkdtemp(join(tmpdir(), "flash-db-fuzz-"));
    return { url: `sqlite:${join(folder, "fuzz.db")}`, leave: () => rm(folder, { recursive: true, force: true }) };
  },
  postgres: async () => {
    const given = process.env["FLASH_DB_TEST_PG"] ?? "";
    if (given !== "") return { url: given, leave: () => Promise.resolve() };
    const server = await startPostgres();
    return { url: server.url, leave: () => server.stop() };
  },
};

const open = places[values.database];
if (open === undefined) throw new Error(`--database: expected ${Object.keys(places).join(", ")}, got ${values.database}`);
const kinds: Readonly<Record<string, typeof runPrograms>> = {
  plain: runPrograms,
  wide: runWidePrograms,
  invariants: runInvariantPrograms,
  queries: runQueryPrograms,
  types: runTypePrograms,
};
const run = kinds[values.programs];
if (run === undefined) throw new Error(`--programs: expected ${Object.keys(kinds).join(", ")}, got ${values.programs}`);
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs: expected the number of programs, got ${values.runs}`);
const place = await open();
const bar = new SingleBar({ format: "{bar} {value}/{total} programs, {duration} s", clearOnComplete: true });
bar.start(runs, 0);
try {
  const failure = await run(place.url, {
    runs,
    seed: values.seed === undefined ? undefined : Number(values.seed),
    progress: () => bar.increment(),
  });
  bar.stop();
  console.log(
    failure === null
      ? pc.green(`${runs} programs agree`)
      : `${pc.red(`again with --programs ${values.programs} --runs ${runs} --seed=${failure.seed}`)}\n${failure.story}`,
  );
  process.exitCode = failure === null ? 0 : 1;
} finally {
  bar.stop();
  await place.leave();
}
