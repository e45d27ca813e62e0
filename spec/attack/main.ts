/** `npm run attack -- [--inputs N] [--seed S] [--database sqlite|postgres]`: as many hostile inputs as wanted; prints what is found, and how to play it again. */

import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import pc from "picocolors";
import { startPostgres } from "../support/embedded-postgres.js";
import { attack } from "./attack.js";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "10000" },
    seed: { type: "string" },
    finds: { type: "string", default: "10" },
    database: { type: "string" },
    url: { type: "string" },
  },
});
const inputs = Number(values.inputs);
if (!Number.isInteger(inputs) || inputs < 1) throw new Error(`--inputs: expected the number of inputs, got ${values.inputs}`);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const finds = Number(values.finds);

const play = async (name: string, url: string): Promise<void> => {
  const bar = new SingleBar({ format: `${name} {bar} {value}/{total} inputs, {duration} s`, clearOnComplete: true });
  bar.start(inputs, 0);
  const found = await attack(url, { inputs, seed, finds, progress: () => bar.increment() });
  bar.stop();
  if (found.length === 0) console.log(pc.green(`${name}: ${inputs} inputs from seed ${seed}, nothing found`));
  else process.exitCode = 1;
  for (const { entry, given, problem, seed: own } of found)
    console.log(`${pc.red(`${name}: ${entry}`)}  (--inputs 1 --seed ${own})\n  given ${given}\n  ${problem}\n`);
};

if (values.database !== "postgres") await play("sqlite", "sqlite::memory:");
if (values.database !== "sqlite") {
  const server = values.url === undefined ? await startPostgres() : null;
  try {
    await play("postgres", values.url ?? server?.url ?? "");
  } finally {
    await server?.stop();
  }
}
