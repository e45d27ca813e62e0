/** `npm run bench -- --growth`: what a row costs as there are more of them, and what an instance costs in memory. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import Table from "cli-table3";
import { authorsData } from "./data.js";
import { Author, openFlash } from "./flash.js";
import { openTuned, sqliteAdmin } from "./raw-sqlite.js";

const folder = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "flash-db-growth-"));
const microseconds = (since: number, rows: number): string => (((performance.now() - since) * 1000) / rows).toFixed(2);
const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const sizes = process.argv.includes("--million") ? [1000, 10_000, 100_000, 1_000_000] : [1000, 10_000, 100_000];
const table = new Table({
  head: [
    "rows",
    "load µs/row",
    "iterate µs/row",
    "iterate heap MB",
    "bulkCreate µs/row",
    "flush 1 in 10 changed µs/row",
    "flush none µs/row",
  ],
  colAligns: Array<"right">(7).fill("right"),
  style: { head: [], border: [], compact: true },
});
for (const rows of sizes) {
  const file = path.join(folder, `growth-${rows}.db`);
  const flash = await openFlash(`sqlite:${file}`);
  const admin = sqliteAdmin(openTuned(file), (date) => date.toISOString());
  await admin.seed(rows, 0);

  const db = flash.session();
  let started = performance.now();
  const authors = await Author.objects.fetch(db);
  const load = microseconds(started, rows);
  started = performance.now();
  await db.flush();
  const none = microseconds(started, rows);
  for (const author of authors) if (author.id % 10 === 0) author.age++;
  started = performance.now();
  await db.flush();
  const changed = microseconds(started, rows);
  await db.rollback();
  await db.close();

  const reader = flash.session();
  const before = heap();
  let most = before;
  let seen = 0;
  started = performance.now();
  for await (const author of Author.objects.all().iterate(reader, { chunkSize: 1000 })) {
    seen += author.id > 0 ? 1 : 0;
    if (seen % 50_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
  }
  const iterate = microseconds(started, rows);
  if (seen !== rows) throw new Error(`expected ${rows} rows, iterated ${seen}`);
  await reader.close();

  await admin.seed(0, 0);
  const writer = flash.session();
  const data = authorsData(rows);
  started = performance.now();
  await Author.objects.bulkCreate(writer, data);
  await writer.commit();
  const create = microseconds(started, rows);
  await writer.close();
  table.push([rows.toLocaleString("en"), load, iterate, ((most - before) / 1e6).toFixed(0), create, changed, none]);
  await admin.close();
  await flash.close();
}
console.log(table.toString());

const levels = new Table({
  head: ["prefetch", "statements", "ms"],
  colAligns: ["left", "right", "right"],
  style: { head: [], border: [], compact: true },
});
const file = path.join(folder, "levels.db");
const flash = await openFlash(`sqlite:${file}`);
await sqliteAdmin(openTuned(file), (date) => date.toISOString()).seed(1000, 10);
for (const relation of ["books", "books__author", "books__author__books"] as const) {
  const db = flash.session();
  const started = performance.now();
  const authors = await Author.objects.prefetchRelated(relation).fetch(db);
  levels.push([relation, relation.split("__").length + 1, (performance.now() - started).toFixed(1)]);
  if (authors.length !== 1000) throw new Error("authors are missing");
  await db.close();
}
console.log(levels.toString());
await flash.close();
rmSync(folder, { recursive: true, force: true });
