/** Closes a run with one plain line of counts, `1234 passed, 0 failed, 5 skipped`, and fails it when tests did not run. */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SerializedError } from "vitest";
import type { TestModule, Vitest } from "vitest/node";
import type { Reporter } from "vitest/reporters";
import { problemsOf, type AllowedSkip } from "./verdict.js";

const repository = path.resolve(import.meta.dirname, "../..");
const expectedFile = path.join(import.meta.dirname, "expected.json");
const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
const skips = read(path.join(import.meta.dirname, "skips.json")) as readonly AllowedSkip[];
const expected = read(expectedFile) as { readonly tests: number };

export default class CountingReporter implements Reporter {
  #vitest: Vitest | undefined;
  #lines: readonly string[] = ["0 passed, 0 failed, 0 skipped"];

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    // After whatever other reporters say.
    vitest.onClose(() => console.log(["", ...this.#lines].join("\n")));
  }

  async onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Promise<void> {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] as string[] };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "skipped") counts.skipped.push(`${path.relative(repository, module.moduleId)} > ${test.fullName}`);
        else counts[state === "passed" ? "passed" : "failed"]++;
      }
      // A file that could not be loaded has no tests to count.
      if (module.state() === "failed" && module.errors().length > 0) counts.failed++;
    }
    const isWhole = await this.#isWhole(modules.length);
    const problems = problemsOf(counts, {
      skips,
      expected: isWhole ? expected.tests : null,
      allPackages: process.env["FLASH_DB_CI"] !== undefined,
    });
    if (problems.length > 0) process.exitCode = 1;
    if (isWhole && problems.length === 0 && counts.failed === 0 && process.env["FLASH_DB_RAISE"] !== undefined)
      writeFileSync(expectedFile, `{ "tests": ${counts.passed + counts.skipped.length} }\n`);
    this.#lines = [...problems, `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`];
  }

  /** Whether all files ran, and no titles were chosen. */
  async #isWhole(files: number): Promise<boolean> {
    const vitest = this.#vitest;
    if (vitest === undefined || vitest.config.testNamePattern !== undefined || process.env["FLASH_DB_SPECS"] !== undefined) return false;
    return (await vitest.globTestSpecifications()).length === files;
  }
}
