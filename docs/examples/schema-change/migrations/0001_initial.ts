/** A migration of the tutorial. */

import { addTable, migration, t } from "flash-db/migrations";

export default migration(
  { after: [] },
  addTable("users", {
    id: t.id(),
    name: t.text(),
    email: t.text().unique(),
  }),
);
