/** A migration of the tutorial. */

import { addColumn, migration, renameColumn, sql, t } from "flash-db/migrations";

export default migration(
  { after: ["0001_initial"] },
  renameColumn("users", "name", "full_name"),
  addColumn("users", "age", t.integer(), { fill: sql`0` }),
);
