/** Files and history side by side: what is applied, what waits, and what does not fit. */

import { meaningOf, type ReadMigration } from "../operations/index.js";
import type { History, HistoryEntry, Unfinished } from "./contracts.js";
import { checksumOf } from "./store.js";

export interface Standing {
  /** Names that are applied, in the order in which they were. */
  readonly applied: readonly string[];
  /** Files that wait, in the order of the files given. */
  readonly pending: readonly string[];
  /** Applied, and their files mean something else by now. */
  readonly edited: readonly { readonly name: string; readonly entry: HistoryEntry; readonly meaning: string }[];
  /** Applied, and there is no file. */
  readonly missing: readonly HistoryEntry[];
  /** Applied twice without a rollback between. */
  readonly doubled: readonly string[];
  /** Waiting, although a migration that stands after it is applied. */
  readonly outOfOrder: readonly string[];
  readonly unfinished: Unfinished | null;
}

/** The entry that counts for each name, in the order in which they were applied. */
export const appliedEntries = (entries: readonly HistoryEntry[]): ReadonlyMap<string, HistoryEntry> => {
  const applied = new Map<string, HistoryEntry>();
  for (const entry of entries) {
    if (entry.action === "rollback" || entry.action === "unfake") applied.delete(entry.name);
    // A repair changes what is known of it, not its place.
    else if (entry.action !== "repair" || applied.has(entry.name)) applied.set(entry.name, entry);
  }
  return applied;
};

/** `files`: in the order of their graph. */
export const standingOf = (files: readonly ReadMigration[], { entries, unfinished }: History): Standing => {
  const applied = appliedEntries(entries);
  const byName = new Map(files.map((file) => [file.name, file]));
  const replaced = new Set(files.filter((file) => applied.has(file.name)).flatMap((file) => file.replaces));
  const pending = files.filter((file) => !applied.has(file.name)).map((file) => file.name);
  const behind = new Set<string>();
  const mark = (name: string): void => {
    if (behind.has(name)) return;
    behind.add(name);
    for (const before of byName.get(name)?.after ?? []) mark(before);
  };
  for (const name of applied.keys()) mark(name);
  return {
    applied: [...applied.keys()],
    pending,
    edited: files.flatMap((file) => {
      const entry = applied.get(file.name);
      const meaning = meaningOf(file);
      return entry === undefined || entry.checksum === checksumOf(meaning) ? [] : [{ name: file.name, entry, meaning }];
    }),
    missing: [...applied.values()].filter((entry) => !byName.has(entry.name) && !replaced.has(entry.name)),
    doubled: doubledNames(entries),
    outOfOrder: pending.filter((name) => behind.has(name)),
    unfinished,
  };
};

const doubledNames = (entries: readonly HistoryEntry[]): readonly string[] => {
  const now = new Set<string>();
  const doubled = new Set<string>();
  for (const { action, name } of entries) {
    if (action === "repair") continue;
    if (action === "rollback" || action === "unfake") now.delete(name);
    else if (now.has(name)) doubled.add(name);
    else now.add(name);
  }
  return [...doubled];
};
