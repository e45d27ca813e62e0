/** Migration files as text. */

export { type FileContents, fileName, printEmpty, printMigration } from "./file.js";
