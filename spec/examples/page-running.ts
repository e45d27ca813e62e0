/** Runs a page that is one program against an empty database, and collects what it sent and printed. */

import { format } from "node:util";
import ts from "typescript";
import * as flashDb from "../../src/index.js";
import type { Database } from "../../src/index.js";
import * as testing from "../../src/testing.js";
import { type Step, stepsOf } from "./claims.js";
import type { Page } from "./pages.js";
import { type Outcome, programFor, type Sent } from "./running.js";

/** What the page imports, name by name; types have no value. */
const importsOf = async (page: Page, modules: Readonly<Record<string, object>>): Promise<Record<string, unknown>> => {
  const values: Record<string, unknown> = {};
  for (const statement of ts.createSourceFile("page.ts", page.code, ts.ScriptTarget.Latest, true).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const name = statement.moduleSpecifier.text;
    const module = (modules[name] ?? (await import(name))) as Record<string, unknown>;
    const { importClause } = statement;
    if (importClause?.name !== undefined) values[importClause.name.text] = module["default"];
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    for (const { name: local, propertyName } of bindings.elements) values[local.text] = module[(propertyName ?? local).text];
  }
  return values;
};

/** A mistake that the compiler reports is not run. */
const isMistake = ({ comments }: Step): boolean => comments.some((comment) => comment.startsWith("^ "));

/** `console.log(…); // text` in the order of the page; `;` parts the texts of a line that prints several times. */
const promised = ({ code }: Page): string[] =>
  code.split("\n").flatMap((line) => /console\.log\(.*\/\/ (.+)$/.exec(line)?.[1]?.split("; ") ?? []);

export interface Played {
  readonly outcomes: readonly Outcome[];
  readonly printed: readonly string[];
  readonly promised: readonly string[];
}

/** The page opens its database by `initDb` or `connect`; both open the one at `url`. */
export const play = async (page: Page, url: string): Promise<Played> => {
  const steps = stepsOf({ place: page.file, code: page.code }).filter((step) => !isMistake(step));
  const outcomes: Outcome[] = [];
  const printed: string[] = [];
  let sent: Sent[] = [];
  const heard = (database: Database): Database => {
    for (const event of ["query", "transaction"] as const)
      database.on(event, ({ sql, params }) => sent.push({ text: sql, values: params }));
    return database;
  };
  const open = { initDb: async () => heard(await flashDb.initDb(url)), connect: async () => heard(await flashDb.connect(url)) };
  const around = {
    ...(await importsOf(page, { "flash-db": { ...flashDb, ...open }, "flash-db/testing": testing })),
    console: { log: (...values: unknown[]) => printed.push(format(...values)) },
  };
  try {
    await programFor(steps, Object.keys(around))(around, (at) => {
      for (const claim of steps[at]?.claims ?? []) outcomes.push({ place: page.file, claim, sent });
      sent = [];
    });
  } finally {
    await flashDb.closeDb({ timeout: 0 });
  }
  return { outcomes, printed, promised: promised(page) };
};
