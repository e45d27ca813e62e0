/** One example on both databases, with the tables of its models and a session. */

import type { Session } from "flash-db";
import { itOnEachDatabase, statements, type Recorder } from "../support/databases.js";
import { shorten } from "./uow/stage.js";
import type { Database } from "../../src/connect.js";
import type { ModelClass } from "../../src/metadata/model-meta.js";

export interface Play {
  readonly db: Session;
  readonly database: Database;
  /** What was sent since the last time, shortened: `BEGIN`, `INSERT users`. */
  readonly sent: () => string[];
  readonly recorder: Recorder;
  /** A further session, closed at the end. */
  readonly open: (options?: Parameters<Database["session"]>[0]) => Session;
}

export const exampleWith =
  (models: readonly ModelClass[]) =>
  (title: string, play: (stage: Play) => Promise<void>, kinds?: Parameters<typeof itOnEachDatabase>[2]): void =>
    itOnEachDatabase(
      title,
      async (database) => {
        await database.createAll(models);
        const recorder = statements(database);
        const sessions: Session[] = [];
        const open: Play["open"] = (options) => {
          const session = database.session({ onUncommitted: "ignore", ...options });
          sessions.push(session);
          return session;
        };
        try {
          await play({ db: open(), database, recorder, open, sent: () => recorder.take().map(shorten) });
        } finally {
          recorder.stop();
          for (const session of sessions) await session.close();
        }
      },
      kinds,
    );
