/** `npm run bench -- --growth`: what a row, a level of prefetch and a model in types cost as there are more of them. */

import { instantiations } from "./footprint.js";
import type { LevelCosts } from "./growth-levels.js";
import type { RowCosts } from "./growth-rows.js";
import { markdown } from "./table.js";

type Take = <Result>(script: string, args: readonly string[]) => Result | undefined;
const sizes = [1000, 10_000, 100_000, 1_000_000];
/** Below it a figure per row is what was paid once; from there on, it counts whether the next row costs the same. */
const base = 10_000;
const columns = {
  load: "load µs",
  iterate: "iterate µs",
  bulkCreate: "bulkCreate µs",
  flush: "flush, 1 in 10 changed µs",
  flushNone: "flush, none changed µs",
  bytes: "bytes tracked",
  held: "iterate holds MB",
  withGarbage: "with garbage MB",
} as const;
const digits: Partial<Record<keyof typeof columns, number>> = { bytes: 0, held: 0, withGarbage: 0 };
const limitMegabytes = 80;

const printRows = (database: string, take: Take): void => {
  const costs = new Map(sizes.map((rows) => [rows, take<RowCosts>("growth-rows.ts", [database, String(rows)])]));
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const rows = [...costs].map(([size, cost]) => [
    size.toLocaleString("en"),
    ...names.map((name) => (cost === undefined ? "–" : cost[name].toFixed(digits[name] ?? 2))),
  ]);
  console.log(markdown([[`${database}: per row`, ...names.map((name) => columns[name])], ...rows]));
  const [first, last] = [costs.get(base), costs.get(sizes.at(-1) ?? base)];
  if (first === undefined || last === undefined) return;
  const factors = names
    .filter((name) => name !== "held" && name !== "withGarbage")
    .map((name) => [columns[name], last[name] / first[name]] as const);
  const [name, worst] = factors.reduce((most, factor) => (factor[1] > most[1] ? factor : most));
  console.log(`a row among 1,000,000 costs at most ${worst.toFixed(2)} × a row among 10,000 (${name})`);
  console.log(
    `iterate over 1,000,000 rows holds ${last.held.toFixed(0)} MB, with garbage at most ${last.withGarbage.toFixed(0)} MB (goal: ${limitMegabytes})\n`,
  );
};

const printLevels = (database: string, take: Take): void => {
  const costs = take<LevelCosts[]>("growth-levels.ts", [database, "5"]) ?? [];
  const rows = costs.map(({ statements, ms }, level) => [
    String(level),
    String(statements),
    ms.toFixed(2),
    level === 0 ? "–" : (ms - (costs[level - 1]?.ms ?? 0)).toFixed(2),
  ]);
  console.log(`${markdown([[`${database}: levels of 1,000 prefetched`, "statements", "ms", "ms for this level"], ...rows])}\n`);
};

const printTypes = async (): Promise<void> => {
  const rows: string[][] = [];
  for (const models of [10, 25, 50, 100, 200]) {
    const counts = [await instantiations("TypeScript 6", models), await instantiations("TypeScript 7", models)];
    rows.push([
      String(models),
      ...counts.flatMap((count) => [count.toLocaleString("en"), Math.round(count / models).toLocaleString("en")]),
    ]);
  }
  const head = ["models, four queries each", "instantiations, TypeScript 6", "per model", "TypeScript 7", "per model"];
  console.log(markdown([head, ...rows]));
};

export const printGrowth = async (databases: readonly string[], take: Take): Promise<void> => {
  for (const database of databases) {
    printRows(database, take);
    printLevels(database, take);
  }
  await printTypes();
};
