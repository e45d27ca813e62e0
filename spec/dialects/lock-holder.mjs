/** Another program: locks the file, writes a row, and lets go after a while. */

import Sqlite from "better-sqlite3";

const [file, ms] = process.argv.slice(2);
const database = new Sqlite(file);
database.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
process.send("locked");
setTimeout(() => {
  database.exec("COMMIT");
  database.close();
  process.disconnect();
}, Number(ms));
