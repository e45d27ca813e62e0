/** Migration files as text. */

export { fileName, printEmpty, printMigration } from "./file.js";
