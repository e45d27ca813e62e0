/** States of the schema, computed from migrations. */

export { branchConflicts, refuseConflicts } from "./branches.js";
export { emptyPicture, factsOf, fold } from "./fold.js";
export { type Graph, graphOf } from "./graph.js";
export { migrationNamed, type PlanItem, planTo, zero } from "./plan.js";
