/** The picture of the schema that a database has, and a picture in that database's own words, so that the two can be compared. */

import type { SchemaPicture } from "flash-db/internal";
import { isOwnTable } from "./own-tables.js";
import { readPostgres } from "./postgres/read.js";
import { schemasOf, scratchPicture as scratchOfPostgres } from "./postgres/schemas.js";
import type { DatabaseSession } from "./session.js";
import { readSqlite } from "./sqlite/read.js";
import { scratchPicture as scratchOfSqlite } from "./sqlite/scratch.js";

/** Without the tables that the tool keeps for itself. */
export const readPicture = async (session: DatabaseSession): Promise<SchemaPicture> => {
  const { features } = session.dialect;
  const picture = features.schemas ? await readPostgres(session, await schemasOf(session)) : await readSqlite(session);
  return { ...picture, tables: picture.tables.filter((table) => !isOwnTable(table.name.name)) };
};

/** What reading would give if the database had exactly this schema: texts are written as the database writes them. Nothing stays behind. */
export const canonicalPicture = (session: DatabaseSession, picture: SchemaPicture): Promise<SchemaPicture> =>
  session.dialect.features.schemas ? scratchOfPostgres(session, picture) : scratchOfSqlite(picture);
