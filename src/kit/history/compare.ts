/** Compares files and history: applied, pending, and mismatching migrations. */

import { meaningOf, type ReadMigration } from "../operations/index.js";
import type { History, HistoryEntry, Unfinished } from "./contracts.js";
import { checksumOf } from "./store.js";

export interface Standing {
  /** Applied names, in order of application. */
  readonly applied: readonly string[];
  /** Pending files, in the given order. */
  readonly pending: readonly string[];
  /** Applied migrations whose files have changed in meaning. */
  readonly edited: readonly { readonly name: string; readonly entry: HistoryEntry; readonly meaning: string }[];
  /** Applied migrations without a file. */
  readonly missing: readonly HistoryEntry[];
  /** Applied twice without a rollback in between. */
  readonly doubled: readonly string[];
  /** Pending, although a later migration is applied. */
  readonly outOfOrder: readonly string[];
  readonly unfinished: Unfinished | null;
}

/** The current entry for each applied name, in order of application. */
export const appliedEntries = (entries: readonly HistoryEntry[]): ReadonlyMap<string, HistoryEntry> => {
  const applied = new Map<string, HistoryEntry>();
  for (const entry of entries) {
    if (entry.action === "rollback" || entry.action === "unfake") applied.delete(entry.name);
    // A repair updates the entry but not its position.
    else if (entry.action !== "repair" || applied.has(entry.name)) applied.set(entry.name, entry);
  }
  return applied;
};

/** `files` are in graph order. */
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
