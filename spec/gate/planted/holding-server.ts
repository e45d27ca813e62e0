/** A program that starts a PostgreSQL, says where it is, and never stops it. */

import { startPostgres } from "../../support/embedded-postgres.js";

const server = await startPostgres();
console.log(server.folder);
setInterval(() => {}, 1000);
