/** The public entry on fresh, empty databases, the same examples on each kind, and what was sent to them. */

import { describe, it } from "vitest";
import { connect, type Database, type DatabaseOptions } from "../../src/connect.js";
import type { QueryEvent } from "../../src/database/contracts.js";
import type { ModelClass } from "../../src/metadata/model-meta.js";
import { afterwards, fresh, type Kind } from "./fresh.js";

/** Opens an empty database through the public entry, with the tables of the models if any are given; closed and removed after the example. */
type Open = (options?: DatabaseOptions) => Promise<Database>;

const openFresh = async (kind: Kind, models: readonly ModelClass[] | undefined, options?: DatabaseOptions): Promise<Database> => {
  const database = await connect(await fresh(kind), options);
  afterwards(() => database.close({ timeout: 0 }));
  if (models !== undefined) await database.createAll(models);
  return database;
};

type Examples = (open: Open, kind: Kind) => void;

/**
 * The examples run on every kind of database.
 *
 *     eachDatabase("users", [User], (open) => {
 *       it("have names", async () => {
 *         const database = await open();
 */
export function eachDatabase(title: string, examples: Examples, kinds?: readonly Kind[]): void;
export function eachDatabase(title: string, models: readonly ModelClass[], examples: Examples, kinds?: readonly Kind[]): void;
export function eachDatabase(
  title: string,
  first: Examples | readonly ModelClass[],
  second?: Examples | readonly Kind[],
  third?: readonly Kind[],
): void {
  const [models, examples, kinds] =
    typeof first === "function" ? [undefined, first, second as readonly Kind[] | undefined] : [first, second as Examples, third];
  describe.each((kinds ?? ["sqlite", "postgres"]).map((kind) => ({ kind })))(`${title} ($kind)`, ({ kind }) => {
    examples((options) => openFresh(kind, models, options), kind);
  });
}

/** One example on every kind of database, each time with an empty one. */
export function itOnEachDatabase(
  title: string,
  example: (database: Database, kind: Kind) => Promise<void>,
  kinds: readonly Kind[] = ["sqlite", "postgres"],
): void {
  it.each(kinds.map((kind) => ({ kind })))(`${title} ($kind)`, async ({ kind }) => example(await openFresh(kind, undefined), kind));
}

/** Records what is sent from now on, transaction control included. */
export interface Recorder {
  /** Everything sent so far, in order. */
  readonly all: readonly QueryEvent[];
  /** The texts sent since the last `take`. */
  take(): string[];
  stop(): void;
}
export function statements(database: Pick<Database, "on">): Recorder {
  const all: QueryEvent[] = [];
  let taken = 0;
  const ends = (["query", "transaction"] as const).map((event) => database.on(event, (one) => all.push(one)));
  return {
    all,
    take: () => {
      const texts = all.slice(taken).map((one) => one.sql);
      taken = all.length;
      return texts;
    },
    stop: () => ends.forEach((end) => end()),
  };
}
