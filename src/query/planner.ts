/** The plans of a query, by what is asked of it. */

export { planAggregate } from "./planning/aggregating.js";
export { planCount, planExists } from "./planning/counting.js";
export { planSelect } from "./planning/select.js";
export { planDelete, planUpdate } from "./planning/writing.js";
export { askAggregate, askCount, askDelete, askExists, askRows, askUpdate } from "./planning/questions.js";
