/** Reads and writes the stored history and journal. */

import { createHash } from "node:crypto";
import os from "node:os";
import { factsOf } from "../state/index.js";
import type { Dialect, SchemaPicture } from "flash-db/internal";
import { HISTORY_TABLE, isThere, JOURNAL_TABLE } from "../databases/own-tables.js";
import type { DatabaseSession } from "../databases/session.js";
import type { Direction, History, HistoryAction, HistoryEntry, Run, Unfinished } from "./contracts.js";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
export const checksumOf = (meaning: string): string => hash(meaning);
export const stateHash = (picture: SchemaPicture): string => hash(factsOf(picture));

const literal = (dialect: Dialect, value: string | null): string => dialect.schema.literal(value, { kind: "text" });

/** Empty if no migration ever ran; creates nothing. */
export const readHistory = async (session: DatabaseSession): Promise<History> =>
  (await isThere(session, JOURNAL_TABLE)) ? readStore(session) : { entries: [], unfinished: null };

export const readStore = async (session: DatabaseSession): Promise<History> => {
  const entries = await session.rows(
    `SELECT action, name, checksum, plan, done_by, host, version, done_at, duration_ms, state_before, state_after FROM ${HISTORY_TABLE} ORDER BY id`,
  );
  const [journal] = await session.rows(`SELECT name, direction, checksum, done, steps, step, begun_at FROM ${JOURNAL_TABLE}`);
  return { entries: entries.map(entryOf), unfinished: journal === undefined ? null : unfinishedOf(journal) };
};

const text = (cell: unknown): string => String(cell);
const entryOf = ([action, name, checksum, plan, by, host, version, at, duration, before, after]: readonly unknown[]): HistoryEntry => ({
  action: text(action) as HistoryAction,
  name: text(name),
  checksum: text(checksum),
  plan: text(plan),
  by: text(by),
  host: text(host),
  version: text(version),
  at: text(at),
  durationMs: Number(duration),
  stateBefore: before === null ? null : text(before),
  stateAfter: after === null ? null : text(after),
});
const unfinishedOf = ([name, direction, checksum, done, steps, step, begun]: readonly unknown[]): Unfinished => ({
  name: text(name),
  direction: text(direction) as Direction,
  checksum: text(checksum),
  done: Number(done),
  steps: Number(steps),
  step: text(step),
  begunAt: text(begun),
});

export const entryStatement = (
  dialect: Dialect,
  run: Run,
  { action, durationMs, version }: { readonly action: HistoryAction; readonly durationMs: number; readonly version: string },
): string => {
  const values = [
    action,
    run.name,
    checksumOf(run.meaning),
    run.meaning,
    userName(),
    os.hostname(),
    version,
    new Date().toISOString(),
    null,
    stateHash(run.before),
    stateHash(run.after),
  ].map((value) => literal(dialect, value));
  values[8] = String(Math.round(durationMs));
  return `INSERT INTO ${HISTORY_TABLE} (action, name, checksum, plan, done_by, host, version, done_at, duration_ms, state_before, state_after) VALUES (${values.join(", ")}) RETURNING 1`;
};

const userName = (): string => {
  try {
    return os.userInfo().username;
  } catch {
    // The process's user has no passwd entry.
    return String(process.getuid?.() ?? "unknown");
  }
};

/** All but `forget` write one row, or none if another run was faster. */
export const journalStatements = {
  begin: (dialect: Dialect, run: Run, steps: number, step: string): string =>
    `INSERT INTO ${JOURNAL_TABLE} (name, direction, checksum, done, steps, step, place, begun_at) VALUES (${[
      run.name,
      run.direction,
      checksumOf(run.meaning),
    ]
      .map((value) => literal(dialect, value))
      .join(", ")}, 0, ${steps}, ${literal(dialect, step)}, NULL, ${literal(dialect, new Date().toISOString())})`,
  /** Records that part `done` is finished, and the name of the next part. */
  advance: (dialect: Dialect, run: Run, done: number, step: string): string =>
    `UPDATE ${JOURNAL_TABLE} SET done = ${done + 1}, step = ${literal(dialect, step)}, place = NULL WHERE ${at(dialect, run, done)} RETURNING 1`,
  place: (dialect: Dialect, run: Run, done: number, place: string): string =>
    `UPDATE ${JOURNAL_TABLE} SET place = ${literal(dialect, place)} WHERE ${at(dialect, run, done)} RETURNING 1`,
  end: (dialect: Dialect, run: Run, done: number): string => `DELETE FROM ${JOURNAL_TABLE} WHERE ${at(dialect, run, done)} RETURNING 1`,
  forget: (dialect: Dialect, run: Run): string => `DELETE FROM ${JOURNAL_TABLE} WHERE name = ${literal(dialect, run.name)}`,
};

const at = (dialect: Dialect, run: Run, done: number): string => `name = ${literal(dialect, run.name)} AND done = ${done}`;

export const journalPlace = async (session: DatabaseSession, run: Run): Promise<string | null> => {
  const [[place] = []] = await session.rows(`SELECT place FROM ${JOURNAL_TABLE} WHERE name = ${literal(session.dialect, run.name)}`);
  return place === null || place === undefined ? null : text(place);
};
