/** A picture as SQLite would return it: created in memory and read back. */

import { connect, createStatements, type SchemaPicture } from "flash-db/internal";
import { openDatabaseSession } from "../session.js";
import { readSqlite } from "./read.js";

export const scratchPicture = async (picture: SchemaPicture): Promise<SchemaPicture> => {
  const database = await connect("sqlite::memory:");
  try {
    const session = await openDatabaseSession(database, "a scratch schema");
    try {
      for (const text of createStatements(picture, session.dialect)) await session.execute(text);
      return await readSqlite(session);
    } finally {
      session.release();
    }
  } finally {
    await database.close();
  }
};
