/** The reference's answers, and where ours differ from them on purpose. */

import { readFileSync } from "node:fs";
import path from "node:path";

export interface Reference {
  readonly id: string;
  readonly description: string;
  readonly queries: number | { readonly sqlite: number; readonly pg: number };
  readonly result?: unknown;
  readonly result_sqlite?: unknown;
  readonly result_pg?: unknown;
}

/** `exclude(x__in=<query with nulls>)` is two-valued: the same rows as with the nulls left out, and as NOT EXISTS. */
const onPurpose: Readonly<Record<string, unknown>> = {
  "ch.sub.exclude_in_subquery_null": [
    [3, 4, 5, 7, 8],
    [3, 4, 5, 7, 8],
    [3, 4, 5, 7, 8],
  ],
};

export const readReferences = (): Reference[] =>
  readFileSync(path.join(import.meta.dirname, "data/queries.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Reference);

/** What may be answered on a database: where the reference's two differ, SQLite may answer as PostgreSQL does. */
export const answersOf = (reference: Reference, isPostgres: boolean): unknown[] => {
  if (reference.id in onPurpose) return [onPurpose[reference.id]];
  if ("result" in reference) return [reference.result];
  return isPostgres ? [reference.result_pg] : [reference.result_pg, reference.result_sqlite];
};
export const statementsOf = ({ queries }: Reference): number =>
  typeof queries === "number" ? queries : Math.max(queries.sqlite, queries.pg);
