/** Runs random programs on databases; the first that does not agree with the reference is made small and told. */

import { Choices } from "./choices.js";
import { Ground } from "./ground.js";
import { judge, programOf, type Program } from "./judge.js";
import { Mismatch } from "./mismatch.js";
import { literal, setText } from "./print.js";
import { fieldOf, shapeOf } from "./schema.js";
import { shrink } from "./shrink.js";
import { withoutLink, withoutCell, withoutRow, worldOf, type Row, type World } from "./world.js";

export interface QueryFailure {
  readonly seed: number;
  readonly story: string;
}
export interface QueryRunOptions {
  readonly runs: number;
  readonly seed?: number | undefined;
  readonly progress?: (() => void) | undefined;
}
const PROGRAMS_OF_A_WORLD = 40;

export const runQueryPrograms = async (url: string, options: QueryRunOptions): Promise<QueryFailure | null> => {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  const ground = await Ground.open(url);
  try {
    let world = worldOf(seed);
    for (let number = 0; number < options.runs; number++) {
      if (number % PROGRAMS_OF_A_WORLD === 0) {
        world = worldOf(seed + number);
        await ground.fill(world);
      }
      const choices = Choices.random(seed + number);
      const program = programOf(choices);
      options.progress?.();
      const error = await judge(ground, world, program);
      if (error !== null) return { seed, story: `program ${number}\n${await told(ground, world, choices, error)}` };
    }
    return null;
  } finally {
    await ground.close();
  }
};

/** Failures of one kind: an answer that differs, or an error of one class. */
const kindOf = (error: Error): string =>
  error instanceof Mismatch
    ? `mismatch of ${error.message.split(":")[0]}`
    : `${error.constructor.name} ${error.message.slice(0, 40).replace(/[0-9"']+/g, "")}`;

const told = async (ground: Ground, world: World, choices: Choices, error: Error): Promise<string> => {
  const kind = kindOf(error);
  const fails = async (one: Choices): Promise<boolean> => {
    try {
      const program = programOf(one);
      const found = await judge(ground, world, program);
      return found !== null && kindOf(found) === kind;
    } catch {
      return false;
    }
  };
  const program = programOf(Choices.replay((await shrink(choices, fails)).taken));
  const small = await smallWorld(ground, world, program, kind);
  const last = (await judge(ground, small, program)) ?? error;
  return [
    setText(program.set),
    ...(program.checks.length === 0 ? [] : [`checked by: ${program.checks.join(", ")}`]),
    last instanceof Mismatch ? last.message : (last.stack ?? last.message),
    "rows:",
    ...small.rows.map(
      (row) =>
        `  ${row.model} { ${Object.entries(row.cells)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => `${name}: ${literal(value)}`)
          .join(", ")} }`,
    ),
    ...small.links.map(([book, tag]) => `  book ${book} has tag ${tag}`),
  ].join("\n");
};

const smallWorld = async (ground: Ground, start: World, program: Program, kind: string): Promise<World> => {
  let best = start;
  const attempt = async (world: World): Promise<void> => {
    await ground.fill(world);
    const error = await judge(ground, world, program);
    if (error !== null && kindOf(error) === kind) best = world;
  };
  for (let before: World | null = null; before !== best;) {
    before = best;
    for (const row of [...best.rows].reverse()) if (best.rows.includes(row)) await attempt(withoutRow(best, row));
    for (const link of best.links) await attempt(withoutLink(best, link));
  }
  for (const row of best.rows)
    for (const [name, value] of Object.entries(row.cells)) {
      const now = best.rows.find((one) => one.model === row.model && key(one) === key(row));
      if (value !== null && now !== undefined && isNullable(now.model, name)) await attempt(withoutCell(best, now, name));
    }
  await ground.fill(best);
  return best;
};
const key = (row: Row): string =>
  shapeOf(row.model)
    .key.map((name) => String(row.value(name)))
    .join();
const isNullable = (model: string, name: string): boolean => fieldOf(shapeOf(model), name)?.nullable ?? false;
