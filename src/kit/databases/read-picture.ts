/** The picture of the schema that a database has, and a picture in that database's own words, so that the two can be compared. */

import type { SchemaPicture } from "flash-db/internal";
import { readPostgres } from "./postgres/read.js";
import { schemasOf, scratchPicture as scratchOfPostgres } from "./postgres/schemas.js";
import type { DatabaseSession } from "./session.js";
import { readSqlite } from "./sqlite/read.js";
import { scratchPicture as scratchOfSqlite } from "./sqlite/scratch.js";

export const readPicture = async (session: DatabaseSession): Promise<SchemaPicture> =>
  session.dialect.features.schemas ? readPostgres(session, await schemasOf(session)) : readSqlite(session);

/** What reading would give if the database had exactly this schema: texts are written as the database writes them. Nothing stays behind. */
export const canonicalPicture = (session: DatabaseSession, picture: SchemaPicture): Promise<SchemaPicture> =>
  session.dialect.features.schemas ? scratchOfPostgres(session, picture) : scratchOfSqlite(picture);
