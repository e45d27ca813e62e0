/** Loaded before a program: its first write on SQLite kills the process. */

import Database from "better-sqlite3";

const { prepare } = Database.prototype;
Database.prototype.prepare = function (text) {
  if (text.startsWith("INSERT")) process.kill(process.pid, "SIGKILL");
  return prepare.call(this, text);
};
