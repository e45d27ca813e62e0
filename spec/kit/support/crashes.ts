/** Kills `flash-db migrate` again and again while it works, there and back, and looks at what is left each time it came to an end. */

import path from "node:path";
import { connect, sql } from "../../../src/index.js";
import type { Workshop } from "./built.js";
import { crashFiles, crashMigrations, readMark, rowCount } from "./crash-project.js";
import { randomOf } from "./random-schemas.js";

export interface Crashes {
  readonly kills: number;
  /** Of those, with a migration in the middle. */
  readonly inTheMiddle: number;
  /** Ways that came to an end, there or back. */
  readonly ways: number;
  readonly problems: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly standing: string;
}
const names = [...Object.keys(crashMigrations), "0006_end"];

export const crash = async (
  shop: Workshop,
  project: string,
  url: string | null,
  kills: number,
  seed: number,
  onKill: (kills: number) => void = () => undefined,
): Promise<Crashes> => {
  const folder = shop.project(project, {});
  const at = url ?? `sqlite:${path.join(folder, "app.db")}`;
  shop.project(project, crashFiles(at));
  const random = randomOf(seed);
  const counts = { kills: 0, inTheMiddle: 0, ways: 0 };
  const problems: string[] = [];
  // As long as the longest that was seen, so that a kill can hit everything.
  let span = 1500;
  let target = "end";
  const standings = async (): Promise<readonly Entry[]> => {
    const { code, out, err } = await shop.run(folder, "showmigrations", "--json");
    if (code !== 0) throw new Error(`showmigrations: ${out}${err}`);
    return (JSON.parse(out) as { readonly migrations: readonly Entry[] }).migrations;
  };

  while (counts.kills < kills && problems.length === 0) {
    const run = shop.start(folder, "migrate", ...(target === "end" ? [] : ["zero", "--lose", "--fill", "items.runs=2"]));
    const begun = await new Promise<number>((resolve) => {
      run.process.stderr?.on("data", (text: string) => {
        if (text.includes(readMark)) resolve(performance.now());
      });
      void run.ended.then(() => resolve(performance.now()));
    });
    const timer = random.chance(0.85) ? setTimeout(() => run.process.kill("SIGKILL"), random.next() * span) : null;
    const { code, signal, out, err } = await run.ended;
    if (timer !== null) clearTimeout(timer);
    if (signal === "SIGKILL") {
      counts.kills++;
      if ((await standings()).some(({ standing }) => standing === "interrupted")) counts.inTheMiddle++;
      onKill(counts.kills);
      continue;
    }
    span = Math.max(200, performance.now() - begun);
    const told = (what: string): string => `after ${counts.kills} kills, to ${target}: ${what}`;
    if (code !== 0) {
      problems.push(told(`${out}${err}`));
      break;
    }
    counts.ways++;
    problems.push(...(await faults(at, target, await standings())).map(told));
    if (target === "end") {
      const { code: different, out: report, err: failure } = await shop.run(folder, "check");
      if (different !== 0) problems.push(told(report + failure));
    }
    target = target === "end" ? "zero" : "end";
  }
  return { ...counts, problems };
};

const faults = async (url: string, target: string, entries: readonly Entry[]): Promise<readonly string[]> => {
  const wanted = target === "end" ? "applied" : "pending";
  const wrong = entries.filter(({ standing }) => standing !== wanted).map(({ name, standing }) => `${name} is ${standing}`);
  if (entries.length !== names.length) wrong.push(`there are ${entries.length} migrations`);
  const database = await connect(url);
  try {
    const db = database.session();
    const one = async (text: string): Promise<string> => JSON.stringify(await db.execute(sql`${sql.raw(text)}`, { readOnly: true }));
    const count = async (text: string, expected: string): Promise<void> => {
      const found = await one(text);
      if (found !== expected) wrong.push(`${text}: ${found}, expected ${expected}`);
    };
    if (target === "end") {
      await count("SELECT CAST(count(*) AS TEXT) AS n FROM owners", `[{"n":"10"}]`);
      await count("SELECT CAST(count(*) AS TEXT) AS n FROM items WHERE label = name AND owner_id IS NOT NULL", `[{"n":"${rowCount}"}]`);
      await count(
        "SELECT CAST(count(*) AS TEXT) AS n FROM notes JOIN items ON items.id = item_id AND label = text",
        `[{"n":"${rowCount}"}]`,
      );
    }
    await count("SELECT name FROM flash_migration_journal", "[]");
    const history = await db.execute<{ name: string; action: string }>(sql`SELECT name, action FROM flash_migrations ORDER BY id`, {
      readOnly: true,
    });
    const applied = new Set<string>();
    for (const { name, action } of history) {
      if ((action === "apply") === applied.has(name)) wrong.push(`${name}: ${action} twice`);
      if (action === "apply") applied.add(name);
      else applied.delete(name);
    }
    await db.close();
  } finally {
    await database.close({ timeout: 0 });
  }
  return wrong;
};
