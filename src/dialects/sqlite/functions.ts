/** Registers the functions of `function-names.ts` on a connection. */

import type BetterSqlite3 from "better-sqlite3";
import { sqliteAggregates, sqliteFunctions } from "./function-names.js";
import { type Aggregate, aggregates } from "./functions/aggregates.js";
import { dateFunctions } from "./functions/dates.js";
import { decimalFunctions } from "./functions/decimals.js";
import type { Cell, ScalarFunction } from "./functions/define.js";
import { documentFunctions } from "./functions/documents.js";
import { textFunctions } from "./functions/text.js";

/** Complete by its type: a name without a function does not compile. */
const scalars: { readonly [K in keyof typeof sqliteFunctions]: ScalarFunction } = {
  ...textFunctions,
  ...decimalFunctions,
  ...dateFunctions,
  ...documentFunctions,
};

export function registerFunctions(database: BetterSqlite3.Database): void {
  for (const key of Object.keys(scalars) as (keyof typeof scalars)[]) {
    const { varargs, exact, call } = scalars[key];
    database.function(sqliteFunctions[key], { deterministic: true, varargs, safeIntegers: exact }, call as (...args: unknown[]) => unknown);
  }
  for (const key of Object.keys(aggregates) as (keyof typeof aggregates)[]) {
    const { start, step, inverse, result } = aggregates[key] as Aggregate<unknown>;
    database.aggregate(sqliteAggregates[key], {
      deterministic: true,
      safeIntegers: true,
      start,
      // Each names its arguments, because better-sqlite3 counts them.
      step: (state: unknown, value: unknown) => {
        step(state, value as Cell);
        return state;
      },
      inverse: (state: unknown, value: unknown) => {
        inverse(state, value as Cell);
        return state;
      },
      result,
    });
  }
}
