/** Plans by kind of request: `cached…Plan` shares plans between queries that differ only in values, `plan…` makes a new one. */

export {
  cachedAggregatePlan,
  cachedCountPlan,
  cachedDeletePlan,
  cachedExistsPlan,
  cachedSelectPlan,
  cachedUpdatePlan,
} from "./planning/cache/plan-requests.js";
export { planSelect } from "./planning/requests/rows.js";
export { planUpdate } from "./planning/requests/update-delete.js";
