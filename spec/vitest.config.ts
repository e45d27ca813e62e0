/** How specs are run: real databases, started once (`spec/support/postgres-server.ts`). */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import CountingReporter from "./gate/counting-reporter.js";

const source = (file: string): string => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  // `await using` is newer than Node 20.
  esbuild: { target: "es2022" },
  resolve: {
    alias: [
      { find: /^flash-db$/, replacement: source("index.ts") },
      { find: /^flash-db\/testing$/, replacement: source("testing.ts") },
      { find: /^flash-db\/migrations$/, replacement: source("migrations.ts") },
      { find: /^flash-db\/internal$/, replacement: source("internal.ts") },
      { find: /^@flash-db\/kit$/, replacement: source("kit/index.ts") },
    ],
  },
  // Beside any reporter that a command names.
  plugins: [{ name: "counting", configureVitest: ({ vitest }) => void vitest.config.reporters.push(new CountingReporter()) }],
  test: {
    // FLASH_DB_SPECS names other files: those planted to fail.
    include: [process.env["FLASH_DB_SPECS"] ?? "spec/**/*.spec.ts"],
    exclude: ["spec/bench/**", "node_modules/**"],
    globalSetup: ["spec/support/postgres-server.ts"],
    pool: "forks",
    poolOptions: { forks: { maxForks: 2 } },
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
});
