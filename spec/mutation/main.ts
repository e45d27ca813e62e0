/** `npm run mutate -- --sample 300 [--seed N] [--rooms src/session,…] [--specs spec/session,…]`: changes single places of the code, and lists the changes that no spec notices. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import pc from "picocolors";
import { instrument } from "./instrument.js";
import { Specs } from "./specs.js";

const { values } = parseArgs({
  options: {
    sample: { type: "string" },
    seed: { type: "string" },
    rooms: { type: "string", default: "src/session,src/query/planning,src/query/resolve,src/loading" },
    specs: { type: "string", default: "spec/" },
  },
});
const wanted = Number(values.sample);
if (!Number.isInteger(wanted) || wanted < 1) throw new Error(`--sample: expected the number of mutants, got ${values.sample}`);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);

const { code, mutants } = await instrument(values.rooms.split(","));
const order = fc.sample(fc.shuffledSubarray([...mutants], { minLength: Math.min(wanted, mutants.length), maxLength: wanted }), {
  numRuns: 1,
  seed,
});
const sample = order[0] ?? [];
console.log(`${sample.length} of ${mutants.length} mutants, --seed ${seed}`);

const specs = await Specs.open(code, values.specs.split(","));
let survivors = 0;
try {
  const { files, failing } = await specs.reach();
  files.sort((a, b) => a.milliseconds - b.milliseconds);
  console.log(
    `${files.length} spec files pass without a change; left out: ${failing.map((file) => path.relative(process.cwd(), file)).join(", ")}`,
  );
  /** How often a file was the one to notice: it is asked earlier. */
  const kills = new Map<string, number>();
  for (const [index, { id, fileName, location, replacement, mutatorName }] of sample.entries()) {
    const reaching = files.filter(({ reached }) => reached.has(id));
    const ordered = reaching.toSorted((a, b) => (kills.get(b.file) ?? 0) - (kills.get(a.file) ?? 0)).map(({ file }) => file);
    const slowest = Math.max(0, ...reaching.map(({ milliseconds }) => milliseconds));
    const killer = reaching.length === 0 ? null : await specs.killerOf(id, ordered, 30 + slowest / 200);
    if (killer !== null) kills.set(killer, (kills.get(killer) ?? 0) + 1);
    const place = `${path.relative(process.cwd(), fileName)}:${location.start.line + 1}`;
    const outcome = killer !== null ? pc.green("killed") : pc.red(reaching.length === 0 ? "not reached" : "survived");
    console.log(
      `${index + 1}/${sample.length} ${outcome} ${place} ${mutatorName}${killer === null ? "" : `, by ${path.relative(process.cwd(), killer)}`}`,
    );
    if (killer !== null) continue;
    survivors++;
    console.log(`    ${changed(fileName, location)}\n  → ${replacement.replaceAll(/\s+/g, " ")}`);
  }
} finally {
  await specs.close();
}
const killed = sample.length - survivors;
console.log(`${killed} of ${sample.length} killed (${((100 * killed) / sample.length).toFixed(1)} %), --seed ${seed}`);

interface Position {
  readonly line: number;
  readonly column: number;
}
function changed(file: string, { start, end }: { readonly start: Position; readonly end: Position }): string {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .slice(start.line, end.line + 1);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? "").slice(0, end.column);
  lines[0] = (lines[0] ?? "").slice(start.column);
  return lines.join(" ").replaceAll(/\s+/g, " ");
}
