/** The schema that models define, as a picture and as DDL. */

export { createTables, dropTables } from "./apply.js";
export {
  checkClause,
  collationOf,
  columnClause,
  foreignKeyClause,
  indexStatement,
  plainIndex,
  plainUnique,
  primaryKeyClause,
  qualified,
  uniqueClause,
} from "./clauses.js";
export { columnPicture, dataType, typeChecks } from "./column-picture.js";
export { commentOnColumn, commentOnTable, createEnum, createSequence, createStatements, createTable } from "./create.js";
export { dropStatements } from "./drop.js";
export { expressionText } from "./expression-text.js";
export { inOrder, linkTables, pictureOf } from "./from-models.js";
export type { ExpressionResolver } from "./from-models.js";
export { needsIndex, sameTable } from "./picture.js";
export type * from "./picture.js";
