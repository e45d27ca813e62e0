/** Programs that are left out because what is wrong with them is known and being mended; empty when nothing is. */

import type { SetProgram } from "./program.js";

type Part = Readonly<Record<string, unknown>>;
/** Whether any part of a program passes the test. */
const some = (part: unknown, test: (part: Part) => boolean): boolean => {
  if (Array.isArray(part)) return part.some((one) => some(one, test));
  if (typeof part !== "object" || part === null) return false;
  return test(part as Part) || Object.values(part).some((one) => some(one, test));
};
const length = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

export interface KnownFault {
  readonly name: string;
  matches(set: SetProgram, checks: readonly string[]): boolean;
}
export const known: readonly KnownFault[] = [
  {
    name: "an empty Q is taken for everything (queries-empty-q)",
    matches: (set) => some(set, (part) => part.is === "where" && length(part.tests) === 0),
  },
  {
    name: "NULLs in computed orders on SQLite (sqlite-nulls-in-computed-orders)",
    matches: (set) => {
      const computed = set.steps.flatMap((step) => (step.do === "annotate" || step.do === "alias" ? [step.name] : []));
      return some(set, (part) => {
        const expr = part.descending === undefined ? undefined : (part.expr as { is?: string; path?: { name: string } });
        return expr !== undefined && (expr.is !== "path" || computed.includes(expr.path?.name ?? ""));
      });
    },
  },
  {
    name: "writes of sets with annotations reach other rows (queries-write-exactly-the-set)",
    matches: (set, checks) =>
      some(set, (part) => part.do === "annotate" || part.do === "alias") && (checks.includes("updated") || checks.includes("deleted")),
  },
  {
    name: "distinct values are counted without the order that tells them apart (queries-count-of-rows)",
    matches: (set, checks) =>
      checks.includes("count") && ["values", "distinct", "orderBy"].every((name) => some(set, (part) => part.do === name)),
  },
  {
    name: "pages, contains() and inBulk() reach inside DISTINCT ON and windows (queries-pages-of-distinct-on, queries-pages-of-windows)",
    matches: (set, checks) =>
      set.steps.some((step) => (step.do === "distinct" && step.on.length > 0) || (step.do === "annotate" && step.expr.is === "window")) &&
      checks.some((name) => name !== "again" && name !== "iterated"),
  },
  {
    name: "unions that are ordered or sliced (queries-union-*, sqlite-union-over-joins)",
    matches: (set) => some(set, (part) => part.others !== undefined),
  },
  {
    name: "aggregates over slices and groups (queries-aggregate-of-a-slice, queries-count-of-rows)",
    matches: (set, checks) =>
      checks.includes("totals") &&
      some(set, (part) => part.is === "aggregate" || part.do === "slice" || part.do === "values" || part.do === "distinct"),
  },
  {
    name: "locks over outer joins on PostgreSQL (postgres-lock-over-outer-joins)",
    matches: (set, checks) => checks.includes("locked") && some(set, (part) => Array.isArray(part.hops) && part.hops.length > 0),
  },
];
