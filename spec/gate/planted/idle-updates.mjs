/** Loaded before a program: SQLite finds no row to update. */

import Database from "better-sqlite3";

const { prepare } = Database.prototype;
Database.prototype.prepare = function (text) {
  return prepare.call(this, text.replace(/^(UPDATE .*) WHERE /s, "$1 WHERE false AND "));
};
