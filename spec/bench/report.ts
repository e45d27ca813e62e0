/** The tables of a benchmark, as Markdown, so that they can be kept in a document. */

import { importOurs, importPeer, installedOurs, installedPeer, instantiations, instantiationsOf } from "./footprint.js";
import type { Compiler } from "../types/support/compiler.js";
import { bytesPerRow, footprint, milliseconds, ratios, slowestAnswer } from "./goals.js";
import { median, type Measurement } from "./measure.js";
import type { Peer } from "./peers.js";
import type { Runtime } from "./processes.js";
import type { Answers } from "./responsive.js";
import { markdown } from "./table.js";
import { workloads } from "./workloads.js";

/** By side and workload, the measurement of each run; null where the side has no such work. */
export type Cells = Map<string, Map<string, (Measurement | null)[]>>;
type Heap = ReadonlyMap<string, number> | null;

/** The median of a figure over the runs, "" where there is none. */
const figure = (runs: readonly (Measurement | null)[] | undefined, key: keyof Measurement): number =>
  median((runs ?? []).flatMap((run) => (run === null ? [] : [run[key]])));
const inDigits = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(value < 100 ? 2 : 0));
const titleOf = (name: string): [string, string] => [name, workloads[name]?.title ?? ""];

/** Our cells with their goals; the last line says the worst. */
export const printOurs = (database: string, cells: Cells, heap: Heap): void => {
  const ours = [...(cells.get("flash") ?? [])];
  const rows = ours.map(([name, runs]) => {
    const of = (key: keyof Measurement): string => inDigits(figure(runs, key));
    const limit = milliseconds[name];
    return limit === undefined
      ? [...titleOf(name), of("rawMs"), of("ms"), of("ratio"), inDigits(ratios[database]?.[name] ?? Number.NaN), of("cpu"), of("spread")]
      : [...titleOf(name), of("rawMs"), of("ms"), "–", `${limit} ms`, "–", of("spread")];
  });
  if (heap !== null) {
    const [raw, held] = ["raw", "flash"].map((side) => String(heap.get(side) ?? "–"));
    rows.push(["heap", "bytes held per row at 100,000", raw ?? "–", held ?? "–", "–", `${bytesPerRow} B`, "–", "–"]);
  }
  console.log(markdown([[database, "", "raw ms", "ours ms", "ratio", "goal", "cpu", "spread"], ...rows]));
  const compared = ours
    .filter(([name]) => milliseconds[name] === undefined && workloads[name]?.against === undefined)
    .map(([, runs]) => figure(runs, "ratio"));
  console.log(`worst ratio to raw: ${Math.max(0, ...compared).toFixed(2)}\n`);
};

/** Everybody's ratio to hand-written code, by the clock and by the processor time of the process. */
export const printPeers = (database: string, cells: Cells, heap: Heap): void => {
  const sides = [...cells.keys()];
  const names = [...(cells.get("flash")?.keys() ?? [])];
  for (const [key, title] of [
    ["ratio", `${database}: ratio to raw`],
    ["cpu", `${database}: ratio of processor time`],
  ] as const) {
    const rows = names.map((name) => {
      const runs = (side: string): (Measurement | null)[] => cells.get(side)?.get(name) ?? [];
      const isAbsolute = milliseconds[name] !== undefined;
      if (isAbsolute) return [...titleOf(name), ...sides.map((side) => `${inDigits(figure(runs(side), "ms"))} ms`.replace("– ms", "–"))];
      return [...titleOf(name), ...sides.map((side) => inDigits(figure(runs(side), key)))];
    });
    if (heap !== null && key === "ratio")
      rows.push(["heap", `bytes held per row at 100,000 (raw: ${heap.get("raw")})`, ...sides.map((side) => String(heap.get(side) ?? "–"))]);
    console.log(`${markdown([[title, "", ...sides.map((side) => (side === "flash" ? "ours" : side))], ...rows])}\n`);
  }
};

/** How long others waited for an answer while this process worked on many rows of a SQLite file. */
export const printAnswers = (found: Readonly<Record<string, Answers>>): void => {
  const rows = Object.entries(found).map(([name, { requests, median: half, slowest, stretch }]) => [
    name,
    String(requests),
    inDigits(half),
    inDigits(slowest),
    `${slowestAnswer} ms`,
    inDigits(stretch),
  ]);
  console.log(
    `${markdown([["sqlite: GET /me beside 50,000 rows", "answers", "median ms", "slowest ms", "goal", "longest stretch, cpu ms"], ...rows])}\n`,
  );
};

/** What is paid before anything runs. */
export const printFootprint = async (runtime: Runtime, peers: Readonly<Record<string, Peer>>): Promise<void> => {
  const row = (name: string, ms: number, { megabytes, packages }: { megabytes: number; packages: number }, types: readonly string[]) => [
    name,
    ms.toFixed(0),
    megabytes.toFixed(2),
    String(packages),
    ...types,
  ];
  const typesOf = async (count: (compiler: Compiler) => Promise<number | null>): Promise<string[]> => {
    const counts = [await count("TypeScript 6"), await count("TypeScript 7")];
    return counts.map((number) => number?.toLocaleString("en") ?? "–");
  };
  const { importMs, megabytes, packages, instantiations: most } = footprint;
  const rows = [
    row("ours", importOurs(runtime), installedOurs(), await typesOf(instantiations)),
    row("goal", importMs, { megabytes, packages }, [most.toLocaleString("en"), most.toLocaleString("en")]),
  ];
  const known = new Set<string>();
  for (const [name, peer] of Object.entries(peers)) {
    if (known.has(peer.entry)) continue;
    known.add(peer.entry);
    rows.push(row(name, importPeer(runtime, peer), installedPeer(peer), await typesOf((compiler) => instantiationsOf(compiler, peer))));
  }
  const head = ["package", "import ms", "installed MB", "packages", "instantiations, TypeScript 6", "TypeScript 7"];
  console.log(`${markdown([head, ...rows])}\n`);
};
