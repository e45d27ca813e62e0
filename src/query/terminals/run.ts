/** Finds the session that runs a query, and checks that its database supports it. */

import { ConfigurationError, FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import type { SelectPlan } from "../plan.js";
import type { QueryRunner } from "../runner.js";

export const isRunner = (value: unknown): value is QueryRunner =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { select?: unknown }).select === "function" &&
  typeof (value as { getOrCreate?: unknown }).getOrCreate === "function";

/** The session given as the first argument, or the one the queryset is bound to, and the remaining arguments. */
export const takeRunner = (
  bound: QueryRunner | null,
  args: readonly unknown[],
  verb: string,
): readonly [QueryRunner, ...rest: unknown[]] => {
  const [first] = args;
  if (isRunner(first)) return args as readonly [QueryRunner, ...rest: unknown[]];
  if (bound !== null) return [bound, ...args];
  throw new FieldError(
    `${verb} takes the session as its first argument, as in ${verb}(db), not ${describe(first)}; using(db) binds a queryset to one`,
  );
};

const words = { distinctOn: ["distinctOn", "distinct(…) on columns"], fullTextSearch: ["fullTextSearch", "full text search"] } as const;

export const run = (db: QueryRunner, plan: SelectPlan): Promise<unknown[]> => {
  if (plan.empty) return Promise.resolve([]);
  if (plan.needs.length > 0) checkNeeds(db, plan);
  const rows = db.select(plan);
  return plan.reversed ? rows.then((found) => found.reverse()) : rows;
};

const checkNeeds = (db: QueryRunner, plan: SelectPlan): void => {
  for (const need of plan.needs) {
    const [feature, name] = words[need];
    if (!db.dialect.features[feature]) throw new ConfigurationError(`${db.dialect.name} has no ${name}`);
  }
};
