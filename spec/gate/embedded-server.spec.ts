/** The embedded PostgreSQL goes when the program that started it does. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, it, vi } from "vitest";

it("stops and removes its folder when the program that started it is killed", { timeout: 120_000 }, async () => {
  const program = path.join(import.meta.dirname, "planted/holding-server.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = (await once(child.stdout, "data")) as [Buffer];
  const folder = printed.toString().trim();
  expect(existsSync(path.join(folder, "postmaster.pid"))).toBe(true);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect(existsSync(path.dirname(folder))).toBe(false), { timeout: 60_000 });
});
