/** Changes of single places in the code, all of them built in, each switched on by its number. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Instrumenter, type InstrumentResult } from "@stryker-mutator/instrumenter";

const repository = path.resolve(import.meta.dirname, "../..");
const quiet = () => undefined;
const off = () => false;
const logger = {
  ...{ trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, fatal: quiet },
  ...{ isTraceEnabled: off, isDebugEnabled: off, isInfoEnabled: off, isWarnEnabled: off, isErrorEnabled: off, isFatalEnabled: off },
};
interface Place {
  readonly node: { readonly type: string; readonly callee?: { readonly name?: string } };
}
/** What an error says is no behaviour. */
const errorsAside = {
  shouldIgnore: ({ node }: Place): string | undefined =>
    node.type === "NewExpression" && node.callee?.name?.endsWith("Error") === true ? "the text of an error" : undefined,
};

export interface Instrumented {
  /** The code with all mutants, by absolute path. */
  readonly code: ReadonlyMap<string, string>;
  readonly mutants: InstrumentResult["mutants"];
}

export const instrument = async (rooms: readonly string[]): Promise<Instrumented> => {
  const files = rooms.flatMap((room) =>
    readdirSync(path.join(repository, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.join(repository, room, name)),
  );
  const result = await new Instrumenter(logger).instrument(
    files.map((name) => ({ name, mutate: true, content: readFileSync(name, "utf8") })),
    { plugins: null, excludedMutations: [], ignorers: [errorsAside as never] },
  );
  return {
    code: new Map(result.files.map(({ name, content }) => [name, content])),
    mutants: result.mutants.filter(({ status }) => status !== "Ignored"),
  };
};
