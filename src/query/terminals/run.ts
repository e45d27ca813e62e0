/** Finds who runs a query, and checks that its database can. */

import { ConfigurationError, FieldError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import type { SelectPlan } from "../plan.js";
import type { QueryRunner } from "../runner.js";

export const isRunner = (value: unknown): value is QueryRunner =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { select?: unknown }).select === "function" &&
  typeof (value as { getOrCreate?: unknown }).getOrCreate === "function";

/** The session that was given first, or the one the queryset is bound to; and what was given after it. */
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
