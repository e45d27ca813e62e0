/** Heap held per loaded row in a process of its own: `memory.ts <raw|flash> <url> <rows>`; prints one line of JSON. */

import pg from "pg";
import { openFlash, Author } from "./flash.js";
import { openRawPostgres } from "./raw-postgres.js";
import { openRawSqlite, openTuned, sqliteAdmin } from "./raw-sqlite.js";
import type { Session } from "flash-db";

const [side = "", url = "", count = "100000"] = process.argv.slice(2);
const rows = Number(count);
const file = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : null;

/** Seeds, then gives what loads every author and keeps it. */
const prepare = async (): Promise<() => Promise<{ readonly length: number }>> => {
  if (side === "raw") {
    const setup = file === null ? await openRawPostgres(url) : await openRawSqlite(file);
    await setup.admin.seed(rows, 0);
    return () => setup.side.load(() => {});
  }
  const flash = await openFlash(url);
  if (file === null) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      "INSERT INTO author (name, email, age, bio, active, created_at) SELECT 'Author ' || n, 'author' || n || '@example.com', 20 + n % 60, CASE WHEN n % 3 > 0 THEN 'Author ' || n || ' who wrote at night, in trains and on the backs of envelopes' END, n % 2 = 0, now() FROM generate_series(1, $1::int) n",
      [rows],
    );
    await client.end();
  } else await sqliteAdmin(openTuned(file), (date) => date.toISOString()).seed(rows, 0);
  const db: Session = flash.session();
  kept.push(db);
  return () => Author.objects.fetch(db);
};

const kept: unknown[] = [];
const collect = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const load = await prepare();
const before = collect();
const loaded = await load();
kept.push(loaded);
const held = collect() - before;
if (loaded.length !== rows) throw new Error(`expected ${rows} rows, got ${loaded.length}`);
console.log(JSON.stringify({ side, rows, bytesPerRow: Math.round(held / rows) }));
process.exit(0);
