/** Runs spec files against the instrumented code, again and again in one process. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createVitest, type TestSpecification, type Vitest } from "vitest/node";
import config from "../vitest.config.js";

/** They read sources, build, or count what the compiler does: no mutant is to be seen there. */
const beside = ["architecture", "bench", "examples", "gate", "package", "types"];

export interface Reaching {
  readonly file: string;
  readonly milliseconds: number;
  readonly reached: ReadonlySet<string>;
}

export class Specs {
  readonly #vitest: Vitest;
  readonly #folder = mkdtempSync(path.join(tmpdir(), "flash-db-mutation-"));
  #all: readonly TestSpecification[] = [];

  private constructor(vitest: Vitest) {
    this.#vitest = vitest;
  }

  static async open(code: ReadonlyMap<string, string>, folders: readonly string[]): Promise<Specs> {
    const instrumented = { name: "mutants", enforce: "pre" as const, load: (id: string) => code.get(id) };
    const vitest = await createVitest(
      "test",
      {
        ...{ config: false, watch: false, bail: 1, reporters: [{}], setupFiles: ["spec/mutation/setup.ts"] },
        exclude: ["node_modules/**", ...beside.map((folder) => `spec/${folder}/**`)],
      },
      { ...config, plugins: [instrumented], test: { ...config.test, sequence: { sequencer: AsGiven } } },
    );
    // A killed worker is a result here; Vitest would end the process.
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", () => undefined);
    const specs = new Specs(vitest);
    specs.#all = await vitest.globTestSpecifications([...folders]);
    return specs;
  }

  /** What each file reaches. A file that fails without any change is left out: instrumented code is slower, which a spec about costs notices. */
  async reach(): Promise<{ readonly files: Reaching[]; readonly failing: readonly string[] }> {
    this.#vitest.config.bail = 0;
    await this.#run(this.#all, { active: null, seconds: 0 });
    this.#vitest.config.bail = 1;
    const modules = this.#vitest.state.getTestModules();
    const times = new Map(modules.map((module) => [module.moduleId, module.diagnostic().duration]));
    const failing = modules.filter((module) => !module.ok()).map(({ moduleId }) => moduleId);
    const files = readdirSync(this.#folder).map((name) => {
      const { file, reached } = JSON.parse(readFileSync(path.join(this.#folder, name), "utf8")) as { file: string; reached: string[] };
      return { file, milliseconds: times.get(file) ?? 0, reached: new Set(reached) };
    });
    return { files: files.filter(({ file }) => !failing.includes(file)), failing };
  }

  /** The first of the files, in their order, that fails with the mutant; null when none does. */
  async killerOf(mutant: string, files: readonly string[], seconds: number): Promise<string | null> {
    const byFile = new Map(this.#all.map((specification) => [specification.moduleId, specification]));
    return this.#run(
      files.flatMap((file) => byFile.get(file) ?? []),
      { active: mutant, seconds },
    );
  }

  async close(): Promise<void> {
    await this.#vitest.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(specifications: readonly TestSpecification[], mutation: { active: string | null; seconds: number }): Promise<string | null> {
    this.#vitest.getRootProject().provide("mutation", { ...mutation, folder: this.#folder });
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications([...specifications]);
    const failed = testModules.find((module) => module.state() === "failed");
    return failed?.moduleId ?? (unhandledErrors.length > 0 ? "a worker" : null);
  }
}

class AsGiven {
  sort(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}
