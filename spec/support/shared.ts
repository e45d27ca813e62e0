/** One database for all examples of a file: each gets a session of its own whose work is rolled back, so that rows are made once. */

import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { connect, type Database } from "../../src/connect.js";
import type { ModelClass } from "../../src/metadata/model-meta.js";
import type { Session } from "../../src/session/typing/session.js";
import { makeDatabase, type FreshDatabase, type Kind } from "./fresh.js";

/** What an example works on; read from it inside the example, as it is another one each time. */
export interface Stage {
  readonly database: Database;
  readonly db: Session;
  readonly kind: Kind;
  /** The texts of the statements that the work sends, transaction control left out. */
  sent(work: () => Promise<unknown>): Promise<string[]>;
}

/** The examples run on every kind of database; `fill` makes the rows that all of them see. */
export function eachSharedDatabase(
  title: string,
  models: readonly ModelClass[],
  fill: (db: Session) => Promise<unknown>,
  examples: (stage: Stage) => void,
  kinds: readonly Kind[] = ["sqlite", "postgres"],
): void {
  describe.each(kinds.map((kind) => ({ kind })))(`${title} ($kind)`, ({ kind }) => {
    let made: FreshDatabase | undefined;
    let database: Database;
    let db: Session;
    beforeAll(async () => {
      made = await makeDatabase(kind);
      database = await connect(made.url);
      await database.createAll(models);
      await using filling = database.session();
      await fill(filling);
      await filling.commit();
    });
    beforeEach(() => {
      db = database.session({ onUncommitted: "ignore" });
    });
    afterEach(() => db.close());
    afterAll(async () => {
      await database.close({ timeout: 0 });
      await made?.remove();
    });
    examples({
      get database() {
        return database;
      },
      get db() {
        return db;
      },
      kind,
      sent: async (work) => {
        const texts: string[] = [];
        const end = database.on("query", ({ sql }) => texts.push(sql));
        try {
          await work();
        } finally {
          end();
        }
        return texts;
      },
    });
  });
}
