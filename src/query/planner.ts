/** The plans of a query, by what is asked of it: `ask…` shares them among queries of one shape, `plan…` makes one of its own. */

export { askAggregate, askCount, askDelete, askExists, askRows, askUpdate } from "./planning/questions.js";
export { planSelect } from "./planning/select.js";
export { planUpdate } from "./planning/writing.js";
