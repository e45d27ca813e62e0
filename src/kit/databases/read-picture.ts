/** Reads the picture of a database's schema, and normalizes a picture to that database's SQL, so that the two can be compared. */

import type { SchemaPicture } from "flash-db/internal";
import { isOwnTable } from "./own-tables.js";
import { readPostgres } from "./postgres/read.js";
import { schemasOf, scratchPicture as scratchOfPostgres } from "./postgres/schemas.js";
import type { DatabaseSession } from "./session.js";
import { readSqlite } from "./sqlite/read.js";
import { scratchPicture as scratchOfSqlite } from "./sqlite/scratch.js";

/** Excludes the kit's own tables. */
export const readPicture = async (session: DatabaseSession): Promise<SchemaPicture> => {
  const { features } = session.dialect;
  const picture = features.schemas ? await readPostgres(session, await schemasOf(session)) : await readSqlite(session);
  return { ...picture, tables: picture.tables.filter((table) => !isOwnTable(table.name.name)) };
};

/** The picture that reading would return if the database had exactly this schema, in the database's own SQL. Leaves nothing behind. */
export const canonicalPicture = (session: DatabaseSession, picture: SchemaPicture): Promise<SchemaPicture> =>
  session.dialect.features.schemas ? scratchOfPostgres(session, picture) : scratchOfSqlite(picture);
