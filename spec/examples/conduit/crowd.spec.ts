/**
 * Conduit answers many clients at once, some of whom hang up: no wrong answer, no half-done work, nothing left open. A short run here; the long
 * one is `FLASH_DB_CROWD=200x20 npm run spec -- spec/examples/conduit/crowd.spec.ts`.
 */

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { Article, Tag } from "../../../docs/examples/conduit/models.js";
import { Count, sql } from "../../../src/index.js";
import type { Report } from "./crowd.js";
import { startConduit } from "./start.js";

const [clients = 10, seconds = 0.5] = (process.env["FLASH_DB_CROWD"] ?? "10x0.5").split("x").map(Number);

const playCrowd = async (url: string): Promise<Report> => {
  const program = path.join(import.meta.dirname, "crowd-process.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program, url, String(clients), String(seconds)]);
  return JSON.parse(stdout) as Report;
};

describe.each(["sqlite", "postgres"] as const)("a crowd on %s", (kind) => {
  it(
    "gets right answers, and leaves nothing open",
    async () => {
      const conduit = await startConduit(kind);
      const { right, wrong, hungUp, slowest } = await playCrowd(conduit.url);
      if (clients > 20)
        console.log(`${kind}: ${right} right answers, ${wrong.length} wrong, ${hungUp} hung up, the slowest took ${slowest} ms`);
      expect(wrong).toEqual([]);
      expect(right).toBeGreaterThan(clients);
      expect(hungUp).toBeGreaterThan(0);
      const { database } = conduit;
      {
        await using db = database.session();
        // Whoever hung up has made a whole article, or none.
        const halves = await Article.objects
          .annotate({ n: Count("tags") })
          .filter({ n__ne: 2 })
          .valuesList("slug", { flat: true })
          .fetch(db);
        expect(halves).toEqual([]);
        expect(await Tag.objects.filter({ articles__isnull: true }).count(db)).toBe(0);
        if (database.dialect === "postgres") {
          const open = sql`SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
          // Requests of clients that hung up may still be running.
          await expect.poll(() => db.execute(open, { readOnly: true }), { timeout: 30_000, interval: 200 }).toEqual([{ n: 0 }]);
        }
      }
      expect(await conduit.stop()).toEqual([]);
    },
    30_000 + seconds * 1_500 + clients * 500,
  );
});
