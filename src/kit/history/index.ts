/** The history of a database: what ran, what is unfinished, and how to run more. */

export { appliedEntries, type Standing, standingOf } from "./compare.js";
export type * from "./contracts.js";
export { type Repair, repairHistory } from "./repair.js";
export { runMigrations } from "./runner.js";
export { readHistory } from "./store.js";
